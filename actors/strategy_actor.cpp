#include "actors/strategy_actor.hpp"

#include "actors/harden.hpp"
#include "storage/strategy_states.hpp"

namespace bw {

strategy_actor::behavior_type strategy_of_symbol(
    strategy_actor::stateful_pointer<strategy_actor_state> self, strategy_args args) {
  harden(self, strategy_actor_state::name);
  state_of(self).init(std::move(args));
  return {
      [self](const quote& x) { state_of(self).feed_engine(&symbol_engine::on_quote, x); },
      [self](const trade& x) { state_of(self).feed_engine(&symbol_engine::on_trade, x); },
      [self](const bar& x) { state_of(self).feed_engine(&symbol_engine::on_bar, x); },
      [](const trading_status&) {},  // The gate denies while the symbol is halted.
      [self](const order_report& x) { state_of(self).feed_engine(&symbol_engine::on_report, x); },
      [self](const order_denied& x) { state_of(self).feed_engine(&symbol_engine::on_denied, x); },
      [self](const session_state& x) {
        state_of(self).note(x);
        state_of(self).args.engine->on_session(x);
      },
      [self](const account_view& x) {
        state_of(self).note(x);
        state_of(self).args.engine->on_account(x);
      },
      [self](const symbol_trend& x) {
        state_of(self).note(x);
        state_of(self).args.engine->on_trend(x);
      },
      [self](atom::beat) { state_of(self).beat(); },
      [self](const strategy_change& x) { state_of(self).change(x); },
      [self](atom::view) { return state_of(self).view(); },
      [self](const directory& x) { state_of(self).members = x; },
      [self](atom::status) { return state_of(self).status(); },
      [](atom::ready) { return std::uint32_t{0}; },
  };
}

void strategy_actor_state::init(strategy_args given) {
  args = std::move(given);
  if (args.tape != nullptr) {
    args.tape->note(args.birth, args.born);
    // The recorded configuration does not say which strategies a person has to put back.
    for (const auto& seat : args.engine->view().seats)
      if (seat.latched) {
        strategy_change off;
        off.strategy = seat.strategy;
        off.cause = seat.cause.str();
        off.scope = change_scope::take_out;
        args.tape->note(off, args.born);
      }
  }
  kept = args.birth.kept;
  outputs.reserve(symbol_engine::outputs_per_call_max);
  uncovered_now = &args.metrics->add_gauge(
      "bellwether_uncovered_seconds",
      "How long shares have not been covered by a stop at the broker, now.",
      {{"symbol", args.symbol}});
  uncovered_sum = &args.metrics->add_counter(
      "bellwether_uncovered_milliseconds_total",
      "All times together in which shares were not covered by a stop at the broker.");
}

template <class Message>
void strategy_actor_state::feed_engine(void (symbol_engine::*handler)(const Message&, engine_time,
                                                                      engine_outputs&),
                                       const Message& message) {
  if (args.poison == nullptr) return handle(handler, message);
  args.poison->guard(args.symbol, message, [&] { handle(handler, message); });
}

template <class Message>
void strategy_actor_state::handle(void (symbol_engine::*handler)(const Message&, engine_time,
                                                                 engine_outputs&),
                                  const Message& message) {
  const auto at = note(message);
  ((*args.engine).*handler)(message, at, outputs);
  carry_out(at);
  if constexpr (std::is_same_v<Message, order_report>) watch_cover();
}

void strategy_actor_state::beat() {
  const auto at = note(timer_input{});
  args.engine->on_timer(at, outputs);
  carry_out(at);
  watch_cover();
  if (args.tape != nullptr) args.tape->flush();
  if (++beats % (keep_every / beat_every) != 0) return;
  if (auto states = states_to_keep())
    tell(self, members.status,
         kept_file{strategy_states_file({}, args.symbol).string(), std::move(*states)});
}

void strategy_actor_state::watch_cover() {
  const auto now = args.engine->covered();
  const auto at = args.time->mono_now();
  const bool whole = now.covered >= now.position;
  const auto lasted = uncovered_since ? at - *uncovered_since : nanoseconds{};
  uncovered_now->set_units(whole ? 0 : lasted.count());
  if (!whole && now.wanted && !uncovered_told &&
      real_duration(lasted, *args.time) > uncovered_max) {
    uncovered_told = true;
    const auto text = (now.position - now.covered).text() + " of " + now.position.text() +
                      " shares have no stop at the broker";
    log_fields fields;
    fields.symbol = args.symbol;
    log_line(log_level::critical, name, "uncovered_position", text, fields);
    note(alert_record{alert_level::critical, "uncovered_position", cut<symbol_name>(args.symbol),
                      text},
         {});
    send_notes();
  }
  if (whole == !uncovered_since.has_value()) return;
  coverage_record x;
  x.symbol = cut<symbol_name>(args.symbol);
  x.position = now.position;
  x.covered = now.covered;
  if (whole) {
    uncovered_since.reset();
    uncovered_told = false;
    uncovered_total += lasted;
    uncovered_sum->add(static_cast<std::uint64_t>(lasted.count() / 1'000'000));
    x.uncovered_ns = lasted.count();
    x.text = now.position.is_zero() ? "nothing is held any more" : "a stop rests at the broker";
  } else {
    uncovered_since = at;
    x.text = "shares without a stop at the broker";
  }
  note(std::move(x), {});
  send_notes();
}

strategy_view strategy_actor_state::view() const {
  auto out = args.engine->view();
  out.covered = args.engine->covered().covered;
  if (uncovered_since) out.uncovered = args.time->mono_now() - *uncovered_since;
  out.uncovered_total = uncovered_total + out.uncovered;
  return out;
}

void strategy_actor_state::carry_out(engine_time at) {
  for (const auto& output : outputs) {
    if (const auto* order = std::get_if<order_request>(&output)) {
      send_notes();
      if (args.tape != nullptr) args.tape->note(wanted_order{*order}, {at.utc, at.mono});
      tell(self, members.gate, *order);
    } else if (const auto* cancel = std::get_if<cancel_request>(&output)) {
      if (args.tape != nullptr) args.tape->note(wanted_cancel{*cancel}, {at.utc, at.mono});
      tell(self, members.gate, *cancel);
    } else if (const auto* signal = std::get_if<signal_record>(&output)) {
      note_signal(*signal);
    } else if (const auto* evaluation = std::get_if<evaluation_record>(&output)) {
      note(*evaluation, evaluation->finished.trace);
    } else if (const auto* decision = std::get_if<decision_record>(&output)) {
      note(*decision, decision->trace);
    } else if (const auto* off = std::get_if<strategy_switch_record>(&output)) {
      note_fault(*off, at);
    } else if (const auto* fill = std::get_if<shadow_fill>(&output)) {
      tell_shadow(*fill);
    }
  }
  outputs.clear();
  send_notes();
}

void strategy_actor_state::change(const strategy_change& x) {
  // A latch goes to every symbol, whether the strategy is there or not.
  if (x.scope != change_scope::settings && !args.engine->has(x.strategy)) return;
  note(x);
  auto fresh =
      args.make_changed ? args.make_changed(x) : result<std::unique_ptr<strategy>>{nullptr};
  const auto changed = fresh ? args.engine->change(x, std::move(*fresh)) : fresh.failure();
  if (!changed)
    log_line(log_level::error, name, "exception",
             args.symbol + " keeps its strategy as it was: " + changed.failure().text());
}

component_status strategy_actor_state::status() const {
  const auto& counts = args.engine->counts();
  component_status out;
  out.name = std::string{name} + "_" + args.symbol;
  out.counts["signals"] = counts.signals;
  out.counts["fills"] = counts.fills;
  out.counts["denials"] = counts.denials;
  return out;
}

}  // namespace bw
