#pragma once

#include <array>
#include <optional>
#include <string>

#include "core/metrics.hpp"
#include "ops/process_figures.hpp"

namespace bw {

/// Upper bounds of the buckets in which durations are shown: 1 us to 10 s in steps 1-2-5.
inline constexpr std::array<std::int64_t, 22> bucket_bounds_ns = [] {
  std::array<std::int64_t, 22> bounds{};
  std::int64_t decade = 1000;
  for (std::size_t k = 0; k < bounds.size(); ++k) {
    bounds[k] = decade * (k % 3 == 0 ? 1 : k % 3 == 1 ? 2 : 5);
    if (k % 3 == 2) decade *= 10;
  }
  return bounds;
}();

/// The page that Prometheus reads: all series of the registry, bellwether_build_info and, where
/// they are known, the process's own figures. Any thread.
std::string metrics_page(const metrics_registry& registry,
                         const std::optional<process_figures>& process);

}  // namespace bw
