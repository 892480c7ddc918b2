// Parameter sets: every value comes from the range that was asked for, each set once, the same
// for the same seed; a Latin hypercube hits each stratum of each axis exactly once.

#include "backtest/search_space.hpp"

#include <gmock/gmock.h>

#include <set>

#include "config/config_loader.hpp"

namespace bw {
namespace {

using ::testing::HasSubstr;

const node_config& config() {
  static const auto loaded =
      parse_config(sample_node_toml(), "node.toml", sample_strategies_toml(), "strategies.toml");
  return loaded->config;
}

std::vector<search_axis> axes_of(const std::vector<parameter_range>& ranges) {
  auto made = make_axes(ranges, config(), built_in_strategies());
  EXPECT_TRUE(made.ok()) << (made ? "" : made.failure().text());
  return made ? std::move(*made) : std::vector<search_axis>{};
}

TEST(SearchSpace, ARangeHasExactDecimals) {
  const auto axes = axes_of({{"vwap_buffer", "0.001:0.004:0.001"}, {"rsi_oversold", "20:40:10"}});
  ASSERT_EQ(axes.size(), 2u);
  EXPECT_EQ(axes[0].key(), "momentum.vwap_buffer");
  EXPECT_EQ(axes[0].count, 4u);
  EXPECT_EQ(axes[0].text(2), "0.003");
  EXPECT_EQ(axes[1].key(), "mean_reversion.rsi_oversold");
  EXPECT_EQ(axes[1].text(2), "40");
}

TEST(SearchSpace, AGridIsEveryCombinationOnce) {
  const auto axes = axes_of({{"vwap_buffer", "0.001:0.004:0.001"},
                             {"vwap_anchor", "session,window"},
                             {"rsi_period", "7:9"}});
  const auto points = draw_points(axes, search_method::grid, 0, 0);
  ASSERT_TRUE(points.ok());
  EXPECT_EQ(points->size(), 4u * 2 * 3);
  EXPECT_EQ(std::set<search_point>(points->begin(), points->end()).size(), points->size());
  EXPECT_EQ(points->front(), (search_point{0, 0, 0}));
  EXPECT_EQ((*points)[1], (search_point{0, 0, 1}));
  EXPECT_EQ(points->back(), (search_point{3, 1, 2}));
}

TEST(SearchSpace, ALatinHypercubeHitsEachStratumOfEachAxisExactlyOnce) {
  const auto axes = axes_of({{"min_price", "1:400:1"}, {"max_price", "401:800:1"}});
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const std::uint32_t count = 40;  // Divides the 400 positions, so that strata are whole.
    const auto points = draw_points(axes, search_method::latin, count, seed);
    ASSERT_TRUE(points.ok());
    ASSERT_EQ(points->size(), count);
    for (std::size_t axis = 0; axis < axes.size(); ++axis) {
      std::vector<int> hits(count);
      for (const auto& each : *points) ++hits[each[axis] / (400 / count)];
      EXPECT_EQ(hits, std::vector<int>(count, 1)) << "seed " << seed << " axis " << axis;
    }
  }
}

TEST(SearchSpace, ASeedAlwaysDrawsTheSameSetsEachOnce) {
  const auto axes = axes_of({{"vwap_buffer", "0:0.1"}, {"rsi_period", "2:5"}});
  for (const auto method : {search_method::random, search_method::latin}) {
    const auto first = *draw_points(axes, method, 100, 5);
    EXPECT_EQ(*draw_points(axes, method, 100, 5), first);
    EXPECT_NE(*draw_points(axes, method, 100, 6), first);
    EXPECT_EQ(std::set<search_point>(first.begin(), first.end()).size(), first.size());
    for (const auto& each : first)
      for (std::size_t k = 0; k < axes.size(); ++k) EXPECT_LT(each[k], axes[k].count);
  }
}

TEST(SearchSpace, WhatCannotBeSearchedIsNamed) {
  const struct {
    std::vector<parameter_range> ranges;
    const char* text;
  } rows[] = {
      {{}, "nothing is to be varied"},
      {{{"no_such", "1:2:1"}}, "no enabled strategy has a parameter of that name"},
      {{{"nobody.rsi_period", "1:2:1"}}, "no enabled strategy has the id 'nobody'"},
      {{{"rsi_period", "5:4:1"}}, "ends before it begins"},
      {{{"rsi_period", "5:9:0"}}, "step is not positive"},
      {{{"rsi_period", "5:x:1"}}, "'x' is no number"},
      {{{"rsi_period", "5:9:0.5"}}, "rsi_period"},
      {{{"rsi_period", "0:9:1"}}, "rsi_period"},
      {{{"vwap_anchor", "session,moon"}}, "vwap_anchor"},
      {{{"rsi_period", "5,6"}, {"momentum.rsi_period", "7,8"}}, "given twice"},
      {{{"vwap_buffer", "0:0.1:0.000000001"}}, "positions"},
  };
  for (const auto& row : rows) {
    const auto made = make_axes(row.ranges, config(), built_in_strategies());
    ASSERT_FALSE(made.ok()) << row.text;
    EXPECT_THAT(made.failure().context, HasSubstr(row.text));
  }
  const auto fine = axes_of({{"vwap_buffer", "0:0.1"}});
  EXPECT_THAT(draw_points(fine, search_method::grid, 0, 0).failure().context, HasSubstr("step"));
  const auto large = axes_of({{"min_price", "1:400:1"}, {"max_price", "401:800:1"}});
  EXPECT_EQ(draw_points(large, search_method::grid, 0, 0).code(), ec::out_of_range);
}

}  // namespace
}  // namespace bw
