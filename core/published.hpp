#pragma once

#include <memory>
#include <mutex>
#include <utility>

namespace bw {

/// The latest value of something, written by one thread and read by any: status, health.
template <class T>
class published {
 public:
  /// Null until the first publish.
  std::shared_ptr<const T> read() const {
    const std::lock_guard lock{mutex_};
    return value_;
  }
  void publish(T value) {
    auto next = std::make_shared<const T>(std::move(value));
    const std::lock_guard lock{mutex_};
    value_.swap(next);
  }

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const T> value_;
};

}  // namespace bw
