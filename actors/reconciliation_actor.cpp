#include "actors/reconciliation_actor.hpp"

#include "actors/harden.hpp"

namespace bw {

reconciliation_actor::behavior_type reconciliation(
    reconciliation_actor::stateful_pointer<reconciliation_state> self, reconciliation_args args) {
  harden(self, reconciliation_state::name);
  state_of(self).init(std::move(args));
  return {
      [self](const account_report& x) { state_of(self).on_account(x); },
      [self](const positions_report& x) { state_of(self).on_positions(x); },
      [self](const orders_report& x) { state_of(self).on_orders(x); },
      [self](const broker_failure& x) { state_of(self).on_failure(x); },
      [self](const order_stream_status& x) { state_of(self).on_stream(x); },
      [self](const order_report& x) { state_of(self).on_report(x); },
      [self](const activities_report& x) { state_of(self).on_activities(x); },
      [self](const position_answer& x) { state_of(self).on_position(x); },
      [self](const lookup_report& x) { state_of(self).on_lookup(x); },
      [self](const order_update& x) { state_of(self).on_foreign_update(x); },
      [self](const session_state& x) { state_of(self).on_session(x); },
      [self](atom::beat) { state_of(self).beat(); },
      [self](atom::flatten) {
        auto& s = state_of(self);
        s.schedule->soon(book_question::positions, s.args.time->mono_now());
      },
      [self](atom::view) { return state_of(self).view(); },
      [self](const directory& x) { state_of(self).take(x); },
      [self](atom::status) { return state_of(self).status(); },
      [](atom::ready) { return std::uint32_t{0}; },
  };
}

void reconciliation_state::init(reconciliation_args given) {
  args = std::move(given);
  mirror.emplace(args.symbols.list(), args.log_id);
  schedule.emplace(args.options.schedule);
  tracker.emplace(args.options.limits);
  queries.emplace(args.options.queries);
  guard.emplace(args.options.guard);
  auto& past = args.past;
  for (const auto& order : past.known_orders) mirror->restore_order(order);
  for (const auto& symbol : past.traded) mirror->note_traded(symbol);
  for (const auto& held : past.positions)
    mirror->restore_shares(cut<symbol_name>(args.symbols[held.symbol.value]), held.qty);
  for (const auto& entry : past.orders) {
    purposes[entry.client_id] = entry.request.purpose;
    order_report known;
    known.request = entry.request;
    known.state = entry.state;
    known.filled_total = entry.filled_total;
    guard->on_report(known, args.time->mono_now());
  }
  mirror->restore_external(past.external);
  if (past.mark) mark = past.mark;
  fills_since_mark = past.fills_since_mark;
  const auto last = past.last_record_at == utc_ns{} ? args.time->utc_now() : past.last_record_at;
  activities_from = last;
  auto& all = *args.metrics;
  differences_gauge = &all.add_gauge("bellwether_reconcile_differences",
                                     "Differences between our books and the broker's.");
  age_gauge = &all.add_gauge("bellwether_reconcile_oldest_difference_seconds",
                             "For how long the oldest difference has stood.");
  success_gauge = &all.add_gauge("bellwether_reconcile_last_success_timestamp_seconds",
                                 "When both books were last the same.");
  external_gauge = &all.add_gauge("bellwether_external_symbols",
                                  "Symbols with shares or orders that are not of our making.");
  tell_after(self, beat_every, reconciliation_actor{self}, atom::beat_v);
}

void reconciliation_state::take(const directory& x) {
  const bool new_gate = !members.gate;
  members = x;
  mirror->configure(args.symbols.list());
  if (new_gate && members.gate)
    tell(self, members.gate, mirror->external().exposure(args.symbols.list(), marks));
}

bool reconciliation_state::accept(book_question what, std::uint64_t round) {
  const auto now = args.time->mono_now();
  if (!schedule->on_answer(what, round, now)) return false;
  if (schedule->is_full()) full_again_at = now + args.options.full_again;
  return true;
}

void reconciliation_state::on_account(const account_report& x) {
  tell_account(x);
  if (!accept(book_question::account, account_round)) return;
  account = x;
  compare_soon();
}

void reconciliation_state::on_positions(const positions_report& x) {
  if (!accept(book_question::positions, x.round)) return;
  broker_positions = last_positions = x.positions;
  count_held_at_broker();
  for (const auto& each : x.positions)
    if (each.last.is_positive()) marks[each.symbol] = each.last;
  compare_soon();
}

void reconciliation_state::on_orders(const orders_report& x) {
  if (!accept(book_question::opens, x.round)) return;
  broker_orders = last_opens = x.orders;
  take_sightings(mirror->on_orders(x.orders));
  tell(self, members.router, x);  // Evidence: executions that the stream lost are found here.
  for (const auto* order : mirror->external().live_orders()) {
    const bool listed = std::any_of(x.orders.begin(), x.orders.end(), [&](const auto& each) {
      return each.venue_id == order->venue_id;
    });
    if (!listed)
      queries->push({single_query::kind::external_order, order->client_id, order->venue_id, {}});
  }
  compare_soon();
}

void reconciliation_state::on_activities(const activities_report& x) {
  tell_movements(x.activities);
  if (!accept(book_question::activities, x.round)) return;
  activities_from = args.time->utc_now();
  take_sightings(mirror->on_orders(x.orders));
  orders_report evidence_of_all{x.round, x.requested, x.orders};
  tell(self, members.router, std::move(evidence_of_all));
  const auto found = mirror->on_activities(x.activities, args.time->mono_now());
  for (const auto& each : found.own) {
    log_line(log_level::warning, name, "reconcile_result",
             "an execution that the stream did not tell: " + each.client_id.str() + " " +
                 each.last_qty.text() + " at " + each.last_price.text());
    tell(self, members.router, each);
  }
  unresolved = found.unresolved.size();
  for (const auto& id : found.unresolved)
    queries->push({single_query::kind::order_by_venue_id, {}, id, {}});
  if (found.external_changed) external_changed("executions of others");
  activities = x.activities;
  compare_soon();
}

void reconciliation_state::on_lookup(const lookup_report& x) {
  if (x.found) {
    const bool was_known = mirror->is_ours(x.order.venue_id);
    take_sightings(mirror->on_orders({x.order}));
    // Now its executions can be told apart.
    if (!was_known) schedule->soon(book_question::activities, args.time->mono_now());
    return;
  }
  for (const auto* order : mirror->external().live_orders())
    if (order->client_id == x.client_id) {
      const auto id = order->venue_id;
      if (mirror->external().end(id)) external_changed("an order of others is gone");
      return;
    }
}

/// A second opinion on one symbol: when it agrees, the whole list is asked for again at once.
void reconciliation_state::on_position(const position_answer& x) {
  const auto known =
      mirror->own_shares(x.position.symbol) + mirror->external().qty(x.position.symbol);
  if (x.position.qty == known)
    schedule->soon(book_question::positions, args.time->mono_now());
  else
    log_line(log_level::warning, name, "reconcile_result",
             x.position.symbol.str() + ": the broker holds " + x.position.qty.text() +
                 " shares, our books " + known.text());
}

void reconciliation_state::on_failure(const broker_failure& x) {
  log_line(log_level::warning, name, "reconcile_result", "no answer: " + x.why.text());
  if (x.question >= 1 && x.question <= book_question_count)
    schedule->on_failure(static_cast<book_question>(x.question), x.round, args.time->mono_now());
  if (x.why.code != ec::auth_refused) return;
  if (!figures.done_once)
    args.on_fatal(exit_code::auth_refused, "the broker refused the credentials: " + x.why.context);
  tell(self, members.gate, halt_command{halt_reason::auth, cut<short_text>(x.why.context)});
}

void reconciliation_state::on_stream(const order_stream_status& x) {
  const bool ready = x.state == feed_state::synced;
  if (ready == stream_ready) return;
  stream_ready = ready;
  if (!ready) return;
  // What happened while we were away is found before anything is sent.
  tell(self, members.gate,
       halt_command{halt_reason::reconciling, cut<short_text>("the order stream came back")});
  cleared_once = false;
  schedule->begin_full(args.time->mono_now());
}

void reconciliation_state::on_report(const order_report& x) {
  const auto symbol = cut<symbol_name>(args.symbols[x.request.symbol.value]);
  mirror->on_report(x, symbol, args.time->mono_now());
  conduct.on_report(x, symbol);
  count_cash(x);
  purposes[x.client_id] = x.request.purpose;
  if (is_terminal(x.state)) purposes.erase(x.client_id);
  if (x.last_qty.is_positive() && fills_since_mark.size() < fills_max)
    fills_since_mark.push_back({symbol, x.request.side, x.last_qty, x.last_price});
  const auto now = args.time->mono_now();
  guard->on_report(x, now);
  // What the broker refused, it may have refused for what we do not know of the account.
  if (x.state == order_state::rejected) {
    schedule->soon(book_question::account, now);
    schedule->soon(book_question::positions, now);
  }
  if (is_guard(x.request) && x.last_qty.is_positive())
    external_changed("a stop of EXTERNAL shares of " + symbol.str() + " was executed");
}

/// The stream speaks of an order that is not in our books: the lists say what it is.
void reconciliation_state::on_foreign_update(const order_update& x) {
  if (mirror->is_ours(x.venue_id)) return;
  const auto now = args.time->mono_now();
  if (nudged_at != mono_ns{} && now - nudged_at < args.options.full_again) return;
  nudged_at = now;
  schedule->soon(book_question::opens, now);
  schedule->soon(book_question::activities, now);
  schedule->soon(book_question::positions, now);
}

void reconciliation_state::beat() {
  tell_after(self, beat_every, reconciliation_actor{self}, atom::beat_v);
  // The first round waits for the stream: what changes from then on is heard.
  if (!stream_ready || !members.router) return;
  const auto now = args.time->mono_now();
  release_account(now);
  if (ended && now >= end_day_at && !schedule->is_full()) schedule->begin_full(now);
  for (const auto& question : schedule->due(now)) ask_broker(question, now);
  if (const auto query = queries->next(now)) ask_single(*query, now);
  judge(now);
  guard_external(now);
}

}  // namespace bw
