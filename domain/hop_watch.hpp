#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "core/time.hpp"

namespace bw {

/// How long ticks take from their arrival to the gate: 99 of 100 of the latest take no longer than
/// `p99`. Bounded in number and in age. Single-threaded.
class hop_watch {
 public:
  static constexpr std::size_t hops_max = 1'000;
  static constexpr nanoseconds window = std::chrono::minutes{5};

  /// Negative when clocks disagree; then nothing was lost on the way.
  void on_hop(nanoseconds took, mono_ns now);
  /// Of the hops within the window; empty when there are none.
  std::optional<nanoseconds> p99(mono_ns now);

 private:
  struct hop {
    mono_ns at;
    nanoseconds took;
  };
  std::vector<hop> ring_;
  std::size_t next_ = 0;
  std::vector<nanoseconds> sorted_;
};

}  // namespace bw
