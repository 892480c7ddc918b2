#pragma once

#include <string>
#include <vector>

#include "analytics/equity_curve.hpp"
#include "analytics/figure.hpp"
#include "analytics/run_result.hpp"
#include "analytics/trade_figures.hpp"
#include "domain/session_calendar.hpp"

namespace bw {

/// A result on fewer trades proves little.
inline constexpr std::uint64_t weak_evidence_trades = 100;
/// With fewer days the ratios of daily returns are not given.
inline constexpr std::size_t ratio_days_min = 20;
/// Window of the rolling Sharpe ratio.
inline constexpr std::size_t rolling_days = 60;
/// Commission of the stress line, on every entry and exit.
inline constexpr std::int64_t stress_basis_points = 10;
/// Tail of value at risk and expected shortfall.
inline constexpr double risk_tail = 0.05;

/// What all figures are made from; a live tracker and a finished run fill it alike.
struct figure_inputs {
  const equity_curve& curve;
  const trade_groups& trades;
  /// Of all executions, those of open positions included.
  money fees;
  money slippage;
  money traded_value;
  /// By day of the curve; empty without a benchmark.
  std::vector<double> benchmark;
  std::uint64_t trials = 1;
  std::optional<double> trial_sharpe_variance;
};

/// Every figure with its convention, in the order in which they are shown.
figure_list make_figures(const figure_inputs& inputs);

/// The part of them that closed trades alone make.
figure_list make_figures(const trade_groups& trades);

/// The last 1, 7, 30, 90 and 365 calendar days up to the last session, and all of them.
struct period_line {
  std::string name;
  calendar_date first;
  calendar_date last;
  /// Of the equity's closes.
  double value = 0;
  /// Positive; of the closes, the start of the period included.
  double max_drawdown = 0;
  /// Of trades that closed in it.
  trade_figures trades;
};
std::vector<period_line> period_lines(const equity_curve& curve, const trade_groups& trades);

struct dated_value {
  calendar_date date;
  double value = 0;
};
/// Sharpe ratio of each window of rolling_days sessions, by its last day.
std::vector<dated_value> rolling_sharpe(std::span<const day_close> days);

/// The same trades with ten basis points of commission on every entry and exit instead of the
/// model's: sizes and decisions stay, so it is an estimate, and a harsh one.
struct stress_line {
  money net;
  money end_equity;
  double total_return = 0;
};

struct run_statistics {
  figure_list figures;
  std::vector<day_close> days;
  std::vector<period_return> weeks;
  std::vector<period_return> months;
  std::vector<period_line> periods;
  std::vector<double> benchmark;
  std::vector<dated_value> rolling;
  std::vector<drawdown> drawdowns;
  trade_groups trades;
  stress_line stress;
  money fees;
  money slippage;
  money traded_value;
  /// Those of the run, then those that the figures give cause for.
  std::vector<std::string> warnings;
};

/// Everything that a report says about a run. Pure; linear in points, fills and trades.
run_statistics statistics_of(const run_result& run, const session_calendar& calendar);

}  // namespace bw
