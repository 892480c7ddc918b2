#include "domain/position_sizer.hpp"

#include <algorithm>

namespace bw {

namespace {

constexpr std::int64_t one_in_bp = 10'000;

money clamp_money(int128 units) {
  if (units <= 0) return money{};
  return units > INT64_MAX ? money::max() : money::from_units(static_cast<std::int64_t>(units));
}

/// Share of the equity after the factor; a factor above one is not believed.
int128 part_of_equity(const sizing_input& in, std::int64_t basis_points) {
  const auto factor = std::clamp<std::int64_t>(in.factor_ppm, 0, whole_ppm);
  const auto equity = static_cast<int128>(std::max<std::int64_t>(in.equity.units(), 0));
  return divide_floor(equity * basis_points * factor, static_cast<int128>(one_in_bp) * whole_ppm);
}

money allowed_by_risk(const position_sizer_options& options, const sizing_input& in) {
  const int128 distance = static_cast<int128>(in.worst_price.units()) - in.stop.units();
  if (!in.stop.is_positive() || distance <= 0) return money{};
  const auto budget = clamp_money(part_of_equity(in, options.trade_risk_bp));
  return clamp_money(
      divide_floor(static_cast<int128>(budget.units()) * in.worst_price.units(), distance));
}

quantity whole_shares(money amount, price at) {
  // Both carry the same scale, so the quotient counts shares; below one unit of price it can
  // leave the range of a quantity.
  const auto shares =
      std::min<std::int64_t>(amount.units() / at.units(), quantity::max().units() / decimal_scale);
  return quantity::from_int(shares);
}

quantity whole_part(quantity qty) {
  return quantity::from_units(qty.units() - qty.units() % decimal_scale);
}

}  // namespace

std::string_view to_string(size_step step) noexcept {
  switch (step) {
    case size_step::position: return "position";
    case size_step::trade_risk: return "trade_risk";
    case size_step::order_max: return "order_max";
    case size_step::cash: return "cash";
    case size_step::gross_room: return "gross_room";
    case size_step::qty_max: return "qty_max";
    case size_step::daily_volume: return "daily_volume";
    case size_step::wish: return "wish";
    case size_step::budget: return "budget";
  }
  return "unknown";
}

position_size size_position(const position_sizer_options& options, const sizing_input& in) {
  position_size size;
  if (!in.worst_price.is_positive()) return size;

  size.amounts = {
      clamp_money(part_of_equity(in, options.position_max_equity_bp) - in.held_value.units()),
      allowed_by_risk(options, in),
      clamp_money(options.order_max.units()),
      clamp_money(in.cash.units()),
      clamp_money(in.gross_room.units()),
  };
  const auto least = std::min_element(size.amounts.begin(), size.amounts.end());
  size.bound = static_cast<size_step>(1 + (least - size.amounts.begin()));
  size.qty = whole_shares(*least, in.worst_price);

  const auto cap = [&](quantity at_most, size_step step) {
    if (size.qty <= at_most) return;
    size.qty = whole_part(std::max(at_most, quantity{}));
    size.bound = step;
  };
  cap(options.qty_max, size_step::qty_max);
  if (in.average_daily_volume.is_positive()) {
    const auto share = divide_floor(
        static_cast<int128>(in.average_daily_volume.units()) * options.daily_volume_bp, one_in_bp);
    cap(quantity::from_units(clamp_money(share).units()), size_step::daily_volume);
  }
  if (in.wish.is_positive()) cap(in.wish, size_step::wish);
  if (in.budget_left)
    cap(whole_shares(clamp_money(in.budget_left->units()), in.worst_price), size_step::budget);

  const auto value = notional_exact(in.worst_price, size.qty);
  if (value < static_cast<int128>(options.order_min.units()) * decimal_scale) size.qty = quantity{};
  return size;
}

}  // namespace bw
