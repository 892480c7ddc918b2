// Cancels from the wish to their end, and what has waited for too long.

#include "actors/order_router_actor.hpp"
#include "core/log.hpp"

namespace bw {

void order_router_state::on_cancel(const cancel_request& x) {
  if (const auto* entry = ledger.find(x.order))
    cancel(*entry, x.cause.empty() ? "asked by its strategy" : x.cause.view());
}

void order_router_state::cancel(const ledger_entry& entry, std::string_view cause) {
  if (!is_live(entry.state) || entry.pending == pending_change::cancel) return;
  const auto now = args.time->mono_now();
  if (entry.cancels_failed >= args.options.cancels_failed_max) {
    // It was refused again and again: that it is asked for once more helps nobody.
    const auto last = cancelled_at.find(entry.request.order);
    if (last != cancelled_at.end() && now - last->second < args.options.cancel_again) return;
  }
  cancelled_at[entry.request.order] = now;
  log_modified(entry, {"cancel", {}, "requested"}, cause, {});
  record(cancel_record{entry.client_id, entry.request.order, std::string{cause}},
         entry.request.header.trace);
  if (entry.state == order_state::intent) {  // Still waiting for the log: it never leaves.
    hops.erase(entry.request.order);
    return follow_up(
        ledger.on_local(entry.request.order, local_event::withdrawn, args.time->utc_now(), now),
        nullptr);
  }
  const outgoing_cancel leaving{entry.request.order, entry.client_id, entry.venue_id};
  follow_up(ledger.on_cancel_sent(entry.request.order, now), nullptr);
  tell(self, members.broker, leaving);
}

void order_router_state::on_cancel_result(const cancel_result& x) {
  record(cancel_result_record{x}, {});
  follow_up(ledger.on_cancel(x, args.time->utc_now(), args.time->mono_now()), nullptr);
}

void order_router_state::cancel_open(open_kind which, const char* cause) {
  std::vector<order_id> open;
  for (const auto* entry : ledger.open_orders())
    if (is_of(which, entry->request)) open.push_back(entry->request.order);
  for (const auto id : open) cancel(*ledger.find(id), cause);
}

void order_router_state::repeat_lost_cancels(mono_ns now) {
  std::vector<order_id> lost;
  for (const auto* entry : ledger.in_flight_longer_than(args.options.cancel_within, now))
    if (entry->pending == pending_change::cancel && entry->state != order_state::sending)
      lost.push_back(entry->request.order);
  for (const auto id : lost) {
    follow_up(ledger.on_cancel_lost(id, args.time->utc_now(), now), nullptr);
    if (const auto* entry = ledger.find(id); entry != nullptr && is_live(entry->state))
      cancel(*entry, "the cancel before it had no effect");
  }
  std::erase_if(cancelled_at, [this](const auto& each) {
    const auto* entry = ledger.find(each.first);
    return entry == nullptr || !is_live(entry->state);
  });
}

void order_router_state::look_up(const client_order_id& id, mono_ns now) {
  auto& asked = asked_at[id];
  if (asked != mono_ns{} && now - asked < args.options.look_up_every) return;
  asked = now;
  tell(self, members.broker, id);
}

void order_router_state::look_for_overdue(mono_ns now) {
  std::vector<order_id> lost;
  for (const auto* entry : ledger.in_flight_longer_than(args.options.answer_within, now)) {
    if (entry->state == order_state::sending)
      lost.push_back(entry->request.order);
    else if (!unknown.is_open(entry->client_id))
      look_up(entry->client_id, now);
  }
  for (const auto id : lost)
    follow_up(ledger.on_local(id, local_event::lost, args.time->utc_now(), now), nullptr);
  // A stream that lives proves nothing about what it did not tell.
  for (const auto* entry : ledger.marketable_longer_than(args.options.answer_within, now))
    look_up(entry->client_id, now);
  std::erase_if(asked_at, [this](const auto& asked) {
    const auto* entry = ledger.find(asked.first);
    return entry == nullptr || !is_live(entry->state);
  });
}

void order_router_state::look_for_stuck(utc_ns now) {
  std::vector<order_id> over;
  for (const auto* entry : ledger.open_orders()) {
    if (unknown.is_open(entry->client_id)) continue;
    switch (stuck.next(entry->request, now)) {
      case stuck_orders::step::none: break;
      case stuck_orders::step::ask: tell(self, members.broker, entry->client_id); break;
      case stuck_orders::step::cancel: over.push_back(entry->request.order); break;
    }
  }
  for (const auto id : over) {
    const auto* entry = ledger.find(id);
    const auto text =
        entry->client_id.str() + " is still open at the broker after its time in force";
    log_fields fields;
    fields.symbol = args.symbols[entry->request.symbol.value];
    fields.client_order_id = entry->client_id.view();
    log_line(log_level::critical, name, "order_stuck", text, fields);
    record(alert_record{alert_level::critical, "order_stuck",
                        cut<symbol_name>(args.symbols[entry->request.symbol.value]), text},
           entry->request.header.trace);
    cancel(*entry, "its time in force is over");
  }
}

}  // namespace bw
