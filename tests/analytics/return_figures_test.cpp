// Figures of return series against the published values of empyrical, nautilus_trader and LEAN,
// and against numbers of the papers.

#include "analytics/return_figures.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "core/prng.hpp"
#include "tests/support/data_folder.hpp"
#include "tests/support/seed.hpp"
#include "venue/csv_reader.hpp"

namespace bw {
namespace {

using std::isnan;

std::vector<std::string> split(const std::string& line, char by) {
  std::vector<std::string> out;
  std::istringstream in{line};
  for (std::string cell; std::getline(in, cell, by);) out.push_back(cell);
  if (!line.empty() && line.back() == by) out.emplace_back();
  return out;
}

std::vector<std::vector<std::string>> rows_of(const std::string& name) {
  std::vector<std::vector<std::string>> out;
  std::ifstream in{tests::data_folder() / "statistics" / name};
  std::string line;
  std::getline(in, line);
  while (std::getline(in, line)) out.push_back(split(line, ','));
  return out;
}

std::vector<double> numbers(const std::string& list) {
  std::vector<double> out;
  for (const auto& cell : split(list, ';')) out.push_back(std::stod(cell));
  return out;
}

bool have_data() { return std::filesystem::exists(tests::data_folder() / "statistics"); }

void expect_close(double found, double expected, double tolerance, const std::string& what) {
  if (isnan(expected))
    EXPECT_TRUE(isnan(found)) << what << " is " << found;
  else if (std::isinf(expected))
    EXPECT_EQ(found, expected) << what;
  else
    EXPECT_NEAR(found, expected, tolerance) << what;
}

class empyrical : public testing::Test {
 protected:
  void SetUp() override {
    if (!have_data()) GTEST_SKIP() << tests::data_hint();
    for (const auto& row : rows_of("empyrical_series.csv"))
      series[row[0]].push_back(std::stod(row[2]));
    series["empty_returns"];
  }

  double figure(const std::vector<std::string>& row) {
    const auto& returns = series.at(row[1]);
    const std::map<std::string, double> factors{{"", days_a_year},
                                                {"daily", days_a_year},
                                                {"weekly", weeks_a_year},
                                                {"monthly", months_a_year}};
    const double factor = factors.at(row[3]);
    const auto against = [&](auto with_number, auto with_series) {
      const auto other = series.find(row[2]);
      return other == series.end() ? with_number(std::stod(row[2])) : with_series(other->second);
    };
    if (row[0] == "cum_return_at_index")
      return total_return(return_series{returns}.first(std::stoul(row[2]) + 1));
    if (row[0] == "cum_return_final") return total_return(returns);
    if (row[0] == "max_drawdown") return max_drawdown(returns);
    if (row[0] == "annual_return") return annual_return(returns, factor);
    if (row[0] == "annual_volatility") return annual_volatility(returns, factor);
    if (row[0] == "sharpe")
      return against([&](double x) { return sharpe_ratio(returns, x, factor); },
                     [&](const auto& x) { return sharpe_ratio(returns, x, factor); });
    if (row[0] == "downside_risk")
      return against([&](double x) { return downside_risk(returns, x, factor); },
                     [&](const auto& x) { return downside_risk(returns, x, factor); });
    if (row[0] == "sortino")
      return against([&](double x) { return sortino_ratio(returns, x, factor); },
                     [&](const auto& x) { return sortino_ratio(returns, x, factor); });
    ADD_FAILURE() << "no such function: " << row[0];
    return 0;
  }

