#include "venue/slippage.hpp"

#include <algorithm>

#include "core/int128.hpp"

namespace bw::venue {
namespace {

constexpr std::int64_t million = 1'000'000;
constexpr std::int64_t basis_points_max = 10'000;

/// Quantity over volume in parts per million, at most one.
std::int64_t share_ppm(quantity qty, quantity volume) {
  if (!volume.is_positive() || qty >= volume) return million;
  return static_cast<std::int64_t>(static_cast<int128>(qty.units()) * million / volume.units());
}

/// The largest whole number whose square is not above `x`.
std::int64_t square_root(std::int64_t x) {
  std::int64_t low = 0;
  std::int64_t high = million;
  while (low < high) {
    const auto middle = (low + high + 1) / 2;
    if (middle * middle <= x)
      low = middle;
    else
      high = middle - 1;
  }
  return low;
}

price part_of(price at, std::int64_t basis_points, std::int64_t ppm) {
  const auto bounded = std::clamp<std::int64_t>(basis_points, 0, basis_points_max);
  const auto units = static_cast<int128>(at.units()) * bounded * ppm / 10'000 / million;
  return price::from_units(static_cast<std::int64_t>(units));
}

}  // namespace

price slippage_of(const slippage_options& options, const quote& market, side side, quantity qty,
                  quantity minute_volume) {
  const auto far_side = side == side::buy ? market.ask : market.bid;
  const auto share = share_ppm(qty, minute_volume);
  switch (options.model) {
    case slippage_model::none: return price{};
    case slippage_model::fixed: return part_of(far_side, options.basis_points, million);
    case slippage_model::spread_share: {
      const auto percent = std::clamp<std::int64_t>(options.spread_percent, 0, 1'000);
      const auto spread = std::max(market.ask - market.bid, price{});
      return price::from_units(
          static_cast<std::int64_t>(static_cast<int128>(spread.units()) * percent / 100));
    }
    case slippage_model::volume_share:
      return part_of(far_side, options.basis_points, share * share / million);
    case slippage_model::impact:
      return part_of(far_side, options.basis_points, square_root(share * million));
  }
  return price{};
}

}  // namespace bw::venue
