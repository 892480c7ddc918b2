#include "venue/fees.hpp"

#include <algorithm>

#include "venue/accounts.hpp"

namespace bw::venue {
namespace {

constexpr int128 cent_exact = static_cast<int128>(decimal_scale) * decimal_scale / 100;

int128 round_up_to_cent(int128 exact) { return divide_ceil(exact, cent_exact) * cent_exact; }

/// As charged by the brokers that have it: the bound by value never undercuts the least.
int128 commission_by_share(const share_commission& rule, quantity qty, int128 notional) {
  if (!rule.per_share.is_positive()) return 0;
  const auto wanted = notional_exact(rule.per_share, qty);
  const auto least = static_cast<int128>(rule.least.units()) * decimal_scale;
  if (wanted < least) return least;
  if (rule.most_basis_points <= 0) return wanted;
  return std::min(wanted, divide_ceil(notional * rule.most_basis_points, 10'000));
}

}  // namespace

money execution_fee(const fee_schedule& fees, side side, quantity qty, price at, utc_ns now) {
  const auto notional = notional_exact(at, qty);
  const auto commission = std::max<std::int64_t>(fees.commission_basis_points, 0);
  auto total = divide_ceil(notional, 10'000) * commission;
  total += commission_by_share(fees.by_share, qty, notional);
  if (side == side::sell) {
    const auto next = std::upper_bound(fees.sales.begin(), fees.sales.end(), now,
                                       [](utc_ns t, const sale_fee& fee) { return t < fee.from; });
    if (next != fees.sales.begin()) {
      const auto& fee = *(next - 1);
      const auto billionth = divide_ceil(notional, decimal_scale);
      total += round_up_to_cent(billionth * fee.proceeds_parts_per_billion);
      auto counted = round_up_to_cent(notional_exact(fee.per_share, qty));
      if (fee.per_share_max.is_positive())
        counted = std::min(counted, static_cast<int128>(fee.per_share_max.units()) * decimal_scale);
      total += counted;
    }
  }
  return to_money_ceil(total);
}

}  // namespace bw::venue
