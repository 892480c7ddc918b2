#include "venue/trailing_price.hpp"

namespace bw::venue {
namespace {

constexpr auto whole = percentage::from_int(100);

}  // namespace

price trailing_stop_price(side x, const trailing_distance& distance, price best) {
  auto trail = distance.dollars;
  if (distance.percent.is_positive()) {
    const auto exact = static_cast<int128>(best.units()) * distance.percent.units();
    trail = price::from_units(static_cast<std::int64_t>(divide_half_even(exact, whole.units())));
  }
  return x == side::sell ? best - trail : best + trail;
}

bool follow_price(venue_order& order, price seen) {
  if (!seen.is_positive()) return false;
  const bool better =
      order.side == side::sell ? seen > order.high_water_mark : seen < order.high_water_mark;
  if (!better) return false;
  order.high_water_mark = seen;
  order.stop = trailing_stop_price(order.side, {order.trail_price, order.trail_percent}, seen);
  return true;
}

}  // namespace bw::venue
