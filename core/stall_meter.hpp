#pragma once

#include <optional>
#include <utility>

#include "core/time.hpp"

namespace bw {

/// Finds out from beats that should come at equal distances that their thread stood still in
/// between.
class stall_meter {
 public:
  /// A delay up to this is an ordinary one of a machine with other work.
  static constexpr nanoseconds delay_max = std::chrono::milliseconds{50};

  explicit stall_meter(nanoseconds every) : every_(every) {}

  /// How much later than it was due this beat comes, when that is more than `delay_max`.
  std::optional<nanoseconds> on_beat(mono_ns now) {
    const auto before = std::exchange(last_, now);
    if (!before) return std::nullopt;
    const auto delay = now - *before - every_;
    if (delay <= delay_max) return std::nullopt;
    return delay;
  }

 private:
  nanoseconds every_;
  std::optional<mono_ns> last_;
};

}  // namespace bw
