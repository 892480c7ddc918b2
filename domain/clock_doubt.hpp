#pragma once

#include <optional>

#include "core/time.hpp"

namespace bw {

/// How far our clock may be from the broker's: what the last comparison found, and what a clock may
/// drift in the time since. Single-threaded.
class clock_doubt {
 public:
  /// More than a computer's quartz drifts: 50 µs a second.
  static constexpr std::int64_t drift_ppm = 50;

  void on_compared(nanoseconds apart, mono_ns now) {
    apart_ = apart < nanoseconds{0} ? -apart : apart;
    at_ = now;
  }
  /// Empty as long as it was never compared.
  std::optional<nanoseconds> by_now(mono_ns now) const {
    if (!apart_) return std::nullopt;
    return *apart_ + (now - at_) / 1'000'000 * drift_ppm;
  }

 private:
  std::optional<nanoseconds> apart_;
  mono_ns at_;
};

}  // namespace bw
