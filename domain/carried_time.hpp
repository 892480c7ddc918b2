#pragma once

#include "core/time.hpp"

namespace bw {

/// The time of day that schedules go by: what the broker's clock last showed, carried on by the
/// monotonic clock. A step of the machine's wall clock does not move it, and after the machine
/// slept, which the monotonic clock does not count, the broker's next word puts it right.
class carried_time {
 public:
  /// Within it both clocks agree, and the shown time goes on without a jump: an answer is under way
  /// for a while.
  static constexpr nanoseconds tolerance = std::chrono::seconds{2};

  /// Begins with the machine's own clock, for want of a better one.
  carried_time(utc_ns wall, mono_ns now) : shown_(wall), at_(now) {}

  /// The broker's clock showed `shown` just now. True when that moved the carried time. A clock
  /// that runs faster than the real one allows more in proportion.
  bool correct(utc_ns shown, mono_ns now, nanoseconds within = tolerance) {
    const auto off = shown - at(now);
    if (off >= -within && off <= within) return false;
    shown_ = shown;
    at_ = now;
    return true;
  }
  utc_ns at(mono_ns now) const { return shown_ + (now - at_); }

 private:
  utc_ns shown_;
  mono_ns at_;
};

/// Comes due once in each period of the monotonic clock. After a pause it comes due once and not
/// once for each period that went by.
class interval_timer {
 public:
  explicit interval_timer(nanoseconds period) : period_(period) {}

  /// The first call begins the first period.
  bool take_due(mono_ns now) {
    if (!armed_) {
      armed_ = true;
      next_ = now + period_;
      return false;
    }
    if (now < next_) return false;
    // Periods keep their places.
    next_ = next_ + ((now - next_) / period_ + 1) * period_;
    return true;
  }

 private:
  nanoseconds period_;
  bool armed_ = false;
  mono_ns next_{};
};

}  // namespace bw
