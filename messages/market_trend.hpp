#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/decimal.hpp"
#include "messages/header.hpp"

namespace bw {

/// How a symbol's market has been of late.
enum class market_regime : std::uint8_t {
  trending = 1,  // The averages lie apart, and the price on their side.
  ranging,
  unsettled,  // It moves more than it does on most days of a year ("volatile").
  unknown,    // Nobody can say: too few days are known, or none of them is.
};
inline constexpr std::size_t market_regime_count = 4;
/// "trending", "ranging", "volatile", "unknown".
std::string_view to_string(market_regime x) noexcept;

/// Several regimes: bit n is the one with value n. None: no restriction.
using regime_set = std::uint8_t;
constexpr regime_set regime_bit(market_regime x) {
  return static_cast<regime_set>(1u << static_cast<std::uint8_t>(x));
}
constexpr bool has_regime(regime_set all, market_regime x) { return (all & regime_bit(x)) != 0; }
/// "trending or ranging"; "any" for none.
std::string text_of_regimes(regime_set all);

/// What a day's closes say of a symbol (strategies/market_trend). All but the regime is zero when
/// that is unknown.
struct market_trend {
  static constexpr std::size_t short_days = 50;
  static constexpr std::size_t long_days = 200;
  /// Returns that a volatility is made of, and days of a year.
  static constexpr std::size_t volatility_days = 20;
  static constexpr std::size_t year_days = 252;
  /// Closes without which the regime is unknown.
  static constexpr std::size_t closes_needed = year_days + volatility_days;

  /// Of the short average less the long one: 1, 0 or −1.
  std::int32_t sign = 0;
  price close;
  /// Simple averages, rounded half to even at 1e-9.
  price short_average;
  price long_average;
  /// Standard deviation of the last daily log returns, of a year, in parts of a million.
  std::uint64_t volatility_ppm = 0;
  /// Share of the days of a year on which it was at most so high, today among them.
  std::uint32_t percentile_ppm = 0;
  market_regime regime = market_regime::unknown;

  BW_FIELDS(sign, close, short_average, long_average, volatility_ppm, percentile_ppm, regime)
  friend bool operator==(const market_trend&, const market_trend&) = default;
};

/// The regime that a symbol is in on a day of trading, from the days before it. Its rules are those
/// of messages/audit.hpp, which collects it.
struct trend_record {
  symbol_name symbol;
  /// "2026-11-02", in New York.
  std::string day;
  /// Whole days that were known.
  std::uint32_t closes = 0;
  market_trend trend;
  BW_FIELDS(symbol, day, closes, trend)
  friend bool operator==(const trend_record&, const trend_record&) = default;
};

/// The same on its way to those who decide. Unknown: the last one does not hold any more.
struct symbol_trend {
  symbol_id symbol = no_symbol;
  market_trend trend;
  BW_FIELDS(symbol, trend)
};

}  // namespace bw
