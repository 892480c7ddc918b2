#include "storage/trade_projector.hpp"

#include <algorithm>

#include "domain/external_guard.hpp"
#include "domain/order_quality.hpp"
#include "storage/audit_codec.hpp"
#include "storage/event_json.hpp"
#include "storage/trade_cells.hpp"
#include "storage/trade_schema.hpp"

namespace bw {

using namespace cells;

namespace {

const char* trade_type_of(std::string_view mode) {
  return mode == "live" ? "live" : mode == "paper" ? "paper" : "simulated";
}

quantity signed_qty(const fill_record& x) { return x.side == side::buy ? x.qty : -x.qty; }

/// Order, strategy and symbol that an event is about, as far as it says.
struct subject {
  std::string order;
  std::string strategy;
  std::string symbol;
};
subject subject_of(const audit_event& event) {
  subject out;
  out.order = client_id_of(event).str();
  std::visit(
      [&](const auto& x) {
        if constexpr (requires { x.strategy.view(); }) out.strategy = x.strategy.str();
        if constexpr (requires { x.symbol.view(); }) out.symbol = x.symbol.str();
      },
      event);
  return out;
}

/// A few words for the index; the record itself has the rest.
struct summary_teller {
  std::string operator()(const state_record& x) const {
    return std::string{to_string(x.state.mode)} + " " + std::string{to_string(x.changed)} +
           (x.added ? " set " : " cleared ") + x.text;
  }
  std::string operator()(const session_record& x) const {
    return std::string{to_string(x.session.phase)};
  }
  std::string operator()(const signal_record& x) const {
    return std::string{to_string(x.what.side)} + " " + std::string{to_string(x.what.reason)} + " " +
           std::string{to_string(x.fate)};
  }
  std::string operator()(const verdict_record& x) const {
    return x.verdict.approved ? "passed" : "denied by " + std::string{to_string(x.verdict.reason)};
  }
  std::string operator()(const intent_record& x) const {
    return std::string{to_string(x.request.side)} + " " + x.request.qty.text();
  }
  std::string operator()(const submit_record& x) const {
    return std::string{to_string(x.result.outcome)};
  }
  std::string operator()(const update_record& x) const {
    return std::string{to_string(x.update.event)} + " -> " + std::string{to_string(x.after)};
  }
  std::string operator()(const fill_record& x) const {
    return std::string{to_string(x.side)} + " " + x.qty.text() + " at " + x.at_price.text();
  }
  std::string operator()(const evaluation_record& x) const {
    return std::string{to_string(x.outcome)};
  }
  std::string operator()(const trade_event_record& x) const {
    return std::string{to_string(x.event)} + " " + x.pnl.text();
  }
  std::string operator()(const supervisor_record& x) const {
    return x.child.str() + ": " + x.reason;
  }
  std::string operator()(const feed_record& x) const { return std::string{to_string(x.state)}; }
  std::string operator()(const cancel_record& x) const { return x.cause; }
  std::string operator()(const withdrawn_record& x) const { return x.text; }
  std::string operator()(const trend_record& x) const {
    return std::string{to_string(x.trend.regime)};
  }
  template <class T>
  std::string operator()(const T&) const {
    return {};
  }
};
std::string summary_of(const audit_event& event) { return std::visit(summary_teller{}, event); }

}  // namespace

result<void> trade_projector::apply(const audit_record& record) {
  failed_ = {};
  changes_made_ = 0;
  index(record);
  std::visit([&](const auto& x) { on(record, x); }, record.event);
  return failed_;
}

void trade_projector::run(std::string_view sql, const sql_row& values) {
  if (!failed_) return;
  failed_ = db_.run(sql, values);
}

sql_row trade_projector::first(std::string_view sql, const sql_row& values) {
  if (!failed_) return {};
  auto row = db_.first(sql, values);
  if (row) return *std::move(row);
  failed_ = row.failure();
  return {};
}

void trade_projector::put(std::string_view table, sql_row row, const audit_record& record) {
  row.push_back(number(record.sequence.value));
  run(insert_statement(table), row);
}

std::string trade_projector::remembered(std::string_view name) {
  const auto row = first("SELECT value FROM projection WHERE name = ?", {text(name)});
  return row.empty() ? std::string{} : text_of(row[0]);
}

void trade_projector::remember(std::string_view name, std::string value) {
  run("INSERT OR REPLACE INTO projection VALUES(?, ?)", {text(name), std::move(value)});
}

void trade_projector::index(const audit_record& record) {
  const auto about = subject_of(record.event);
  put("audit_index",
      {number(record.sequence.value), when(record.wall), text(audit_type_name(record.type)),
       number(record.boot_no), number(record.trace.value), some(about.order), some(about.strategy),
       some(about.symbol), text(record.from.view()), some(summary_of(record.event))},
      record);
}

// What was thought.

void trade_projector::on(const audit_record& record, const signal_record& x) {
  put("signals",
      {number(record.sequence.value), when(record.wall), text(x.strategy.view()),
       text(x.symbol.view()), enum_text(x.what.side), enum_text(x.what.purpose),
       number(std::uint64_t{x.what.confidence_ppm} * 1'000), units(x.what.reference),
       some(x.what.stop), some(x.what.target), number(0), enum_text(x.what.reason),
       enum_text(x.fate), null, number(record.boot_no), number(x.what.header.trace.value)},
      record);
}

void trade_projector::bar_row(const audit_record& record, const std::string& symbol, const bar& x) {
  if (x.start == utc_ns{}) return;
  const char* frame = x.span == bar_span::minute         ? "1m"
                      : x.span == bar_span::five_minutes ? "5m"
                                                         : "1d";
  put("market_data",
      {symbol, text(frame), when(x.start), units(x.open), units(x.high), units(x.low),
       units(x.close), units(x.volume), units(x.vwap), number(x.trades),
       number(x.origin == bar_origin::correction ? 1 : 0)},
      record);
}

void trade_projector::on(const audit_record& record, const evaluation_record& x) {
  bar_row(record, x.symbol.str(), x.finished);
}

void trade_projector::on(const audit_record& record, const decision_record& x) {
  bar_row(record, x.symbol.str(), x.finished);
  put("decisions",
      {number(record.sequence.value), when(record.wall), number(record.boot_no),
       number(x.trace.value), text(x.strategy.view()), text(x.symbol.view()), enum_text(x.purpose),
       units(x.seen.bid), units(x.seen.ask), some(x.last), some(x.bound.view()), units(x.qty),
       event_json(audit_event{x})},
      record);
}

void trade_projector::on(const audit_record& record, const verdict_record& x) {
  // A denied order has no number of its own.
  const auto order =
      x.client_id.empty() ? "#" + std::to_string(record.sequence.value) : x.client_id.str();
  std::uint64_t place = 0;
  for (const auto& check : x.verdict.checks)
    put("risk_checks",
        {number(record.sequence.value * 100 + place++), when(record.wall), order,
         enum_text(check.rule), check.value, check.limit, enum_text(check.outcome)},
        record);
  if (x.verdict.approved) return;
  run("UPDATE signals SET order_id = ?, fate = ? WHERE boot_no = ? AND trace_id = ? AND strategy = "
      "? AND symbol = ? AND purpose = ?",
      {order, "denied by " + std::string{to_string(x.verdict.reason)}, number(record.boot_no),
       number(x.request.header.trace.value), text(x.strategy.view()), text(x.symbol.view()),
       enum_text(x.request.purpose)});
}

// Fills, trades, positions.

void trade_projector::on(const audit_record& record, const fill_record& x) {
  // Shares that are not ours make no trade and no position of ours.
  const bool is_ours = x.strategy.view() != external_owner;
  const auto trade = is_ours ? follow_trade(record, x) : trade_now{};
  const auto date = date_of(x.ts_event);
  const auto order = first("SELECT broker_order_id FROM orders WHERE client_order_id = ?",
                           {text(x.client_id.view())});
  put("executions",
      {some(x.execution.view()), text(x.client_id.view()), order.empty() ? null : order[0],
       text(x.symbol.view()), enum_text(x.side), units(x.qty), units(x.at_price), number(0),
       units(notional_half_even(x.at_price, x.qty).value_or(money{})), when(x.ts_event), date,
       units(cost_beyond(x.side, x.qty, x.at_price, x.decision_price)), units(x.realized),
       text(x.strategy.view()), text(trade_type_of(remembered("mode"))),
       is_ours ? sql_value{trade.id} : null},
      record);
  follow_order(record, x);
  if (is_ours) follow_position(record, x, trade);
  ensure_session(record, date);
  run("UPDATE trading_sessions SET pnl = pnl + ? WHERE date = ?", {units(x.realized), date});
  add_metric(record, x.strategy.str(), date, "pnl", x.realized.units());
  add_metric(record, x.strategy.str(), date, "fills", decimal_scale);
  if (trade.closed) count_closed(record, x, trade.id);
}

trade_projector::trade_now trade_projector::follow_trade(const audit_record& record,
                                                         const fill_record& x) {
  trade_now out;
  const auto held = first("SELECT quantity FROM positions WHERE symbol = ? AND strategy = ?",
                          {text(x.symbol.view()), text(x.strategy.view())});
  const auto before = quantity::from_units(held.empty() ? 0 : number_of(held[0]));
  const auto after = before + signed_qty(x);
  if (before.is_zero()) {
    out.id = static_cast<std::int64_t>(record.sequence.value);
    out.opened = true;
    const auto order = first(
        "SELECT d.snapshot FROM orders o JOIN decisions d ON d.boot_no = o.boot_no AND d.trace_id "
        "= o.trace_id AND d.symbol = o.symbol AND d.strategy = o.strategy WHERE "
        "o.client_order_id = ? ORDER BY d.id DESC LIMIT 1",
        {text(x.client_id.view())});
    put("trades",
        {sql_value{out.id}, when(x.ts_event), null, text(x.symbol.view()), enum_text(x.side),
         units(x.qty), units(x.at_price), null, number(0), number(0), text(x.strategy.view()),
         text("open"), text(x.client_id.view()), null, null,
         text(trade_type_of(remembered("mode"))), order.empty() ? null : order[0], null},
        record);
    return out;
  }
  const auto open = first(
      "SELECT id, side, qty, entry_price, exit_price FROM trades WHERE symbol = ? AND strategy = ? "
      "AND status = 'open'",
      {text(x.symbol.view()), text(x.strategy.view())});
  if (open.empty()) return out;
  out.id = number_of(open[0]);
  const auto turned = before.is_negative() != after.is_negative();
  out.closed = after.is_zero() || turned;
  const bool enters = text_of(open[1]) == to_string(x.side);
  // Averages over the executions so far and this one.
  int128 value = notional_exact(x.at_price, x.qty);
  auto shares = x.qty;
  if (failed_)
    failed_ = db_.query(
        "SELECT quantity, price FROM executions WHERE trade_id = ? AND side = ? ORDER BY audit_seq",
        {sql_value{out.id}, enum_text(x.side)}, [&](const sql_row& row) {
          const auto qty = quantity::from_units(number_of(row[0]));
          value += notional_exact(price::from_units(number_of(row[1])), qty);
          shares += qty;
          return true;
        });
  const auto average = average_price_half_even(value, shares);
  if (enters)
    run("UPDATE trades SET qty = ?, entry_price = ?, pnl = pnl + ? WHERE id = ?",
        {units(shares), units(average), units(x.realized), sql_value{out.id}});
  else
    run("UPDATE trades SET exit_price = ?, exit_order_id = ?, pnl = pnl + ? WHERE id = ?",
        {units(average), text(x.client_id.view()), units(x.realized), sql_value{out.id}});
  if (!out.closed) return out;
  const auto why =
      first("SELECT reason FROM orders WHERE client_order_id = ?", {text(x.client_id.view())});
  run("UPDATE trades SET status = 'closed', closed_at = ?, exit_reason = ? WHERE id = ?",
      {when(x.ts_event), why.empty() ? null : why[0], sql_value{out.id}});
  return out;
}

void trade_projector::count_closed(const audit_record& record, const fill_record& x,
                                   std::int64_t trade) {
  const auto row = first("SELECT pnl FROM trades WHERE id = ?", {sql_value{trade}});
  const auto pnl = row.empty() ? 0 : number_of(row[0]);
  const auto date = date_of(x.ts_event);
  run("UPDATE trading_sessions SET trades = trades + 1, wins = wins + ?, losses = losses + ? WHERE "
      "date = ?",
      {number(pnl > 0 ? 1 : 0), number(pnl < 0 ? 1 : 0), date});
  run("UPDATE trading_sessions SET win_rate = CASE WHEN wins + losses = 0 THEN NULL ELSE wins * "
      "1000000000 / (wins + losses) END WHERE date = ?",
      {date});
  add_metric(record, x.strategy.str(), date, "trades", decimal_scale);
  if (pnl > 0) add_metric(record, x.strategy.str(), date, "wins", decimal_scale);
  if (pnl < 0) add_metric(record, x.strategy.str(), date, "losses", decimal_scale);
}

void trade_projector::follow_position(const audit_record& record, const fill_record& x,
                                      const trade_now& trade) {
  const auto book = book_of(trade.id);
  const auto opened = first("SELECT opened_at FROM trades WHERE id = ?", {sql_value{trade.id}});
  const auto cost = notional_half_even(book.average(), book.qty()).value_or(money{});
  const auto value = notional_half_even(x.at_price, book.qty()).value_or(money{});
  const auto gain = book.unrealized(x.at_price);
  const bool is_open = !book.qty().is_zero();
  put("positions",
      {text(x.symbol.view()), text(x.strategy.view()), units(book.qty()), units(book.average()),
       units(x.at_price), units(cost), units(value), units(gain),
       cost.is_zero()
           ? null
           : sql_value{static_cast<std::int64_t>(divide_half_even(
                 static_cast<int128>(gain.units()) * 100 * decimal_scale, abs(cost).units()))},
       opened.empty() ? null : opened[0], when(x.ts_event), is_open ? null : when(x.ts_event),
       number(is_open ? 1 : 0)},
      record);
}

}  // namespace bw