  std::map<std::string, std::vector<double>> series;
};

TEST_F(empyrical, every_published_value_is_found_again) {
  const auto rows = rows_of("empyrical_expected.csv");
  ASSERT_GE(rows.size(), 40u);
  for (const auto& row : rows) {
    const double tolerance = std::pow(10.0, -std::stod(row[5])) / 2 + 1e-12;
    expect_close(figure(row), std::stod(row[4]), tolerance,
                 row[0] + "(" + row[1] + ", " + row[2] + ", " + row[3] + ")");
  }
}

TEST_F(empyrical, weekly_and_monthly_sortino_differ_by_the_known_factor) {
  const auto rows = rows_of("empyrical_not_reproduced.csv");
  ASSERT_EQ(rows.size(), 6u);
  for (const auto& row : rows) {
    const double factor = row[3] == "weekly" ? weeks_a_year : months_a_year;
    const double found = figure({row[0], row[1], row[2], row[3]});
    EXPECT_NEAR(found, std::stod(row[5]), 1e-9) << row[1];
    EXPECT_NEAR(found * std::sqrt(factor / days_a_year), std::stod(row[4]), 1e-8) << row[1];
  }
}

TEST(nautilus, every_published_value_is_found_again) {
  if (!have_data()) GTEST_SKIP() << tests::data_hint();
  std::size_t seen = 0;
  for (const auto& row : rows_of("nautilus_expected.csv")) {
    const auto values = numbers(row[1]);
    const double expected = std::stod(row[2]);
    const double tolerance = std::max(std::stod(row[3]), 1e-12);
    if (row[0] == "sharpe_252") {
      EXPECT_NEAR(sharpe_ratio(values, 0, days_a_year), expected, tolerance);
    } else if (row[0] == "sortino_252") {
      EXPECT_NEAR(sortino_ratio(values, 0, days_a_year), expected, tolerance);
    } else if (row[0] == "max_drawdown") {
      EXPECT_NEAR(max_drawdown(values), expected, tolerance) << row[1];
    } else {
      continue;  // win_rate_pnl: trade_figures_test.
    }
    ++seen;
  }
  EXPECT_EQ(seen, 6u);
}

TEST(lean, variance_tracking_error_and_probabilistic_sharpe_are_found_again) {
  if (!have_data()) GTEST_SKIP() << tests::data_hint();
  const auto rows = rows_of("lean_portfolio_statistics.csv");
  ASSERT_EQ(rows.size(), 3u);
  for (const auto& row : rows) {
    const double days = std::stod(row[0]);
    const auto returns = numbers(row[1]);
    const auto benchmark = numbers(row[2]);
    const double volatility = annual_volatility(returns, days);
    EXPECT_NEAR(volatility * volatility, std::stod(row[3]), 1e-12);
    EXPECT_NEAR(volatility, std::stod(row[4]), 1e-12);
    EXPECT_NEAR(regress(returns, benchmark, days).tracking_error, std::stod(row[6]), 1e-12);
    // LEAN takes the estimators of a sample for the moments, the excess where the paper has the
    // kurtosis, and asks whether the Sharpe ratio exceeds 1 a year. The formula is the paper's.
    auto evidence = evidence_of(returns);
    const auto n = static_cast<double>(returns.size());
    evidence.skewness *= std::sqrt(n * (n - 1)) / (n - 2);
    evidence.kurtosis = (n - 1) / ((n - 2) * (n - 3)) * ((n + 1) * (evidence.kurtosis - 3) + 6);
    EXPECT_NEAR(probabilistic_sharpe(evidence, 1 / std::sqrt(days)), std::stod(row[7]), 1e-9);
  }
}

TEST(lean, annual_performance_of_spy_is_found_again) {
  if (!have_data()) GTEST_SKIP() << tests::data_hint();
  std::vector<std::string> dates;
  std::vector<double> closes;
  auto bars = *venue::csv_reader::open(tests::data_folder() / "bars/lean_daily/SPY.csv.gz");
  while (*bars.next()) {
    dates.emplace_back(bars.fields()[0]);
    closes.push_back(std::stod(std::string{bars.fields()[4]}));
  }
  ASSERT_GT(closes.size(), 4000u);
  std::vector<double> all;
  std::vector<double> bull;
  for (std::size_t k = 1; k < closes.size(); ++k) {
    all.push_back(closes[k] / closes[k - 1] - 1);
    // A bar ends at midnight of the next day, so 2016-12-31 ends in the range and 2017-12-31 too.
    if (dates[k] >= "2016-12-31" && dates[k] <= "2017-12-31") bull.push_back(all.back());
  }
  const auto rows = rows_of("lean_annual_performance_spy.csv");
  EXPECT_NEAR(annual_performance(all, days_a_year), std::stod(rows[0][1]), 1e-9);
  EXPECT_NEAR(annual_performance(bull, days_a_year), std::stod(rows[1][1]), 1e-9);
}

TEST(return_figures, the_normal_distribution_and_its_inverse) {
  // Abramowitz and Stegun, table 26.5.
  EXPECT_NEAR(normal_quantile(0.975), 1.959963984540054, 1e-12);
  EXPECT_NEAR(normal_quantile(0.5), 0, 1e-12);
  EXPECT_NEAR(normal_quantile(1e-9), -5.997807015007687, 1e-9);
  for (double p = 0.001; p < 1; p += 0.013)
    EXPECT_NEAR(normal_distribution(normal_quantile(p)), p, 1e-12);
}

TEST(return_figures, the_deflated_sharpe_ratio_of_the_paper) {
  // The example of the paper: a Sharpe ratio of 2.5 a year over 1250 days, skewness -3, kurtosis
  // 10, 100 trials whose annual Sharpe ratios have a variance of one half: 0.1132 a day is the
  // best that luck reaches, and the deflated ratio is 0.9004.
  const trial_spread spread{100, 0.5 / 250};
  EXPECT_NEAR(expected_max_sharpe(spread), 0.1132, 5e-5);
  const sharpe_evidence evidence{2.5 / std::sqrt(250.0), -3, 10, 1250};
  EXPECT_NEAR(deflated_sharpe(evidence, spread), 0.9004, 5e-5);
  EXPECT_GT(probabilistic_sharpe(evidence, 0), deflated_sharpe(evidence, spread));
  EXPECT_EQ(expected_max_sharpe({1, 0.5}), 0) << "one trial needs no correction";
}

TEST(return_figures, tails_of_a_known_series) {
  std::vector<double> returns;
  for (int k = 0; k <= 100; ++k) returns.push_back(k / 1000.0 - 0.05);
  EXPECT_NEAR(value_at_risk(returns, 0.05), 0.045, 1e-12);
  EXPECT_NEAR(expected_shortfall(returns, 0.05), 0.0475, 1e-12);
  EXPECT_NEAR(skewness(returns), 0, 1e-12);
  EXPECT_NEAR(kurtosis(returns), 1.8, 1e-3) << "of a uniform distribution";
}

TEST(return_figures, a_series_that_is_a_line_of_its_benchmark) {
  const std::vector<double> benchmark{0.01, -0.02, 0.015, 0.0, 0.005};
  std::vector<double> returns;
  for (const double b : benchmark) returns.push_back(0.001 + 1.5 * b);
  const auto found = regress(returns, benchmark, days_a_year);
  EXPECT_NEAR(found.beta, 1.5, 1e-12);
  EXPECT_NEAR(found.alpha, 0.252, 1e-12);
  EXPECT_NEAR(found.correlation, 1, 1e-12);
}

TEST(return_figures, what_is_not_defined_is_nan) {
  const std::vector<double> none;
  const std::vector<double> flat{0.01, 0.01, 0.01};
  for (const double each :
       {annual_return(none, 252), annual_volatility(none, 252), value_at_risk(none, 0.05),
        expected_shortfall(none, 0.05), skewness(none), kurtosis(none), skewness(flat),
        kurtosis(flat), sharpe_ratio(flat, 0, 252), regress(none, none, 252).beta,
        regress(flat, flat, 252).beta, annual_performance(none, 252),
        probabilistic_sharpe(evidence_of(none), 0)})
    EXPECT_TRUE(isnan(each)) << each;
  EXPECT_EQ(total_return(none), 0);
  const std::vector<double> ruin{0.5, -1, 0.5};
  EXPECT_EQ(annual_return(ruin, 252), -1);
  EXPECT_EQ(max_drawdown(ruin), -1);
}

// The oracle looks at every pair of a peak and a later trough.
TEST(return_figures, the_drawdown_is_the_worst_pair_of_peak_and_trough) {
  const auto seed = tests::test_seed(81);
  prng chance{seed};
  for (std::uint64_t round = 0; round < tests::test_size(100); ++round) {
    std::vector<double> returns;
    for (auto count = 1 + chance.below(60); count > 0; --count)
      returns.push_back(static_cast<double>(chance.between(-900, 1000)) / 10'000);
    std::vector<double> values{1};
    for (const double r : returns) values.push_back(values.back() * (1 + r));
    double worst = 0;
    for (std::size_t a = 0; a < values.size(); ++a)
      for (std::size_t b = a; b < values.size(); ++b)
        worst = std::min(worst, values[b] / values[a] - 1);
    ASSERT_NEAR(max_drawdown(returns), worst, 1e-12) << tests::repeat_with(seed);
  }
}

}  // namespace
}  // namespace bw
