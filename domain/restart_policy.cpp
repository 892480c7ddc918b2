#include "domain/restart_policy.hpp"

#include <algorithm>

namespace bw {

void restart_policy::on_running(mono_ns now) {
  running_ = true;
  running_since_ = now;
}

std::uint32_t restart_policy::recent_failures(mono_ns now) const {
  return static_cast<std::uint32_t>(std::count_if(
      failures_.begin(), failures_.end(), [&](mono_ns at) { return now - at < options_.period; }));
}

restart_decision restart_policy::on_failure(mono_ns now) {
  if (running_ && now - running_since_ >= options_.stable_after) backoff_.reset();
  running_ = false;
  failures_.push_back(now);
  while (failures_.size() > std::size_t{options_.restarts_max} + 1) failures_.pop_front();
  if (recent_failures(now) > options_.restarts_max) given_up_ = true;
  if (given_up_) return {restart_decision::kind::escalate, nanoseconds{0}};
  return {restart_decision::kind::restart, backoff_.next()};
}

}  // namespace bw
