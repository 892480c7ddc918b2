#include "actors/risk_gate_actor.hpp"

#include "actors/harden.hpp"
#include "domain/worst_price.hpp"

namespace bw {

risk_gate_actor::behavior_type risk_gate(risk_gate_actor::stateful_pointer<risk_gate_state> self,
                                         risk_gate_args args) {
  harden(self, risk_gate_state::name);
  state_of(self).init(std::move(args));
  return {
      [self](const order_request& x) { state_of(self).on_order(x); },
      [self](const cancel_request& x) { tell(self, state_of(self).members.router, x); },
      [self](const order_report& x) { state_of(self).on_report(x); },
      [self](const market_marks& x) { state_of(self).on_marks(x); },
      [self](const trading_status& x) { state_of(self).board->on_status(x); },
      [self](const feed_status& x) { state_of(self).on_feed(x); },
      [self](const order_stream_status& x) { state_of(self).on_stream(x); },
      [self](const account_report& x) { state_of(self).on_account(x); },
      [self](const asset_report& x) { state_of(self).on_asset(x); },
      [self](const session_state& x) { state_of(self).on_session(x); },
      [self](const halt_command& x) { state_of(self).halt(x); },
      [self](const clear_command& x) { state_of(self).clear(x); },
      [self](atom::halt, const halt_command& x) { return state_of(self).halt(x); },
      [self](atom::flatten) { state_of(self).flatten("asked for"); },
      [self](atom::beat) { state_of(self).beat(); },
      [self](atom::view) { return state_of(self).view(); },
      [self](const directory& x) { state_of(self).on_directory(x); },
      [self](atom::status) { return state_of(self).status(); },
      [](atom::ready) { return std::uint32_t{0}; },
  };
}

void risk_gate_state::init(risk_gate_args given) {
  args = std::move(given);
  const auto count_of_symbols = args.symbols.size();
  rules.emplace(args.limits);
  rules->start_session(args.entries_today);
  board.emplace(count_of_symbols);
  exposure.emplace(count_of_symbols);
  positions.emplace(position_book::sizes{count_of_symbols, args.strategies.size()});
  facts.resize(count_of_symbols);
  marks.resize(count_of_symbols);
  for (auto& each : facts) each.allowed = true;
  for (const auto& held : args.positions) {
    positions->restore(held.strategy, held.symbol, held.qty, held.average);
    exposure->restore_position(held.symbol, positions->of(held.symbol).qty(), held.average);
  }
  for (const auto& open : args.open_orders) exposure->on_report(open);
  day_open = args.day_open;
  realized_today = args.realized_today;
  machine.restore(args.latched);
  machine.add(halt_reason::reconciling);
  machine.add(halt_reason::feed);
  machine.add(halt_reason::stream);
  for (std::size_t k = 1; k <= risk_rule_count; ++k) {
    const std::string rule{to_string(static_cast<risk_rule>(k))};
    const auto series = [&](const char* result) {
      return &args.metrics->add_counter("bellwether_risk_decisions_total",
                                        "Rules evaluated by the risk gate.",
                                        {{"result", result}, {"rule", rule}});
    };
    rule_counts[k] = {series("pass"), series("deny")};
  }
  tick_to_decision = &args.metrics->add_histogram(
      "bellwether_tick_to_decision_seconds", "From the tick's bytes to the verdict on its order.");
  feed.since = stream.since = args.time->mono_now();
  tell_after(self, beat_every, risk_gate_actor{self}, atom::beat_v);
}

risk_inputs risk_gate_state::inputs() const {
  risk_inputs out{.trading = machine.state(),
                  .session = session,
                  .quotes = *board,
                  .exposure = *exposure,
                  .symbols = facts};
  out.account = account_known ? &account : nullptr;
  out.session_start_equity = session_start_equity;
  if (account_known) out.day = day();
  out.feed = feed.up ? readiness::ready : readiness::not_ready;
  out.order_stream = stream.up ? readiness::ready : readiness::not_ready;
  out.flatten = flatten_allowed;
  return out;
}

void risk_gate_state::on_order(const order_request& x) {
  const auto now = args.time->mono_now();
  const auto verdict = rules->check(x, inputs(), args.time->utc_now(), now);
  tick_to_decision->record(real_duration(now - x.header.received, *args.time));
  count(verdict);
  if (!verdict.approved) return deny(x, verdict);
  market_prices market;
  if (const auto* latest = board->latest_quote(x.symbol)) market = {latest->bid, latest->ask};
  exposure->on_intent(x, worst_price(x, market));
  rules->on_sent(x, now);
  ++figures.approved;
  tell(self, members.router, approved_order{x, verdict});
  share_account();
}

void risk_gate_state::count(const risk_verdict& verdict) {
  for (const auto& check : verdict.checks) {
    const auto& to = rule_counts[static_cast<std::size_t>(check.rule)];
    if (check.outcome == check_outcome::passed) to.passed->add();
    if (check.outcome == check_outcome::denied) to.denied->add();
  }
}

void risk_gate_state::deny(const order_request& x, const risk_verdict& verdict) {
  ++figures.denied;
  log_fields fields;
  fields.symbol = args.symbols[x.symbol.value];
  fields.strategy = args.strategies[x.strategy.value];
  log_line(log_level::info, name, "signal_rejected",
           "denied: " + std::string{to_string(verdict.reason)}, fields);
  audit_append note;
  note.events.emplace_back(verdict_record{{},
                                          cut<symbol_name>(args.symbols[x.symbol.value]),
                                          cut<short_name>(args.strategies[x.strategy.value]),
                                          x,
                                          verdict});
  note.trace = x.header.trace;
  note.from = short_name{name};
  tell(self, members.audit, std::move(note));
  if (x.symbol.value < members.strategies.size())
    tell(self, members.strategies[x.symbol.value], order_denied{x, verdict});
}

void risk_gate_state::on_report(const order_report& x) {
  const auto& request = x.request;
  if (x.last_qty.is_positive()) {
    const auto booked = positions->apply(
        {request.strategy, request.symbol, request.side, x.last_qty, x.last_price});
    realized_today += booked.realized;
  }
  exposure->on_report(x);
  if (x.state == order_state::rejected) {
    const auto now = args.time->mono_now();
    rejects.push_back(now);
    while (now - rejects.front() > args.options.rejects_period) rejects.pop_front();
    if (rejects.size() >= args.options.rejects_max)
      narrow(halt_reason::rejects, trading_mode::reducing, "the broker rejects our orders");
  }
  if (x.last_qty.is_positive() || is_terminal(x.state)) share_account();
}

void risk_gate_state::on_marks(const market_marks& x) {
  for (const auto& latest : x.quotes) {
    board->on_quote(latest);
    if (latest.bid.is_positive()) {
      marks[latest.symbol.value] = latest.bid;
      exposure->on_mark(latest.symbol, latest.bid);
    }
  }
  for (const auto& last : x.trades) board->on_trade(last);
}

void risk_gate_state::on_account(const account_report& x) {
  account = x;
  account_known = true;
  if (!session_start_equity) session_start_equity = x.equity;
  const bool usable = x.status == "ACTIVE" && !x.trading_blocked;
  if (usable)
    widen(halt_reason::account, "the account may trade");
  else
    narrow(halt_reason::account, trading_mode::halted,
           "the broker blocks the account: " + x.status);
  share_account();
}

void risk_gate_state::on_asset(const asset_report& x) {
  for (std::size_t k = 0; k < args.symbols.size(); ++k) {
    if (args.symbols[k] != x.symbol.view()) continue;
    facts[k].tradable = x.tradable;
    facts[k].active = x.active;
    facts[k].fractionable = x.fractionable;
    facts[k].asset_at = args.time->utc_now();
  }
}

void risk_gate_state::on_session(const session_state& x) {
  const bool running = x.phase != session_phase::unknown && x.phase != session_phase::closed;
  if (running && x.open != day_open) {
    day_open = x.open;
    rules->start_session(0);
    realized_today = money{};
    flatten_allowed = flatten_permission::none;
    loss_seen = loss_level::none;
    if (account_known) session_start_equity = account.equity;
  }
  session = x;
}

void risk_gate_state::on_directory(const directory& x) {
  members = x;
  // Whoever is new has to know how things stand.
  tell(self, members.router, machine.state());
  for (const auto& each : members.strategies) tell(self, each, shared);
}

void risk_gate_state::share_account() {
  const auto fresh = rules->view(inputs(), args.time->mono_now());
  shared = fresh;
  for (const auto& each : members.strategies) tell(self, each, shared);
}

risk_view risk_gate_state::view() const {
  auto out = figures;
  out.trading = machine.state();
  out.stream = last_stream;
  out.account = account;
  out.day_start_equity = day().start_equity;
  return out;
}

component_status risk_gate_state::status() const {
  component_status out;
  out.name = name;
  out.state = machine.state().mode == trading_mode::active ? health::ok : health::degraded;
  out.text = std::string{to_string(machine.state().mode)};
  out.counts["approved"] = figures.approved;
  out.counts["denied"] = figures.denied;
  out.counts["entries_today"] = rules->entries_today();
  return out;
}

}  // namespace bw
