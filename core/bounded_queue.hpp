#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <utility>

#if __has_include(<concurrentqueue/moodycamel/concurrentqueue.h>)
#include <concurrentqueue/moodycamel/concurrentqueue.h>
#else
#include <concurrentqueue/concurrentqueue.h>
#endif

namespace bw {

/// Fixed-capacity queue between one producer thread and one consumer thread. Never allocates after
/// construction, never blocks; what does not fit is the producer's business.
template <class T>
class bounded_queue {
 public:
  explicit bounded_queue(std::size_t capacity)
      : capacity_(capacity), queue_(capacity + blocks_spare, 1, 0), producer_(queue_) {}

  /// Producer. False when the queue holds `capacity` elements.
  bool try_push(T x) {
    if (!has_room_below(capacity_)) return false;
    if (!queue_.try_enqueue(producer_, std::move(x))) return false;
    // One producer: a store is enough and locks nothing.
    pushed_.store(pushed_.load(std::memory_order_relaxed) + 1, std::memory_order_release);
    return true;
  }

  /// Producer. Whether fewer than `limit` elements are inside. The consumer's counter is read only
  /// when what is known of it does not suffice: it changes with each element, on another processor.
  bool has_room_below(std::size_t limit) {
    const auto pushed = pushed_.load(std::memory_order_relaxed);
    if (pushed - popped_seen_ < limit) return true;
    popped_seen_ = popped_.load(std::memory_order_acquire);
    return pushed - popped_seen_ < limit;
  }

  /// Consumer. False when nothing is there.
  bool try_pop(T& x) {
    if (!queue_.try_dequeue_from_producer(producer_, x)) return false;
    // One consumer at a time.
    popped_.store(popped_.load(std::memory_order_relaxed) + 1, std::memory_order_release);
    return true;
  }

  /// Elements inside; exact for either of the two threads, approximate for others.
  std::size_t depth() const {
    const auto popped = popped_.load(std::memory_order_acquire);
    const auto pushed = pushed_.load(std::memory_order_acquire);
    return static_cast<std::size_t>(pushed - popped);
  }
  std::size_t capacity() const { return capacity_; }

 private:
  // A block of 32 becomes free only when all of it was taken: room for one half-used at each end.
  static constexpr std::size_t blocks_spare = 64;

  std::size_t capacity_;
  moodycamel::ConcurrentQueue<T> queue_;
  moodycamel::ProducerToken producer_;
  alignas(64) std::atomic<std::uint64_t> pushed_{0};
  /// The producer's own: beside its counter.
  std::uint64_t popped_seen_ = 0;
  alignas(64) std::atomic<std::uint64_t> popped_{0};
};

}  // namespace bw
