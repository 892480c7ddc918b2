#include "domain/strategy_use.hpp"

#include "domain/saturating_money.hpp"

namespace bw {

money use_of_strategy(strategy_id strategy, const position_book& positions,
                      const exposure_book& exposure, const std::vector<price>& marks) {
  int128 value = 0;
  auto left = positions.held();
  for (std::uint32_t k = 0; left > 0 && k < marks.size(); ++k) {
    const symbol_id symbol{k};
    if (positions.of(symbol).qty().is_zero()) continue;
    --left;
    const auto& held = positions.of(strategy, symbol);
    if (!held.qty().is_positive()) continue;
    value += notional_exact(marks[k].is_positive() ? marks[k] : held.average(), held.qty());
  }
  for (const auto& each : exposure.live_orders()) {
    const auto& order = each.request;
    if (order.purpose == order_purpose::entry && order.strategy == strategy)
      value += notional_exact(each.worst, each.remaining);
  }
  return money_ceil(value);
}

}  // namespace bw
