#include "domain/entry_watch.hpp"

#include <algorithm>

namespace bw {

std::vector<doomed_entry> entry_watch::look(const exposure_book& exposure,
                                            const quote_board& quotes, const price_motion& motion,
                                            const volume_pace& volumes, const risk_options& limits,
                                            utc_ns now) {
  constexpr std::int64_t nothing_known = INT64_MAX;
  const auto why = [&](symbol_id symbol) -> const char* {
    if (quotes.is_halted(symbol)) return "its symbol is halted";
    if (motion.is_off(symbol, now)) return "its symbol moved too far for this session";
    if (const auto moved = motion.move_bp(symbol, now);
        moved != nothing_known && moved >= limits.volatility_pause_bp)
      return "its symbol moves too fast";
    if (const auto surge = volumes.surge_bp(symbol, now);
        surge != nothing_known && surge > limits.volume_max_bp)
      return "far more of its symbol is traded than usual";
    return nullptr;
  };
  std::vector<doomed_entry> out;
  std::vector<order_id> still_open;
  for (const auto& each : exposure.live_orders()) {
    // Without a number it has not been sent: the router looks once more before it is.
    if (each.request.purpose != order_purpose::entry || each.request.order == order_id{}) continue;
    const auto order = each.request.order;
    if (std::find(named_.begin(), named_.end(), order) != named_.end()) {
      still_open.push_back(order);
      continue;
    }
    if (const char* reason = why(each.request.symbol)) {
      out.push_back({order, reason});
      still_open.push_back(order);
    }
  }
  named_ = std::move(still_open);
  return out;
}

}  // namespace bw
