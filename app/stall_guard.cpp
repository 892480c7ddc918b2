#include "app/stall_guard.hpp"

#include <utility>

namespace bw {

stall_guard::stall_guard(plugin_call_slots& slots, const clock& real,
                         std::function<void(const std::string&)> on_stall)
    : slots_(slots), real_(real), on_stall_(std::move(on_stall)), thread_([this] { watch(); }) {}

stall_guard::~stall_guard() {
  {
    const std::lock_guard guard{mutex_};
    stop_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void stall_guard::watch() {
  std::unique_lock guard{mutex_};
  while (!changed_.wait_for(guard, look_every, [this] { return stop_; })) {
    const auto now = real_.mono_now();
    for (auto& slot : slots_) {
      const auto since = slot.since.load(std::memory_order_acquire);
      if (since == 0 || now - mono_ns{since} < stalled_after) continue;
      on_stall_(std::string{slot.strategy.data()});
      return;
    }
  }
}

}  // namespace bw
