#pragma once

#include <cmath>
#include <cstddef>
#include <optional>

#include "strategies/indicators/number_window.hpp"

namespace bw {

/// Mean and squared deviation of the last `period` numbers. The sums are of distances from the mean
/// and not of squares (Welford 1962, with the number that leaves taken out the same way), so that
/// prices far from zero keep their digits; once in each `period` numbers they are computed anew, so
/// that rounding does not pile up: constant time on average, `period` steps at worst.
class rolling_moments {
 public:
  explicit rolling_moments(std::size_t period) : window_(period) {}

  void add(double x) {
    const auto gone = window_.push(x);
    if (window_.has_gone_round()) return restart();
    if (window_.all_alike()) {
      mean_ = x;
      squares_ = 0;
      return;
    }
    const double before = mean_;
    if (gone) {
      const double count = static_cast<double>(window_.size());
      mean_ += (x - *gone) / count;
      squares_ += (x - *gone) * (x - mean_ + *gone - before);
    } else {
      mean_ += (x - mean_) / static_cast<double>(window_.size());
      squares_ += (x - before) * (x - mean_);
    }
  }

  bool full() const { return window_.full(); }
  const number_window& window() const { return window_; }
  double mean() const { return mean_; }
  /// Of all numbers that could have come; never negative.
  double variance_of_population() const { return over(window_.size()); }
  /// Of a sample: needs two numbers, and is zero before.
  double variance_of_sample() const { return over(window_.size() - 1); }

 private:
  void restart() {
    const auto count = static_cast<double>(window_.size());
    double sum = 0;
    for (std::size_t k = 0; k < window_.size(); ++k) sum += window_[k];
    mean_ = sum / count;
    squares_ = 0;
    double off = 0;
    for (std::size_t k = 0; k < window_.size(); ++k) {
      const double distance = window_[k] - mean_;
      squares_ += distance * distance;
      off += distance;
    }
    // What the rounded mean left over.
    squares_ -= off * off / count;
  }
  double over(std::size_t count) const {
    if (window_.size() < 1 || count == 0 || !(squares_ > 0)) return 0;
    return squares_ / static_cast<double>(count);
  }

  number_window window_;
  double mean_ = 0;
  double squares_ = 0;
};

/// Which deviation is meant.
enum class deviation_of : bool { population, sample };

/// Standard deviation of the last `period` numbers.
class standard_deviation {
 public:
  explicit standard_deviation(std::size_t period, deviation_of kind = deviation_of::population)
      : moments_(period), kind_(kind) {}

  void add(double x) { moments_.add(x); }
  std::size_t warm_up() const { return moments_.window().period(); }
  bool ready() const { return moments_.full(); }
  std::optional<double> value() const {
    if (!ready()) return std::nullopt;
    return std::sqrt(kind_ == deviation_of::sample ? moments_.variance_of_sample()
                                                   : moments_.variance_of_population());
  }
  double mean() const { return moments_.mean(); }

 private:
  rolling_moments moments_;
  deviation_of kind_;
};

/// How many deviations of the population the newest number lies above the mean of the last
/// `period`. Numbers that are all the same: 0.
class z_score {
 public:
  explicit z_score(std::size_t period) : deviation_(period) {}

  void add(double x) {
    deviation_.add(x);
    newest_ = x;
  }
  std::size_t warm_up() const { return deviation_.warm_up(); }
  bool ready() const { return deviation_.ready(); }
  std::optional<double> value() const {
    const auto width = deviation_.value();
    if (!width) return std::nullopt;
    return *width > 0 ? (newest_ - deviation_.mean()) / *width : 0.0;
  }

 private:
  standard_deviation deviation_;
  double newest_ = 0;
};

}  // namespace bw
