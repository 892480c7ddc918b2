#include "domain/hop_watch.hpp"

#include <algorithm>

namespace bw {

void hop_watch::on_hop(nanoseconds took, mono_ns now) {
  const hop x{now, std::max(took, nanoseconds{0})};
  if (ring_.size() < hops_max) {
    ring_.push_back(x);
    return;
  }
  ring_[next_] = x;
  next_ = (next_ + 1) % hops_max;
}

std::optional<nanoseconds> hop_watch::p99(mono_ns now) {
  sorted_.clear();
  for (const auto& each : ring_)
    if (now - each.at <= window) sorted_.push_back(each.took);
  if (sorted_.empty()) return std::nullopt;
  // The nearest rank: of a hundred the second largest, of fewer the largest.
  const auto rank = (sorted_.size() * 99 + 99) / 100 - 1;
  const auto at = sorted_.begin() + static_cast<std::ptrdiff_t>(rank);
  std::nth_element(sorted_.begin(), at, sorted_.end());
  return *at;
}

}  // namespace bw
