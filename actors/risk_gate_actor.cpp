#include "actors/risk_gate_actor.hpp"

#include "actors/harden.hpp"

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
      [self](const trading_status& x) {
        state_of(self).note(x);
        state_of(self).desk->on_status(x);
      },
      [self](const feed_status& x) {
        state_of(self).desk->on_feed(x.state == feed_state::synced, state_of(self).note(x));
      },
      [self](const order_stream_status& x) { state_of(self).on_stream(x); },
      [self](const account_report& x) { state_of(self).on_account(x); },
      [self](const asset_report& x) { state_of(self).on_asset(x); },
      [self](const session_state& x) {
        state_of(self).note(x);
        state_of(self).desk->on_session(x);
      },
      [self](const symbol_stop& x) {
        state_of(self).note(x);
        state_of(self).desk->on_symbol_stop(x);
      },
      [self](const external_report& x) {
        state_of(self).note(x);
        state_of(self).desk->on_external(x);
        state_of(self).share_account();
      },
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
  std::vector<symbol_facts> facts(args.symbols.size());
  for (auto& each : facts) each.allowed = true;
  desk.emplace(args.options, std::move(facts), args.strategies.size());
  const auto& past = args.past;
  desk->begin_disconnected(
      past, note(gate_birth{past.latched, past.positions, past.open_orders, past.day_open,
                            past.realized_today, past.entries_today}));
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
  tell_after(self, beat_every, risk_gate_actor{self}, atom::beat_v);
}

void risk_gate_state::on_order(const order_request& x) {
  const auto at = note(x);
  const auto behind = audit_behind();
  if (x.purpose == order_purpose::entry && behind > audit_behind_max) {
    risk_verdict late;
    late.checks.push({risk_rule::state, check_outcome::denied, behind.count(),
                      nanoseconds{audit_behind_max}.count()});
    count(late);
    return deny(x, late);
  }
  const auto verdict = desk->check(x, at);
  tick_to_decision->record(real_duration(at.mono - x.header.received, *args.time));
  count(verdict);
  if (!verdict.approved) return deny(x, verdict);
  ++figures.approved;
  tell(self, members.router, approved_order{x, verdict, at.mono});
  share_account();
}

nanoseconds risk_gate_state::audit_behind() const {
  return args.mark == nullptr ? nanoseconds{0} : args.mark->behind(real.mono_now());
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
  desk->on_report(x, note(x));
  announce_changes();
  if (x.last_qty.is_positive() || is_terminal(x.state)) share_account();
}

void risk_gate_state::on_marks(const market_marks& x) {
  for (const auto& latest : x.quotes) {
    note(latest);
    desk->on_quote(latest);
  }
  for (const auto& last : x.trades) {
    note(last);
    desk->on_trade(last);
  }
}

void risk_gate_state::on_stream(const order_stream_status& x) {
  last_stream = x;
  desk->on_order_stream(x.state == feed_state::synced, note(x));
}

void risk_gate_state::on_account(const account_report& x) {
  note(x);
  desk->on_account(x);
  announce_changes();
  share_account();
}

void risk_gate_state::on_asset(const asset_report& x) {
  for (std::uint32_t k = 0; k < args.symbols.size(); ++k)
    if (args.symbols[k] == x.symbol.view())
      desk->on_asset(symbol_id{k}, x, note(recorded_asset{symbol_id{k}, x}).utc);
}

void risk_gate_state::on_directory(const directory& x) {
  members = x;
  // Whoever is new has to know how things stand.
  tell(self, members.router, desk->trading());
  for (const auto& each : members.strategies) tell(self, each, shared);
}

void risk_gate_state::share_account() {
  shared = desk->view(now());
  for (const auto& each : members.strategies) tell(self, each, shared);
}

trading_state risk_gate_state::halt(const halt_command& x) {
  note(x);
  desk->narrow(x.reason, std::max(x.floor, first_floor(x.reason)), x.text.view());
  announce_changes();
  return desk->trading();
}

void risk_gate_state::clear(const clear_command& x) {
  note(x);
  desk->clear_by_rule(x.reason, x.text.view());
  announce_changes();
}

void risk_gate_state::announce_changes() {
  for (auto& change : desk->take_changes()) {
    tell(self, members.router, change.after);
    log_line(change.added ? log_level::warning : log_level::info, name,
             change.added ? "trading_halted" : "trading_resumed",
             std::string{to_string(change.after.mode)} + ": " +
                 std::string{to_string(change.reason)} + (change.added ? " set, " : " cleared, ") +
                 change.why);
    audit_append note;
    note.events.emplace_back(
        state_record{change.after, change.reason, change.added, std::move(change.why)});
    note.needs = durability::before_answer;
    note.from = short_name{name};
    tell(self, members.audit, std::move(note));
  }
}

void risk_gate_state::flatten(const char* why) {
  note(flatten_input{});
  if (desk->permit_flatten()) close_everything(why);
}

void risk_gate_state::close_everything(const char* why) {
  log_line(log_level::warning, name, "all_positions_closed",
           std::string{"every position is being closed: "} + why);
  auto closing = desk->session();
  closing.phase = session_phase::flatten;
  for (const auto& each : members.strategies) tell(self, each, closing);
}

void risk_gate_state::beat() {
  tell_after(self, beat_every, risk_gate_actor{self}, atom::beat_v);
  if (args.life != nullptr) args.life->beat(real.mono_now());
  if (audit_behind() > audit_dead_after && !has_reason(desk->trading(), halt_reason::audit))
    halt({halt_reason::audit, cut<short_text>("the audit log is more than a second behind")});
  const auto step = desk->watch(note(timer_input{}));
  if (args.tape != nullptr) args.tape->flush();
  announce_changes();
  if (step.flatten) close_everything("the loss of the day");
}

risk_view risk_gate_state::view() const {
  auto out = figures;
  out.trading = desk->trading();
  out.stream = last_stream;
  if (desk->account()) out.account = *desk->account();
  out.day_start_equity = desk->day().start_equity;
  return out;
}

component_status risk_gate_state::status() const {
  component_status out;
  out.name = name;
  out.state = desk->trading().mode == trading_mode::active ? health::ok : health::degraded;
  out.text = std::string{to_string(desk->trading().mode)};
  out.counts["approved"] = figures.approved;
  out.counts["denied"] = figures.denied;
  out.counts["entries_today"] = desk->entries_today();
  return out;
}

}  // namespace bw
