#pragma once

#include <atomic>
#include <functional>
#include <utility>

#include "core/bounded_queue.hpp"

namespace bw {

/// A bounded queue that wakes its consumer once a burst and not once an element. `ring` may do
/// anything cheap; core knows no actor. One producer thread, one consumer at a time.
template <class T>
class doorbell_queue {
 public:
  doorbell_queue(std::size_t capacity, std::function<void()> ring)
      : queue_(capacity), ring_(std::move(ring)) {}

  /// Producer. False when full: the caller conflates or counts, it never waits.
  bool push(T x) {
    if (!queue_.try_push(std::move(x))) return false;
    pushed_ = true;
    return true;
  }

  /// Producer, after each burst.
  void flush() {
    if (std::exchange(pushed_, false) && !rung_.exchange(true, std::memory_order_acq_rel)) ring_();
  }

  /// Consumer. Takes at most `limit` elements. True: there may be more, come again.
  template <class Use>
  bool drain(std::size_t limit, Use use) {
    // Cleared before the first pop and as a read-modify-write, so that no push is missed.
    rung_.exchange(false, std::memory_order_acq_rel);
    T x;
    for (std::size_t n = 0; n < limit; ++n) {
      if (!queue_.try_pop(x)) return false;
      use(x);
    }
    return !rung_.exchange(true, std::memory_order_acq_rel);
  }

  /// Producer.
  bool has_room_below(std::size_t limit) { return queue_.has_room_below(limit); }
  std::size_t depth() const { return queue_.depth(); }
  std::size_t capacity() const { return queue_.capacity(); }

 private:
  bounded_queue<T> queue_;
  std::function<void()> ring_;
  std::atomic<bool> rung_{false};
  bool pushed_ = false;
};

}  // namespace bw
