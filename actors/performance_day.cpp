// What is counted, and counted again by a successor; trades that end, and what a day comes to.

#include "actors/performance_actor.hpp"
#include "core/json_writer.hpp"

namespace bw {

void performance_state::add(performance_input x) {
  args.journal->add(std::move(x));
  follow();
}

/// Before anybody is known there is nobody to tell.
void performance_state::follow() {
  if (!members.audit) return;
  while (const auto next = args.journal->next(place)) {
    take(*next);
    args.journal->on_told(place);
  }
}

/// What a predecessor counted and told.
void performance_state::count_again() {
  telling = false;
  while (place < args.journal->told()) {
    const auto next = args.journal->next(place);
    if (!next) break;
    take(*next);
  }
  telling = true;
}

void performance_state::take(const performance_input& x) {
  if (const auto* report = std::get_if<order_report>(&x)) on_report(*report);
  if (const auto* session = std::get_if<session_state>(&x)) on_session(*session);
  if (const auto* fee = std::get_if<fee_record>(&x)) on_fee(*fee);
  if (const auto* day_done = std::get_if<day_report>(&x)) on_day(*day_done);
}

void performance_state::record(audit_event event, trace_id trace) {
  if (!telling) return;
  audit_append note;
  note.events.push_back(std::move(event));
  note.trace = trace;
  note.from = short_name{name};
  tell(self, members.audit, std::move(note));
}

void performance_state::say(log_level level, const char* event, const std::string& text,
                            const log_fields& fields) const {
  if (telling) log_line(level, name, event, text, fields);
}

bool performance_state::is_new_day(const session_state& x) const {
  if (x.phase == session_phase::unknown || x.phase == session_phase::closed) return false;
  return x.open != day_open;
}

void performance_state::on_session(const session_state& x) {
  if (!is_new_day(x)) return;
  put_down_day();  // Of a day that nobody compared.
  day.begin(day_of(x.open), x.open, x.close);
  day_open = x.open;
  realized_today = money{};
  trades_today = 0;
}

void performance_state::close_trade(const order_report& report, const round_trip& trip) {
  ++trades_today;
  trade_record done;
  done.symbol = trip.symbol;
  done.strategy = trip.strategy;
  done.qty = trip.qty;
  done.entry = trip.entry_average;
  done.exit = trip.exit_average;
  done.pnl = trip.pnl;
  done.opened_at = trip.opened_at;
  // A trade of an earlier run is known by its name only.
  client_order_id trade;
  if (const auto open = trades.find({report.request.strategy, report.request.symbol});
      open != trades.end()) {
    done.opened_at = open->second.opened_at;
    trade = open->second.trade;
  }
  done.closed_at = trip.closed_at;
  done.exit_reason = report.request.reason;
  json_writer data;
  data.begin_object();
  data.member("qty", done.qty);
  data.member("entry", done.entry);
  data.member("exit", done.exit);
  data.member("pnl", done.pnl);
  data.member("exit_reason", to_string(done.exit_reason));
  data.end_object();
  log_fields fields;
  fields.symbol = done.symbol.view();
  fields.strategy = done.strategy.view();
  fields.client_order_id = report.client_id.view();
  fields.trade_id = trade.view();
  fields.data = data.text();
  say(log_level::info, "position_closed", done.symbol.str() + " closed with " + done.pnl.text(),
      fields);
  if (is_flat())
    say(log_level::info, "all_positions_closed",
        "nothing is held after " + done.symbol.str() + " was closed", fields);
  record(std::move(done), report.request.header.trace);
}

bool performance_state::is_flat() const {
  for (std::uint32_t k = 0; k < marks.size(); ++k)
    if (!book->of(symbol_id{k}).qty().is_zero()) return false;
  return true;
}

std::string performance_state::day_of(utc_ns at) const {
  return format_date(args.calendar ? args.calendar->new_york_date(at) : utc_date(at));
}

/// A run that begins within a session goes on with what the one before did in it.
void performance_state::take_up_day() {
  if (args.day_open == utc_ns{}) return;
  day.begin(day_of(args.day_open), args.day_open, args.day_close);
  day_put_down = args.reconciled_day;
  std::map<std::pair<short_name, symbol_name>, quantity> held;
  for (const auto& each : args.positions)
    held[{cut<short_name>(args.strategies[each.strategy.value]),
          cut<symbol_name>(args.symbols[each.symbol.value])}] = each.qty;
  const auto signed_qty = [](const fill_record& x) { return x.side == side::buy ? x.qty : -x.qty; };
  for (const auto& fill : args.day_fills) held[{fill.strategy, fill.symbol}] -= signed_qty(fill);
  for (const auto& [whose, qty] : held) day.hold(whose.first, whose.second, qty);
  for (const auto& fill : args.day_fills) {
    auto& qty = held[{fill.strategy, fill.symbol}];
    qty += signed_qty(fill);
    day.on_execution({fill.strategy, fill.symbol, fill.side, fill.qty, fill.at_price, fill.realized,
                      qty, fill.ts_event});
  }
}

/// Fifty times a second: the list is kept.
void performance_state::follow_worth() {
  gains.clear();
  strategy_id last = no_strategy;
  for (const auto& [whose, trade] : trades) {
    const auto [strategy, symbol] = whose;
    const auto& mark = marks[symbol.value];
    if (!mark.is_positive()) continue;
    if (gains.empty() || strategy != last)
      gains.push_back({cut<short_name>(args.strategies[strategy.value]), money{}});
    last = strategy;
    gains.back().unrealized += book->of(strategy, symbol).unrealized(mark);
  }
  day.on_worth(gains);
}

void performance_state::on_day(const day_report& x) {
  if (x.day.day == day.day()) put_down_day();
}

/// Once a day.
void performance_state::put_down_day() {
  if (day.day().empty() || day.day() == day_put_down) return;
  day_put_down = day.day();
  follow_worth();
  auto figures_of_day = day.record(args.type);
  for (const auto& line : figures_of_day.lines) {
    const auto data = "{\"day\":\"" + figures_of_day.day + "\"," + to_json(line).substr(1);
    log_fields fields;
    fields.strategy = line.strategy.view();
    fields.data = data;
    const bool is_all = line.strategy.empty();
    say(log_level::info, is_all ? "daily_summary" : "performance_metrics",
        figures_of_day.day + ": " + to_text(line), fields);
  }
  record(std::move(figures_of_day), {});
}

}  // namespace bw
