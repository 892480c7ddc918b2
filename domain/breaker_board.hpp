#pragma once

#include <array>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "domain/circuit_breaker.hpp"

namespace bw {

/// Requests that share a breaker: what is wrong with one kind shall not stop another.
enum class request_class : std::uint8_t { orders = 1, cancels, reads, data };
inline constexpr std::size_t request_class_count = 4;
std::string_view to_string(request_class x) noexcept;

/// A breaker changed.
struct breaker_change {
  request_class which = request_class::orders;
  breaker_state before = breaker_state::closed;
  breaker_state after = breaker_state::closed;
  std::string cause;
};

/// What the broker says of its request budget: X-RateLimit-Remaining and -Reset.
struct rate_window {
  /// Negative: it has said nothing yet.
  std::int64_t remaining = -1;
  /// When the budget is full again; zero when unknown.
  utc_ns reset;
};

/// Where the breakers of a process, which live on several threads, tell what happens to them, and
/// where the broker's own count of our requests stands. Any thread.
class breaker_board {
 public:
  /// Changes that wait to be recorded; the oldest make room, and their number is kept.
  static constexpr std::size_t changes_max = 256;

  void note(breaker_change change);
  /// Everything noted since the last call, oldest first.
  std::vector<breaker_change> drain();
  breaker_state state(request_class which) const;
  std::uint64_t lost() const;

  void saw(rate_window window);
  rate_window window() const;

 private:
  mutable std::mutex mutex_;
  std::array<breaker_state, request_class_count> states_ = {
      breaker_state::closed, breaker_state::closed, breaker_state::closed, breaker_state::closed};
  std::vector<breaker_change> changes_;
  std::uint64_t lost_ = 0;
  rate_window window_;
};

}  // namespace bw
