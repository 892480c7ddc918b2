#include "domain/time_to_flat.hpp"

#include <algorithm>

namespace bw {

std::int64_t requests_to_flat(const way_out& from) {
  const auto work = std::int64_t{from.open_orders} + from.positions;
  return work == 0 ? 0 : work + requests_to_see;
}

nanoseconds time_to_flat(const way_out& from, const way_out_times& times) {
  const auto needed = requests_to_flat(from);
  if (needed == 0) return nanoseconds{0};
  const auto missing =
      std::max<std::int64_t>(0, needed - std::max<std::int64_t>(from.requests_left, 0));
  const auto rate = std::max<std::int64_t>(1, from.requests_per_minute);
  constexpr nanoseconds minute = std::chrono::minutes{1};
  const nanoseconds wait{(missing * minute.count() + rate - 1) / rate};
  // Requests of one kind are under way together; each kind waits for the one before.
  const int kinds = (from.open_orders > 0 ? 2 : 0) + (from.positions > 0 ? 1 : 0) + 1;
  return wait + kinds * times.round_trip + (from.positions > 0 ? times.fill : nanoseconds{0});
}

}  // namespace bw
