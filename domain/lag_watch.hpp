#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include "core/time.hpp"

namespace bw {

/// Whether what comes is late: more than one of a hundred of the last seconds' arrivals came more
/// than `most` after the venue's own stamp. Single-threaded.
class lag_watch {
 public:
  /// Fewer arrivals than this within the window say nothing.
  static constexpr std::uint64_t needed = 50;

  lag_watch(nanoseconds most, nanoseconds window) : most_(most), part_(window / parts) {}

  /// A negative delay is one of clocks that disagree, which others watch.
  void on_delay(nanoseconds delay, mono_ns now) {
    auto& here = at(now);
    ++here.all;
    if (delay > most_) ++here.late;
  }
  bool is_late(mono_ns now) const {
    const auto number = number_of(now);
    std::uint64_t all = 0;
    std::uint64_t late = 0;
    for (const auto& each : slots_) {
      if (number - each.number >= parts) continue;
      all += each.all;
      late += each.late;
    }
    return all >= needed && late * 100 > all;
  }

 private:
  static constexpr std::int64_t parts = 5;
  struct slot {
    std::int64_t number = -parts;
    std::uint64_t all = 0;
    std::uint64_t late = 0;
  };

  std::int64_t number_of(mono_ns now) const {
    return now.value / std::max<std::int64_t>(part_.count(), 1);
  }
  slot& at(mono_ns now) {
    const auto number = number_of(now);
    auto& out = slots_[static_cast<std::size_t>(number % parts)];
    if (out.number != number) out = {number, 0, 0};
    return out;
  }

  nanoseconds most_;
  nanoseconds part_;
  std::array<slot, parts> slots_{};
};

}  // namespace bw
