// The record of a market of daily closes. The expected values come from Python's statistics and
// decimal modules, over the same series.

#include "strategies/market_trend.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <vector>

#include "core/prng.hpp"
#include "tests/support/seed.hpp"

namespace bw {
namespace {

price cents(std::int64_t x) { return price::from_units(x * 10'000'000); }
price decimal(const char* text) { return price::parse(text).value(); }
std::int64_t floor_of(std::int64_t a, std::int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }

/// Cents of `days` closes; `next` answers one from the last one, a number of −50 to 50, and the
/// day.
using step = std::function<std::int64_t(std::int64_t last, std::int64_t noise, int day)>;
std::vector<price> series(int days, std::int64_t first, const step& next) {
  std::vector<price> out;
  for (std::int64_t k = 0, at = first; k < days; ++k) {
    at = next(at, (k * 7919 + 13) % 101 - 50, static_cast<int>(k));
    out.push_back(cents(at));
  }
  return out;
}
const step rises = [](auto last, auto noise, int) { return last + 20 + floor_of(noise, 2); };
const step slides = [](auto last, auto noise, int) {
  return last - last * 20 / 10'000 + floor_of(last * noise, 20'000);
};
const step rests = [](auto, auto noise, int) { return 10'000 + noise; };
const step storms = [](auto last, auto noise, int day) {
  return last + 20 + (day < 280 ? floor_of(noise, 2) : noise * 20);
};

struct row {
  const char* what;
  std::vector<price> closes;
  int sign;
  const char* close;
  const char* short_average;
  const char* long_average;
  std::uint64_t volatility_ppm;
  std::uint32_t percentile_ppm;
  const char* regime;
};

TEST(market_trend, agrees_with_another_reckoning) {
  const row rows[] = {
      {"rises", series(300, 10'000, rises), 1, "159.02", "154.3992", "139.5494", 14'688, 3'968,
       "trending"},
      {"slides", series(285, 100'000, slides), -1, "565.07", "593.6402", "693.895", 23'824, 607'142,
       "trending"},
      {"rests", series(290, 10'000, rests), 1, "99.95", "100.005", "99.9994", 80'594, 579'365,
       "ranging"},
      {"storms", series(300, 10'000, storms), 1, "140.74", "150.5794", "138.59445", 621'410,
       1'000'000, "volatile"},
  };
  for (const auto& each : rows) {
    const auto x = trend_of(each.closes);
    ASSERT_TRUE(x) << each.what;
    EXPECT_EQ(x->sign, each.sign) << each.what;
    EXPECT_EQ(x->close, decimal(each.close)) << each.what;
    EXPECT_EQ(x->short_average, decimal(each.short_average)) << each.what;
    EXPECT_EQ(x->long_average, decimal(each.long_average)) << each.what;
    EXPECT_NEAR(static_cast<double>(x->volatility_ppm), static_cast<double>(each.volatility_ppm), 1)
        << each.what;
    // Volatilities that are equal but for the last bit: a day more or less.
    EXPECT_NEAR(x->percentile_ppm, each.percentile_ppm, 1e6 / market_trend::year_days + 1)
        << each.what;
    EXPECT_EQ(to_string(x->regime), each.regime) << each.what;
  }
}

/// Another way to the same: every volatility anew from its own closes, by the textbook's sum of
/// squares less the square of the sum.
double slow_volatility(const std::vector<price>& closes, std::size_t last) {
  long double sum = 0;
  long double squares = 0;
  for (std::size_t k = last - market_trend::volatility_days + 1; k <= last; ++k) {
    const auto r = std::log(static_cast<long double>(closes[k].units()) / closes[k - 1].units());
    sum += r;
    squares += r * r;
  }
  constexpr long double n = market_trend::volatility_days;
  return static_cast<double>(std::sqrt((squares - sum * sum / n) / (n - 1) * 252));
}

TEST(market_trend, volatility_and_its_percentile_are_those_of_a_slow_reckoning) {
  const auto seed = tests::test_seed(44);
  for (std::uint64_t round = 0; round < tests::test_size(100); ++round) {
    prng chance{seed + round};
    std::vector<price> closes;
    std::int64_t at = 10'000;
    for (std::size_t k = 0; k < 330; ++k) {
      at = std::max<std::int64_t>(50, at + at * chance.between(-300, 305) / 10'000);
      closes.push_back(cents(at));
    }
    const auto found = trend_of(closes);
    ASSERT_TRUE(found);
    const auto today = slow_volatility(closes, closes.size() - 1);
    std::int64_t surely = 0;
    std::int64_t perhaps = 0;
    for (std::size_t back = 0; back < market_trend::year_days; ++back) {
      const auto then = slow_volatility(closes, closes.size() - 1 - back);
      surely += then < today - 1e-9 ? 1 : 0;
      perhaps += then < today + 1e-9 ? 1 : 0;
    }
    const auto days = static_cast<std::int64_t>(market_trend::year_days);
    EXPECT_NEAR(static_cast<double>(found->volatility_ppm), today * 1e6, 1) << seed + round;
    EXPECT_GE(found->percentile_ppm, surely * 1'000'000 / days) << seed + round;
    EXPECT_LE(found->percentile_ppm, perhaps * 1'000'000 / days) << seed + round;
    EXPECT_EQ(found->regime == market_regime::unsettled, found->percentile_ppm >= 800'000);
  }
}

TEST(market_trend, a_day_with_too_short_a_past_has_a_record_of_an_unknown_regime) {
  const auto closes = series(market_trend::closes_needed, 10'000, rises);
  const auto whole = trend_record_of(symbol_name{"SPY"}, "2026-11-02", closes);
  EXPECT_EQ(whole.symbol.view(), "SPY");
  EXPECT_EQ(whole.day, "2026-11-02");
  EXPECT_EQ(whole.closes, market_trend::closes_needed);
  EXPECT_EQ(whole.trend, trend_of(closes));
  const auto less = trend_record_of(symbol_name{"SPY"}, "2026-11-02", std::span{closes}.subspan(1));
  EXPECT_EQ(less.closes, market_trend::closes_needed - 1);
  EXPECT_EQ(less.trend, market_trend{});
  EXPECT_EQ(less.trend.regime, market_regime::unknown);
  EXPECT_EQ(trend_record_of(symbol_name{"SPY"}, "2026-11-02", {}).trend.sign, 0);
}

TEST(market_trend, regimes_have_words_and_sets_of_them_too) {
  EXPECT_EQ(to_string(market_regime::unsettled), "volatile");
  EXPECT_EQ(to_string(market_regime::unknown), "unknown");
  EXPECT_EQ(text_of_regimes(0), "any");
  const regime_set two = regime_bit(market_regime::trending) | regime_bit(market_regime::unsettled);
  EXPECT_EQ(text_of_regimes(two), "trending or volatile");
  EXPECT_TRUE(has_regime(two, market_regime::trending));
  EXPECT_FALSE(has_regime(two, market_regime::ranging));
}

TEST(market_trend, only_the_last_closes_count) {
  const auto all = series(300, 10'000, rises);
  const std::vector<price> last{all.end() - market_trend::closes_needed, all.end()};
  EXPECT_EQ(trend_of(all), trend_of(last));
}

TEST(market_trend, there_is_no_record_of_what_is_not_known) {
  auto closes = series(300, 10'000, rises);
  EXPECT_FALSE(trend_of({}));
  EXPECT_FALSE(trend_of(std::span{closes}.last(market_trend::closes_needed - 1)));
  EXPECT_TRUE(trend_of(std::span{closes}.last(market_trend::closes_needed)));
  closes[closes.size() - market_trend::closes_needed] = price{};
  EXPECT_FALSE(trend_of(closes)) << "a close that counts is none";
}

TEST(market_trend, thresholds_decide_the_regime) {
  const auto closes = series(300, 10'000, rises);
  const auto regime = [&](std::int64_t band_bp, std::uint32_t volatile_from) {
    return to_string(trend_of(closes, {band_bp, volatile_from})->regime);
  };
  EXPECT_EQ(regime(100, 800'000), "trending");
  EXPECT_EQ(regime(1'064, 800'000), "trending") << "154.3992 lies 10.64 % above 139.5494";
  EXPECT_EQ(regime(1'065, 800'000), "ranging");
  EXPECT_EQ(regime(100, 3'968), "volatile");
  auto below = closes;
  below.back() = decimal("154");
  EXPECT_EQ(to_string(trend_of(below, {100, 1'000'001})->regime), "ranging")
      << "the price has left the trend's side";
}

}  // namespace
}  // namespace bw
