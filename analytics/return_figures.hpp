#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace bw {

// Figures of a series of simple returns, one a period: 0.01 is one percent.
//
// A nan in a series says that the period was not observed: it counts as zero where returns are
// compounded, is left out of means and deviations, and counts as a period where a length is
// annualised. This, the annual factors and the formulas below are those of empyrical (commit
// 0a9fa5848a3e), whose published values the tests compare with; where empyrical is known to differ
// from its own definition the comment says so. A figure that is not defined is nan.

/// Periods in a year.
inline constexpr double days_a_year = 252;
inline constexpr double weeks_a_year = 52;
inline constexpr double months_a_year = 12;

using return_series = std::span<const double>;

/// Product of 1 + r, less 1.
double total_return(return_series returns);
/// (1 + total)^(periods_a_year / n) - 1: geometric. nan for an empty series.
double annual_return(return_series returns, double periods_a_year);
/// (1 + mean)^periods_a_year - 1: arithmetic, the one LEAN calls annual performance.
double annual_performance(return_series returns, double periods_a_year);
/// Sample standard deviation (n - 1) times the root of the factor. nan below two returns.
double annual_volatility(return_series returns, double periods_a_year);

/// Mean of r - risk_free over its sample deviation, times the root of the factor. `risk_free` is a
/// period's. nan below two returns or without deviation.
double sharpe_ratio(return_series returns, double risk_free, double periods_a_year);
/// The same against a risk-free return of each period; the series must be equally long.
double sharpe_ratio(return_series returns, return_series risk_free, double periods_a_year);

/// Root of the mean of min(r - required, 0)^2 over all observations, times the root of the factor.
double downside_risk(return_series returns, double required, double periods_a_year);
double downside_risk(return_series returns, return_series required, double periods_a_year);
/// Mean of r - required, annualised, over the downside risk. Infinite without a downside; nan
/// below two returns. Both parts are annualised with the series' own factor: empyrical's weekly
/// and monthly values are smaller by the root of 252/52 and 252/12.
double sortino_ratio(return_series returns, double required, double periods_a_year);
double sortino_ratio(return_series returns, return_series required, double periods_a_year);

/// Lowest value over the running peak, less 1: zero or negative. The value starts at 1. nan for an
/// empty series.
double max_drawdown(return_series returns);

/// Historical value at risk: what the worst `tail` of the periods lose at least, as a positive
/// number. The quantile lies between observations (Hyndman and Fan, type 7). nan when empty.
double value_at_risk(return_series returns, double tail);
/// Mean loss of the periods that lose as much as that or more.
double expected_shortfall(return_series returns, double tail);

/// Third and fourth standardised moments of the population (divided by n). A normal distribution
/// has 0 and 3. nan without deviation.
double skewness(return_series returns);
double kurtosis(return_series returns);

/// What one series has to do with a benchmark's; both equally long, nan in either leaves the
/// period out.
struct regression {
  /// Of periods without returns of the benchmark, or without its deviation: nan.
  double beta = 0;
  /// Mean of r - beta * b, times periods_a_year: Jensen's alpha at a risk-free return of zero.
  double alpha = 0;
  double correlation = 0;
  /// Sample deviation of r - b, times the root of the factor.
  double tracking_error = 0;
  /// Mean of r - b over its deviation, times the root of the factor.
  double information_ratio = 0;
};
regression regress(return_series returns, return_series benchmark, double periods_a_year);

/// Distribution function of the standard normal, and its inverse for 0 < p < 1.
double normal_distribution(double x);
double normal_quantile(double p);

/// What the significance of a Sharpe ratio rests on. The ratio is a period's, not annual.
struct sharpe_evidence {
  double sharpe = 0;
  /// As above: 0 and 3 for a normal distribution.
  double skewness = 0;
  double kurtosis = 3;
  std::size_t observations = 0;
};

/// Probability that the true Sharpe ratio exceeds `threshold` (a period's): Bailey and López de
/// Prado, "The Sharpe Ratio Efficient Frontier", Journal of Risk 15(2), 2012, equation 11.
/// nan below two observations.
double probabilistic_sharpe(const sharpe_evidence& evidence, double threshold);

/// How many parameter sets were tried, and how far their Sharpe ratios (a period's) spread.
struct trial_spread {
  std::uint64_t trials = 1;
  double sharpe_variance = 0;
};
/// The Sharpe ratio that the best of so many trials without any skill reaches on average: Bailey
/// and López de Prado, "The Deflated Sharpe Ratio", Journal of Portfolio Management 40(5), 2014.
double expected_max_sharpe(const trial_spread& spread);
/// Probabilistic Sharpe ratio above that threshold.
double deflated_sharpe(const sharpe_evidence& evidence, const trial_spread& spread);

/// Evidence of a series: its Sharpe ratio a period and its moments.
sharpe_evidence evidence_of(return_series returns);

}  // namespace bw
