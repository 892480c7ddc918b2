// What the router hears about its orders: answers, the stream, look-ups, lists.

#include "actors/order_router_actor.hpp"

namespace bw {
namespace {

constexpr std::uint16_t too_many_requests = 429;

}  // namespace

void order_router_state::on_submit(const submit_result& x) {
  const bool exists =
      x.outcome == submit_outcome::accepted || x.outcome == submit_outcome::duplicate;
  const bool adopted = exists && adopt(x.client_id, "in the answer to its request");
  const auto change = ledger.on_submit(x, args.time->utc_now(), args.time->mono_now());
  const auto* entry = ledger.find(x.order);
  record(submit_record{x}, entry ? entry->request.header.trace : trace_id{});
  if (entry != nullptr && x.sent != mono_ns{})
    tick_to_order->record(real_duration(x.sent - entry->request.header.received, *args.time));
  end_hops(x, entry ? entry->request.header.trace : trace_id{});
  if (x.outcome == submit_outcome::rejected) ++figures.rejected;
  follow_up(change, nullptr);
  if (adopted) after_adoption(x.client_id);
  if (entry == nullptr) return;
  if (const auto* old = ledger.find(entry->request.replaces);
      old != nullptr && is_live(old->state)) {
    if (x.outcome == submit_outcome::accepted)
      follow_successor(old->venue_id, x.venue_id);
    else if (x.outcome == submit_outcome::unknown)
      look_up(old->client_id, args.time->mono_now());
  }
  if (change.after != order_state::unknown) return;
  ask_what_became_of(*entry, x.outcome == submit_outcome::duplicate ? unknown_hint::exists
                             : x.http_status == too_many_requests   ? unknown_hint::throttled
                                                                    : unknown_hint::none);
}

void order_router_state::on_update(const order_update& x) {
  args.metrics
      ->add_counter("bellwether_order_events_total", "Order events of the broker.",
                    {{"event", std::string{to_string(x.event)}}})
      .add();
  follow_successor(x.replaces, x.venue_id);
  const bool adopted = adopt(x.client_id, "on the order stream");
  follow_up(ledger.on_update(x, args.time->mono_now()), &x);
  if (adopted) after_adoption(x.client_id);
}

void order_router_state::on_lookup(const lookup_report& x) {
  const auto now = args.time->mono_now();
  if (!x.answered) return carry_out(unknown.on_unanswered(x.client_id, x.text.view()));
  // 404 alone is no proof that the order does not exist.
  if (!x.found) return carry_out(unknown.on_missing(x.client_id, x.requested, now));
  on_snapshot(x.order, {evidence::poll, x.requested, args.time->utc_now(), now});
}

void order_router_state::on_orders(const orders_report& x) {
  for (const auto& order : x.orders)
    on_snapshot(order, {evidence::reconciliation, x.requested, args.time->utc_now(),
                        args.time->mono_now()});
}

/// One of ours was replaced at the broker by an order that is not ours and that now exists.
void order_router_state::follow_successor(const venue_order_id& replaced,
                                          const venue_order_id& successor) {
  if (replaced.empty()) return;
  const auto now = args.time->mono_now();
  const auto change = ledger.on_successor(replaced, successor, args.time->utc_now(), now);
  if (!change.known) return;
  if (change.report) {
    order_update told;
    told.client_id = change.report->client_id;
    told.venue_id = replaced;
    told.event = order_event::replaced;
    told.source = evidence::local;
    told.filled_total = change.report->filled_total;
    told.filled_average = change.report->filled_average;
    told.replaced_by = successor;
    told.received = now;
    record(update_record{told, change.before, change.after}, change.report->request.header.trace);
  }
  follow_up(change, nullptr);
}

void order_router_state::on_snapshot(const open_order_report& x, const snapshot_origin& origin) {
  follow_successor(x.replaces, x.venue_id);
  if (ledger.find(x.client_id) == nullptr) return;
  const bool adopted = adopt(x.client_id, "in the broker's books");
  const auto change = ledger.on_snapshot(x, origin);
  if (change.changed) record_snapshot(x, origin, change);
  follow_up(change, nullptr);
  if (adopted) after_adoption(x.client_id);
}

}  // namespace bw
