#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "core/decimal.hpp"

namespace bw {

/// How a symbol's market has been of late.
enum class market_regime : std::uint8_t {
  trending = 1,  // The averages lie apart, and the price on their side.
  ranging,
  unsettled,  // It moves more than it does on most days of a year ("volatile").
};
/// "trending", "ranging", "volatile".
std::string_view to_string(market_regime x) noexcept;

struct market_trend_options {
  /// Averages that lie closer than this count as one. A band of 1 % around the long average is the
  /// one that Brock, Lakonishok and LeBaron test ("Simple Technical Trading Rules and the
  /// Stochastic Properties of Stock Returns", Journal of Finance 47, 1992).
  std::int64_t band_bp = 100;
  /// From this share of the year's days on the volatility of today is high. A fifth of all days is
  /// this project's choice.
  std::uint32_t volatile_from_ppm = 800'000;
};

/// A day's record of one symbol, from daily closes alone.
struct market_trend {
  static constexpr std::size_t short_days = 50;
  static constexpr std::size_t long_days = 200;
  /// Returns that a volatility is made of, and days of a year.
  static constexpr std::size_t volatility_days = 20;
  static constexpr std::size_t year_days = 252;
  /// Closes without which there is no record.
  static constexpr std::size_t closes_needed = year_days + volatility_days;

  /// Of the short average less the long one: 1, 0 or −1.
  int sign = 0;
  price close;
  /// Simple averages, rounded half to even at 1e-9.
  price short_average;
  price long_average;
  /// Standard deviation of the last daily log returns, of a year, in parts of a million.
  std::uint64_t volatility_ppm = 0;
  /// Share of the days of a year on which it was at most so high, today among them.
  std::uint32_t percentile_ppm = 0;
  market_regime regime = market_regime::ranging;

  friend bool operator==(const market_trend&, const market_trend&) = default;
};

/// From closes of whole days, the oldest first. Nothing when there are too few, or when one of
/// those that count is not positive. Pure.
std::optional<market_trend> trend_of(std::span<const price> closes,
                                     const market_trend_options& options = {});

}  // namespace bw
