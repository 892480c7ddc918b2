#include "domain/order_quality.hpp"

#include <algorithm>

namespace bw {
namespace {

void earliest(mono_ns& known, mono_ns at) {
  if (at == mono_ns{}) return;
  known = known == mono_ns{} ? at : std::min(known, at);
}

}  // namespace

price other_side_of_quote(side side, price bid, price ask) { return side == side::buy ? ask : bid; }

money cost_beyond(side side, quantity qty, price at, price against) {
  if (against.is_zero()) return {};
  return notional_half_even(side == side::buy ? at - against : against - at, qty).value_or(money{});
}

void order_quality::begin(const order_request& request) {
  wanted = request.qty;
  side = request.side;
  seen_bid = request.seen_bid;
  seen_ask = request.seen_ask;
}

void order_quality::on(const fill_record& x) {
  filled += x.qty;
  slippage += cost_beyond(side, x.qty, x.at_price, other_side_of_quote(side, seen_bid, seen_ask));
}

void order_quality::on(const submit_record& x) {
  const auto& r = x.result;
  if (r.sent != mono_ns{}) sent = r.sent;
  if (r.outcome == submit_outcome::accepted || r.outcome == submit_outcome::rejected ||
      r.outcome == submit_outcome::duplicate)
    earliest(acknowledged, r.answered);
}

void order_quality::on(const update_record& x) {
  const auto& u = x.update;
  if (u.source == evidence::local) return;
  earliest(acknowledged, u.received);
  if (u.last_qty.is_positive() || u.filled_total.is_positive()) earliest(first_fill, u.received);
}

void order_quality::on(const hops_record& x) {
  clock_speed = std::max<std::int64_t>(x.clock_speed, 1);
  if (x.sent != mono_ns{}) sent = x.sent;
}

bool order_quality::has_quote() const {
  return other_side_of_quote(side, seen_bid, seen_ask).is_positive();
}

std::int64_t order_quality::fill_ratio_units() const {
  if (!wanted.is_positive()) return 0;
  return static_cast<std::int64_t>(
      divide_half_even(static_cast<int128>(filled.units()) * decimal_scale, wanted.units()));
}

std::optional<nanoseconds> order_quality::since_sent(mono_ns at) const {
  if (sent == mono_ns{} || at == mono_ns{} || at < sent) return std::nullopt;
  return nanoseconds{(at - sent).count() / std::max<std::int64_t>(clock_speed, 1)};
}

}  // namespace bw
