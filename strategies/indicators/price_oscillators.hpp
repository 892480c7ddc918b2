#pragma once

#include <cmath>
#include <cstddef>
#include <optional>

#include "strategies/indicators/indicator.hpp"
#include "strategies/indicators/moving_average.hpp"
#include "strategies/indicators/number_window.hpp"
#include "strategies/indicators/price_bands.hpp"

namespace bw {

struct stochastic_periods {
  /// Bars whose reach is looked at.
  std::size_t reach = 14;
  /// Values that are averaged to %K; 1 is the fast form.
  std::size_t smoothing = 3;
  /// Values of %K that are averaged to %D.
  std::size_t signal = 3;
};

struct stochastic_value {
  double k = 0;
  double d = 0;
};

/// Lane's stochastic oscillator, 0 … 100: where the close stands between lowest low and highest
/// high. Bars without any reach leave it in the middle: 50.
class stochastic {
 public:
  explicit stochastic(const stochastic_periods& periods)
      : reach_(periods.reach), k_(periods.smoothing), d_(periods.signal) {}

  void add(const price_reach& bar) {
    reach_.add(bar);
    const auto band = reach_.value();
    if (!band) return;
    k_.add(100.0 * band->place_of(bar.close).value_or(0.5));
    if (const auto smoothed = k_.value()) d_.add(*smoothed);
  }
  std::size_t warm_up() const { return reach_.warm_up() + k_.warm_up() + d_.warm_up() - 2; }
  bool ready() const { return d_.ready(); }
  /// %K alone, which is there `signal` − 1 bars before both.
  std::optional<double> k() const { return k_.value(); }
  std::optional<stochastic_value> value() const {
    if (!ready()) return std::nullopt;
    return stochastic_value{*k_.value(), *d_.value()};
  }

 private:
  donchian_channel reach_;
  simple_average k_;
  simple_average d_;
};

/// Williams' %R, −100 … 0: how far the close lies below the highest high of the last `period` bars,
/// in percent of their reach. Bars without any reach: −50.
class williams_range {
 public:
  explicit williams_range(std::size_t period) : reach_(period) {}

  void add(const price_reach& bar) {
    reach_.add(bar);
    close_ = bar.close;
  }
  std::size_t warm_up() const { return reach_.warm_up(); }
  bool ready() const { return reach_.ready(); }
  std::optional<double> value() const {
    const auto band = reach_.value();
    if (!band) return std::nullopt;
    return 100.0 * (band->place_of(close_).value_or(0.5) - 1.0);
  }

 private:
  donchian_channel reach_;
  double close_ = 0;
};

/// Change over `period` numbers, in their own unit; known as momentum.
class price_change {
 public:
  explicit price_change(std::size_t period) : window_(period + 1) {}

  void add(double x) { window_.push(x); }
  std::size_t warm_up() const { return window_.period(); }
  bool ready() const { return window_.full(); }
  std::optional<double> value() const {
    if (!ready()) return std::nullopt;
    return window_[window_.size() - 1] - window_[0];
  }

 private:
  number_window window_;
};

/// Change over `period` numbers, in percent. Empty too when the number it starts from is zero.
class rate_of_change {
 public:
  explicit rate_of_change(std::size_t period) : window_(period + 1) {}

  void add(double x) { window_.push(x); }
  std::size_t warm_up() const { return window_.period(); }
  bool ready() const { return window_.full(); }
  std::optional<double> value() const {
    if (!ready() || window_[0] == 0) return std::nullopt;
    return 100.0 * (window_[window_.size() - 1] / window_[0] - 1.0);
  }

 private:
  number_window window_;
};

/// Lambert's commodity channel index: distance of the typical price from its mean, in mean absolute
/// deviations and a constant. That deviation moves with the mean, so it has no constant-time form:
/// `value` takes `period` steps, and `add` does not.
class commodity_channel {
 public:
  explicit commodity_channel(std::size_t period) : window_(period), mean_(period) {}

  void add(const price_reach& bar) {
    window_.push(bar.typical());
    mean_.add(bar.typical());
  }
  std::size_t warm_up() const { return window_.period(); }
  bool ready() const { return window_.full(); }
  /// Prices that are all the same: 0.
  std::optional<double> value() const {
    const auto mean = mean_.value();
    if (!mean) return std::nullopt;
    if (window_.all_alike()) return 0.0;
    double off = 0;
    for (std::size_t k = 0; k < window_.size(); ++k) off += std::abs(window_[k] - *mean);
    const double deviation = off / static_cast<double>(window_.size());
    return (window_[window_.size() - 1] - *mean) / (lambert * deviation);
  }

 private:
  /// Puts most values between −100 and 100.
  static constexpr double lambert = 0.015;

  number_window window_;
  simple_average mean_;
};

}  // namespace bw
