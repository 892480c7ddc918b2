// Figures kept up event by event equal those of the finished run, books stay apart, and a request
// stays fast whatever the number of trades.

#include "analytics/performance_tracker.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <nlohmann/json.hpp>

#include "tests/analytics/run_fixture.hpp"
#include "tests/support/seed.hpp"

namespace bw {
namespace {

performance_tracker begin(const run_result& run) {
  return {run.type, *session_calendar::make(), run.start, run.starting_equity};
}

TEST(performance_tracker, event_by_event_equals_the_finished_run) {
  const auto seed = tests::test_seed(101);
  for (std::uint64_t round = 0; round < tests::test_size(5); ++round) {
    auto run = tests::make_sample_run(seed + round, {40, 30, 6});
    run.benchmark_curve.clear();
    auto tracker = begin(run);
    auto fill = run.fills.begin();
    for (const auto& point : run.equity) {
      for (; fill != run.fills.end() && fill->at <= point.at; ++fill)
        ASSERT_TRUE(tracker.on_trade_event({run.type, *fill}).ok());
      ASSERT_TRUE(tracker.on_equity(point));
    }
    const auto batch = statistics_of(run, *session_calendar::make()).figures;
    const auto live = tracker.metrics();
    ASSERT_EQ(live.size(), batch.size());
    for (std::size_t k = 0; k < live.size(); ++k) {
      EXPECT_EQ(live[k].id, batch[k].id);
      EXPECT_EQ(live[k].amount, batch[k].amount) << live[k].id << tests::repeat_with(seed);
      EXPECT_EQ(live[k].defined(), batch[k].defined()) << live[k].id;
      if (!batch[k].defined()) continue;
      EXPECT_DOUBLE_EQ(live[k].value, batch[k].value) << live[k].id << tests::repeat_with(seed);
    }
  }
}

TEST(performance_tracker, books_are_not_mixed) {
  performance_tracker paper{trade_type::paper, *session_calendar::make(), {}, money::from_int(1)};
  run_fill fill;
  fill.qty = quantity::from_int(1);
  fill.at_price = price::from_int(1);
  EXPECT_EQ(paper.on_trade_event({trade_type::live, fill}).code(), ec::invalid_argument);
  EXPECT_TRUE(paper.on_trade_event({trade_type::paper, fill}).ok());
  EXPECT_EQ(paper.report().open.size(), 1u);
}

TEST(performance_tracker, the_report_is_json_and_bounded) {
  const auto run = tests::make_sample_run(4, {80, 30, 8});
  auto tracker = begin(run);
  for (const auto& fill : run.fills) ASSERT_TRUE(tracker.on_trade_event({run.type, fill}).ok());
  for (const auto& point : run.equity) tracker.on_equity(point);
  ASSERT_GT(run.trades.size(), performance_tracker::latest_max);
  const auto json = nlohmann::json::parse(to_json(tracker.report()));
  EXPECT_EQ(json.at("type"), "simulated");
  EXPECT_EQ(json.at("latest").size(), performance_tracker::latest_max);
  EXPECT_EQ(json.at("figures").at("trades"), run.trades.size());
  EXPECT_TRUE(json.at("figures").at("net_profit").is_string());
  EXPECT_TRUE(json.at("by_strategy").at("momentum").at("win_rate").is_number());
  EXPECT_EQ(json.at("periods").size(), 6u);
  EXPECT_EQ(json.at("latest")[0].at("closed_at"), format_rfc3339(run.trades.back().closed_at));
}

TEST(performance_tracker, a_million_trades_are_answered_within_a_tenth_of_a_second) {
  const auto count = tests::test_size(1) > 1 ? 1'000'000 : 100'000;
  performance_tracker tracker{trade_type::live, *session_calendar::make(),
                              *parse_rfc3339("2015-01-02T15:00:00Z"), money::from_int(1'000'000)};
  run_fill fill;
  fill.strategy = short_name{"momentum"};
  fill.symbol = symbol_name{"SPY"};
  fill.qty = quantity::from_int(1);
  fill.at = *parse_rfc3339("2015-01-02T15:00:00Z");
  for (int k = 0; k < count; ++k) {
    fill.at = fill.at + std::chrono::minutes{3};
    fill.side = side::buy;
    fill.at_price = price::from_int(10);
    ASSERT_TRUE(tracker.on_trade_event({trade_type::live, fill}).ok());
    fill.side = side::sell;
    fill.at_price = price::from_int(9 + k % 3);
    ASSERT_TRUE(tracker.on_trade_event({trade_type::live, fill}).ok());
    if (k % 100 == 0) tracker.on_equity({fill.at, money::from_int(1'000'000 + k % 7), {}, {}});
  }
  const auto begun = std::chrono::steady_clock::now();
  const auto json = to_json(tracker.report());
  const auto took = std::chrono::steady_clock::now() - begun;
  EXPECT_EQ(tracker.trades().all.trades(), static_cast<std::uint64_t>(count));
  EXPECT_LT(took, std::chrono::milliseconds{100});
  RecordProperty(
      "microseconds",
      static_cast<int>(std::chrono::duration_cast<std::chrono::microseconds>(took).count()));
}

}  // namespace
}  // namespace bw
