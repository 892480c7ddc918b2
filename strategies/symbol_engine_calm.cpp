// Time in which nothing is to be decided: it need not be played.

#include <algorithm>

#include "strategies/symbol_engine.hpp"

namespace bw {

bool symbol_engine::is_calm() const {
  if (interest_.quotes || interest_.trades || makes_bars_ || shadow_) return false;
  return std::all_of(seats_.begin(), seats_.end(), [&](const strategy_seat& seat) {
    if (seat.own.is_idle()) return true;
    // Every look would ask for the exit, or for the end of the entries.
    const bool leaves = seat.closing || must_flatten(seat) || !is_watching();
    return !leaves && seat.own.is_calm();
  });
}

bool symbol_engine::is_idle() const {
  return std::all_of(seats_.begin(), seats_.end(),
                     [](const strategy_seat& seat) { return seat.own.is_idle(); });
}

bool symbol_engine::is_calm_between(const price_span& x) const {
  // A quote that is too wide to be watched would leave the trailing stop where it is.
  quote widest;
  widest.bid = x.lowest_bid;
  widest.ask = x.lowest_bid + x.widest;
  if (!can_watch(widest)) return false;
  return std::all_of(seats_.begin(), seats_.end(), [&](const strategy_seat& seat) {
    return seat.own.is_idle() || seat.own.is_calm_between(x.lowest, x.highest_bid);
  });
}

void symbol_engine::pass(const price_span& x, engine_time now) {
  for (auto& seat : seats_) seat.own.watch_bid(x.highest_bid, now.mono);
}

}  // namespace bw
