#pragma once

#include <cstddef>
#include <deque>

#include "messages/orders.hpp"

namespace bw {

struct duplicate_guard_options {
  /// Two orders alike within it are one order too many.
  nanoseconds window = std::chrono::milliseconds{500};
  /// Remembered orders; while all are within the window every order counts as a duplicate.
  std::size_t orders_max = 1'024;
};

/// Remembers what was sent within a window: strategy, symbol, side, quantity and prices.
/// Single-threaded.
class duplicate_guard {
 public:
  explicit duplicate_guard(duplicate_guard_options options = {}) : options_(options) {}

  /// Age of the youngest order alike; the window's length when there is none within it.
  nanoseconds age_of_twin(const order_request& request, mono_ns now) const;
  bool is_duplicate(const order_request& request, mono_ns now) const {
    return age_of_twin(request, now) < options_.window;
  }
  void remember(const order_request& request, mono_ns now);
  const duplicate_guard_options& options() const { return options_; }

 private:
  struct key {
    strategy_id strategy;
    symbol_id symbol;
    bw::side side;
    quantity qty;
    price limit;
    price stop;
    friend bool operator==(const key&, const key&) = default;
  };
  struct seen {
    key what;
    mono_ns at;
  };
  static key key_of(const order_request& request);

  duplicate_guard_options options_;
  std::deque<seen> seen_;
};

}  // namespace bw
