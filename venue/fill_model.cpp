#include "venue/fill_model.hpp"

#include <algorithm>

namespace bw::venue {
namespace {

constexpr auto second_look_min = std::chrono::milliseconds{200};
/// A limit that has to be passed by more would not fill any more in practice.
constexpr std::uint32_t queue_ahead_ticks_max = 1'000;
constexpr auto second_look_max = std::chrono::milliseconds{2'000};

}  // namespace

fill_model::fill_model(const exchange_options& options)
    : random_(options.seed ^ 0x66696c6c'6d6f6465ULL),
      partial_fill_percent_(options.partial_fill_percent),
      slippage_(options.slippage.value_or(
          slippage_options{slippage_model::fixed, options.slippage_basis_points})),
      queue_ahead_ticks_(std::min(options.queue_ahead_ticks, queue_ahead_ticks_max)) {}

bool fill_model::triggers(const venue_order& order, const quote& market) {
  if (order.side == side::buy) return market.ask.is_positive() && market.ask >= order.stop;
  return market.bid.is_positive() && market.bid <= order.stop;
}

bool fill_model::triggers(const venue_order& order, const trade& print) {
  if (print.eligible == price_eligible::no) return false;
  return order.side == side::buy ? print.last >= order.stop : print.last <= order.stop;
}

price fill_model::buy_stop_limit(price stop) {
  const auto limit = shift_basis_points(stop, stop < price::from_int(50) ? 400 : 250);
  return round_to_tick_down(limit);
}

price fill_model::market_ceiling(price reference) { return buy_stop_limit(reference); }

std::optional<price> fill_model::fill_price(const venue_order& order, price ceiling,
                                            const quote& market, resting waited,
                                            quantity minute_volume) const {
  if (!market.bid.is_positive() || !market.ask.is_positive() || market.bid > market.ask)
    return std::nullopt;
  const bool buy = order.side == side::buy;
  const auto far_side = buy ? market.ask : market.bid;
  if (has_limit(order.type)) {
    // Orders ahead of ours at our price must trade first: the market has to come through it.
    const auto ticks_ahead = waited == resting::yes ? queue_ahead_ticks_ : 0;
    const auto ahead = price::from_units(tick_size(order.limit).units() * ticks_ahead);
    const bool marketable = buy ? far_side + ahead <= order.limit : far_side - ahead >= order.limit;
    if (!marketable) return std::nullopt;
    // What waited is met by others at its price; what takes pays for it, up to its limit.
    if (waited == resting::yes) return far_side;
  }
  const auto distance =
      slippage_of(slippage_, market, order.side, order.remaining(), minute_volume);
  if (buy && !has_limit(order.type) && far_side > ceiling) return std::nullopt;
  if (distance.is_zero()) return far_side;
  const auto worst = has_limit(order.type) ? order.limit : ceiling;
  if (buy) return std::max(far_side, std::min(round_to_tick_up(far_side + distance), worst));
  const auto slipped = std::max(round_to_tick_down(far_side - distance), tick_size(far_side));
  return std::min(far_side, has_limit(order.type) ? std::max(slipped, worst) : slipped);
}

quantity fill_model::fill_quantity(const venue_order& order) {
  const auto rest = order.remaining();
  const auto whole_shares = rest.units() / decimal_scale;
  if (order.tif == time_in_force::fok || whole_shares < 2) return rest;
  if (!random_.chance(std::min(partial_fill_percent_, 100U), 100)) return rest;
  return quantity::from_int(random_.between(1, whole_shares - 1));
}

nanoseconds fill_model::second_look_delay() {
  return nanoseconds{
      random_.between(nanoseconds{second_look_min}.count(), nanoseconds{second_look_max}.count())};
}

}  // namespace bw::venue
