#include "analytics/return_figures.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <vector>

#include "core/assert.hpp"

namespace bw {
namespace {

constexpr double undefined = std::numeric_limits<double>::quiet_NaN();

/// Deviations of equal returns differ from zero by rounding alone; below this they are none.
constexpr double no_deviation = 1e-15;

std::vector<double> observed(return_series returns) {
  std::vector<double> out;
  out.reserve(returns.size());
  for (const double r : returns)
    if (!std::isnan(r)) out.push_back(r);
  return out;
}

std::vector<double> differences(return_series left, return_series right) {
  BW_ASSERT(left.size() == right.size(), "two series that are compared are equally long");
  std::vector<double> out(left.size());
  for (std::size_t k = 0; k < left.size(); ++k) out[k] = left[k] - right[k];
  return out;
}

std::vector<double> less(return_series returns, double each) {
  std::vector<double> out(returns.begin(), returns.end());
  for (double& r : out) r -= each;
  return out;
}

double mean_of(return_series values) {
  if (values.empty()) return undefined;
  double sum = 0;
  for (const double x : values) sum += x;
  return sum / static_cast<double>(values.size());
}

/// Mean of (x - mean)^power.
double central_moment(return_series values, int power) {
  const double mean = mean_of(values);
  double sum = 0;
  for (const double x : values) sum += std::pow(x - mean, power);
  return sum / static_cast<double>(values.size());
}

double sample_deviation(return_series values) {
  if (values.size() < 2) return undefined;
  const auto n = static_cast<double>(values.size());
  return std::sqrt(central_moment(values, 2) * n / (n - 1));
}

double sharpe_of(return_series excess, double periods_a_year) {
  const auto seen = observed(excess);
  const double deviation = sample_deviation(seen);
  if (std::isnan(deviation) || deviation < no_deviation) return undefined;
  return mean_of(seen) / deviation * std::sqrt(periods_a_year);
}

double downside_of(return_series excess, double periods_a_year) {
  const auto seen = observed(excess);
  if (seen.empty()) return undefined;
  double sum = 0;
  for (const double x : seen) sum += x < 0 ? x * x : 0;
  return std::sqrt(sum / static_cast<double>(seen.size()) * periods_a_year);
}

double sortino_of(return_series excess, double periods_a_year) {
  if (excess.size() < 2) return undefined;
  const double mean = mean_of(observed(excess));
  const double downside = downside_of(excess, periods_a_year);
  if (std::isnan(mean)) return undefined;
  if (downside > 0) return mean * periods_a_year / downside;
  return mean > 0 ? std::numeric_limits<double>::infinity() : undefined;
}

/// Quantile of sorted values, between observations.
double quantile(const std::vector<double>& sorted, double part) {
  const double at = part * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(at);
  if (below + 1 >= sorted.size()) return sorted.back();
  return sorted[below] + (at - static_cast<double>(below)) * (sorted[below + 1] - sorted[below]);
}

}  // namespace

double total_return(return_series returns) {
  double value = 1;
  for (const double r : returns)
    if (!std::isnan(r)) value *= 1 + r;
  return value - 1;
}

double annual_return(return_series returns, double periods_a_year) {
  if (returns.empty()) return undefined;
  const double end = 1 + total_return(returns);
  if (end <= 0) return -1;
  return std::pow(end, periods_a_year / static_cast<double>(returns.size())) - 1;
}

double annual_performance(return_series returns, double periods_a_year) {
  const auto seen = observed(returns);
  return seen.empty() ? undefined : std::pow(1 + mean_of(seen), periods_a_year) - 1;
}

double annual_volatility(return_series returns, double periods_a_year) {
  return sample_deviation(observed(returns)) * std::sqrt(periods_a_year);
}

double sharpe_ratio(return_series returns, double risk_free, double periods_a_year) {
  return sharpe_of(less(returns, risk_free), periods_a_year);
}

double sharpe_ratio(return_series returns, return_series risk_free, double periods_a_year) {
  return sharpe_of(differences(returns, risk_free), periods_a_year);
}

double downside_risk(return_series returns, double required, double periods_a_year) {
  return downside_of(less(returns, required), periods_a_year);
}

double downside_risk(return_series returns, return_series required, double periods_a_year) {
  return downside_of(differences(returns, required), periods_a_year);
}

double sortino_ratio(return_series returns, double required, double periods_a_year) {
  return sortino_of(less(returns, required), periods_a_year);
}

double sortino_ratio(return_series returns, return_series required, double periods_a_year) {
  return sortino_of(differences(returns, required), periods_a_year);
}

double max_drawdown(return_series returns) {
  if (returns.empty()) return undefined;
  double value = 1;
  double peak = 1;
  double worst = 0;
  for (const double r : returns) {
    if (!std::isnan(r)) value *= 1 + r;
    peak = std::max(peak, value);
    worst = std::min(worst, value / peak - 1);
  }
  return worst;
}

double value_at_risk(return_series returns, double tail) {
  auto seen = observed(returns);
  if (seen.empty()) return undefined;
  std::sort(seen.begin(), seen.end());
  return -quantile(seen, tail);
}

double expected_shortfall(return_series returns, double tail) {
  auto seen = observed(returns);
  if (seen.empty()) return undefined;
  std::sort(seen.begin(), seen.end());
  const double limit = quantile(seen, tail);
  double sum = 0;
  std::size_t count = 0;
  for (const double r : seen) {
    if (r > limit) break;
    sum += r;
    ++count;
  }
  return -sum / static_cast<double>(count);
}

double skewness(return_series returns) {
  const auto seen = observed(returns);
  if (seen.empty()) return undefined;
  const double variance = central_moment(seen, 2);
  if (std::sqrt(variance) < no_deviation) return undefined;
  return central_moment(seen, 3) / std::pow(variance, 1.5);
}

double kurtosis(return_series returns) {
  const auto seen = observed(returns);
  if (seen.empty()) return undefined;
  const double variance = central_moment(seen, 2);
  if (std::sqrt(variance) < no_deviation) return undefined;
  return central_moment(seen, 4) / (variance * variance);
}

regression regress(return_series returns, return_series benchmark, double periods_a_year) {
  BW_ASSERT(returns.size() == benchmark.size(), "two series that are compared are equally long");
  std::vector<double> own;
  std::vector<double> other;
  for (std::size_t k = 0; k < returns.size(); ++k) {
    if (std::isnan(returns[k]) || std::isnan(benchmark[k])) continue;
    own.push_back(returns[k]);
    other.push_back(benchmark[k]);
  }
  regression out{undefined, undefined, undefined, undefined, undefined};
  if (own.size() < 2) return out;
  const double own_mean = mean_of(own);
  const double other_mean = mean_of(other);
  double product = 0;
  for (std::size_t k = 0; k < own.size(); ++k)
    product += (own[k] - own_mean) * (other[k] - other_mean);
  product /= static_cast<double>(own.size() - 1);
  const double own_deviation = sample_deviation(own);
  const double other_deviation = sample_deviation(other);
  if (other_deviation >= no_deviation) {
    out.beta = product / (other_deviation * other_deviation);
    out.alpha = (own_mean - out.beta * other_mean) * periods_a_year;
    if (own_deviation >= no_deviation)
      out.correlation = product / (own_deviation * other_deviation);
  }
  const auto active = differences(own, other);
  out.tracking_error = annual_volatility(active, periods_a_year);
  out.information_ratio = sharpe_of(active, periods_a_year);
  return out;
}

double normal_distribution(double x) { return std::erfc(-x / std::numbers::sqrt2) / 2; }

double normal_quantile(double p) {
  BW_ASSERT(p > 0 && p < 1, "a quantile is asked for a probability between 0 and 1");
  // Bisection: the function is monotonic, 60 halvings leave less than a double can tell, and
  // nothing here is called often.
  double low = -40;
  double high = 40;
  for (int step = 0; step < 60; ++step) {
    const double middle = (low + high) / 2;
    (normal_distribution(middle) < p ? low : high) = middle;
  }
  return (low + high) / 2;
}

sharpe_evidence evidence_of(return_series returns) {
  sharpe_evidence out;
  const auto seen = observed(returns);
  out.sharpe = sharpe_of(seen, 1);
  out.skewness = skewness(seen);
  out.kurtosis = kurtosis(seen);
  out.observations = seen.size();
  return out;
}

double probabilistic_sharpe(const sharpe_evidence& evidence, double threshold) {
  if (evidence.observations < 2) return undefined;
  const double sharpe = evidence.sharpe;
  const double spread =
      1 - evidence.skewness * sharpe + (evidence.kurtosis - 1) / 4 * sharpe * sharpe;
  if (!(spread > 0)) return undefined;
  return normal_distribution((sharpe - threshold) *
                             std::sqrt(static_cast<double>(evidence.observations - 1) / spread));
}

double expected_max_sharpe(const trial_spread& spread) {
  if (spread.trials <= 1) return 0;
  constexpr double gamma = std::numbers::egamma;
  const auto n = static_cast<double>(spread.trials);
  return std::sqrt(spread.sharpe_variance) *
         ((1 - gamma) * normal_quantile(1 - 1 / n) +
          gamma * normal_quantile(1 - 1 / (n * std::numbers::e)));
}

double deflated_sharpe(const sharpe_evidence& evidence, const trial_spread& spread) {
  return probabilistic_sharpe(evidence, expected_max_sharpe(spread));
}

}  // namespace bw
