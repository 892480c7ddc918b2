#pragma once

#include <array>
#include <cstdint>

#include "core/time.hpp"

namespace bw {

/// How many requests of the last minute may have been repetitions: a tenth. Whoever asks more often
/// when the peer is slow makes it slower. Pure; `now` only goes forward. Single-threaded.
class retry_budget {
 public:
  static constexpr std::uint32_t percent = 10;
  static constexpr std::size_t seconds_kept = 60;

  void on_call(mono_ns now);
  /// Takes one repetition out of the budget, if there is one.
  bool try_retry(mono_ns now);

 private:
  struct slot {
    std::int64_t second = -1;
    std::uint32_t calls = 0;
    std::uint32_t retries = 0;
  };
  slot& slot_of(mono_ns now);

  std::array<slot, seconds_kept> slots_{};
};

}  // namespace bw
