// Runs, strategies, days and what surrounds trading in trades.db.

#include "core/json_writer.hpp"
#include "domain/fee_share.hpp"
#include "storage/event_json.hpp"
#include "storage/trade_cells.hpp"
#include "storage/trade_projector.hpp"

namespace bw {

using namespace cells;

void trade_projector::on(const audit_record&, const boot_record& x) {
  remember("mode", x.mode);
  run("DELETE FROM projection WHERE name LIKE 'plugin:%'", {});
  run("UPDATE strategies SET status = 'stopped'", {});
}

void trade_projector::on(const audit_record& record, const strategy_record& x) {
  json_writer config;
  config.begin_object();
  config.member("watchlist", std::string_view{x.watchlist});
  for (const auto& each : x.parameters)
    if (each.name != "watchlist") config.member(each.name, std::string_view{each.value});
  config.end_object();
  put("strategies",
      {text(x.strategy.view()), text(x.kind), text(x.version), text(x.text), config.take(),
       text(x.enabled ? "enabled" : "disabled"), some(remembered("plugin:" + x.kind)),
       when(record.wall), text(x.hash)},
      record);
}

/// Strategies of a plugin are recorded behind it.
void trade_projector::on(const audit_record&, const plugin_record& x) {
  if (x.step == plugin_step::loaded) remember("plugin:" + x.name, hex_text(x.content));
}

void trade_projector::on(const audit_record& record, const strategy_switch_record& x) {
  if (!x.symbol.empty()) return;
  run("UPDATE strategies SET status = ?, updated_at = ? WHERE id = ?",
      {text(x.enabled ? "enabled" : "disabled"), when(record.wall), text(x.strategy.view())});
}

void trade_projector::ensure_session(const audit_record& record, const std::string& date) {
  const auto known = first("SELECT id FROM trading_sessions WHERE date = ?", {date});
  if (!known.empty()) return;
  const auto mode = remembered("mode");
  put("trading_sessions",
      {number(record.sequence.value), date, when(record.wall), null, mode,
       text(mode == "sim" ? "venue" : "alpaca"), number(0), number(0), number(0), null, number(0),
       number(0), null, null, null},
      record);
}

void trade_projector::on(const audit_record& record, const session_record& x) {
  if (x.session.phase == session_phase::unknown) return;
  if (x.session.phase != session_phase::closed)
    return ensure_session(record, date_of(x.session.open));
  run("UPDATE trading_sessions SET ended_at = ? WHERE date = ?",
      {when(record.wall), date_of(record.wall)});
}

void trade_projector::balance(const audit_record& record, money equity) {
  if (!equity.is_positive()) return;
  run("UPDATE trading_sessions SET start_balance = coalesce(start_balance, ?), end_balance = ? "
      "WHERE date = ?",
      {units(equity), units(equity), date_of(record.wall)});
}

void trade_projector::on(const audit_record& record, const account_record& x) {
  balance(record, x.account.equity);
}

void trade_projector::on(const audit_record& record, const snapshot_record& x) {
  if (x.day_start_equity.is_positive())
    run("UPDATE trading_sessions SET start_balance = ? WHERE date = ?",
        {units(x.day_start_equity), date_of(record.wall)});
  balance(record, x.equity);
}

void trade_projector::on(const audit_record& record, const shutdown_record&) {
  run("UPDATE trading_sessions SET ended_at = ? WHERE date = ?",
      {when(record.wall), date_of(record.wall)});
  run("UPDATE strategies SET status = 'stopped'", {});
}

void trade_projector::on(const audit_record& record, const alert_record& x) {
  put("alerts",
      {number(record.sequence.value), when(record.wall), text(x.code), enum_text(x.level),
       text(x.symbol.empty() ? x.text : x.symbol.str() + ": " + x.text), null, null, null},
      record);
}

void trade_projector::add_metric(const audit_record& record, const std::string& strategy,
                                 const std::string& date, const char* name, std::int64_t units) {
  const auto row = first(
      "SELECT value FROM performance_metrics WHERE strategy_id = ? AND metric_name = ? AND "
      "period_start = ?",
      {strategy, text(name), date});
  put("performance_metrics",
      {strategy, text(name), sql_value{(row.empty() ? 0 : number_of(row[0])) + units},
       when(record.wall), date, date},
      record);
}

/// Shared among the executions that bear it; what nobody bears counts for the day alone.
void trade_projector::on(const audit_record& record, const fee_record& x) {
  const auto name = "fee:" + x.id;
  if (!remembered(name).empty()) return;
  remember(name, x.amount.text());
  const auto date = date_of(x.at);
  ensure_session(record, date);
  run("UPDATE trading_sessions SET commission = commission + ? WHERE date = ?",
      {units(x.amount), date});
  std::vector<charged_execution> all;
  std::vector<sql_row> rows;
  if (failed_)
    failed_ = db_.query(
        "SELECT symbol, side, total_value, executed_at, audit_seq, trade_id FROM executions WHERE "
        "date = ? ORDER BY audit_seq",
        {date}, [&](const sql_row& row) {
          all.push_back({cut<symbol_name>(text_of(row[0])),
                         text_of(row[1]) == "sell" ? side::sell : side::buy,
                         money::from_units(number_of(row[2])), utc_ns{number_of(row[3])}});
          rows.push_back(row);
          return true;
        });
  const auto shares = share_fee(x, all);
  for (std::size_t k = 0; k < shares.size(); ++k) {
    if (shares[k].is_zero()) continue;
    run("UPDATE executions SET commission = commission + ? WHERE audit_seq = ?",
        {units(shares[k]), rows[k][4]});
    run("UPDATE trades SET fees = fees + ? WHERE id = ?", {units(shares[k]), rows[k][5]});
  }
}

/// What was counted trade by trade stands already; the rest is known at the close alone. The fall
/// is a share of the equity that the day began with.
void trade_projector::on(const audit_record& record, const performance_record& x) {
  const auto date = date_of(x.opened_at);
  ensure_session(record, date);
  for (const auto& line : x.lines) {
    if (line.strategy.empty()) {
      const auto row = first("SELECT start_balance FROM trading_sessions WHERE date = ?", {date});
      const auto began = row.empty() ? 0 : number_of(row[0]);
      if (began > 0)
        run("UPDATE trading_sessions SET max_drawdown = ? WHERE date = ?",
            {sql_value{static_cast<std::int64_t>(divide_half_even(
                 static_cast<int128>(line.max_drawdown.units()) * decimal_scale, began))},
             date});
    }
    const auto strategy = line.strategy.empty() ? std::string{"all"} : line.strategy.str();
    const auto figure = [&](const char* name, sql_value value) {
      put("performance_metrics",
          {strategy, text(name), std::move(value), when(record.wall), date, date}, record);
    };
    const auto count = [](std::uint64_t n) {
      return sql_value{static_cast<std::int64_t>(n) * decimal_scale};
    };
    const auto ratio = [](std::int64_t ppm) {
      return ppm == performance_line::none ? null : sql_value{ppm * 1'000};
    };
    if (line.strategy.empty()) {
      figure("fills", count(line.fills));
      figure("trades", count(line.trades));
      figure("wins", count(line.wins));
      figure("losses", count(line.losses));
      figure("pnl", units(line.realized));
    }
    figure("win_rate", ratio(line.win_rate_ppm));
    figure("unrealized", units(line.unrealized));
    figure("fees", units(line.fees));
    figure("profit_factor", ratio(line.profit_factor_ppm));
    figure("max_drawdown", units(line.max_drawdown));
  }
}

void trade_projector::on(const audit_record& record, const proposal_record& x) {
  put("proposals",
      {text(x.id), when(x.created_at), text(x.author), text(x.base_version), text(x.changes),
       text(x.evidence), text(x.state), some(x.decided_by), when(x.decided_at), text(x.reason),
       some(x.note)},
      record);
}

}  // namespace bw
