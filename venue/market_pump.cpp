#include "venue/market_pump.hpp"

#include <algorithm>

#include "venue/minute_aggregate.hpp"

namespace bw::venue {
market_pump::market_pump(market_source& source, exchange& market, const trading_days& days,
                         utc_ns start)
    : source_(source),
      market_(market),
      days_(days),
      now_(start),
      next_change_(days.next_change(start)) {}

void market_pump::begin(std::vector<venue_event>& out) { tell_session(out); }

market_pump::progress market_pump::advance(utc_ns now, std::size_t limit,
                                           std::vector<market_event>& market_out,
                                           std::vector<venue_event>& out) {
  const auto first = market_out.size();
  source_.advance(now, limit, market_out);
  for (auto k = first; k < market_out.size(); ++k) {
    // A late event is matched late; it does not turn time back.
    const auto at = std::min(emission_time(market_out[k]), now);
    if (at > now_) carry_exchange_to(at, out);
    market_.on_market(market_out[k], now_, out);
  }
  if (market_out.size() - first == limit) return progress::behind;
  carry_exchange_to(std::max(now, now_), out);
  return progress::caught_up;
}

void market_pump::carry_exchange_to(utc_ns to, std::vector<venue_event>& out) {
  while (next_change_ <= to) {
    now_ = next_change_;
    market_.advance(now_, out);
    tell_session(out);
    next_change_ = days_.next_change(now_);
  }
  now_ = to;
  market_.advance(now_, out);
}

void market_pump::tell_session(std::vector<venue_event>& out) {
  const auto day = days_.current_or_next(now_);
  market_.set_session({day.open, day.close}, day.open <= now_, now_, out);
}

utc_ns market_pump::next_time() const {
  const auto next = next_own_time();
  const auto at = source_.next_time();
  return at ? std::min(next, *at) : next;
}

utc_ns market_pump::next_own_time() const {
  auto next = next_change_;
  if (const auto at = market_.next_time()) next = std::min(next, *at);
  return next;
}

}  // namespace bw::venue
