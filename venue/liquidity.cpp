#include "venue/liquidity.hpp"

#include <algorithm>

namespace bw::venue {
namespace {

quantity add_saturating(quantity a, quantity b) {
  std::int64_t sum = 0;
  if (__builtin_add_overflow(a.units(), b.units(), &sum)) return quantity::max();
  return quantity::from_units(sum);
}

quantity whole_shares(quantity x) {
  return quantity::from_units(x.units() - x.units() % decimal_scale);
}

}  // namespace

void liquidity::on_quote(const quote& x) {
  auto& here = symbols_[x.symbol.value];
  here.bid_left = x.bid_size;
  here.ask_left = x.ask_size;
}

void liquidity::on_trade(const trade& x) {
  auto& here = symbols_[x.symbol.value];
  here.volume = add_saturating(here.volume, x.size);
}

void liquidity::join(const venue_order& order, const quote& market) {
  if (!follows_orders() || standing_.contains(order.serial)) return;
  standing out;
  out.volume_at_start = symbols_[order.symbol.value].volume;
  const bool buy = order.side == side::buy;
  const auto best = buy ? market.bid : market.ask;
  const bool improves = buy ? order.limit > best : order.limit < best;
  // Behind the best price the depth is not known; what stands at the best one is the estimate.
  if (best.is_positive() && !improves) out.ahead = buy ? market.bid_size : market.ask_size;
  standing_.emplace(order.serial, out);
}

quantity liquidity::available(const venue_order& order) const {
  const auto rest = order.remaining();
  if (options_.rule == fill_rule::endless) return rest;
  const auto& here = symbols_[order.symbol.value];
  quantity most;
  if (options_.rule == fill_rule::displayed) {
    most = order.side == side::buy ? here.ask_left : here.bid_left;
  } else {
    const auto at = standing_.find(order.serial);
    if (at == standing_.end()) return {};
    const auto traded = here.volume - at->second.volume_at_start;
    const auto share = static_cast<int128>(traded.units()) * options_.volume_percent / 100;
    most = quantity::from_units(static_cast<std::int64_t>(share)) - order.filled_qty;
  }
  if (most >= rest) return rest;
  return std::max(whole_shares(most), quantity{});
}

quantity liquidity::turn_of(const venue_order& order, const trade& print) {
  if (options_.queue != queue_rule::estimate || print.eligible == price_eligible::no) return {};
  const auto at = standing_.find(order.serial);
  if (at == standing_.end() || !order.limit.is_positive()) return {};
  const bool buy = order.side == side::buy;
  if (buy ? print.last > order.limit : print.last < order.limit) return {};
  if (print.last != order.limit) return order.remaining();
  auto& ahead = at->second.ahead;
  if (print.size <= ahead) {
    ahead = ahead - print.size;
    return {};
  }
  const auto left_over = print.size - ahead;
  ahead = {};
  if (left_over >= order.remaining()) return order.remaining();
  return whole_shares(left_over);
}

void liquidity::took(const venue_order& order, quantity qty) {
  if (options_.rule != fill_rule::displayed) return;
  auto& here = symbols_[order.symbol.value];
  auto& left = order.side == side::buy ? here.ask_left : here.bid_left;
  left = std::max(left - qty, quantity{});
}

}  // namespace bw::venue
