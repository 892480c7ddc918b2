// What a symbol's strategies have to tell: their signals and their faults, to the log, to the
// metrics and to the other symbols.

#include "actors/harden.hpp"
#include "actors/strategy_actor.hpp"
#include "core/json_writer.hpp"

namespace bw {

counter& strategy_actor_state::signals_of(const signal_record& x) {
  for (const auto& each : series)
    if (each.side == x.what.side && each.strategy == x.strategy) return *each.count;
  auto& made = args.metrics->add_counter(
      "bellwether_signals_total", "Signals of the strategies.",
      {{"side", std::string{to_string(x.what.side)}}, {"strategy", x.strategy.str()}});
  series.push_back({x.strategy, x.what.side, &made});
  return made;
}

void strategy_actor_state::note_fault(const strategy_switch_record& x, engine_time at) {
  log_fields fields;
  fields.symbol = x.symbol.view();
  fields.strategy = x.strategy.view();
  log_line(log_level::critical, name, "strategy_disabled",
           x.strategy.str() + " is off until a person puts it back: " + x.cause, fields);
  args.metrics
      ->add_counter("bellwether_strategy_faults_total", "Strategies taken out after a fault.",
                    {{"strategy", x.strategy.str()}})
      .add();
  send_notes();
  audit_append group;
  group.events.emplace_back(x);
  group.events.emplace_back(
      alert_record{alert_level::critical, "strategy_disabled", x.symbol, x.cause});
  group.needs = durability::before_answer;
  group.from = short_name{name};
  tell(self, members.audit, std::move(group));
  for (const auto& seat : args.engine->view().seats) {
    if (!seat.latched || args.strategies[seat.strategy.value] != x.strategy.view()) continue;
    strategy_change off;
    off.strategy = seat.strategy;
    off.cause = x.cause;
    off.scope = change_scope::take_out;
    if (args.on_fault) args.on_fault(seat.strategy, x.cause);
    // How late an answer was is not of the inputs: a replay is told of it.
    if (args.tape != nullptr) args.tape->note(off, {at.utc, at.mono});
    for (const auto& other : members.strategies)
      if (other && other != strategy_actor{self}) tell(self, other, off);
  }
}

void strategy_actor_state::tell_shadow(const shadow_fill& x) const {
  json_writer data;
  data.begin_object();
  data.member("side", to_string(x.side));
  data.member("purpose", to_string(x.purpose));
  data.member("reason", to_string(x.reason));
  data.member("qty", x.qty);
  data.member("fill_price", x.at_price);
  data.member("position", x.position);
  data.member("shadow_trades", x.figures.trades);
  data.member("shadow_wins", x.figures.wins);
  data.member("shadow_realized_pnl", x.figures.realized);
  data.end_object();
  log_fields fields;
  fields.symbol = args.symbol;
  fields.strategy = x.strategy.view();
  fields.data = data.text();
  log_line(log_level::info, name, "shadow_fill",
           std::string{x.side == side::buy ? "would have bought " : "would have sold "} +
               x.qty.text() + " at " + x.at_price.text() + " (simulated)",
           fields);
}

void strategy_actor_state::note_signal(const signal_record& x) {
  signals_of(x).add();
  json_writer data;
  data.begin_object();
  data.member("side", to_string(x.what.side));
  data.member("reason", to_string(x.what.reason));
  data.member("confidence_ppm", x.what.confidence_ppm);
  data.member("reference", x.what.reference);
  data.member("fate", to_string(x.fate));
  data.member("trace", x.what.header.trace.value);
  data.end_object();
  log_fields fields;
  fields.symbol = x.symbol.view();
  fields.strategy = x.strategy.view();
  fields.data = data.text();
  log_line(log_level::info, name,
           x.fate == signal_fate::ordered ? "signal_generated" : "signal_rejected",
           std::string{to_string(x.what.reason)}, fields);
  note(x, x.what.header.trace);
}

/// One message for all that belongs to one cause, in its order: each message to the log's writer is
/// an allocation and may be a wake-up, on the way of the order that follows.
void strategy_actor_state::note(audit_event event, trace_id trace) {
  if (!notes.events.empty() && notes.trace != trace) send_notes();
  notes.events.push_back(std::move(event));
  notes.trace = trace;
}

void strategy_actor_state::send_notes() {
  if (notes.events.empty()) return;
  notes.from = short_name{name};
  tell(self, members.audit, std::exchange(notes, {}));
}

}  // namespace bw
