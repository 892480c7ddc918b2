#pragma once

#include <cmath>
#include <cstddef>
#include <optional>
#include <utility>

#include "strategies/indicators/average_true_range.hpp"

namespace bw {

struct directional_movement {
  /// Upward and downward movement in percent of the true range.
  double plus = 0;
  double minus = 0;
  /// Average directional index, 0 … 100: how much of the movement has one direction.
  double index = 0;
};

/// Wilder's directional movement (1978). Movement and true range count from the second bar on; the
/// two directions are there after `period` of them, the index after another `period` − 1.
class directional_index {
 public:
  explicit directional_index(std::size_t period)
      : ranges_(period), up_(period), down_(period), index_(period) {}

  void add(const price_reach& bar) {
    const double range = range_.add(bar);
    const auto before = std::exchange(last_, bar);
    if (!before) return;
    const double up = bar.high - before->high;
    const double down = before->low - bar.low;
    ranges_.add(range);
    up_.add(up > down && up > 0 ? up : 0.0);
    down_.add(down > up && down > 0 ? down : 0.0);
    if (!ranges_.ready()) return;
    const double both = plus() + minus();
    index_.add(both > 0 ? 100.0 * std::abs(plus() - minus()) / both : 0.0);
  }

  std::size_t warm_up() const { return 2 * index_.warm_up(); }
  bool ready() const { return index_.ready(); }
  std::optional<directional_movement> value() const {
    if (!ready()) return std::nullopt;
    return directional_movement{plus(), minus(), *index_.value()};
  }

 private:
  /// Bars that do not reach anywhere have no direction either.
  double of_range(const wilder_average& movement) const {
    const double range = *ranges_.value();
    return range > 0 ? 100.0 * *movement.value() / range : 0.0;
  }
  double plus() const { return of_range(up_); }
  double minus() const { return of_range(down_); }

  true_range range_;
  std::optional<price_reach> last_;
  wilder_average ranges_;
  wilder_average up_;
  wilder_average down_;
  wilder_average index_;
};

}  // namespace bw
