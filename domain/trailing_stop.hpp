#pragma once

#include <cstdint>
#include <optional>

#include "core/decimal.hpp"

namespace bw {

struct trailing_stop_options {
  /// Gain over the entry from which the stop follows the price.
  std::int64_t activate_bp = 200;
  /// Distance of the stop below the highest price seen.
  std::int64_t distance_bp = 100;

  friend bool operator==(const trailing_stop_options&, const trailing_stop_options&) = default;
};

/// The stop of a long position that follows the price upwards and never falls. One object lives as
/// long as one position, on the thread of its owner.
class trailing_stop {
 public:
  trailing_stop(trailing_stop_options options, price entry) : options_(options), entry_(entry) {}

  /// A further fill moved the average. A stop that is active stays.
  void set_entry(price entry) { entry_ = entry; }

  /// Takes a price at which the position could be sold; true when the stop was set or has risen.
  bool on_price(price seen);

  /// Empty until the gain was once large enough.
  std::optional<price> stop() const { return stop_; }
  price highest() const { return highest_; }

 private:
  trailing_stop_options options_;
  price entry_;
  price highest_;
  std::optional<price> stop_;
};

/// `basis_points` below `reference`, rounded to the tick towards the market: a stop never risks
/// more than was said.
price stop_below(price reference, std::int64_t basis_points);
/// `basis_points` above `reference`, rounded to the tick towards the market.
price target_above(price reference, std::int64_t basis_points);

}  // namespace bw
