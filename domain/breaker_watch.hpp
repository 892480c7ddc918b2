#pragma once

#include <cstdint>

#include "core/time.hpp"
#include "messages/risk.hpp"

namespace bw {

struct breaker_watch_options {
  /// The orders' breaker away from closed for longer narrows trading. Before that
  /// orders are refused one by one where they would leave, and what rests at the broker stays.
  nanoseconds reduce_after = std::chrono::seconds{60};
  nanoseconds halt_after = std::chrono::seconds{300};
  /// Closed for so long before trading goes on.
  nanoseconds clean = std::chrono::seconds{60};
};

enum class breaker_step : std::uint8_t { none = 1, reduce, halt, clear };

/// Says when a breaker that stays open is a reason to narrow trading, each step once. Pure.
class breaker_watch {
 public:
  explicit breaker_watch(breaker_watch_options options) : options_(options) {}

  /// `unavailable`: for how long the breaker has been away from closed; zero while it is closed,
  /// and while the broker itself asks for patience.
  breaker_step look(nanoseconds unavailable, mono_ns now) {
    if (unavailable > nanoseconds{0}) {
      clean_since_ = {};
      if (unavailable > options_.halt_after) return to(trading_mode::halted, breaker_step::halt);
      if (unavailable > options_.reduce_after && floor_ == trading_mode::active)
        return to(trading_mode::reducing, breaker_step::reduce);
      return breaker_step::none;
    }
    if (floor_ == trading_mode::active) return breaker_step::none;
    if (clean_since_ == mono_ns{}) clean_since_ = now;
    if (now - clean_since_ < options_.clean) return breaker_step::none;
    return to(trading_mode::active, breaker_step::clear);
  }

  /// What trading is narrowed to because of it.
  trading_mode floor() const { return floor_; }

 private:
  breaker_step to(trading_mode next, breaker_step step) {
    if (floor_ == next) return breaker_step::none;
    floor_ = next;
    return step;
  }

  breaker_watch_options options_;
  trading_mode floor_ = trading_mode::active;
  mono_ns clean_since_;
};

}  // namespace bw
