#pragma once

#include <cstdint>

#include "core/time.hpp"

namespace bw::venue {

/// A fixed number of requests in each minute of the venue's time, as Alpaca's trading API counts
/// them. Pure; `now` only goes forward.
class request_budget {
 public:
  /// 0 switches the limit off.
  explicit request_budget(std::uint32_t per_minute) : per_minute_(per_minute) {}

  /// Takes one request out of the budget; false when nothing is left of it.
  bool take(utc_ns now) {
    const auto minute = now.value / window.count();
    if (minute != minute_) {
      minute_ = minute;
      taken_ = 0;
    }
    if (!is_limited()) return true;
    if (taken_ == per_minute_) return false;
    ++taken_;
    return true;
  }

  bool is_limited() const { return per_minute_ > 0; }
  std::uint32_t limit() const { return per_minute_; }
  std::uint32_t remaining() const { return per_minute_ - taken_; }
  /// Second since the epoch at which the budget is full again.
  std::int64_t reset_seconds() const { return (minute_ + 1) * 60; }

 private:
  static constexpr nanoseconds window = std::chrono::minutes{1};

  std::uint32_t per_minute_;
  std::int64_t minute_ = INT64_MIN;
  std::uint32_t taken_ = 0;
};

}  // namespace bw::venue
