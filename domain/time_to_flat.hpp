#pragma once

#include <cstdint>

#include "core/time.hpp"

namespace bw {

/// What stands between now and an account without orders and positions.
struct way_out {
  std::uint32_t open_orders = 0;
  /// Symbols with shares.
  std::uint32_t positions = 0;
  /// Requests that the broker takes at once, and how many more each minute.
  std::int64_t requests_left = 0;
  std::int64_t requests_per_minute = 1;
};

struct way_out_times {
  /// One request and its answer.
  nanoseconds round_trip = std::chrono::milliseconds{250};
  /// A market order of a liquid symbol, from acceptance to its last fill.
  nanoseconds fill = std::chrono::seconds{2};
};

/// Looks at orders, positions and account that prove that it is done.
inline constexpr std::int64_t requests_to_see = 3;

/// Requests that it takes: one cancel an order, one order a position, and the look at the end. Zero
/// where there is nothing to do.
std::int64_t requests_to_flat(const way_out& from);

/// Estimate of how long it takes: the cancels and their confirmation, the closing orders and their
/// fills, and the wait for requests where there are too few. Measured drills say how good it is.
nanoseconds time_to_flat(const way_out& from, const way_out_times& times = {});

}  // namespace bw
