// Statistics of a run: each figure against a slow textbook computation, and the conventions at
// their edges.

#include "analytics/run_statistics.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "analytics/return_figures.hpp"
#include "tests/analytics/run_fixture.hpp"
#include "tests/support/seed.hpp"

namespace bw {
namespace {

const session_calendar& new_york() {
  static const auto calendar = *session_calendar::make();
  return calendar;
}

double value_of(const run_statistics& statistics, std::string_view id) {
  const auto* found = find_figure(statistics.figures, id);
  EXPECT_NE(found, nullptr) << id;
  return found ? found->value : 0;
}

equity_point point(std::string_view at, std::int64_t equity, std::int64_t exposure = 0) {
  return {*parse_rfc3339(at), money::from_int(equity), {}, money::from_int(exposure)};
}

run_result small_run(std::vector<equity_point> points) {
  run_result run;
  run.start = points.front().at;
  run.end = points.back().at;
  run.starting_equity = money::from_int(100);
  run.equity = std::move(points);
  return run;
}

closed_trade trade(std::string_view net, std::string_view opened = "2024-03-04T15:30:00Z",
                   std::string_view closed = "2024-03-04T16:00:00Z") {
  closed_trade out;
  out.strategy = short_name{"momentum"};
  out.symbol = symbol_name{"SPY"};
  out.entry_value = money::from_int(1'000);
  out.gross = *money::parse(net);
  out.opened_at = *parse_rfc3339(opened);
  out.closed_at = *parse_rfc3339(closed);
  return out;
}

TEST(run_statistics, days_close_with_their_last_point_in_new_york) {
  // 2024-03-05T01:00Z is still the evening of the 4th. Saturday belongs to Friday; the Thursday
  // without a point closes where Wednesday did.
  const auto run =
      small_run({point("2024-03-04T15:00:00Z", 101), point("2024-03-05T01:00:00Z", 102),
                 point("2024-03-06T15:00:00Z", 104), point("2024-03-08T15:00:00Z", 103),
                 point("2024-03-09T15:00:00Z", 105), point("2024-03-11T15:00:00Z", 106)});
  const auto found = statistics_of(run, new_york());
  std::vector<std::pair<std::string, std::string>> closes;
  for (const auto& day : found.days) closes.emplace_back(format_date(day.date), day.equity.text());
  const std::vector<std::pair<std::string, std::string>> expected{
      {"2024-03-04", "102"}, {"2024-03-05", "102"}, {"2024-03-06", "104"},
      {"2024-03-07", "104"}, {"2024-03-08", "105"}, {"2024-03-11", "106"}};
  EXPECT_EQ(closes, expected);
  ASSERT_EQ(found.weeks.size(), 2u);
  EXPECT_EQ(format_date(found.weeks[0].last), "2024-03-08");
  EXPECT_NEAR(found.weeks[0].value, 0.05, 1e-12);
  EXPECT_NEAR(found.weeks[1].value, 106.0 / 105 - 1, 1e-12);
}

TEST(run_statistics, a_week_closes_with_its_last_session_even_when_friday_is_a_holiday) {
  // 2024-03-29 was Good Friday.
  const auto run =
      small_run({point("2024-03-28T15:00:00Z", 110), point("2024-04-01T15:00:00Z", 99)});
  const auto found = statistics_of(run, new_york());
  ASSERT_EQ(found.weeks.size(), 2u);
  EXPECT_EQ(format_date(found.weeks[0].last), "2024-03-28");
  ASSERT_EQ(found.months.size(), 2u);
  EXPECT_NEAR(found.months[1].value, -0.1, 1e-12);
}

TEST(run_statistics, the_drawdown_has_start_bottom_and_recovery) {
  const auto run =
      small_run({point("2024-03-04T15:00:00Z", 120), point("2024-03-05T15:00:00Z", 90),
                 point("2024-03-06T15:00:00Z", 100), point("2024-03-07T15:00:00Z", 120),
                 point("2024-03-08T15:00:00Z", 114)});
  const auto found = statistics_of(run, new_york());
  ASSERT_EQ(found.drawdowns.size(), 2u);
  const auto& worst = found.drawdowns[0];
  EXPECT_NEAR(worst.depth(), 0.25, 1e-12);
  EXPECT_EQ(format_rfc3339(worst.start), "2024-03-04T15:00:00Z");
  EXPECT_EQ(format_rfc3339(worst.bottom), "2024-03-05T15:00:00Z");
  EXPECT_EQ(format_rfc3339(*worst.recovered), "2024-03-07T15:00:00Z");
  EXPECT_FALSE(found.drawdowns[1].recovered) << "it is still going on";
  EXPECT_NEAR(value_of(found, "max_drawdown_days"), 3, 1e-9);
}

TEST(run_statistics, exposure_counts_the_time_between_points_of_a_day) {
  const auto run =
      small_run({point("2024-03-04T15:00:00Z", 100, 50), point("2024-03-04T16:00:00Z", 100, 0),
                 point("2024-03-04T17:00:00Z", 100, 100), point("2024-03-05T15:00:00Z", 100, 0)});
  const auto found = statistics_of(run, new_york());
  EXPECT_NEAR(value_of(found, "exposure"), 0.25, 1e-12);
  EXPECT_NEAR(value_of(found, "time_in_market"), 0.5, 1e-12);
}

TEST(run_statistics, ratios_of_days_need_twenty_sessions) {
  const auto few = statistics_of(tests::make_sample_run(3, {19, 30, 4}), new_york());
  const auto enough = statistics_of(tests::make_sample_run(3, {20, 30, 4}), new_york());
  for (const char* id : {"sharpe", "volatility", "cagr", "probabilistic_sharpe", "beta"}) {
    EXPECT_TRUE(std::isnan(value_of(few, id))) << id;
    EXPECT_FALSE(std::isnan(value_of(enough, id))) << id;
  }
}

TEST(run_statistics, an_empty_run_has_figures_without_values) {
  run_result run;
  run.starting_equity = money::from_int(100);
  const auto found = statistics_of(run, new_york());
  EXPECT_TRUE(found.days.empty());
  EXPECT_TRUE(found.periods.empty());
  EXPECT_EQ(value_of(found, "trades"), 0);
  EXPECT_TRUE(std::isnan(value_of(found, "win_rate")));
  EXPECT_TRUE(std::isnan(value_of(found, "sharpe")));
}

TEST(run_statistics, trades_that_end_at_nothing_are_neither_won_nor_lost) {
  auto run = small_run({point("2024-03-04T15:00:00Z", 100)});
  run.trades = {trade("100"), trade("-50"), trade("200"), trade("-100"), trade("0")};
  const auto found = statistics_of(run, new_york());
  EXPECT_NEAR(value_of(found, "win_rate"), 0.5, 1e-12) << "as nautilus_trader has it";
  EXPECT_NEAR(value_of(found, "profit_factor"), 2, 1e-12);
  EXPECT_NEAR(value_of(found, "payoff"), 2, 1e-12);
  EXPECT_EQ(find_figure(found.figures, "expectancy")->amount->text(), "30");
  EXPECT_EQ(value_of(found, "longest_losing_streak"), 1);
  run.trades = {trade("100"), trade("50"), trade("200")};
  const auto winners = statistics_of(run, new_york());
  EXPECT_EQ(value_of(winners, "win_rate"), 1);
  EXPECT_TRUE(std::isnan(value_of(winners, "profit_factor"))) << "no loss, no factor";
}

TEST(run_statistics, hours_and_weekdays_are_those_of_new_york) {
  auto run = small_run({point("2024-03-08T15:00:00Z", 100)});
  // One hour apart in UTC, the same hour in New York: summer time began on 2024-03-10.
  run.trades = {trade("1", "2024-03-08T14:30:00Z", "2024-03-08T15:00:00Z"),
                trade("1", "2024-03-11T13:30:00Z", "2024-03-11T15:00:00Z")};
  const auto found = statistics_of(run, new_york());
  ASSERT_EQ(found.trades.by_hour.size(), 1u);
  EXPECT_EQ(found.trades.by_hour.begin()->first, "09");
  EXPECT_TRUE(found.trades.by_weekday.contains("5 Friday"));
  EXPECT_TRUE(found.trades.by_weekday.contains("1 Monday"));
}

TEST(run_statistics, trades_are_grouped_by_the_regime_of_their_entry) {
  auto run = small_run({point("2024-03-08T15:00:00Z", 100)});
  run.trades = {trade("100"), trade("-30"), trade("5")};
  run.trades[0].regime = run.trades[1].regime = market_regime::unsettled;
  const auto found = statistics_of(run, new_york());
  ASSERT_EQ(found.trades.by_regime.size(), 2u);
  EXPECT_EQ(found.trades.by_regime.at("volatile").trades(), 2u);
  EXPECT_EQ(found.trades.by_regime.at("volatile").net(), money::from_int(70));
  EXPECT_EQ(found.trades.by_regime.at("unknown").net(), money::from_int(5));
}

TEST(run_statistics, the_stress_line_charges_every_execution) {
  auto run = small_run({point("2024-03-04T15:00:00Z", 100), point("2024-03-04T16:00:00Z", 102)});
  run_fill fill;
  fill.qty = quantity::from_int(10);
  fill.at_price = price::from_int(50);
  fill.fees = *money::parse("0.25");
  run.fills = {fill, fill};
  const auto found = statistics_of(run, new_york());
  // 102 + 0.50 of fees given back - 10 bp of 1,000.
  EXPECT_EQ(found.stress.end_equity.text(), "101.5");
  EXPECT_EQ(found.stress.net.text(), "1.5");
}

TEST(run_statistics, warnings_say_what_weakens_the_result) {
  auto run = small_run({point("2024-03-04T15:00:00Z", 100), point("2024-03-04T16:00:00Z", 150)});
  run.trades = {trade("60"), trade("-10")};
  run.open_trades.emplace_back();
  run.warnings = {"The data have a gap."};
  run.trials = 5;
  const auto found = statistics_of(run, new_york());
  std::string all;
  for (const auto& each : found.warnings) all += each + "\n";
  EXPECT_EQ(found.warnings.front(), "The data have a gap.");
  for (const char* part : {"Weak evidence: 2 closed trades", "Only 1 sessions", "open at the end",
                           "One trade earned 120%", "spread of the 5 trials", "No benchmark"})
    EXPECT_NE(all.find(part), std::string::npos) << part << "\n" << all;
}

TEST(run_statistics, too_many_groups_go_into_one) {
  trade_groups groups;
  for (std::size_t k = 0; k < trade_groups::groups_max + 5; ++k) {
    auto one = trade("1");
    one.symbol = symbol_name{"S" + std::to_string(k)};
    groups.add(one, new_york());
  }
  EXPECT_EQ(groups.by_symbol.size(), trade_groups::groups_max + 1);
  EXPECT_EQ(groups.by_symbol.at("(other)").trades(), 5u);
}

// The slow computations use nothing of the code under test but its input.
TEST(run_statistics, a_run_agrees_with_textbook_computations) {
  const auto seed = tests::test_seed(91);
  for (std::uint64_t round = 0; round < tests::test_size(5); ++round) {
    const auto run = tests::make_sample_run(seed + round, {80, 30, 5});
    const auto found = statistics_of(run, new_york());
    std::map<std::string, double> closes;
    std::map<std::string, double> levels;
    for (const auto& each : run.equity)
      closes[format_date(new_york().new_york_date(each.at))] = each.equity.to_double();
    for (const auto& each : run.benchmark_curve)
      levels[format_date(new_york().new_york_date(each.at))] = each.level.to_double();
    std::vector<double> returns;
    std::vector<double> other;
    double before = run.starting_equity.to_double();
    for (const auto& [date, equity] : closes) {
      returns.push_back(equity / before - 1);
      before = equity;
    }
    before = run.benchmark_curve.front().level.to_double();
    for (const auto& [date, level] : levels) {
      other.push_back(level / before - 1);
      before = level;
    }
    const auto n = static_cast<double>(returns.size());
    double sum = 0;
    double other_sum = 0;
    double down = 0;
    for (std::size_t k = 0; k < returns.size(); ++k) {
      sum += returns[k];
      other_sum += other[k];
      down += returns[k] < 0 ? returns[k] * returns[k] : 0;
    }
    double variance = 0;
    double other_variance = 0;
    double covariance = 0;
    for (std::size_t k = 0; k < returns.size(); ++k) {
      const double a = returns[k] - sum / n;
      const double b = other[k] - other_sum / n;
      variance += a * a / (n - 1);
      other_variance += b * b / (n - 1);
      covariance += a * b / (n - 1);
    }
    double worst = 0;
    std::vector<double> values{run.starting_equity.to_double()};
    for (const auto& each : run.equity) values.push_back(each.equity.to_double());
    for (std::size_t a = 0; a < values.size(); a += 7)
      for (std::size_t b = a; b < values.size(); ++b)
        worst = std::max(worst, 1 - values[b] / values[a]);
    const auto close_to = [&](const char* id, double expected, double tolerance = 1e-9) {
      ASSERT_NEAR(value_of(found, id), expected, tolerance * std::max(1.0, std::abs(expected)))
          << id << " " << tests::repeat_with(seed);
    };
    close_to("volatility", std::sqrt(variance * 252));
    close_to("sharpe", sum / n / std::sqrt(variance) * std::sqrt(252));
    close_to("sortino", sum / n * 252 / std::sqrt(down / n * 252));
    close_to("cagr", std::pow(values.back() / values.front(), 252 / n) - 1);
    close_to("beta", covariance / other_variance);
    close_to("alpha", (sum - covariance / other_variance * other_sum) / n * 252);
    close_to("correlation", covariance / std::sqrt(variance * other_variance));
    EXPECT_GE(value_of(found, "max_drawdown"), worst - 1e-12) << "every seventh peak was looked at";
    EXPECT_LE(value_of(found, "max_drawdown"), worst * 1.5 + 1e-3);
    money net;
    money fees;
    for (const auto& each : run.trades) net += each.net();
    for (const auto& each : run.fills) fees += each.fees;
    EXPECT_EQ(found.trades.all.net(), net);
    EXPECT_EQ(found.fees, fees);
    EXPECT_EQ(found.trades.all.trades(), run.trades.size());
    // Every grouping holds every trade.
    for (const auto* groups : {&found.trades.by_strategy, &found.trades.by_symbol,
                               &found.trades.by_hour, &found.trades.by_exit_reason}) {
      trade_figures together;
      for (const auto& [name, figures] : *groups) together.add(figures);
      EXPECT_EQ(together.net(), net);
      EXPECT_EQ(together.trades(), run.trades.size());
    }
  }
}

TEST(run_statistics, rolling_sharpe_is_the_sharpe_ratio_of_each_window) {
  const auto found = statistics_of(tests::make_sample_run(5, {75, 60, 4}), new_york());
  ASSERT_EQ(found.rolling.size(), 75 - rolling_days + 1);
  const auto returns = returns_of(found.days);
  EXPECT_NEAR(found.rolling.back().value,
              sharpe_ratio(return_series{returns}.last(rolling_days), 0, 252), 1e-12);
  EXPECT_EQ(found.rolling.back().date, found.days.back().date);
}

TEST(run_statistics, periods_end_with_the_last_session) {
  const auto found = statistics_of(tests::make_sample_run(5, {75, 60, 4}), new_york());
  ASSERT_EQ(found.periods.size(), 6u);
  EXPECT_EQ(found.periods[0].trades.trades(),
            found.trades.by_close_date.at(found.days.back().date).trades());
  EXPECT_NEAR(found.periods[0].value, found.days.back().value, 1e-12);
  EXPECT_EQ(found.periods.back().trades.trades(), found.trades.all.trades());
  EXPECT_NEAR(found.periods.back().value, value_of(found, "total_return"), 1e-9);
  EXPECT_LE(found.periods[1].trades.trades(), found.periods[2].trades.trades());
}

}  // namespace
}  // namespace bw
