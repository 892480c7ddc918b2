#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "messages/market_data.hpp"

namespace bw::venue {

/// Which extreme of a minute is assumed to have come first. A bar does not say; `low_first` is hard
/// on a stop of a long position, `high_first` on its target.
enum class bar_path : std::uint8_t {
  nearest_first = 1,  // The extreme that is nearer to the open.
  high_first,         // Open, high, low, close.
  low_first,          // Open, low, high, close.
};

/// A bar is played at four points of its minute: open, first extreme, second extreme, close. The
/// close comes so late that what is decided on the finished bar sees a fresh quote, as it would in
/// a market that never stands still.
inline constexpr std::size_t path_points = 4;
inline constexpr std::array<nanoseconds, path_points> path_offsets{
    std::chrono::seconds{0}, std::chrono::seconds{20}, std::chrono::seconds{40},
    std::chrono::milliseconds{59'900}};
/// From the quote of a point to the trade at it.
inline constexpr nanoseconds path_trade_delay = std::chrono::milliseconds{1};

/// Prices in the order in which they are played.
std::array<price, path_points> path_of(price open, price high, price low, price close,
                                       bar_path path);

/// The part of a bar's volume that trades at a point: a quarter each, and the last point takes what
/// the division left over.
constexpr quantity path_size(quantity volume, std::size_t point) {
  const auto quarter = volume.units() / 4;
  return quantity::from_units(point + 1 < path_points ? quarter : volume.units() - 3 * quarter);
}

/// Every price that a while of quotes and trades shows lies within these.
struct price_range {
  price lowest_bid = price::max();
  price highest_bid;
  price lowest_ask = price::max();
  price highest_ask;
  price lowest_trade = price::max();
  price highest_trade;
};

struct two_sides {
  price bid;
  price ask;
};
/// Of the quote below.
two_sides sides_around(price last);
/// A made-up quote whose middle is close to the price, on ticks: its spread is the larger of one
/// tick and two basis points.
quote quote_around(symbol_id symbol, price last, utc_ns at);

}  // namespace bw::venue
