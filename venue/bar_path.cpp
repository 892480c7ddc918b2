#include "venue/bar_path.hpp"

#include <algorithm>

namespace bw::venue {
namespace {

constexpr std::int64_t spread_basis_points = 2;
constexpr quantity made_up_size = quantity::from_int(100);

}  // namespace

std::array<price, path_points> path_of(price open, price high, price low, price close,
                                       bar_path path) {
  const bool low_first =
      path == bar_path::low_first || (path == bar_path::nearest_first && open - low <= high - open);
  return {open, low_first ? low : high, low_first ? high : low, close};
}

quote quote_around(symbol_id symbol, price last, utc_ns at) {
  const auto tick = tick_size(last).units();
  const auto wanted = last.units() / 10'000 * spread_basis_points;
  const auto spread = std::max(tick, (wanted + tick - 1) / tick * tick);
  const auto below = price::from_units(std::max(last.units() - spread / 2, tick));
  const auto bid = std::max(round_to_tick_down(below), price::from_units(tick));
  return {.symbol = symbol,
          .bid = bid,
          .ask = bid + price::from_units(spread),
          .bid_size = made_up_size,
          .ask_size = made_up_size,
          .ts_event = at};
}

}  // namespace bw::venue
