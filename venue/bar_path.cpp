#include "venue/bar_path.hpp"

#include <algorithm>
#include <type_traits>

namespace bw::venue {
namespace {

constexpr std::int64_t spread_basis_points = 2;
constexpr auto whole_tick = tick_size(price::from_units(decimal_scale));
constexpr auto fine_tick = tick_size(price{});
constexpr quantity made_up_size = quantity::from_int(100);

}  // namespace

std::array<price, path_points> path_of(price open, price high, price low, price close,
                                       bar_path path) {
  const bool low_first =
      path == bar_path::low_first || (path == bar_path::nearest_first && open - low <= high - open);
  return {open, low_first ? low : high, low_first ? high : low, close};
}

two_sides sides_around(price last) {
  const auto wanted = last.units() / 10'000 * spread_basis_points;
  // The tick is one of two constants: so the division is a multiplication.
  const auto spread_in = [wanted](auto tick) { return (wanted + tick - 1) / tick * tick; };
  const auto tick = tick_size(last).units();
  const auto spread =
      std::max(tick, last.units() >= decimal_scale
                         ? spread_in(std::integral_constant<std::int64_t, whole_tick.units()>{})
                         : spread_in(std::integral_constant<std::int64_t, fine_tick.units()>{}));
  const auto below = price::from_units(std::max(last.units() - spread / 2, tick));
  const auto bid = std::max(round_to_tick_down(below), price::from_units(tick));
  return {bid, bid + price::from_units(spread)};
}

quote quote_around(symbol_id symbol, price last, utc_ns at) {
  const auto [bid, ask] = sides_around(last);
  return {.symbol = symbol,
          .bid = bid,
          .ask = ask,
          .bid_size = made_up_size,
          .ask_size = made_up_size,
          .ts_event = at};
}

}  // namespace bw::venue
