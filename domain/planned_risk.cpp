#include "domain/planned_risk.hpp"

#include <utility>

namespace bw {

int128 planned_loss(price at, price stop, bw::side entered_by, quantity shares) {
  if (!shares.is_positive()) return 0;
  if (!stop.is_positive()) return notional_exact(at, shares);
  const auto distance = entered_by == side::buy ? at - stop : stop - at;
  return distance.is_positive() ? notional_exact(distance, shares) : 0;
}

int128 planned_by_live_entries(const exposure_book& book) {
  int128 sum = 0;
  for (const auto& each : book.live_orders())
    if (each.request.purpose == order_purpose::entry)
      sum += planned_loss(each.worst, each.request.planned_stop, each.request.side, each.remaining);
  return sum;
}

void planned_risk::on_fill(const order_request& request, quantity shares, price at) {
  if (request.symbol.value >= trades_.size() || !shares.is_positive()) return;
  auto& own = trades_[request.symbol.value];
  if (request.purpose == order_purpose::entry) {
    const auto added = planned_loss(at, request.planned_stop, request.side, shares);
    own.shares += shares;
    own.risk += added;
    total_ += added;
    return;
  }
  total_ -= own.risk;
  if (shares >= own.shares) {
    own = {};
    return;
  }
  const auto left = own.shares - shares;
  // Shares and risk are both beyond 64 bits when multiplied: the share is taken in parts of 2^30.
  constexpr int128 parts = int128{1} << 30;
  const auto part = divide_ceil(static_cast<int128>(left.units()) * parts, own.shares.units());
  own.risk = divide_ceil(own.risk * part, parts);
  own.shares = left;
  total_ += own.risk;
}

void planned_risk::restore(symbol_id symbol, quantity held, price average, price stop,
                           std::int64_t assumed_bp) {
  if (symbol.value >= trades_.size() || held.is_zero()) return;
  auto& own = trades_[symbol.value];
  const auto shares = abs(held);
  own.shares += shares;
  const auto added =
      stop.is_positive()
          ? planned_loss(average, stop, held.is_negative() ? side::sell : side::buy, shares)
          : divide_ceil(notional_exact(average, shares), 10'000) * assumed_bp;
  own.risk += added;
  total_ += added;
}

void planned_risk::on_shares(symbol_id symbol, quantity held) {
  if (symbol.value >= trades_.size()) return;
  auto& own = trades_[symbol.value];
  own.shares = abs(held);
  if (held.is_zero()) total_ -= std::exchange(own.risk, 0);
}

}  // namespace bw
