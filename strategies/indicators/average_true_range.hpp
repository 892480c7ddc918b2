#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <optional>

#include "strategies/indicators/indicator.hpp"
#include "strategies/indicators/moving_average.hpp"

namespace bw {

/// How far a bar reaches, the gap from the bar before it included. The first bar has no gap.
class true_range {
 public:
  using reach = price_reach;

  double add(const reach& bar) {
    double range = bar.high - bar.low;
    if (last_close_) {
      const double up = std::abs(bar.high - *last_close_);
      const double down = std::abs(bar.low - *last_close_);
      range = std::max({range, up, down});
    }
    last_close_ = bar.close;
    return range;
  }

 private:
  std::optional<double> last_close_;
};

/// Wilder's average of the true range: first value with bar number `period`.
class average_true_range {
 public:
  explicit average_true_range(std::size_t period) : average_(period) {}

  void add(const price_reach& bar) { average_.add(range_.add(bar)); }
  std::size_t warm_up() const { return average_.warm_up(); }
  bool ready() const { return average_.ready(); }
  std::optional<double> value() const { return average_.value(); }

 private:
  true_range range_;
  wilder_average average_;
};

}  // namespace bw
