#pragma once

#include <cstddef>
#include <optional>

#include "strategies/indicators/number_window.hpp"
#include "strategies/indicators/running_sum.hpp"

namespace bw {

/// Mean of the last `period` numbers, of prices or of volumes. A value type, like every indicator:
/// a copy goes on from where the original stood.
class simple_average {
 public:
  /// `period` is at least 1.
  explicit simple_average(std::size_t period) : window_(period) {}

  void add(double x) {
    if (const auto gone = window_.push(x)) sum_.add(-*gone);
    sum_.add(x);
  }
  std::size_t warm_up() const { return window_.period(); }
  bool ready() const { return window_.full(); }
  /// Empty until `period` numbers were added.
  std::optional<double> value() const {
    if (!ready()) return std::nullopt;
    return sum_.value() / static_cast<double>(window_.size());
  }

 private:
  number_window window_;
  running_sum sum_;
};

/// Mean of the last `period` numbers in which the newest counts `period` times, the one before it
/// once less, and the oldest once. The weighted sum follows the window and is computed anew once in
/// each `period` numbers: constant time on average, `period` steps at worst.
class weighted_average {
 public:
  explicit weighted_average(std::size_t period) : window_(period) {}

  void add(double x) {
    const auto gone = window_.push(x);
    if (window_.has_gone_round()) return restart();
    if (!gone) return;
    // Each number loses one weight, the oldest its last one; the newest gets them all.
    weighted_ += static_cast<double>(window_.period()) * x - sum_;
    sum_ += x - *gone;
  }
  std::size_t warm_up() const { return window_.period(); }
  bool ready() const { return window_.full(); }
  std::optional<double> value() const {
    if (!ready()) return std::nullopt;
    const auto count = static_cast<double>(window_.period());
    return weighted_ / (count * (count + 1) / 2);
  }

 private:
  void restart() {
    sum_ = weighted_ = 0;
    for (std::size_t k = 0; k < window_.size(); ++k) {
      sum_ += window_[k];
      weighted_ += static_cast<double>(k + 1) * window_[k];
    }
  }

  number_window window_;
  double sum_ = 0;
  double weighted_ = 0;
};

/// First the mean of `period` numbers, then each new one moves it by `weight` of the distance.
class smoothed_average {
 public:
  smoothed_average(std::size_t period, double weight) : period_(period), weight_(weight) {}

  void add(double x) {
    if (ready()) {
      value_ += weight_ * (x - value_);
      return;
    }
    value_ += x;
    if (++count_ == period_) value_ /= static_cast<double>(period_);
  }
  std::size_t warm_up() const { return period_; }
  bool ready() const { return count_ == period_; }
  std::optional<double> value() const {
    if (!ready()) return std::nullopt;
    return value_;
  }

 private:
  std::size_t period_;
  double weight_;
  std::size_t count_ = 0;
  /// The sum until the first mean is there.
  double value_ = 0;
};

/// Exponential average with weight 2 / (period + 1).
class exponential_average : public smoothed_average {
 public:
  explicit exponential_average(std::size_t period)
      : smoothed_average(period, 2.0 / (static_cast<double>(period) + 1.0)) {}
};

/// Wilder's average: exponential with weight 1 / period.
class wilder_average : public smoothed_average {
 public:
  explicit wilder_average(std::size_t period)
      : smoothed_average(period, 1.0 / static_cast<double>(period)) {}
};

}  // namespace bw
