#include "actors/risk_gate_actor.hpp"

#include "actors/harden.hpp"
#include "config/limits_text.hpp"
#include "storage/event_json.hpp"

namespace bw {
namespace {

gate_birth birth_of(const risk_desk_past& past) {
  gate_birth out{past.latched,
                 past.positions,
                 past.open_orders,
                 past.day_open,
                 past.realized_today,
                 past.entries_today,
                 {},
                 past.high_water,
                 past.sent_today,
                 past.strategies_out,
                 {},
                 {}};
  for (const auto& each : past.last_entries) out.last_entries.push_back({each.symbol, each.at});
  for (const auto& each : past.streaks) out.streaks.push_back({each.strategy, each.losses});
  out.cash_flows = past.cash_flows;
  return out;
}

}  // namespace

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
      [self](const symbol_trend& x) {
        state_of(self).note(x);
        state_of(self).desk->on_trend(x);
      },
      [self](const input_measured& x) {
        state_of(self).desk->on_measured(x, state_of(self).note(x).mono);
      },
      [self](const brief_due& x) { state_of(self).desk->on_brief(x, state_of(self).note(x).mono); },
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
      [self](atom::resume, halt_reason reason, const operator_record& who) {
        return state_of(self).resume(reason, who);
      },
      [self](const override_request& x, const operator_record& who) {
        return state_of(self).let_pass(x, who);
      },
      [self](const limits_change& x, const operator_record& who) {
        return state_of(self).lower(x, who);
      },
      [self](const strategy_return& x, const operator_record& who) {
        return state_of(self).put_back(x, who);
      },
      [self](const cash_flow_record& x) { state_of(self).on_cash_flow(x); },
      [self](atom::flatten) { state_of(self).flatten("the node is stopping"); },
      [self](const flatten_request& x, const operator_record& who) {
        return state_of(self).flatten(x, who);
      },
      [self](atom::beat) { state_of(self).beat(); },
      [self](atom::flush) { state_of(self).end_round(); },
      [self](atom::view) { return state_of(self).view(); },
      [self](const directory& x) { state_of(self).on_directory(x); },
      [self](atom::status) { return state_of(self).status(); },
      [](atom::ready) { return std::uint32_t{0}; },
  };
}

void risk_gate_state::init(risk_gate_args given) {
  args = std::move(given);
  figures.limits_hash = hex_text(limits_in_force(args.config, "").hash);
  desk.emplace(args.options, std::vector<symbol_facts>(args.symbols.capacity()),
               args.strategies.capacity());
  symbols_known = args.symbols.size();
  strategies_known = args.strategies.size();
  desk->admit(symbols_known, strategies_known);
  desk->begin_disconnected(args.past, note(birth_of(args.past)));
  add_metrics();
  // An answer of the real world takes longer on a clock that runs faster.
  flatten_options patience;
  patience.late_after *= std::max<std::int64_t>(1, args.time->speed());
  patience.again_every *= std::max<std::int64_t>(1, args.time->speed());
  patience.ask_every *= std::max<std::int64_t>(1, args.time->speed());
  closing = flatten_watch{patience};
  if (args.flatten) closing.queue();
  tell_after(self, beat_every, risk_gate_actor{self}, atom::beat_v);
}

void risk_gate_state::on_report(const order_report& x) {
  desk->on_report(x, note(x));
  announce_changes();
  if (!x.last_qty.is_positive() && !is_terminal(x.state) && x.state != order_state::intent) return;
  // A message to every symbol would stand before the log's turn to write the order.
  shared = desk->view(now());
  if (x.request.symbol.value < members.strategies.size())
    tell(self, members.strategies[x.request.symbol.value], shared);
  account_due = true;
}

void risk_gate_state::on_marks(const market_marks& x) {
  const auto take = [this](const auto& all, auto handler) {
    for (const auto& each : all) {
      note(each);
      ((*desk).*handler)(each);
    }
  };
  take(x.quotes, &risk_desk::on_quote);
  take(x.trades, &risk_desk::on_trade);
  take(x.bars, &risk_desk::on_bar);
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

/// In the log before it counts for long: a restart must not take it for news.
void risk_gate_state::on_cash_flow(const cash_flow_record& x) {
  auto news = desk->on_cash_flow(x, note(x).utc);
  if (!news) return;
  log_line(log_level::warning, name, "cash_flow",
           news->type.str() + " " + news->amount.text() + " USD: no profit and no loss");
  audit_append record;
  record.events.emplace_back(*std::move(news));
  record.needs = durability::before_answer;
  record.from = short_name{name};
  tell(self, members.audit, std::move(record));
  share_account();
}

void risk_gate_state::on_asset(const asset_report& x) {
  for (std::uint32_t k = 0; k < args.symbols.size(); ++k)
    if (args.symbols[k] == x.symbol.view())
      desk->on_asset(symbol_id{k}, x, note(recorded_asset{symbol_id{k}, x}).utc);
}

void risk_gate_state::on_directory(const directory& x) {
  members = x;
  take_new_members();
  // Whoever is new has to know how things stand.
  tell(self, members.router, desk->trading());
  for (const auto& each : members.strategies) tell(self, each, shared);
}

void risk_gate_state::take_new_members() {
  const auto symbols = args.symbols.size();
  const auto strategies = args.strategies.size();
  if (symbols == symbols_known && strategies == strategies_known) return;
  note(new_members{
      {args.symbols.begin() + symbols_known, args.symbols.begin() + symbols},
      {args.strategies.begin() + strategies_known, args.strategies.begin() + strategies}});
  symbols_known = symbols;
  strategies_known = strategies;
  desk->admit(symbols, strategies);
}

trading_state risk_gate_state::halt(const halt_command& x) {
  note(x);
  desk->narrow(x.reason, std::max(x.floor, first_floor(x.reason)), x.text.view());
  announce_changes();
  // A kill is for everything that was wanted before it.
  if (x.reason == halt_reason::kill) withdraw_flatten("trading was killed");
  return desk->trading();
}

void risk_gate_state::clear(const clear_command& x) {
  note(x);
  desk->clear_by_rule(x.reason, x.text.view());
  announce_changes();
}

void risk_gate_state::beat() {
  tell_after(self, beat_every, risk_gate_actor{self}, atom::beat_v);
  const auto real_now = real.mono_now();
  if (args.life != nullptr) args.life->beat(real_now);
  if (const auto delay = stalls.on_beat(real_now)) tell_stall(*delay);
  if (audit_behind() > audit_dead_after && !has_reason(desk->trading(), halt_reason::audit))
    halt({halt_reason::audit, cut<short_text>("the audit log is more than a second behind")});
  const auto at = note(timer_input{});
  const auto step = desk->watch(at);
  if (args.tape != nullptr) args.tape->flush();
  announce_changes();
  if (account_due) share_account();
  show_way_out();
  cancel_doomed(step.doomed);
  if (step.flatten) flatten("losses reached their limit");
  watch_flatten(at);
}

}  // namespace bw
