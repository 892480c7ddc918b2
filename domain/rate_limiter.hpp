#pragma once

#include <cstdint>

#include "core/time.hpp"

namespace bw {

/// `tokens` a `period`, at most `burst` of them at once. All positive.
struct rate_limit {
  std::int64_t tokens = 1;
  nanoseconds period = std::chrono::seconds{1};
  std::int64_t burst = 1;
};

/// Token bucket in whole nanoseconds: no token is ever lost or made by rounding. Starts full.
/// Time that goes back counts as no time. Single-threaded.
class rate_limiter {
 public:
  explicit rate_limiter(rate_limit limit);

  /// Takes a token when there is one.
  bool try_take(mono_ns now);
  /// Whole tokens there now.
  std::int64_t available(mono_ns now) const;
  /// When the next token can be taken; `now` when one is there.
  mono_ns next_at(mono_ns now) const;
  /// Of `burst`.
  std::int64_t used(mono_ns now) const { return limit_.burst - available(now); }
  const rate_limit& limit() const { return limit_; }

 private:
  /// Level in units of 1 / period of a token: each nanosecond adds `tokens` of them, a token costs
  /// `period`.
  std::int64_t level(mono_ns now) const;

  rate_limit limit_;
  std::int64_t full_;
  std::int64_t level_;
  mono_ns at_;
  bool started_ = false;
};

}  // namespace bw
