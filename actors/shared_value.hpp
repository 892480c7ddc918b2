#pragma once

#include <mutex>
#include <utility>

namespace bw {

/// A value that one actor keeps current and others copy now and then, off the hot path.
template <class T>
class shared_value {
 public:
  void set(T value) {
    const std::lock_guard lock{mutex_};
    value_ = std::move(value);
  }
  template <class Edit>
  void change(Edit edit) {
    const std::lock_guard lock{mutex_};
    edit(value_);
  }
  T current() const {
    const std::lock_guard lock{mutex_};
    return value_;
  }

 private:
  mutable std::mutex mutex_;
  T value_;
};

}  // namespace bw
