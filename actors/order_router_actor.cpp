#include "actors/order_router_actor.hpp"

#include "actors/harden.hpp"
#include "domain/client_order_ids.hpp"
#include "domain/external_guard.hpp"

namespace bw {

order_router_actor::behavior_type order_router(
    order_router_actor::stateful_pointer<order_router_state> self, order_router_args args) {
  harden(self, order_router_state::name);
  state_of(self).init(std::move(args));
  using kind = order_router_state::open_kind;
  return {
      [self](const approved_order& x) { state_of(self).on_approved(x); },
      [self](const audit_synced& x) { state_of(self).on_synced(x); },
      [self](const order_update& x) { state_of(self).on_update(x); },
      [self](const submit_result& x) { state_of(self).on_submit(x); },
      [self](const cancel_request& x) { state_of(self).on_cancel(x); },
      [self](const cancel_result& x) { state_of(self).on_cancel_result(x); },
      [self](const lookup_report& x) { state_of(self).on_lookup(x); },
      [self](const orders_report& x) { state_of(self).on_orders(x); },
      [self](const trading_state& x) { state_of(self).on_trading(x); },
      [self](const order_stream_status& x) { state_of(self).on_stream(x); },
      [self](const order_history_report& x) { state_of(self).on_history(x); },
      [self](const session_state& x) { state_of(self).on_session(x); },
      [self](const symbol_stop& x) { state_of(self).on_symbol_stop(x); },
      [self](atom::resume, const symbol_stop& x, const operator_record& who) {
        return state_of(self).lift(x, who);
      },
      [self](atom::resolve, const client_order_id& id, order_state as, const operator_record& who) {
        return state_of(self).resolve(id, as, who);
      },
      [self](atom::cancel_all, atom::entries) {
        state_of(self).cancel_open(kind::entries, "entries are cancelled");
      },
      [self](atom::cancel_all, atom::intraday) {
        state_of(self).cancel_open(kind::intraday_entries, "entries end with the day");
      },
      [self](atom::cancel_all) { state_of(self).cancel_open(kind::all, "all is cancelled"); },
      [self](atom::beat) { state_of(self).beat(); },
      [self](atom::view) { return state_of(self).view(); },
      [self](const directory& x) { state_of(self).take(x); },
      [self](atom::status) { return state_of(self).status(); },
      [](atom::ready) { return std::uint32_t{0}; },
  };
}

void order_router_state::init(order_router_args given) {
  args = std::move(given);
  book.emplace(position_book::sizes{args.symbols.capacity(), args.strategies.capacity()});
  stops.emplace(args.symbols.capacity());
  unknown = unknown_protocol{args.options.unknown};
  for (const auto& held_before : args.positions)
    book->restore(held_before.strategy, held_before.symbol, held_before.qty, held_before.average);
  for (auto& entry : args.recovered)
    if (const auto added = ledger.add_recovered(std::move(entry)); !added)
      log_line(log_level::error, name, "exception", added.failure().text());
  args.recovered.clear();
  for (auto& entry : args.watched) {
    unknown.watch(entry.client_id, entry.request.order, entry.request.header.ts_init);
    if (const auto added = ledger.add_recovered(std::move(entry)); !added)
      log_line(log_level::error, name, "exception", added.failure().text());
  }
  args.watched.clear();
  tick_to_order = &args.metrics->add_histogram("bellwether_tick_to_order_seconds",
                                               "From the tick's bytes to the order's bytes.");
  open_gauge = &args.metrics->add_gauge("bellwether_orders_open", "Orders that are not over.");
  unknown_gauge =
      &args.metrics->add_gauge("bellwether_orders_unknown", "Orders whose outcome is not known.");
  tell_after(self, beat_every, order_router_actor{self}, atom::beat_v);
}

void order_router_state::record(audit_event event, trace_id trace) {
  audit_append group;
  group.events.push_back(std::move(event));
  group.trace = trace;
  group.from = short_name{name};
  tell(self, members.audit, std::move(group));
}

/// Back to where it came from before it was logged: it never gets its number.
void order_router_state::refuse(const order_request& request, std::string_view why) {
  order_report refused;
  refused.request = request;
  refused.state = order_state::not_sent;
  refused.text = cut<short_text>(why);
  refused.at = args.time->utc_now();
  deliver(refused);
}

void order_router_state::on_approved(const approved_order& x) {
  const auto now = args.time->mono_now();
  auto request = x.request;
  request.order = order_id{std::max(ledger.highest(), args.highest_order).value + 1};
  const auto client_id = make_client_order_id({args.log_id, args.boot_no, request.order});
  if (!parents.admit(request)) {
    refuse(request, "it exceeds the quantity that was decided");
    return breach(request, "more is sent than was decided");
  }
  if (const auto added = ledger.add(request, client_id, now); !added) {
    order_report over;
    over.request = request;
    over.state = order_state::not_sent;
    parents.on_report(over);
    return refuse(request, added.failure().context);
  }
  if (const auto* old = ledger.find(request.replaces))
    for (const auto& each : changes_between(old->request, request))
      log_modified(*old, each, cause_of_replacement(request), client_id.view());
  const auto symbol = cut<symbol_name>(args.symbols[request.symbol.value]);
  const auto strategy = cut<short_name>(owner_name(args.strategies, request.strategy));
  audit_append group;
  group.events.emplace_back(intent_record{client_id, symbol, strategy, request});
  group.events.emplace_back(verdict_record{client_id, symbol, strategy, request, x.verdict});
  group.events.emplace_back(sending_record{client_id, request.order});
  group.trace = request.header.trace;
  group.needs = durability::before_answer;
  group.ticket = request.order.value;
  group.from = short_name{name};
  held.push_back({request.order, now});
  hops[request.order] = {
      client_id, request.order,     request.header.received, x.checked, now, {}, {},
      {},        args.time->speed()};
  // The strategy learns the number now; it can cancel what is still waiting for the log.
  order_report numbered;
  numbered.request = request;
  numbered.client_id = client_id;
  numbered.state = order_state::intent;
  numbered.at = args.time->utc_now();
  deliver(numbered);
  // Last: of actors on one worker the one that was told last runs first, and the order waits for
  // this one alone.
  tell(self, members.audit, std::move(group));
}

void order_router_state::on_synced(const audit_synced& x) {
  while (!held.empty() && held.front().order.value <= x.ticket) {
    const auto next = held.front();
    held.pop_front();
    release(next, x.sequence);
  }
}

/// Looked at again because the log took its time: nothing when the order may leave.
const char* order_router_state::why_not_now(const ledger_entry& entry, mono_ns since,
                                            mono_ns now) const {
  const bool entering = entry.request.purpose == order_purpose::entry;
  if (breached) return "more was about to leave than was decided";
  if (trading.mode == trading_mode::halted && entry.request.purpose != order_purpose::flatten)
    return "trading was halted while the order waited for the log";
  if (trading.mode == trading_mode::reducing && entering)
    return "only reducing orders may leave since the order waited for the log";
  if (entering && stops->is_stopped(entry.request.symbol))
    return "its symbol was stopped while the order waited for the log";
  if (entry.request.replaces != order_id{} && !ledger.can_be_replaced(entry.request.replaces))
    return "the order whose place it takes cannot be replaced any more";
  if (!stream_ready) return "the order stream went down while the order waited for the log";
  if (now - since > args.options.intent_age_max) return "the order waited too long for the log";
  return nullptr;
}

void order_router_state::release(const held_order& next, sequence_number acknowledged) {
  const auto* entry = ledger.find(next.order);
  if (entry == nullptr || entry->state != order_state::intent) return;  // Cancelled meanwhile.
  const auto now = args.time->mono_now();
  const auto utc = args.time->utc_now();
  if (const char* reason = why_not_now(*entry, next.since, now)) {
    hops.erase(next.order);
    record(withdrawn_record{entry->client_id, entry->request.order, reason},
           entry->request.header.trace);
    return follow_up(ledger.on_local(next.order, local_event::withdrawn, utc, now), nullptr);
  }
  outgoing_order leaving;
  leaving.request = entry->request;
  leaving.client_id = entry->client_id;
  leaving.symbol = cut<symbol_name>(args.symbols[entry->request.symbol.value]);
  leaving.intent_sequence = acknowledged.value;
  if (const auto* old = ledger.find(entry->request.replaces)) leaving.replaces = old->venue_id;
  if (const auto at = hops.find(next.order); at != hops.end()) at->second.logged = now;
  handed_over[next.order] = now;
  follow_up(ledger.on_local(next.order, local_event::sending, utc, now), nullptr);
  tell(self, members.broker, leaving);
  ++figures.submitted;
  submitted_of(leaving.request).add();
}

void order_router_state::on_trading(const trading_state& x) {
  const auto before = std::exchange(trading, x);
  // From here on the state says it, until a person clears it.
  if (has_reason(x, halt_reason::parent_child)) breached = false;
  if (before.mode == trading_mode::active && x.mode != trading_mode::active)
    cancel_open(open_kind::entries, "trading was narrowed");
}

void order_router_state::beat() {
  tell_after(self, beat_every, order_router_actor{self}, atom::beat_v);
  const auto now = args.time->mono_now();
  look_for_overdue(now);
  look_for_stuck(args.time->utc_now());
  repeat_lost_cancels(now);
  carry_out(unknown.due(now));
  open_gauge->set(static_cast<std::int64_t>(ledger.open_count()));
  unknown_gauge->set(static_cast<std::int64_t>(ledger.unknown_orders().size()));
}

}  // namespace bw
