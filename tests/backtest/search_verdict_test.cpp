// Folds cover the unseen sessions once and never look ahead; noise is judged to be noise, a real
// edge is found, and what is missing or lonely is said.

#include "backtest/search_verdict.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "core/prng.hpp"

namespace bw {
namespace {

TEST(WalkForward, TestWindowsCoverWhatFollowsTheFirstTrainingOnce) {
  for (const auto mode : {walk_forward_mode::anchored, walk_forward_mode::rolling})
    for (std::size_t sessions = 8; sessions < 60; ++sessions) {
      const auto folds = make_folds(sessions, mode, 5, 3);
      ASSERT_TRUE(folds.ok());
      std::size_t reached = 5;
      for (const auto& each : *folds) {
        EXPECT_EQ(each.train_end, reached);
        EXPECT_GT(each.test_end, each.train_end);
        EXPECT_EQ(each.train_begin, mode == walk_forward_mode::anchored ? 0 : reached - 5);
        reached = each.test_end;
      }
      EXPECT_EQ(reached, sessions);
    }
  EXPECT_EQ(make_folds(7, walk_forward_mode::anchored, 5, 3).code(), ec::out_of_range);
  EXPECT_EQ(make_folds(2, walk_forward_mode::off, 5, 3).code(), ec::out_of_range);
  EXPECT_EQ(*make_folds(9, walk_forward_mode::off, 5, 3),
            (std::vector<walk_forward_fold>{{0, 6, 9}}));
}

/// One axis of positions; trial k + 1 stands at position k.
std::vector<search_axis> axis_of(std::uint32_t count) {
  search_axis out;
  out.strategy = "s";
  out.name = "x";
  out.grain = decimal_scale;
  out.count = count;
  return {out};
}
std::vector<search_point> points_of(std::uint32_t count) {
  std::vector<search_point> out;
  for (std::uint32_t k = 0; k < count; ++k) out.push_back({k});
  return out;
}

/// Sessions with bell-shaped returns of one percent around `edge_bp` basis points.
search_trial walk(std::uint32_t id, std::size_t sessions, std::int64_t edge_bp, prng& random) {
  search_trial out{.id = id, .trace = 0, .sessions = {}};
  std::int64_t cents = 10'000'000;
  for (std::size_t k = 0; k < sessions; ++k) {
    const auto change = cents * (random.bell(10'000) + edge_bp * 100) / 1'000'000;
    const auto at = [](std::int64_t x) { return money::from_units(x * 10'000'000); };
    trial_session day{.date = civil_from_days(20'000 + static_cast<std::int64_t>(k)),
                      .before = at(cents),
                      .after = at(cents + change),
                      .trades = 2};
    (change > 0 ? day.won : day.lost) = at(std::abs(change));
    cents += change;
    out.sessions.push_back(day);
  }
  return out;
}

search_result judged(const std::vector<std::int64_t>& edges, std::uint64_t seed,
                     std::uint64_t min_trades = 30) {
  prng random{seed};
  std::vector<search_trial> trials;
  for (const auto edge : edges)
    trials.push_back(walk(static_cast<std::uint32_t>(trials.size()), 240, edge, random));
  const auto count = static_cast<std::uint32_t>(edges.size() - 1);
  auto out = judge_search(axis_of(count), points_of(count), trials,
                          {.train = 60, .test = 20, .min_trades = min_trades});
  EXPECT_TRUE(out.ok()) << (out ? "" : out.failure().text());
  return *out;
}

TEST(SearchVerdict, NoiseIsNotBetterThanChance) {
  int fooled = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const auto found = judged(std::vector<std::int64_t>(201, 0), seed);
    ASSERT_TRUE(found.best);
    // The best of 200 looks splendid out of sample, which is the trap.
    EXPECT_GT(found.trials[*found.best].out_of_sample.sharpe, 1.5) << "seed " << seed;
    fooled += found.judgement == search_judgement::better ? 1 : 0;
  }
  EXPECT_EQ(fooled, 0);
}

TEST(SearchVerdict, ARealEdgeWithNeighboursIsFound) {
  std::vector<std::int64_t> edges(41, 45);
  edges[0] = 0;
  const auto found = judged(edges, 7);
  ASSERT_TRUE(found.best);
  EXPECT_NE(*found.best, 0u);
  EXPECT_GE(found.deflated_sharpe, deflated_needed);
  EXPECT_EQ(found.judgement, search_judgement::better) << found.recommendation;
}

TEST(SearchVerdict, ALonelyPeakIsFragile) {
  std::vector<std::int64_t> edges(41, -10);
  edges[20] = 60;
  const auto found = judged(edges, 3);
  EXPECT_EQ(found.best, 20u);
  EXPECT_GT(found.near.drop, neighbour_drop_most);
  EXPECT_EQ(found.judgement, search_judgement::fragile) << found.recommendation;
}

TEST(SearchVerdict, WithoutTradesThereIsNoBest) {
  const auto found = judged(std::vector<std::int64_t>(5, 50), 3, 100'000);
  EXPECT_FALSE(found.best);
  EXPECT_EQ(found.judgement, search_judgement::too_few_trades);
}

TEST(SearchVerdict, TheConfigurationAsItStandsMustBeBeaten) {
  std::vector<std::int64_t> edges(11, 30);
  edges[0] = 80;
  EXPECT_EQ(judged(edges, 4).judgement, search_judgement::not_better_than_now);
}

TEST(SearchVerdict, AChoiceKnowsNothingOfWhatComesAfterIt) {
  prng random{11};
  std::vector<search_trial> trials;
  for (std::uint32_t id = 0; id < 6; ++id) trials.push_back(walk(id, 120, 0, random));
  const auto choose = [&] {
    return judge_search(axis_of(5), points_of(5), trials, {.train = 60, .test = 20})->folds;
  };
  const auto before = choose();
  // Whatever the last test window holds, no fold chooses otherwise.
  for (auto& each : trials)
    for (std::size_t k = 100; k < 120; ++k)
      std::swap(each.sessions[k].before, each.sessions[k].after);
  const auto after = choose();
  ASSERT_EQ(before.size(), after.size());
  for (std::size_t k = 0; k < before.size(); ++k) EXPECT_EQ(before[k].chosen, after[k].chosen);
}

TEST(SearchTrial, SessionsAreKeptExactly) {
  prng random{2};
  auto trial = walk(0, 50, 5, random);
  trial.sessions[3].after = money::max();
  EXPECT_EQ(*read_sessions(write_sessions(trial.sessions)), trial.sessions);
  EXPECT_TRUE(read_sessions("")->empty());
  for (const char* damaged : {"1 2 3\n", "1 2 3 4 5 6", "x 2 3 4 5 6\n", "1 2 3 -4 5 6\n"})
    EXPECT_EQ(read_sessions(damaged).code(), ec::parse_failed) << damaged;
}

TEST(SearchTrial, FiguresAreThoseOfTheDefinition) {
  const auto usd = [](std::int64_t x) { return money::from_int(x); };
  const std::vector<trial_session> days{{{2026, 1, 5}, usd(1000), usd(1010), 1, usd(10), money{}},
                                        {{2026, 1, 6}, usd(1010), usd(1005), 2, money{}, usd(5)}};
  const auto figures = figures_of(days);
  EXPECT_NEAR(figures.total_return, 0.005, 1e-12);
  EXPECT_NEAR(figures.profit_factor, 2, 1e-12);
  EXPECT_NEAR(figures.expectancy, 5.0 / 3, 1e-12);
  EXPECT_EQ(figures.trades, 3u);
  EXPECT_TRUE(std::isnan(figures_of(std::span{days}.first(1)).profit_factor));
}

}  // namespace
}  // namespace bw
