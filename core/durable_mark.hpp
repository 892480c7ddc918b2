#pragma once

#include <atomic>
#include <cstdint>

#include "core/assert.hpp"
#include "core/time.hpp"

namespace bw {

/// How far the audit log has acknowledged records under the configured policy, and whether sends
/// are still allowed. Written by the audit and risk side, read on the I/O thread in the very last
/// step before order bytes leave.
class durable_mark {
 public:
  void acknowledge(std::uint64_t sequence) {
    acknowledged_.store(sequence, std::memory_order_release);
  }
  /// Intent, verdict and sending of every order up to this number are in the log as promised.
  void acknowledge_order(std::uint64_t number) {
    acknowledged_order_.store(number, std::memory_order_release);
  }
  std::uint64_t acknowledged_order() const {
    return acknowledged_order_.load(std::memory_order_acquire);
  }
  std::uint64_t acknowledged() const { return acknowledged_.load(std::memory_order_acquire); }

  void block_sends() { blocked_.store(true, std::memory_order_release); }
  void allow_sends() { blocked_.store(false, std::memory_order_release); }
  bool blocked() const { return blocked_.load(std::memory_order_acquire); }

  /// When the oldest record that is not written yet came to the writer; zero when none waits.
  /// Machine's monotonic clock.
  void waiting_since(mono_ns at) { waiting_since_.store(at.value, std::memory_order_release); }
  /// How far the writer is behind.
  nanoseconds behind(mono_ns now) const {
    const mono_ns since{waiting_since_.load(std::memory_order_acquire)};
    return since == mono_ns{} ? nanoseconds{0} : now - since;
  }

 private:
  std::atomic<std::uint64_t> acknowledged_{0};
  std::atomic<std::uint64_t> acknowledged_order_{0};
  std::atomic<bool> blocked_{false};
  std::atomic<std::int64_t> waiting_since_{0};
};

}  // namespace bw
