#include "domain/breaker_board.hpp"

#include <utility>

namespace bw {

std::string_view to_string(request_class x) noexcept {
  switch (x) {
    case request_class::orders: return "orders";
    case request_class::cancels: return "cancels";
    case request_class::reads: return "reads";
    case request_class::data: return "data";
  }
  return "invalid";
}

void breaker_board::note(breaker_change change) {
  const std::lock_guard lock{mutex_};
  states_[static_cast<std::size_t>(change.which) - 1] = change.after;
  if (changes_.size() == changes_max) {
    changes_.erase(changes_.begin());
    ++lost_;
  }
  changes_.push_back(std::move(change));
}

std::vector<breaker_change> breaker_board::drain() {
  const std::lock_guard lock{mutex_};
  return std::exchange(changes_, {});
}

breaker_state breaker_board::state(request_class which) const {
  const std::lock_guard lock{mutex_};
  return states_[static_cast<std::size_t>(which) - 1];
}

std::uint64_t breaker_board::lost() const {
  const std::lock_guard lock{mutex_};
  return lost_;
}

void breaker_board::saw(rate_window window) {
  const std::lock_guard lock{mutex_};
  window_ = window;
}

rate_window breaker_board::window() const {
  const std::lock_guard lock{mutex_};
  return window_;
}

}  // namespace bw
