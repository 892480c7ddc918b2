#pragma once

#include <cstdint>

#include "core/time.hpp"

namespace bw {

struct clock_limits {
  nanoseconds warn = std::chrono::milliseconds{50};
  /// Beyond it nothing is entered (T09).
  nanoseconds most = std::chrono::milliseconds{500};
  nanoseconds clean_for = std::chrono::seconds{60};
};

enum class clock_verdict : std::uint8_t {
  fine = 1,
  warn,
  /// Too far off, or it was within the last minute.
  off
};

/// Compares our clock with the broker's. Single-threaded.
class clock_watch {
 public:
  explicit clock_watch(clock_limits limits = {}) : limits_(limits) {}

  /// The broker's time less ours.
  clock_verdict on_offset(nanoseconds offset, mono_ns now) {
    const auto apart = offset < nanoseconds{0} ? -offset : offset;
    if (apart > limits_.most) {
      off_ = true;
      last_off_ = now;
    }
    if (off_ && now - last_off_ < limits_.clean_for) return clock_verdict::off;
    off_ = false;
    return apart > limits_.warn ? clock_verdict::warn : clock_verdict::fine;
  }
  /// While it is off it is to be compared more often.
  bool is_off() const { return off_; }

 private:
  clock_limits limits_;
  mono_ns last_off_;
  bool off_ = false;
};

}  // namespace bw
