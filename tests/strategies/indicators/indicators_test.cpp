// Every incremental indicator against its textbook definition, computed anew over all numbers.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>
#include <span>
#include <vector>

#include "core/prng.hpp"
#include "strategies/indicators/average_true_range.hpp"
#include "strategies/indicators/moving_average.hpp"
#include "strategies/indicators/relative_strength.hpp"
#include "strategies/indicators/rolling_extreme.hpp"
#include "strategies/indicators/volume_weighted_price.hpp"

namespace bw {
namespace {

using numbers = std::vector<double>;
using maybe = std::optional<double>;

constexpr double tolerance = 1e-9;

std::span<const double> last_of(const numbers& all, std::size_t count) {
  return std::span{all}.last(std::min(count, all.size()));
}

maybe slow_mean(const numbers& all, std::size_t period) {
  if (all.size() < period) return {};
  const auto window = last_of(all, period);
  return std::accumulate(window.begin(), window.end(), 0.0) / static_cast<double>(period);
}

maybe slow_smoothed(const numbers& all, std::size_t period, double weight) {
  if (all.size() < period) return {};
  double value = std::accumulate(all.begin(), all.begin() + static_cast<long>(period), 0.0) /
                 static_cast<double>(period);
  for (std::size_t k = period; k < all.size(); ++k) value = weight * all[k] + (1 - weight) * value;
  return value;
}

maybe slow_strength(const numbers& closes, std::size_t period) {
  numbers gains;
  numbers losses;
  for (std::size_t k = 1; k < closes.size(); ++k) {
    gains.push_back(std::max(0.0, closes[k] - closes[k - 1]));
    losses.push_back(std::max(0.0, closes[k - 1] - closes[k]));
  }
  const double weight = 1.0 / static_cast<double>(period);
  const auto gain = slow_smoothed(gains, period, weight);
  const auto loss = slow_smoothed(losses, period, weight);
  if (!gain) return {};
  if (*loss == 0) return *gain == 0 ? 50.0 : 100.0;
  return 100.0 - 100.0 / (1.0 + *gain / *loss);
}

void expect_same(maybe got, maybe want, std::size_t at) {
  ASSERT_EQ(got.has_value(), want.has_value()) << "at number " << at;
  if (!want) return;
  ASSERT_NEAR(*got, *want, tolerance * std::max(1.0, std::abs(*want))) << "at number " << at;
}

numbers random_walk(std::uint64_t seed, std::size_t count) {
  prng chance{seed};
  numbers out;
  double x = 150;
  for (std::size_t k = 0; k < count; ++k) {
    x = std::max(1.0, x + static_cast<double>(chance.between(-100, 100)) / 100);
    out.push_back(x);
  }
  return out;
}

template <class Indicator, class Slow>
void compare(Indicator indicator, const numbers& input, Slow slow) {
  numbers seen;
  expect_same(indicator.value(), slow(seen), 0);
  for (const double x : input) {
    indicator.add(x);
    seen.push_back(x);
    expect_same(indicator.value(), slow(seen), seen.size());
  }
}

constexpr std::size_t periods[] = {1, 2, 3, 14, 20};

TEST(indicators, averages_follow_their_definition) {
  const auto input = random_walk(1, 400);
  for (const auto n : periods) {
    SCOPED_TRACE(n);
    const double exponential = 2.0 / (static_cast<double>(n) + 1);
    compare(simple_average{n}, input, [&](const auto& all) { return slow_mean(all, n); });
    compare(exponential_average{n}, input,
            [&](const auto& all) { return slow_smoothed(all, n, exponential); });
    compare(wilder_average{n}, input,
            [&](const auto& all) { return slow_smoothed(all, n, 1.0 / static_cast<double>(n)); });
  }
}

TEST(indicators, strength_follows_its_definition) {
  const auto input = random_walk(2, 400);
  for (const auto n : periods)
    compare(relative_strength{n}, input, [&](const auto& all) { return slow_strength(all, n); });
}

TEST(indicators, strength_at_its_ends) {
  relative_strength flat{14};
  relative_strength rising{14};
  relative_strength falling{14};
  for (int k = 0; k <= 14; ++k) {
    EXPECT_FALSE(rising.value());
    flat.add(10);
    rising.add(10 + k);
    falling.add(100 - k);
  }
  EXPECT_EQ(flat.value(), 50.0);
  EXPECT_EQ(rising.value(), 100.0);
  EXPECT_EQ(falling.value(), 0.0);
}

TEST(indicators, extremes_follow_their_definition) {
  const auto input = random_walk(3, 600);
  for (const auto n : periods) {
    compare(rolling_highest{n}, input, [&](const auto& all) -> maybe {
      const auto window = last_of(all, n);
      if (window.empty()) return {};
      return *std::max_element(window.begin(), window.end());
    });
    compare(rolling_lowest{n}, input, [&](const auto& all) -> maybe {
      const auto window = last_of(all, n);
      if (window.empty()) return {};
      return *std::min_element(window.begin(), window.end());
    });
  }
  rolling_lowest lowest{2};
  lowest.add(1);
  EXPECT_FALSE(lowest.full());
  lowest.add(1);
  EXPECT_TRUE(lowest.full());
}

TEST(indicators, true_range_counts_the_gap) {
  average_true_range one{1};
  one.add({10, 8, 9});
  EXPECT_EQ(one.value(), 2.0);
  one.add({15, 14, 14.5});  // 15 − 9
  EXPECT_EQ(one.value(), 6.0);
  one.add({6, 5, 5});  // 14.5 − 5
  EXPECT_EQ(one.value(), 9.5);

  const auto closes = random_walk(4, 300);
  average_true_range fast{14};
  numbers ranges;
  for (std::size_t k = 0; k < closes.size(); ++k) {
    const double high = closes[k] + 0.5;
    const double low = closes[k] - 0.25;
    double range = high - low;
    if (k > 0)
      range = std::max({range, std::abs(high - closes[k - 1]), std::abs(low - closes[k - 1])});
    ranges.push_back(range);
    fast.add({high, low, closes[k]});
    expect_same(fast.value(), slow_smoothed(ranges, 14, 1.0 / 14), k);
  }
}

TEST(indicators, vwap_begins_anew_with_each_session) {
  session_vwap vwap;
  const utc_ns monday{1};
  const utc_ns tuesday{2};
  EXPECT_FALSE(vwap.value());
  vwap.add(100, 0, monday);
  EXPECT_FALSE(vwap.value());
  vwap.add(100, 10, monday);
  vwap.add(103, 20, monday);
  EXPECT_NEAR(*vwap.value(), 102, tolerance);
  vwap.add(50, 1, tuesday);
  EXPECT_NEAR(*vwap.value(), 50, tolerance);
}

TEST(indicators, window_vwap_follows_its_definition) {
  const auto prices = random_walk(5, 300);
  prng chance{6};
  window_vwap fast{50};
  numbers amounts;
  numbers volumes;
  for (std::size_t k = 0; k < prices.size(); ++k) {
    const auto volume = static_cast<double>(chance.below(1'000'000) + 1);
    amounts.push_back(prices[k] * volume);
    volumes.push_back(volume);
    fast.add(prices[k], volume);
    const auto a = last_of(amounts, 50);
    const auto v = last_of(volumes, 50);
    expect_same(fast.value(),
                std::accumulate(a.begin(), a.end(), 0.0) / std::accumulate(v.begin(), v.end(), 0.0),
                k);
    ASSERT_EQ(fast.full(), k >= 49);
  }
}

TEST(indicators, years_of_bars_do_not_wear_a_sum_off) {
  simple_average average{20};
  prng chance{7};
  numbers seen;
  for (int k = 0; k < 200'000; ++k) {
    // Volumes over eight decades: what a plain sum would lose here.
    const auto x = static_cast<double>(chance.below(1'000'000'000)) / 7.0 +
                   (chance.chance(1, 100) ? 1e12 : 0.0);
    average.add(x);
    seen.push_back(x);
  }
  const auto want = *slow_mean(seen, 20);
  EXPECT_NEAR(*average.value(), want, 1e-9 * want);
}

}  // namespace
}  // namespace bw
