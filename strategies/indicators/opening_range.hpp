#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>

#include "core/time.hpp"
#include "strategies/indicators/indicator.hpp"

namespace bw {

/// Highest and lowest price of the first part of each session. The anchor is the session's open:
/// another anchor begins anew. There is a value from the bar on that ends the first part; a session
/// of which no bar of that part was seen has none.
class opening_range {
 public:
  explicit opening_range(nanoseconds length) : length_(length) {}

  void add(const price_reach& bar, utc_ns bar_end, utc_ns anchor) {
    if (!anchor_ || *anchor_ != anchor) {
      anchor_ = anchor;
      range_.reset();
      over_ = false;
    }
    const auto end = anchor + length_;
    if (bar_end <= end) {
      if (!range_) range_ = value_band{bar.high, 0, bar.low};
      range_->upper = std::max(range_->upper, bar.high);
      range_->lower = std::min(range_->lower, bar.low);
      range_->middle = (range_->upper + range_->lower) / 2.0;
    }
    over_ = over_ || bar_end >= end;
  }
  std::size_t warm_up() const { return 1; }
  bool ready() const { return over_ && range_.has_value(); }
  std::optional<value_band> value() const { return ready() ? range_ : std::nullopt; }

 private:
  nanoseconds length_;
  std::optional<utc_ns> anchor_;
  std::optional<value_band> range_;
  bool over_ = false;
};

}  // namespace bw
