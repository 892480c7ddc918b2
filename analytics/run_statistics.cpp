#include "analytics/run_statistics.hpp"

#include <algorithm>
#include <cmath>

#include "analytics/return_figures.hpp"

namespace bw {
namespace {

money as_money(int128 units) {
  return money::from_units(static_cast<std::int64_t>(
      std::clamp<int128>(units, -static_cast<int128>(INT64_MAX), INT64_MAX)));
}

/// Fees, slippage and value of all executions. A run that kept no fills has them by its trades.
void add_costs(const run_result& run, run_statistics& out) {
  if (run.fills.empty()) {
    out.fees = out.trades.all.fees();
    out.slippage = out.trades.all.slippage();
    out.traded_value = out.trades.all.traded_value();
    for (const auto& open : run.open_trades)
      out.fees = as_money(int128{out.fees.units()} + open.fees.units());
    return;
  }
  int128 fees = 0;
  int128 slippage = 0;
  int128 value = 0;
  for (const auto& fill : run.fills) {
    const auto worth = notional_exact(fill.at_price, fill.qty);
    fees += fill.fees.units();
    value += worth;
    if (!fill.decision_price.is_positive()) continue;
    const auto planned = notional_exact(fill.decision_price, fill.qty);
    slippage += fill.side == side::buy ? worth - planned : planned - worth;
  }
  out.fees = as_money(fees);
  out.slippage = as_money(divide_half_even(slippage, decimal_scale));
  out.traded_value = as_money(divide_half_even(value, decimal_scale));
}

stress_line stress_of(const run_result& run, const run_statistics& figures, money end) {
  stress_line out;
  const auto commission =
      divide_ceil(int128{figures.traded_value.units()} * stress_basis_points, 10'000);
  const int128 change = int128{figures.fees.units()} - commission;
  out.end_equity = as_money(int128{end.units()} + change);
  out.net = as_money(int128{out.end_equity.units()} - run.starting_equity.units());
  if (run.starting_equity.is_positive())
    out.total_return =
        static_cast<double>(out.net.units()) / static_cast<double>(run.starting_equity.units());
  return out;
}

double largest_share_of_profit(const run_result& run, money net) {
  if (!net.is_positive() || run.trades.empty()) return 0;
  money best;
  for (const auto& trade : run.trades) best = std::max(best, trade.net());
  return static_cast<double>(best.units()) / static_cast<double>(net.units());
}

void add_warnings(const run_result& run, const equity_curve& curve, run_statistics& out) {
  out.warnings = run.warnings;
  const auto warn = [&out](std::string text) { out.warnings.push_back(std::move(text)); };
  const auto trades = out.trades.all.trades();
  if (trades < weak_evidence_trades)
    warn("Weak evidence: " + std::to_string(trades) + " closed trades, fewer than " +
         std::to_string(weak_evidence_trades) + ".");
  if (out.days.size() < ratio_days_min)
    warn("Only " + std::to_string(out.days.size()) + " sessions: ratios of daily returns need " +
         std::to_string(ratio_days_min) + " and are left out.");
  if (!run.open_trades.empty())
    warn(std::to_string(run.open_trades.size()) +
         " positions were open at the end: they count in equity and in no trade figure.");
  if (run.orders.fills > run.fills.size())
    warn("The run kept " + std::to_string(run.fills.size()) + " of " +
         std::to_string(run.orders.fills) + " executions: costs and turnover are too low.");
  if (const auto share = largest_share_of_profit(run, out.trades.all.net()); share > 0.5)
    warn("One trade earned " + percent_text(share, 0) + " of the profit.");
  if (curve.end() > run.starting_equity && !out.stress.net.is_positive())
    warn("The profit does not survive a commission of 10 basis points.");
  if (run.trials > 1 && !run.trial_sharpe_variance)
    warn("The spread of the " + std::to_string(run.trials) +
         " trials is not known: the deflated Sharpe ratio is left out.");
  if (run.benchmark_curve.empty()) warn("No benchmark: alpha, beta and their like are left out.");
}

}  // namespace

std::vector<period_line> period_lines(const equity_curve& curve, const trade_groups& trades) {
  static constexpr struct {
    const char* name;
    std::int64_t days;
  } spans[] = {{"1 day", 1},    {"7 days", 7},   {"30 days", 30},
               {"90 days", 90}, {"1 year", 365}, {"All time", INT64_MAX}};
  std::vector<period_line> out;
  const auto& days = curve.days();
  if (days.empty()) return out;
  const auto end = days_from_civil(days.back().date);
  for (const auto& span : spans) {
    auto first = days.begin();
    if (span.days <= end - days_from_civil(days.front().date))
      first = std::find_if(days.begin(), days.end(), [&](const day_close& day) {
        return days_from_civil(day.date) > end - span.days;
      });
    period_line line{span.name, first->date, days.back().date, 0, 0, {}};
    std::vector<double> returns;
    for (auto day = first; day != days.end(); ++day) returns.push_back(day->value);
    line.value = total_return(returns);
    line.max_drawdown = -max_drawdown(returns);
    for (auto at = trades.by_close_date.lower_bound(line.first); at != trades.by_close_date.end();
         ++at)
      line.trades.add(at->second);
    out.push_back(std::move(line));
  }
  return out;
}

std::vector<dated_value> rolling_sharpe(std::span<const day_close> days) {
  std::vector<dated_value> out;
  const auto returns = returns_of(days);
  for (std::size_t end = rolling_days; end <= returns.size(); ++end) {
    const auto window = return_series{returns}.subspan(end - rolling_days, rolling_days);
    out.push_back({days[end - 1].date, sharpe_ratio(window, 0, days_a_year)});
  }
  return out;
}

run_statistics statistics_of(const run_result& run, const session_calendar& calendar) {
  run_statistics out;
  equity_curve curve{calendar, run.start, run.starting_equity};
  std::size_t refused = 0;
  for (const auto& point : run.equity) refused += !curve.add(point);
  for (const auto& trade : run.trades) out.trades.add(trade, calendar);
  out.days = curve.days();
  out.weeks = weekly_returns(out.days, run.starting_equity);
  out.months = monthly_returns(out.days, run.starting_equity);
  out.periods = period_lines(curve, out.trades);
  if (!run.benchmark_curve.empty())
    out.benchmark = benchmark_returns(out.days, run.benchmark_curve, calendar);
  out.rolling = rolling_sharpe(out.days);
  out.drawdowns = curve.drawdowns();
  add_costs(run, out);
  out.stress = stress_of(run, out, curve.end());
  out.figures = make_figures({curve, out.trades, out.fees, out.slippage, out.traded_value,
                              out.benchmark, run.trials, run.trial_sharpe_variance});
  add_warnings(run, curve, out);
  if (refused > 0)
    out.warnings.push_back(std::to_string(refused) +
                           " equity points were out of order and are left out.");
  return out;
}

}  // namespace bw
