#include "domain/price_walk.hpp"

#include <algorithm>

#include "core/int128.hpp"

namespace bw {

std::int64_t price_walk::step_bp(const lane& from, const order_request& order, mono_ns now) {
  if (!order.limit.is_positive() || !from.limit.is_positive() || now - from.at >= window) return 0;
  const auto step = order.side == side::buy ? order.limit - from.limit : from.limit - order.limit;
  if (!step.is_positive()) return 0;
  const auto share = divide_ceil(static_cast<int128>(step.units()) * 10'000, from.limit.units());
  return static_cast<std::int64_t>(std::min<int128>(share, INT32_MAX));
}

std::int64_t price_walk::moved_bp(const order_request& order, mono_ns now) const {
  if (place_of(order) >= sides_.size()) return 0;
  const auto& own = sides_[place_of(order)];
  auto sum = step_bp(own, order, now);
  for (const auto& each : own.steps)
    if (now - each.at < window) sum += each.bp;
  return sum;
}

void price_walk::on_sent(const order_request& order, mono_ns now) {
  if (!order.limit.is_positive()) return;
  // Grows with the symbols that were traded.
  if (place_of(order) >= sides_.size()) sides_.resize((order.symbol.value + std::size_t{1}) * 2);
  auto& own = sides_[place_of(order)];
  const auto bp = step_bp(own, order, now);
  while (!own.steps.empty() && now - own.steps.front().at >= window) own.steps.pop_front();
  if (own.steps.size() >= steps_max) {
    const auto oldest = own.steps.front().bp;
    own.steps.pop_front();
    own.steps.front().bp += oldest;
  }
  if (bp > 0) own.steps.push_back({now, bp});
  own.limit = order.limit;
  own.at = now;
}

}  // namespace bw
