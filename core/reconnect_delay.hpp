#pragma once

#include <algorithm>
#include <cstdint>

#include "core/prng.hpp"
#include "core/time.hpp"

namespace bw {

/// How long to wait before a lost connection is made again.
struct reconnect_limits {
  /// After an ordinary failure: doubles with each one in a row, up to `longest`.
  nanoseconds first = std::chrono::milliseconds{100};
  nanoseconds longest = std::chrono::seconds{30};
  /// After the peer has said that there are too many connections: grows by this much each time. It
  /// may hold a half-dead session for a minute and a half, and a storm makes that longer.
  nanoseconds refused_step = std::chrono::seconds{5};
  nanoseconds refused_longest = std::chrono::seconds{60};
};

/// The waits of one connection, spread by a fifth either way so that clients do not come back in
/// step. Pure; one thread.
class reconnect_delay {
 public:
  reconnect_delay(reconnect_limits limits, std::uint64_t seed) : limits_(limits), random_(seed) {}

  nanoseconds after_failure() {
    // 2^40 times any sensible first wait is beyond every limit.
    const auto doublings = std::min<std::uint32_t>(failures_++, 40);
    const auto first = std::min(limits_.first, limits_.longest);
    const bool beyond = first.count() > (limits_.longest.count() >> doublings);
    return spread(beyond ? limits_.longest : nanoseconds{first.count() << doublings});
  }
  nanoseconds after_refusal() {
    if (refusals_ < refusals_counted_max) ++refusals_;
    return spread(std::min(limits_.refused_step * refusals_, limits_.refused_longest));
  }
  /// A connection has held: the next failure starts from the beginning.
  void held() { failures_ = refusals_ = 0; }

 private:
  static constexpr std::uint32_t refusals_counted_max = 1000;

  nanoseconds spread(nanoseconds wait) {
    return wait + nanoseconds{random_.between(-wait.count() / 5, wait.count() / 5)};
  }

  reconnect_limits limits_;
  prng random_;
  std::uint32_t failures_ = 0;
  std::uint32_t refusals_ = 0;
};

}  // namespace bw
