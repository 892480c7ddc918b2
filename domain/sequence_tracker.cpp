#include "domain/sequence_tracker.hpp"

#include <algorithm>

namespace bw {

std::string_view to_string(sequence_verdict x) noexcept {
  switch (x) {
    case sequence_verdict::fresh: return "fresh";
    case sequence_verdict::duplicate: return "duplicate";
    case sequence_verdict::out_of_order: return "out_of_order";
    case sequence_verdict::unknown_symbol: return "unknown_symbol";
  }
  return "invalid";
}

sequence_verdict sequence_tracker::counted(sequence_verdict x) {
  if (x == sequence_verdict::duplicate) ++counts_.duplicates;
  if (x == sequence_verdict::out_of_order) ++counts_.out_of_order;
  return x;
}

sequence_verdict sequence_tracker::on_trade(const trade& t) {
  if (t.symbol.value >= slots_.size()) return sequence_verdict::unknown_symbol;
  auto& own = slots_[t.symbol.value];
  const trade_key key{t.venue_trade_id, t.ts_event};
  const auto remembered = std::min(own.trade_count, trades_remembered);
  const auto end = own.trades.begin() + static_cast<std::ptrdiff_t>(remembered);
  // Sources without ids send zero, and two trades of one instant are then two trades.
  if (key.id != 0 && std::find(own.trades.begin(), end, key) != end)
    return counted(sequence_verdict::duplicate);
  own.trades[own.trade_count++ % trades_remembered] = key;
  if (t.ts_event < own.newest_trade) return counted(sequence_verdict::out_of_order);
  own.newest_trade = t.ts_event;
  return sequence_verdict::fresh;
}

sequence_verdict sequence_tracker::on_quote(const quote& q) {
  if (q.symbol.value >= slots_.size()) return sequence_verdict::unknown_symbol;
  auto& own = slots_[q.symbol.value];
  if (q.ts_event < own.newest_quote) return counted(sequence_verdict::out_of_order);
  const auto& last = own.last_quote;
  const bool same = q.ts_event == own.newest_quote && q.bid == last.bid && q.ask == last.ask &&
                    q.bid_size == last.bid_size && q.ask_size == last.ask_size;
  if (same) return counted(sequence_verdict::duplicate);
  own.newest_quote = q.ts_event;
  own.last_quote = q;
  return sequence_verdict::fresh;
}

}  // namespace bw
