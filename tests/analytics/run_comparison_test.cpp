// Runs side by side: the same sessions for all, ranks, significance that knows chance from skill,
// and the overlap of trades.

#include "analytics/run_comparison.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "analytics/report.hpp"
#include "storage/temporary_folder.hpp"
#include "tests/analytics/html_check.hpp"
#include "tests/analytics/run_fixture.hpp"
#include "tests/support/seed.hpp"

namespace bw {
namespace {

using ::testing::HasSubstr;

const session_calendar& new_york() {
  static const auto calendar = *session_calendar::make();
  return calendar;
}

/// Equity that moves by `drift` and chance, in parts per million a session.
run_result random_run(std::string name, prng chance, std::int64_t drift, std::size_t sessions,
                      std::size_t skipped = 0) {
  run_result run;
  run.name = std::move(name);
  run.starting_equity = money::from_int(100'000);
  auto equity = run.starting_equity;
  const auto days = new_york().sessions({2024, 1, 2}, {2027, 12, 31});
  run.start = days[skipped].open;
  for (std::size_t k = skipped; k < skipped + sessions; ++k) {
    const auto move = chance.bell(10'000) + drift;
    equity += money::from_units(equity.units() / 1'000'000 * move);
    run.equity.push_back({days[k].close, equity, equity, {}});
  }
  run.end = run.equity.back().at;
  return run;
}

closed_trade held(std::string_view symbol, std::int64_t from, std::int64_t to) {
  closed_trade out;
  out.symbol = symbol_name{symbol};
  const auto begin = *parse_rfc3339("2024-01-03T15:00:00Z");
  out.opened_at = begin + std::chrono::minutes{from};
  out.closed_at = begin + std::chrono::minutes{to};
  out.entry_value = money::from_int(100);
  out.gross = money::from_int(1);
  return out;
}

TEST(run_comparison, a_large_lead_is_significant_and_the_same_run_is_not) {
  const auto good = random_run("good", prng{1}, 4'000, 250);
  const auto bad = random_run("bad", prng{2}, -4'000, 250);
  const auto compared = *compare_runs({bad, good}, new_york(), {});
  EXPECT_EQ(compared.runs[1].rank, 1u);
  EXPECT_LT(compared.pairs[0].p_value, 0.01);
  EXPECT_LT(compared.pairs[0].high, 0);
  EXPECT_THAT(compared.recommendation, HasSubstr("good did best, and its lead over bad is more"));
  const auto same = *compare_runs({good, good}, new_york(), {});
  EXPECT_EQ(same.pairs[0].difference, 0);
  EXPECT_EQ(same.pairs[0].p_value, 1);
  EXPECT_EQ(same.runs[1].name, "good (2)");
  EXPECT_THAT(same.recommendation, HasSubstr("may be chance"));
}

TEST(run_comparison, chance_alone_seldom_seems_significant) {
  const auto seed = tests::test_seed(121);
  prng chance{seed};
  int significant = 0;
  const int rounds = static_cast<int>(60 * tests::test_size(1));
  for (int round = 0; round < rounds; ++round) {
    const auto a = random_run("a", chance.fork(), 0, 120);
    const auto b = random_run("b", chance.fork(), 0, 120);
    const auto compared = *compare_runs({a, b}, new_york(), {seed, 300});
    significant += compared.pairs[0].p_value < 0.05;
  }
  EXPECT_LE(significant, rounds * 15 / 100) << tests::repeat_with(seed);
}

TEST(run_comparison, only_common_sessions_count) {
  const auto early = random_run("early", prng{3}, 500, 60);
  const auto late = random_run("late", prng{4}, 500, 60, 25);
  const auto compared = *compare_runs({early, late}, new_york(), {});
  EXPECT_EQ(compared.runs[0].statistics.days.size(), 35u);
  EXPECT_EQ(compared.runs[1].statistics.days.size(), 35u);
  EXPECT_EQ(compared.first, new_york().new_york_date(late.start));
  EXPECT_EQ(compared.last, new_york().new_york_date(early.end));
  // The cut run begins with the close before its first day.
  EXPECT_NEAR(find_figure(compared.runs[0].statistics.figures, "total_return")->value,
              early.equity[59].equity.to_double() / early.equity[24].equity.to_double() - 1, 1e-9);
  const auto apart = random_run("apart", prng{4}, 500, 60, 100);
  EXPECT_EQ(compare_runs({early, apart}, new_york(), {}).code(), ec::out_of_range);
}

TEST(run_comparison, few_sessions_have_no_p_value) {
  const auto compared = *compare_runs(
      {random_run("a", prng{1}, 100, 10), random_run("b", prng{2}, 90, 10)}, new_york(), {});
  EXPECT_TRUE(std::isnan(compared.pairs[0].p_value));
  EXPECT_EQ(nlohmann::json::parse(comparison_json(compared)).at("pairs")[0].at("p_value"), nullptr);
}

TEST(run_comparison, the_overlap_counts_trades_that_were_open_together) {
  auto a = random_run("a", prng{1}, 100, 30);
  auto b = random_run("b", prng{2}, 90, 30);
  a.trades = {held("SPY", 0, 10), held("SPY", 20, 30), held("QQQ", 0, 10), held("SPY", 90, 95)};
  b.trades = {held("SPY", 5, 6), held("SPY", 30, 40)};
  const auto compared = *compare_runs({a, b}, new_york(), {});
  EXPECT_DOUBLE_EQ(compared.pairs[0].first_overlap, 0.5);
  EXPECT_DOUBLE_EQ(compared.pairs[0].second_overlap, 1);
}

// The oracle compares every trade with every other.
TEST(run_comparison, the_overlap_agrees_with_looking_at_all_pairs) {
  const auto seed = tests::test_seed(131);
  prng chance{seed};
  for (std::uint64_t round = 0; round < tests::test_size(30); ++round) {
    auto a = random_run("a", prng{1}, 100, 30);
    auto b = random_run("b", prng{2}, 90, 30);
    for (auto* run : {&a, &b})
      for (int k = 0; k < 20; ++k) {
        const auto from = chance.between(0, 300);
        run->trades.push_back(
            held(chance.chance(1, 2) ? "SPY" : "QQQ", from, from + chance.between(0, 40)));
      }
    int shared = 0;
    for (const auto& x : a.trades)
      shared += std::any_of(b.trades.begin(), b.trades.end(), [&](const auto& y) {
        return x.symbol == y.symbol && x.opened_at <= y.closed_at && y.opened_at <= x.closed_at;
      });
    const auto compared = *compare_runs({a, b}, new_york(), {1, 0});
    ASSERT_DOUBLE_EQ(compared.pairs[0].first_overlap, shared / 20.0) << tests::repeat_with(seed);
  }
}

TEST(run_comparison, what_a_report_wrote_is_read_back) {
  const auto folder = *temporary_folder::make("bw-compare");
  auto run = tests::make_sample_run(1, {40, 15, 5});
  run.trades[0].exit_reason = short_name{"a,\"b\""};
  run.trades[1].regime = market_regime::unsettled;
  ASSERT_TRUE(write_report(run, new_york(), folder.path()).ok());
  const auto back = *read_run(folder.path(), new_york());
  EXPECT_EQ(back.name, run.name);
  ASSERT_EQ(back.trades.size(), run.trades.size());
  for (std::size_t k = 0; k < run.trades.size(); ++k) {
    auto without_marks = run.trades[k];
    without_marks.worst = without_marks.best = std::nullopt;
    EXPECT_EQ(back.trades[k], without_marks);
  }
  const auto before = statistics_of(run, new_york());
  const auto after = statistics_of(back, new_york());
  EXPECT_EQ(before.days, after.days);
  for (const char* id : {"sharpe", "total_return", "beta", "benchmark_return", "win_rate"})
    EXPECT_NEAR(find_figure(before.figures, id)->value, find_figure(after.figures, id)->value, 1e-6)
        << id;
}

TEST(run_comparison, what_is_no_report_is_refused_with_its_place) {
  const auto folder = *temporary_folder::make("bw-compare");
  EXPECT_EQ(read_run(folder.path(), new_york()).code(), ec::not_found);
  const auto run = tests::make_sample_run(1, {25, 30, 4});
  ASSERT_TRUE(write_report(run, new_york(), folder.path()).ok());
  for (const char* text : {"", "{", "[]", "5", R"({"run":5})", R"({"run":{"name":"x"}})"}) {
    std::ofstream{folder.path() / "report.json"} << text;
    EXPECT_EQ(read_run(folder.path(), new_york()).code(), ec::parse_failed) << text;
  }
  ASSERT_TRUE(write_report(run, new_york(), folder.path()).ok());
  std::ofstream{folder.path() / "trades.csv", std::ios::app} << "1,2,3\n";
  const auto broken = read_run(folder.path(), new_york());
  EXPECT_EQ(broken.code(), ec::parse_failed);
  EXPECT_THAT(broken.failure().context,
              HasSubstr("trades.csv:" + std::to_string(run.trades.size() + 2)));
}

TEST(run_comparison, refuses_too_few_and_too_many) {
  const auto one = random_run("a", prng{1}, 0, 5);
  EXPECT_EQ(compare_runs({one}, new_york(), {}).code(), ec::invalid_argument);
  EXPECT_EQ(compare_runs(std::vector(compared_runs_max + 1, one), new_york(), {}).code(),
            ec::invalid_argument);
  EXPECT_EQ(compare_runs({one, run_result{}}, new_york(), {}).code(), ec::out_of_range);
}

TEST(run_comparison, its_page_text_and_json_tell_the_same) {
  const auto compared =
      *compare_runs({tests::make_sample_run(1, {60, 30, 4}), tests::make_sample_run(2, {60, 30, 4}),
                     tests::make_sample_run(3, {60, 30, 4})},
                    new_york(), {});
  const auto page = comparison_html(compared, new_york());
  EXPECT_EQ(tests::html_problem(page), "");
  EXPECT_LT(page.size(), report_bytes_max);
  const auto text = comparison_text(compared);
  const auto json = nlohmann::json::parse(comparison_json(compared));
  EXPECT_EQ(json.at("runs").size(), 3u);
  EXPECT_EQ(json.at("runs")[0].at("rank"), 1);
  EXPECT_EQ(json.at("pairs").size(), 3u);
  EXPECT_THAT(text, HasSubstr(compared.recommendation));
  EXPECT_THAT(text, HasSubstr("sample (3)"));
  EXPECT_EQ(comparison_json(compared),
            comparison_json(*compare_runs(
                {tests::make_sample_run(1, {60, 30, 4}), tests::make_sample_run(2, {60, 30, 4}),
                 tests::make_sample_run(3, {60, 30, 4})},
                new_york(), {})))
      << "the same seed, the same bytes";
}

}  // namespace
}  // namespace bw
