#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "strategies/indicators/running_sum.hpp"

namespace bw {

/// Mean of the last `period` numbers, of prices or of volumes. A value type, like every indicator:
/// a copy goes on from where the original stood.
class simple_average {
 public:
  /// `period` is at least 1.
  explicit simple_average(std::size_t period) : window_(period) {}

  void add(double x) {
    if (count_ >= window_.size()) sum_.add(-window_[next_]);
    window_[next_] = x;
    sum_.add(x);
    next_ = (next_ + 1) % window_.size();
    if (count_ < window_.size()) ++count_;
  }
  /// Empty until `period` numbers were added.
  std::optional<double> value() const {
    if (count_ < window_.size()) return std::nullopt;
    return sum_.value() / static_cast<double>(count_);
  }

 private:
  std::vector<double> window_;
  std::size_t next_ = 0;
  std::size_t count_ = 0;
  running_sum sum_;
};

/// First the mean of `period` numbers, then each new one moves it by `weight` of the distance.
class smoothed_average {
 public:
  smoothed_average(std::size_t period, double weight) : period_(period), weight_(weight) {}

  void add(double x) {
    if (count_ == period_) {
      value_ += weight_ * (x - value_);
      return;
    }
    value_ += x;
    if (++count_ == period_) value_ /= static_cast<double>(period_);
  }
  std::optional<double> value() const {
    if (count_ < period_) return std::nullopt;
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
