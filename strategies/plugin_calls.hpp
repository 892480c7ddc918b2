#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "core/clock.hpp"

namespace bw {

/// Says which strategy is inside its plugin at this moment. The slots lie in memory that outlives a
/// crash (a mapped file), so that the next start knows who was called when the process ended, and a
/// watcher on another thread sees a call that does not return. Plain data: its bytes are the file.
struct plugin_call_slot {
  /// 0: free. 1: taken by a call.
  std::atomic<std::uint32_t> taken{0};
  std::uint32_t reserved = 0;
  /// When the call began, on the machine's monotonic clock.
  std::atomic<std::int64_t> since{0};
  std::array<char, 48> strategy{};
};
static_assert(sizeof(plugin_call_slot) == 64);
static_assert(std::atomic<std::uint32_t>::is_always_lock_free);

/// One for the worker, others for whoever checks a new configuration meanwhile.
inline constexpr std::size_t plugin_call_slots_max = 8;
using plugin_call_slots = std::array<plugin_call_slot, plugin_call_slots_max>;

/// What the calls into plugins are watched with. Without a clock nothing is measured: a backtest
/// must not depend on how fast the machine is. Set before the first call, lives as long as the
/// strategies.
struct plugin_watch {
  /// Calls in a row over the budget that switch the strategy off.
  static constexpr std::uint32_t overruns_max = 3;

  const clock* time = nullptr;
  nanoseconds call_budget = std::chrono::milliseconds{50};
  plugin_call_slots* slots = nullptr;
};

/// Holds a slot for the length of one call; without slots, or when all are taken, it holds none.
class plugin_call {
 public:
  plugin_call(const plugin_watch& watch, std::string_view strategy) noexcept {
    if (watch.slots == nullptr) return;
    for (auto& slot : *watch.slots) {
      std::uint32_t free = 0;
      if (!slot.taken.compare_exchange_strong(free, 1, std::memory_order_acquire)) continue;
      slot_ = &slot;
      const auto size = std::min(strategy.size(), slot.strategy.size() - 1);
      std::memcpy(slot.strategy.data(), strategy.data(), size);
      slot.strategy[size] = '\0';
      if (watch.time != nullptr)
        slot.since.store(watch.time->mono_now().value, std::memory_order_release);
      return;
    }
  }
  ~plugin_call() {
    if (slot_ == nullptr) return;
    slot_->since.store(0, std::memory_order_relaxed);
    slot_->taken.store(0, std::memory_order_release);
  }
  plugin_call(const plugin_call&) = delete;
  plugin_call& operator=(const plugin_call&) = delete;

 private:
  plugin_call_slot* slot_ = nullptr;
};

}  // namespace bw
