#pragma once

#include <functional>
#include <mutex>

#include "messages/actor_interfaces.hpp"

namespace bw {

/// Keeps the directory and sends it to every member when it changes. Any thread: children are
/// started by several supervisors.
class directory_board {
 public:
  void change(const std::function<void(directory&)>& edit) {
    directory now;
    {
      const std::lock_guard lock{mutex_};
      edit(members_);
      ++members_.epoch;
      now = members_;
    }
    post_to(now.audit, now);
    post_to(now.broker, now);
    post_to(now.router, now);
    post_to(now.gate, now);
    for (const auto& each : now.strategies) post_to(each, now);
    post_to(now.market_data, now);
    post_to(now.feed, now);
    post_to(now.session, now);
    post_to(now.reconciliation, now);
    post_to(now.performance, now);
    post_to(now.status, now);
  }
  /// Tells nobody: another change follows at once, which tells of this one too.
  void put(const std::function<void(directory&)>& edit) {
    const std::lock_guard lock{mutex_};
    edit(members_);
  }
  directory current() const {
    const std::lock_guard lock{mutex_};
    return members_;
  }
  /// Lets go of all handles: the actor system can only end when nobody holds them.
  void clear() {
    const std::lock_guard lock{mutex_};
    members_ = directory{};
  }

 private:
  mutable std::mutex mutex_;
  directory members_;
};

}  // namespace bw
