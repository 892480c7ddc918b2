#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>

#include "strategies/indicators/average_true_range.hpp"
#include "strategies/indicators/indicator.hpp"
#include "strategies/indicators/rolling_extreme.hpp"
#include "strategies/indicators/rolling_moments.hpp"

namespace bw {

/// Bollinger's: the mean of the last `period` closes, and `width` standard deviations of the
/// population to either side.
class bollinger_bands {
 public:
  bollinger_bands(std::size_t period, double width) : deviation_(period), width_(width) {}

  void add(double close) { deviation_.add(close); }
  std::size_t warm_up() const { return deviation_.warm_up(); }
  bool ready() const { return deviation_.ready(); }
  std::optional<value_band> value() const {
    const auto deviation = deviation_.value();
    if (!deviation) return std::nullopt;
    const double middle = deviation_.mean();
    return value_band{middle + width_ * *deviation, middle, middle - width_ * *deviation};
  }

 private:
  standard_deviation deviation_;
  double width_;
};

/// Donchian's: highest high and lowest low of the last `period` bars, with what lies between them.
class donchian_channel {
 public:
  explicit donchian_channel(std::size_t period) : highest_(period), lowest_(period) {}

  void add(const price_reach& bar) {
    highest_.add(bar.high);
    lowest_.add(bar.low);
  }
  std::size_t warm_up() const { return highest_.period(); }
  bool ready() const { return highest_.full(); }
  std::optional<value_band> value() const {
    if (!ready()) return std::nullopt;
    const double upper = *highest_.value();
    const double lower = *lowest_.value();
    return value_band{upper, (upper + lower) / 2.0, lower};
  }

 private:
  rolling_highest highest_;
  rolling_lowest lowest_;
};

struct keltner_options {
  /// Of the exponential average of closes.
  std::size_t period = 20;
  /// Of the average true range.
  std::size_t range_period = 10;
  /// Ranges to either side.
  double width = 2;
};

/// Keltner's channel in Raschke's form: the exponential average of the closes, and so many average
/// true ranges to either side.
class keltner_channel {
 public:
  explicit keltner_channel(const keltner_options& options)
      : middle_(options.period), range_(options.range_period), width_(options.width) {}

  void add(const price_reach& bar) {
    middle_.add(bar.close);
    range_.add(bar);
  }
  std::size_t warm_up() const { return std::max(middle_.warm_up(), range_.warm_up()); }
  bool ready() const { return middle_.ready() && range_.ready(); }
  std::optional<value_band> value() const {
    if (!ready()) return std::nullopt;
    const double middle = *middle_.value();
    const double reach = width_ * *range_.value();
    return value_band{middle + reach, middle, middle - reach};
  }

 private:
  exponential_average middle_;
  average_true_range range_;
  double width_;
};

}  // namespace bw
