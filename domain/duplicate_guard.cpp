#include "domain/duplicate_guard.hpp"

#include <algorithm>

namespace bw {

duplicate_guard::key duplicate_guard::key_of(const order_request& request) {
  return {request.strategy, request.symbol, request.side, request.qty, request.limit, request.stop};
}

nanoseconds duplicate_guard::age_of_twin(const order_request& request, mono_ns now) const {
  const auto wanted = key_of(request);
  const bool full = seen_.size() >= options_.orders_max;
  // Nothing can be remembered any more, so nothing may be sent either.
  if (full && now - seen_.front().at < options_.window) return nanoseconds{0};
  for (auto it = seen_.rbegin(); it != seen_.rend(); ++it) {
    const auto age = std::max(now - it->at, nanoseconds{0});
    if (age >= options_.window) break;
    if (it->what == wanted) return age;
  }
  return options_.window;
}

void duplicate_guard::remember(const order_request& request, mono_ns now) {
  while (!seen_.empty() &&
         (now - seen_.front().at >= options_.window || seen_.size() >= options_.orders_max))
    seen_.pop_front();
  seen_.push_back({key_of(request), now});
}

}  // namespace bw
