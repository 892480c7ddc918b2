#pragma once

#include <atomic>
#include <cstdint>

#include "core/assert.hpp"
#include "core/time.hpp"

namespace bw {

/// What an order is for, as far as the last step before its bytes leave needs to know.
enum class leaving : bool { order, closing_order };

/// How far the audit log has acknowledged records under the configured policy, and whether sends
/// are still allowed. Written by the audit and risk side and by the kill switch, read on the I/O
/// thread in the very last step before order bytes leave. Nothing here waits or locks.
class durable_mark {
 public:
  /// Whoever looks for the kill file must have looked so recently. After a process was stopped by
  /// its machine and goes on, nothing leaves before that look.
  static constexpr nanoseconds watch_silent_max = std::chrono::seconds{2};

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

  /// The kill switch: from the return of this call on no order leaves, and no closing order until
  /// a flatten is permitted after it.
  void kill() {
    closing_permitted_.store(false, std::memory_order_seq_cst);
    killed_.store(true, std::memory_order_seq_cst);
  }
  /// A person took the kill back, in a process that started after it.
  void revive() { killed_.store(false, std::memory_order_seq_cst); }
  bool killed() const { return killed_.load(std::memory_order_seq_cst); }
  void permit_closing() { closing_permitted_.store(true, std::memory_order_seq_cst); }

  /// The kill file was looked for. Machine's monotonic clock. Without a first call nobody watches.
  void watched(mono_ns at) { watched_.store(at.value, std::memory_order_release); }

  /// The question of the last step. `now` is of the machine's monotonic clock.
  bool lets_leave(leaving what, mono_ns now) const {
    if (blocked()) return false;
    const mono_ns seen{watched_.load(std::memory_order_acquire)};
    if (seen != mono_ns{} && now - seen > watch_silent_max) return false;
    if (!killed()) return true;
    return what == leaving::closing_order && closing_permitted_.load(std::memory_order_seq_cst);
  }

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
  std::atomic<bool> killed_{false};
  std::atomic<bool> closing_permitted_{false};
  std::atomic<std::int64_t> watched_{0};
  std::atomic<std::int64_t> waiting_since_{0};
};

}  // namespace bw
