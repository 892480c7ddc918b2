#include <algorithm>
#include <cmath>

#include "analytics/chart.hpp"
#include "analytics/report.hpp"
#include "analytics/run_against.hpp"

namespace bw {
namespace {

double value_of(const run_statistics& statistics, std::string_view id) {
  const auto* found = find_figure(statistics.figures, id);
  return found ? found->value : std::nan("");
}

std::string text_of(const run_statistics& statistics, std::string_view id) {
  const auto* found = find_figure(statistics.figures, id);
  return found ? figure_text(*found) : "n/a";
}

/// How far to trust it, in a few words.
std::string trust(const run_statistics& statistics) {
  const auto trades = statistics.trades.all.trades();
  if (trades < weak_evidence_trades)
    return "weak evidence, on " + std::to_string(trades) + " trades";
  const double deflated = value_of(statistics, "deflated_sharpe");
  if (std::isnan(deflated)) return "its significance is not known";
  if (deflated >= 0.95) return "chance alone explains that hardly";
  if (deflated >= 0.5) return "chance may explain that";
  return "chance explains that well";
}

std::string row(std::string_view label, const std::string& value, std::string_view label_2 = "",
                const std::string& value_2 = "") {
  const auto padded = [](std::string_view text, std::size_t width) {
    std::string out{text};
    out.append(width - std::min(width, out.size()), ' ');
    return out;
  };
  auto out = "  " + padded(label, 18) + padded(value, 16) + padded(label_2, 18) + value_2;
  out.erase(out.find_last_not_of(' ') + 1);
  return out + "\n";
}

}  // namespace

std::string regimes_text(const run_result& run, std::size_t count_max) {
  std::string out;
  for (std::size_t k = 0; k < std::min(run.regimes.size(), count_max); ++k)
    out += (k > 0 ? ", " : "") + run.regimes[k].symbol.str() + " " +
           std::string{to_string(run.regimes[k].trend.regime)};
  if (run.regimes.size() > count_max)
    out += ", and " + std::to_string(run.regimes.size() - count_max) + " more";
  return out;
}

std::string verdict_sentence(const run_result& run, const run_statistics& statistics) {
  const double total = value_of(statistics, "total_return");
  const auto sessions = statistics.days.size();
  std::string out = run.name;
  if (std::isnan(total) || sessions == 0) return out + " has no result: there is no equity curve.";
  const std::string made = total > 0 ? " earned " : total < 0 ? " lost " : " ended at ";
  out += made + percent_text(std::abs(total)) + " in " + std::to_string(sessions) +
         (sessions == 1 ? " session" : " sessions");
  if (const auto* benchmark = find_figure(statistics.figures, "benchmark_return");
      benchmark && benchmark->defined())
    out += " (" + (run.benchmark.empty() ? "benchmark" : run.benchmark) + " " +
           percent_text(benchmark->value) + ")";
  out += " and was down " + text_of(statistics, "max_drawdown") + " at worst";
  if (const double sharpe = value_of(statistics, "sharpe"); !std::isnan(sharpe))
    out += ", Sharpe " + fixed_text(sharpe, 2);
  return out + ": " + trust(statistics) + ".";
}

std::string verdict_text(const run_result& run, const run_statistics& statistics) {
  std::vector<double> closes{run.starting_equity.to_double()};
  for (const auto& day : statistics.days) closes.push_back(day.equity.to_double());
  const auto figure = [&](std::string_view id) { return text_of(statistics, id); };
  auto out = verdict_sentence(run, statistics) + "\n";
  if (closes.size() > 2) out += "  " + sparkline(closes, 60) + "\n";
  out += row("end equity", figure("end_equity"), "trades", figure("trades"));
  out += row("net profit", figure("net_profit"), "win rate", figure("win_rate"));
  out += row("annual return", figure("cagr"), "profit factor", figure("profit_factor"));
  out += row("volatility", figure("volatility"), "expectancy", figure("expectancy"));
  out += row("Sharpe", figure("sharpe"), "payoff", figure("payoff"));
  out += row("Sortino", figure("sortino"), "exposure", figure("exposure"));
  out += row("max drawdown", figure("max_drawdown"), "turnover a year", figure("turnover"));
  out += row("deflated Sharpe", figure("deflated_sharpe"), "fees", figure("fees"));
  out += row("beta", figure("beta"), "slippage", figure("slippage"));
  out += row("at 10 bp", dollar_text(statistics.stress.net) + " net");
  if (run.against) out += "  " + against_text(*run.against);
  constexpr std::size_t regimes_shown = 10;
  if (!run.regimes.empty()) out += row("regimes", regimes_text(run, regimes_shown));
  constexpr std::size_t warnings_shown = 5;
  for (std::size_t k = 0; k < std::min(warnings_shown, statistics.warnings.size()); ++k)
    out += "  ! " + statistics.warnings[k] + "\n";
  if (statistics.warnings.size() > warnings_shown)
    out += "  ! " + std::to_string(statistics.warnings.size() - warnings_shown) +
           " more warnings are in the report.\n";
  return out;
}

}  // namespace bw
