#pragma once

#include <memory>
#include <mutex>

#include "core/time.hpp"

namespace bw {

/// The only source of time. Read once at the edge of a message; `now` is passed down from there.
/// Implementations may be called from any thread.
class clock {
 public:
  virtual ~clock() = default;
  /// Wall time, for facts.
  virtual utc_ns utc_now() const = 0;
  /// Time that never goes back, for ages, limits and deadlines. In a scaled or manual clock it
  /// runs with the wall time of that clock, so that ages and limits mean the same there.
  virtual mono_ns mono_now() const = 0;
  /// Clock seconds per real second: 1 except in a scaled clock; 0 while it is held.
  virtual std::int64_t speed() const { return 1; }
};

/// How long something took by the machine's clock, measured on a clock that may run faster.
inline nanoseconds real_duration(nanoseconds shown, const clock& measured_on) {
  const auto speed = measured_on.speed();
  return speed > 1 ? shown / speed : shown;
}

/// The machine's clocks.
class system_clock final : public clock {
 public:
  utc_ns utc_now() const override;
  mono_ns mono_now() const override;
};

/// Moves only when told: tests, backtest, simulation.
class manual_clock final : public clock {
 public:
  explicit manual_clock(utc_ns start) : utc_(start), mono_(start.value) {}
  utc_ns utc_now() const override;
  mono_ns mono_now() const override;
  /// `step` must not be negative.
  void advance(nanoseconds step);
  void set(utc_ns to);

 private:
  mutable std::mutex mutex_;
  utc_ns utc_;
  std::int64_t mono_;
};

/// Where a scaled clock stands: at the machine's monotonic instant `real` it showed `shown`.
/// Two processes of one machine that hold the same anchor show the same time.
struct clock_anchor {
  mono_ns real{};
  utc_ns shown{};
  /// Shown seconds per real second, at least 1; 0 holds the clock at `shown`.
  std::int64_t speed = 1;

  friend bool operator==(const clock_anchor&, const clock_anchor&) = default;
};

/// Runs `speed` times as fast as the machine's monotonic clock. The venue owns one; a node in sim
/// mode follows it by the venue's anchor.
class scaled_clock final : public clock {
 public:
  explicit scaled_clock(clock_anchor anchor) : anchor_(anchor) {}
  utc_ns utc_now() const override;
  mono_ns mono_now() const override;
  std::int64_t speed() const override;

  clock_anchor anchor() const;
  /// Takes another anchor; shown time must not be expected to be monotonic across the call.
  void follow(clock_anchor anchor);
  /// Real time that passes until the clock shows `when`; zero when it is past, max when held.
  nanoseconds real_until(utc_ns when) const;

 private:
  mutable std::mutex mutex_;
  clock_anchor anchor_;
};

}  // namespace bw
