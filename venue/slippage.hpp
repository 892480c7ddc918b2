#pragma once

#include <cstdint>
#include <string_view>

#include "core/decimal.hpp"
#include "messages/market_data.hpp"
#include "messages/orders.hpp"

namespace bw::venue {

/// By how much an order that takes from the book fills worse than the best price on the other side.
enum class slippage_model : std::uint8_t {
  none = 1,
  fixed,         // basis_points of the price.
  spread_share,  // spread_percent of the quote's spread.
  volume_share,  // basis_points × share², share = quantity over the last minute's volume, at
                 // most 1.
  impact,        // basis_points × √share: the square-root law of market impact.
};

struct slippage_options {
  slippage_model model = slippage_model::fixed;
  std::int64_t basis_points = 0;
  std::int64_t spread_percent = 50;
};

/// Distance from the far side in units of price, rounded down, never negative. Integers only, so
/// that every machine computes the same. A minute whose volume is not known counts as one that the
/// order fills alone: share 1.
price slippage_of(const slippage_options& options, const quote& market, side side, quantity qty,
                  quantity minute_volume);

}  // namespace bw::venue
