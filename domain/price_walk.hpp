#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <vector>

#include "messages/orders.hpp"

namespace bw {

/// How far our own orders have pushed their limits within a minute (R08): each buy above the limit
/// of the buy before it, each sell below that of the sell before it. A strategy that follows its
/// own prints up is stopped by the sum although no single step is large. Symbols are dense; sides
/// count apart. Single-threaded.
class price_walk {
 public:
  static constexpr nanoseconds window = std::chrono::seconds{60};
  /// Steps remembered a side; beyond it the oldest two are taken for one, of the later time.
  static constexpr std::size_t steps_max = 128;

  explicit price_walk(std::size_t symbols = 0) : sides_(symbols * 2) {}

  /// Basis points moved within the window, this order's step included; only a limit price moves.
  std::int64_t moved_bp(const order_request& order, mono_ns now) const;
  void on_sent(const order_request& order, mono_ns now);

 private:
  struct step {
    mono_ns at;
    std::int64_t bp = 0;
  };
  struct lane {
    price limit;
    mono_ns at;
    std::deque<step> steps;
  };
  static std::size_t place_of(const order_request& order) {
    return order.symbol.value * std::size_t{2} + (order.side == side::buy ? 0 : 1);
  }
  static std::int64_t step_bp(const lane& from, const order_request& order, mono_ns now);

  std::vector<lane> sides_;
};

}  // namespace bw
