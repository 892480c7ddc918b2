#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>

#include "strategies/indicators/moving_average.hpp"

namespace bw {

/// Relative strength index, 0 … 100: the rises' share of all movement, each averaged by `Average`.
/// First value with the price after `period` changes.
template <class Average>
class strength_index {
 public:
  explicit strength_index(std::size_t period) : gains_(period), losses_(period) {}

  void add(double close) {
    if (last_) {
      const double change = close - *last_;
      gains_.add(std::max(change, 0.0));
      losses_.add(std::max(-change, 0.0));
    }
    last_ = close;
  }
  std::size_t warm_up() const { return gains_.warm_up() + 1; }
  bool ready() const { return gains_.ready(); }
  /// Prices that never moved are neither strong nor weak: 50.
  std::optional<double> value() const {
    const auto gain = gains_.value();
    if (!gain) return std::nullopt;
    const double moved = *gain + *losses_.value();
    return moved > 0 ? 100.0 * *gain / moved : 50.0;
  }

 private:
  Average gains_;
  Average losses_;
  std::optional<double> last_;
};

/// Wilder's own (1978).
using relative_strength = strength_index<wilder_average>;
/// With plain means (Cutler): what came before the window does not matter.
using simple_relative_strength = strength_index<simple_average>;

}  // namespace bw
