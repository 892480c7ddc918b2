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
      slippage_basis_points_(std::max<std::int64_t>(options.slippage_basis_points, 0)),
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
                                            const quote& market, resting waited) const {
  if (!market.bid.is_positive() || !market.ask.is_positive() || market.bid > market.ask)
    return std::nullopt;
  const bool buy = order.side == side::buy;
  const auto far_side = buy ? market.ask : market.bid;
  if (has_limit(order.type)) {
    // Orders ahead of ours at our price must trade first: the market has to come through it.
    const auto ticks_ahead = waited == resting::yes ? queue_ahead_ticks_ : 0;
    const auto ahead = price::from_units(tick_size(order.limit).units() * ticks_ahead);
    const bool marketable = buy ? far_side + ahead <= order.limit : far_side - ahead >= order.limit;
    return marketable ? std::optional{far_side} : std::nullopt;
  }
  const auto slippage = buy ? slippage_basis_points_ : -slippage_basis_points_;
  if (slippage == 0) return buy && far_side > ceiling ? std::nullopt : std::optional{far_side};
  const auto slipped = shift_basis_points(far_side, slippage);
  if (!buy) return std::max(round_to_tick_down(slipped), tick_size(slipped));
  if (far_side > ceiling) return std::nullopt;
  return std::min(round_to_tick_up(slipped), ceiling);
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
