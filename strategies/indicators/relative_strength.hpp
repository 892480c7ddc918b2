#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>

#include "strategies/indicators/moving_average.hpp"

namespace bw {

/// Wilder's relative strength index, 0 … 100: first value with the price after `period` changes.
class relative_strength {
 public:
  explicit relative_strength(std::size_t period) : gains_(period), losses_(period) {}

  void add(double close) {
    if (last_) {
      const double change = close - *last_;
      gains_.add(std::max(change, 0.0));
      losses_.add(std::max(-change, 0.0));
    }
    last_ = close;
  }
  /// Prices that never moved are neither strong nor weak: 50.
  std::optional<double> value() const {
    const auto gain = gains_.value();
    if (!gain) return std::nullopt;
    const double moved = *gain + *losses_.value();
    return moved > 0 ? 100.0 * *gain / moved : 50.0;
  }

 private:
  wilder_average gains_;
  wilder_average losses_;
  std::optional<double> last_;
};

}  // namespace bw
