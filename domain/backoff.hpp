#pragma once

#include <cstdint>

#include "core/prng.hpp"
#include "core/time.hpp"

namespace bw {

struct backoff_options {
  nanoseconds first = std::chrono::milliseconds{100};
  nanoseconds longest = std::chrono::seconds{30};
  /// Each wait is this many percent of the one before; at least 100.
  std::int64_t factor_percent = 200;
  /// Waits are spread by up to this share on both sides, so that many do not come back at once.
  std::int64_t jitter_percent = 20;
};

/// A duration moved by a random share of itself of up to ± `percent`.
nanoseconds with_jitter(nanoseconds wait, std::int64_t percent, prng& random);

/// Growing waits between attempts. Single-threaded; the same seed gives the same waits.
class backoff {
 public:
  backoff(backoff_options options, prng random)
      : options_(options), random_(random), next_(options.first) {}

  /// How long to wait before the next attempt.
  nanoseconds next();
  /// After a success that lasted.
  void reset() {
    next_ = options_.first;
    attempts_ = 0;
  }
  /// Waits handed out since the last reset.
  std::uint32_t attempts() const { return attempts_; }

 private:
  backoff_options options_;
  prng random_;
  nanoseconds next_;
  std::uint32_t attempts_ = 0;
};

}  // namespace bw
