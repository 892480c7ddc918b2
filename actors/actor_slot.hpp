#pragma once

#include <mutex>
#include <utility>

#include "messages/caf_dialect.hpp"

namespace bw {

/// The current handle of a member that may be restarted, for threads that are no actors: I/O
/// callbacks post through it and never hold a dead handle for longer than one call.
template <class Handle>
class actor_slot {
 public:
  void set(Handle handle) {
    const std::lock_guard lock{mutex_};
    handle_ = std::move(handle);
  }
  Handle current() const {
    const std::lock_guard lock{mutex_};
    return handle_;
  }
  template <class... Ts>
  void post(Ts&&... xs) const {
    post_to(current(), std::forward<Ts>(xs)...);
  }

 private:
  mutable std::mutex mutex_;
  Handle handle_;
};

}  // namespace bw
