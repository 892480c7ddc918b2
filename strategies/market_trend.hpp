#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "messages/market_trend.hpp"

namespace bw {

struct market_trend_options {
  /// Averages that lie closer than this count as one. A band of 1 % around the long average is the
  /// one that Brock, Lakonishok and LeBaron test ("Simple Technical Trading Rules and the
  /// Stochastic Properties of Stock Returns", Journal of Finance 47, 1992).
  std::int64_t band_bp = 100;
  /// From this share of the year's days on the volatility of today is high. A fifth of all days is
  /// this project's choice.
  std::uint32_t volatile_from_ppm = 800'000;
};

/// From closes of whole days, the oldest first. Nothing when there are too few, or when one of
/// those that count is not positive. Pure.
std::optional<market_trend> trend_of(std::span<const price> closes,
                                     const market_trend_options& options = {});

/// The record of a day from the closes before it; of too few the regime is unknown. Pure.
trend_record trend_record_of(const symbol_name& symbol, std::string day,
                             std::span<const price> closes);

}  // namespace bw
