#include "venue/minute_aggregate.hpp"

#include <algorithm>

namespace bw::venue {

void minute_aggregate::add(const trade& x) {
  ++trades_;
  volume_ += x.size;
  notional_ += notional_exact(x.last, x.size);
  if (x.eligible == price_eligible::no) return;
  if (open_.is_zero()) open_ = high_ = low_ = x.last;
  high_ = std::max(high_, x.last);
  low_ = std::min(low_, x.last);
  close_ = x.last;
}

std::optional<bar> minute_aggregate::take(symbol_id symbol, utc_ns start) {
  std::optional<bar> out;
  if (close_.is_positive() && volume_.is_positive()) {
    out = bar{.symbol = symbol,
              .open = open_,
              .high = high_,
              .low = low_,
              .close = close_,
              .volume = volume_,
              .vwap = average_price_half_even(notional_, volume_),
              .trades = trades_,
              .start = start};
  }
  *this = {};
  return out;
}

utc_ns emission_time(const market_event& event) {
  struct {
    utc_ns operator()(const bar& x) const { return x.start + span_length(x.span); }
    utc_ns operator()(const feed_status& x) const { return x.at; }
    utc_ns operator()(const quote& x) const { return x.ts_event; }
    utc_ns operator()(const trade& x) const { return x.ts_event; }
    utc_ns operator()(const trading_status& x) const { return x.ts_event; }
  } visitor;
  return std::visit(visitor, event);
}

}  // namespace bw::venue
