#include <algorithm>
#include <cmath>
#include <limits>

#include "analytics/return_figures.hpp"
#include "analytics/run_statistics.hpp"

namespace bw {
namespace {

constexpr double undefined = std::numeric_limits<double>::quiet_NaN();
constexpr double ns_a_day = 86'400e9;
constexpr double ns_an_hour = 3'600e9;

double or_nan(std::optional<double> value) { return value.value_or(undefined); }

/// Collects figures; says each of them once, with its convention.
class table {
 public:
  void begin(std::string_view section) { section_ = section; }
  void add(std::string_view id, std::string_view label, figure_form form, better which,
           double value, std::string_view convention) {
    figures_.push_back({id, label, section_, convention, form, which, value, {}});
  }
  void add(std::string_view id, std::string_view label, better which, std::optional<money> amount,
           std::string_view convention) {
    figures_.push_back({id, label, section_, convention, figure_form::dollars, which,
                        amount ? amount->to_double() : undefined, amount});
  }
  figure_list take() { return std::move(figures_); }

 private:
  std::string_view section_;
  figure_list figures_;
};

using enum figure_form;
using enum better;

void add_returns(table& out, const figure_inputs& in, const std::vector<double>& returns) {
  const bool enough = returns.size() >= ratio_days_min;
  const auto start = in.curve.start();
  const auto end = in.curve.end();
  const auto profit = end - start;
  out.begin("Return");
  out.add("total_return", "Total return", percent, higher,
          start.is_positive()
              ? static_cast<double>(profit.units()) / static_cast<double>(start.units())
              : undefined,
          "End equity / start equity - 1, after fees; open positions at their last price.");
  out.add("cagr", "Annual return", percent, higher,
          enough ? annual_return(returns, days_a_year) : undefined,
          "(1 + total return)^(252 / sessions) - 1; from 20 sessions on.");
  out.add("net_profit", "Net profit", higher, profit, "End equity - start equity.");
  out.add("end_equity", "End equity", neither, end, "Equity at the last point of the run.");
  out.add("best_day", "Best day", percent, neither,
          returns.empty() ? undefined : *std::max_element(returns.begin(), returns.end()),
          "Highest return from one close to the next.");
  out.add("worst_day", "Worst day", percent, neither,
          returns.empty() ? undefined : *std::min_element(returns.begin(), returns.end()),
          "Lowest return from one close to the next.");
  out.add("sessions", "Sessions", count, neither, static_cast<double>(returns.size()),
          "Trading days of the run; sessions without a point close where the one before closed.");
}

void add_risk(table& out, const figure_inputs& in, const std::vector<double>& returns) {
  const bool enough = returns.size() >= ratio_days_min;
  const auto ratio = [enough](double value) { return enough ? value : undefined; };
  const auto deepest = in.curve.max_drawdown();
  const double depth = deepest ? deepest->depth() : 0;
  const double annual = annual_return(returns, days_a_year);
  out.begin("Risk");
  out.add("volatility", "Volatility", percent, lower, ratio(annual_volatility(returns, 252)),
          "Sample standard deviation of daily returns x sqrt(252).");
  out.add("sharpe", "Sharpe ratio", figure_form::ratio, higher,
          ratio(sharpe_ratio(returns, 0, days_a_year)),
          "Mean daily return / sample standard deviation x sqrt(252), risk-free rate 0; from 20 "
          "sessions on.");
  const double sortino = ratio(sortino_ratio(returns, 0, days_a_year));
  out.add("sortino", "Sortino ratio", figure_form::ratio, higher,
          std::isfinite(sortino) ? sortino : undefined,
          "Mean daily return x 252 / (root mean square of negative returns over all days x "
          "sqrt(252)); none without a losing day.");
  out.add("calmar", "Calmar ratio", figure_form::ratio, higher,
          enough && depth > 0 ? annual / depth : undefined, "Annual return / maximum drawdown.");
  out.add("max_drawdown", "Max drawdown", percent, lower, depth,
          "Largest 1 - equity / running peak over every point of the run.");
  const auto last = deepest ? deepest->recovered.value_or(in.curve.reached()) : utc_ns{};
  out.add("max_drawdown_days", "Drawdown length", days, lower,
          deepest ? static_cast<double>((last - deepest->start).count()) / ns_a_day : 0,
          "Calendar days from the peak to the first point that reaches it again, or to the end.");
  out.add("value_at_risk", "Value at risk, 95%", percent, lower,
          ratio(value_at_risk(returns, risk_tail)),
          "Historical: the worst 5% of days lose at least this; quantile between observations.");
  out.add("expected_shortfall", "Expected shortfall, 95%", percent, lower,
          ratio(expected_shortfall(returns, risk_tail)),
          "Mean loss of the days that lose as much as the value at risk (CVaR).");
  out.add("skewness", "Skewness", figure_form::ratio, higher, ratio(skewness(returns)),
          "Third standardised moment of daily returns, divided by n; normal: 0.");
  out.add("kurtosis", "Kurtosis", figure_form::ratio, neither, ratio(kurtosis(returns)),
          "Fourth standardised moment of daily returns, divided by n; normal: 3.");
}

void add_significance(table& out, const figure_inputs& in, const std::vector<double>& returns) {
  const bool enough = returns.size() >= ratio_days_min;
  const auto evidence = evidence_of(returns);
  const bool spread_known = in.trials <= 1 || in.trial_sharpe_variance;
  out.begin("Significance");
  out.add("probabilistic_sharpe", "Probabilistic Sharpe", percent, higher,
          enough ? probabilistic_sharpe(evidence, 0) : undefined,
          "Probability that the true Sharpe ratio is above 0, given length, skewness and kurtosis "
          "(Bailey and Lopez de Prado 2012).");
  out.add("deflated_sharpe", "Deflated Sharpe", percent, higher,
          enough && spread_known
              ? deflated_sharpe(evidence, {in.trials, in.trial_sharpe_variance.value_or(0)})
              : undefined,
          "Probability that it is above what the best of all trials reaches by luck (Bailey and "
          "Lopez de Prado 2014).");
  out.add("trials", "Trials", count, neither, static_cast<double>(in.trials),
          "Parameter sets that were tried before this one was chosen, itself included.");
}

void add_trades(table& out, const trade_groups& groups) {
  const auto& all = groups.all;
  out.begin("Trades");
  out.add("trades", "Closed trades", count, neither, static_cast<double>(all.trades()),
          "Round trips per strategy and symbol, flat to flat.");
  out.add("win_rate", "Win rate", percent, higher, or_nan(all.win_rate()),
          "Wins / (wins + losses), after fees; trades that end at nothing are neither.");
  out.add("profit_factor", "Profit factor", figure_form::ratio, higher, or_nan(all.profit_factor()),
          "Sum of profits / absolute sum of losses, after fees; none without a loss.");
  out.add("expectancy", "Expectancy", higher, all.expectancy(), "Mean net result of a trade.");
  out.add("payoff", "Payoff", figure_form::ratio, higher, or_nan(all.payoff()),
          "Average win / absolute average loss.");
  out.add("average_win", "Average win", higher, all.average_win(), "Mean of winning trades.");
  out.add("average_loss", "Average loss", higher, all.average_loss(), "Mean of losing trades.");
  out.add("average_trade_return", "Average trade return", percent, higher,
          or_nan(all.average_return()), "Mean of net result / entry value.");
  out.add("best_trade", "Best trade", neither, all.best(), "Highest net result.");
  out.add("worst_trade", "Worst trade", neither, all.worst(), "Lowest net result.");
  out.add("average_size", "Average size", neither, all.average_entry_value(),
          "Mean entry value of a trade.");
  const auto holding = all.average_holding();
  out.add("average_holding", "Average holding time", hours, neither,
          holding ? static_cast<double>(holding->count()) / ns_an_hour : undefined,
          "Mean time from first entry to last exit, nights included.");
  out.add("longest_losing_streak", "Longest losing streak", count, lower,
          static_cast<double>(groups.longest_losing_streak), "Losing trades in a row, by closing.");
}

void add_activity(table& out, const figure_inputs& in, const std::vector<double>& returns) {
  double equity_sum = 0;
  for (const auto& day : in.curve.days()) equity_sum += day.equity.to_double();
  const auto sessions = static_cast<double>(returns.size());
  const double mean_equity = equity_sum / sessions;
  const auto gross = in.trades.all.gross();
  out.begin("Activity and costs");
  out.add("exposure", "Exposure", percent, neither, in.curve.mean_exposure(),
          "Mean of position value / equity over the time between points of a day.");
  out.add("time_in_market", "Time in market", percent, neither, in.curve.time_in_market(),
          "Share of that time with any position.");
  out.add("turnover", "Turnover a year", figure_form::ratio, neither,
          mean_equity > 0 ? in.traded_value.to_double() / mean_equity * days_a_year / sessions
                          : undefined,
          "Value of all executions / mean equity, times 252 / sessions.");
  out.add("fees", "Fees", lower, in.fees, "Commissions and regulatory fees of all executions.");
  out.add("slippage", "Slippage", lower, in.slippage,
          "What executions were worse than the prices decided at; part of the result already.");
  out.add("cost_share", "Costs of gross profit", percent, lower,
          gross.is_positive() ? in.fees.to_double() / gross.to_double() : undefined,
          "Fees / profit of closed trades before fees.");
}

void add_benchmark(table& out, const figure_inputs& in, const std::vector<double>& returns) {
  if (in.benchmark.empty()) return;
  const bool enough = returns.size() >= ratio_days_min;
  const auto ratio = [enough](double value) { return enough ? value : undefined; };
  const auto found = regress(returns, in.benchmark, days_a_year);
  out.begin("Against the benchmark");
  out.add("benchmark_return", "Benchmark", percent, neither, total_return(in.benchmark),
          "Its last level / first level - 1 over the same days.");
  out.add("alpha", "Alpha", percent, higher, ratio(found.alpha),
          "Mean of (daily return - beta x benchmark's) x 252, risk-free rate 0.");
  out.add("beta", "Beta", figure_form::ratio, neither, ratio(found.beta),
          "Sample covariance with the benchmark / its variance, of daily returns.");
  out.add("correlation", "Correlation", figure_form::ratio, neither, ratio(found.correlation),
          "Pearson, of daily returns.");
  out.add("tracking_error", "Tracking error", percent, neither, ratio(found.tracking_error),
          "Sample standard deviation of daily differences x sqrt(252).");
  out.add("information_ratio", "Information ratio", figure_form::ratio, higher,
          ratio(found.information_ratio),
          "Mean daily difference / its sample standard deviation x sqrt(252).");
}

}  // namespace

figure_list make_figures(const trade_groups& trades) {
  table out;
  add_trades(out, trades);
  out.add("net_trades", "Net result", higher, trades.all.net(), "Sum of what the trades earned.");
  return out.take();
}

figure_list make_figures(const figure_inputs& inputs) {
  const auto returns = returns_of(inputs.curve.days());
  table out;
  add_returns(out, inputs, returns);
  add_risk(out, inputs, returns);
  add_significance(out, inputs, returns);
  add_trades(out, inputs.trades);
  add_activity(out, inputs, returns);
  add_benchmark(out, inputs, returns);
  return out.take();
}

}  // namespace bw
