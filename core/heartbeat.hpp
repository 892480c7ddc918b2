#pragma once

#include <atomic>

#include "core/time.hpp"

namespace bw {

/// The last sign of life of something that must not stand still: it beats, others look at the age.
/// Times are the machine's monotonic clock, whatever clock the node follows.
class heartbeat {
 public:
  void beat(mono_ns now) { at_.store(now.value, std::memory_order_relaxed); }
  /// Since the last beat; since the machine's start before the first one.
  nanoseconds age(mono_ns now) const { return now - mono_ns{at_.load(std::memory_order_relaxed)}; }

 private:
  std::atomic<std::int64_t> at_{0};
};

}  // namespace bw
