#pragma once

#include <cstddef>
#include <optional>

#include "strategies/indicators/number_window.hpp"

namespace bw {

/// The straight line through the last numbers that has the least squared distance from them.
struct regression_line {
  /// Change of the line from one number to the next.
  double slope = 0;
  /// Of the line at the newest number, and at the oldest.
  double end = 0;
  double start = 0;
  /// Share of the numbers' variance that the line explains, 0 … 1; numbers that are all the same
  /// lie on it: 1.
  double explained = 0;
};

/// Least squares over the last `period` numbers against their places 0 … period − 1. Sums follow
/// the window as it moves and are computed anew once in each `period` numbers, about a number of
/// the window so that digits are kept: constant time on average, `period` steps at worst.
class linear_regression {
 public:
  /// `period` is at least 2.
  explicit linear_regression(std::size_t period) : window_(period) {}

  void add(double x) {
    const auto gone = window_.push(x);
    if (!gone && !window_.has_gone_round()) return;
    if (window_.has_gone_round()) return restart();
    // Every number moves one place down; the newest takes the last place.
    const double out = *gone - base_;
    const double in = x - base_;
    placed_ += last_place() * in - (sum_ - out);
    sum_ += in - out;
    squares_ += (in - out) * (in + out);
  }

  std::size_t warm_up() const { return window_.period(); }
  bool ready() const { return window_.full(); }
  std::optional<regression_line> value() const {
    if (!ready()) return std::nullopt;
    if (window_.all_alike()) return regression_line{0, window_[0], window_[0], 1};
    const auto count = static_cast<double>(window_.period());
    const double places = last_place() * count / 2;
    // Squared distances of 0 … count − 1 from their mean.
    const double spread = count * (count * count - 1) / 12;
    const double together = placed_ - places * sum_ / count;
    const double variation = squares_ - sum_ * sum_ / count;
    regression_line out;
    out.slope = together / spread;
    out.start = base_ + sum_ / count - out.slope * last_place() / 2;
    out.end = out.start + out.slope * last_place();
    const double share = variation > 0 ? out.slope * together / variation : 1.0;
    out.explained = share < 0 ? 0.0 : share > 1 ? 1.0 : share;
    return out;
  }

 private:
  double last_place() const { return static_cast<double>(window_.period() - 1); }
  void restart() {
    base_ = window_[window_.size() / 2];
    sum_ = placed_ = squares_ = 0;
    for (std::size_t k = 0; k < window_.size(); ++k) {
      const double x = window_[k] - base_;
      sum_ += x;
      placed_ += static_cast<double>(k) * x;
      squares_ += x * x;
    }
  }

  number_window window_;
  /// What is taken off every number.
  double base_ = 0;
  double sum_ = 0;
  /// Sum of place times number.
  double placed_ = 0;
  double squares_ = 0;
};

}  // namespace bw
