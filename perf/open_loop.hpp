#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "core/time.hpp"

namespace bw::perf {

/// How ticks come within a second. `constant`: at equal distances. `poisson`: independent of each
/// other, as the order statistics of as many uniform instants. `burst`: half of them at ten times
/// the rate, in the first twentieth of the second.
enum class arrivals : std::uint8_t { constant = 1, poisson, burst };

/// When the ticks of a run are due: a schedule that is fixed before the run, whatever the system
/// under test does. Latency counts from these instants, so that what waited for a slow system
/// counts as slow. Each second has exactly `rate` ticks.
class open_loop {
 public:
  /// `rate` is ticks a second, at least 1; `seed` chooses the instants of `poisson`, which repeat
  /// after eight seconds.
  open_loop(arrivals pattern, std::uint64_t rate, std::uint64_t seed);

  /// The same schedule, moved so that `tick` is due at that instant.
  open_loop with_due(std::uint64_t tick, mono_ns at) const;

  mono_ns due(std::uint64_t tick) const;
  std::uint64_t rate() const { return rate_; }
  arrivals pattern() const { return pattern_; }
  /// A tick that is later than this was not offered at the rate that is claimed: a tenth of the
  /// distance of two ticks, at least a microsecond (performance practice of open-loop generators).
  std::int64_t lag_max_ns() const;

 private:
  std::int64_t offset_ns(std::uint64_t second, std::uint64_t rest) const;

  arrivals pattern_;
  std::uint64_t rate_;
  mono_ns begin_{};
  /// Instants within a second, one second after the other; empty unless `poisson`.
  std::shared_ptr<const std::vector<std::uint32_t>> instants_;
};

}  // namespace bw::perf
