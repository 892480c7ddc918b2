#pragma once

#include <array>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "core/time.hpp"

namespace bw {

/// Log-linear histogram of durations: 32 steps per octave, relative error at most 1.6 %
/// (the layout of HdrHistogram). One thread records, any thread reads; merge by addition.
class histogram {
 public:
  static constexpr int step_bits = 5;
  static constexpr std::size_t steps = std::size_t{1} << step_bits;
  static constexpr std::size_t slots = steps * 60;

  void record(nanoseconds duration) {
    const auto ns = duration.count() < 0 ? 0 : static_cast<std::uint64_t>(duration.count());
    add(counts_[slot_of(ns)], 1);
    add(count_, 1);
    add(sum_ns_, ns);
    if (ns > max_ns_.load(std::memory_order_relaxed)) max_ns_.store(ns, std::memory_order_relaxed);
  }

  std::uint64_t count() const { return count_.load(std::memory_order_relaxed); }
  std::uint64_t sum_ns() const { return sum_ns_.load(std::memory_order_relaxed); }
  std::uint64_t max_ns() const { return max_ns_.load(std::memory_order_relaxed); }

  /// Smallest recorded bound that at least `parts_per_million` of the values do not exceed; 0 if
  /// empty.
  std::uint64_t quantile_ns(std::uint64_t parts_per_million) const {
    const auto total = count();
    if (total == 0) return 0;
    const auto wanted = (total * parts_per_million + 999'999) / 1'000'000;
    std::uint64_t seen = 0;
    for (std::size_t k = 0; k < slots; ++k) {
      seen += counts_[k].load(std::memory_order_relaxed);
      if (seen >= wanted && seen > 0)
        return upper_bound_ns(k) < max_ns() ? upper_bound_ns(k) : max_ns();
    }
    return max_ns();
  }

  /// How many values lie at or below `bound_ns`, to the resolution of the slots.
  std::uint64_t count_up_to_ns(std::uint64_t bound_ns) const {
    std::uint64_t seen = 0;
    for (std::size_t k = 0; k <= slot_of(bound_ns); ++k)
      seen += counts_[k].load(std::memory_order_relaxed);
    return seen;
  }

  static constexpr std::size_t slot_of(std::uint64_t ns) {
    if (ns < steps) return static_cast<std::size_t>(ns);
    const auto octave = static_cast<int>(std::bit_width(ns)) - step_bits - 1;
    const auto slot = (static_cast<std::size_t>(octave) + 1) * steps +
                      static_cast<std::size_t>((ns >> octave) - steps);
    return slot < slots ? slot : slots - 1;
  }
  static constexpr std::uint64_t upper_bound_ns(std::size_t slot) {
    if (slot < steps) return slot;
    const auto octave = slot / steps - 1;
    return ((steps + slot % steps + 1) << octave) - 1;
  }

 private:
  // One writer: a plain load and store is enough and costs no locked instruction.
  static void add(std::atomic<std::uint64_t>& to, std::uint64_t n) {
    to.store(to.load(std::memory_order_relaxed) + n, std::memory_order_relaxed);
  }

  std::array<std::atomic<std::uint64_t>, slots> counts_{};
  std::atomic<std::uint64_t> count_{0};
  std::atomic<std::uint64_t> sum_ns_{0};
  std::atomic<std::uint64_t> max_ns_{0};
};

}  // namespace bw
