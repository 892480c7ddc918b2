#include "domain/quote_board.hpp"

#include "core/assert.hpp"

namespace bw {

std::string_view to_string(quote_verdict x) noexcept {
  switch (x) {
    case quote_verdict::ok: return "ok";
    case quote_verdict::missing: return "missing";
    case quote_verdict::stale: return "stale";
    case quote_verdict::crossed: return "crossed";
    case quote_verdict::wide: return "wide";
  }
  return "invalid";
}

bool quote_board::on_quote(const quote& q) {
  if (!has(q.symbol)) return false;
  auto& own = slots_[q.symbol.value];
  if (own.has_quote && q.ts_event < own.last_quote.ts_event) return false;
  own.last_quote = q;
  own.has_quote = true;
  return true;
}

bool quote_board::on_trade(const trade& t) {
  if (!has(t.symbol) || t.eligible == price_eligible::no) return false;
  auto& own = slots_[t.symbol.value];
  if (own.has_trade && t.ts_event < own.last_trade.ts_event) return false;
  own.last_trade = t;
  own.has_trade = true;
  return true;
}

bool quote_board::on_status(const trading_status& s) {
  if (!has(s.symbol)) return false;
  if (s.state != halt_state::halted && s.state != halt_state::resumed) return false;
  auto& own = slots_[s.symbol.value];
  if (own.has_status && s.ts_event < own.last_status.ts_event) return false;
  const bool ends_halt = s.state == halt_state::resumed && own.has_status &&
                         own.last_status.state == halt_state::halted;
  // A repeated word of resumption does not start the cool-down again.
  const bool repeats = own.has_status && own.last_status.state == s.state;
  if (repeats) return true;
  own.resumed = ends_halt;
  own.last_status = s;
  own.has_status = true;
  return true;
}

const quote* quote_board::latest_quote(symbol_id symbol) const {
  return has(symbol) && slots_[symbol.value].has_quote ? &slots_[symbol.value].last_quote : nullptr;
}

const trade* quote_board::latest_trade(symbol_id symbol) const {
  return has(symbol) && slots_[symbol.value].has_trade ? &slots_[symbol.value].last_trade : nullptr;
}

quote_verdict quote_board::usable(symbol_id symbol, const instant& now,
                                  const quote_limits& limits) const {
  if (!latest_quote(symbol)) return quote_verdict::missing;
  if (receive_age(symbol, now.mono) > limits.receive_age_max ||
      event_age(symbol, now.utc) > limits.event_age_max)
    return quote_verdict::stale;
  if (!is_two_sided(symbol)) return quote_verdict::crossed;
  return spread_bp(symbol) > limits.spread_max_bp ? quote_verdict::wide : quote_verdict::ok;
}

nanoseconds quote_board::receive_age(symbol_id symbol, mono_ns now) const {
  const auto* q = latest_quote(symbol);
  return q ? now - q->received : nanoseconds::max();
}

nanoseconds quote_board::event_age(symbol_id symbol, utc_ns now) const {
  const auto* q = latest_quote(symbol);
  return q ? now - q->ts_event : nanoseconds::max();
}

bool quote_board::is_two_sided(symbol_id symbol) const {
  const auto* q = latest_quote(symbol);
  return q && q->bid.is_positive() && q->bid < q->ask;
}

std::int64_t quote_board::spread_bp(symbol_id symbol) const {
  if (!is_two_sided(symbol)) return INT64_MAX;
  const auto* q = latest_quote(symbol);
  const int128 twice_mid = static_cast<int128>(q->bid.units()) + q->ask.units();
  const int128 spread = static_cast<int128>(q->ask.units()) - q->bid.units();
  return static_cast<std::int64_t>(divide_ceil(spread * 20'000, twice_mid));
}

bool quote_board::is_halted(symbol_id symbol) const {
  if (!has(symbol)) return false;
  const auto& own = slots_[symbol.value];
  return own.has_status && own.last_status.state == halt_state::halted;
}

bool quote_board::is_halted_or_cooling(symbol_id symbol, mono_ns now, nanoseconds cooldown) const {
  if (is_halted(symbol)) return true;
  if (!has(symbol) || !slots_[symbol.value].resumed) return false;
  const auto& own = slots_[symbol.value];
  const bool quoted_since = own.has_quote && own.last_quote.received >= own.last_status.received;
  return now - own.last_status.received < cooldown || !quoted_since;
}

}  // namespace bw
