#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "core/clock.hpp"
#include "strategies/plugin_calls.hpp"

namespace bw {

/// Watches from a thread of its own whether a call into a plugin returns. One that does not holds
/// the worker, and with it every order: nothing in the process can end it but the process's end.
/// The slots and the clock outlive it.
class stall_guard {
 public:
  static constexpr nanoseconds look_every = std::chrono::milliseconds{100};
  /// Longest call that is waited for (docs/supervision.md).
  static constexpr nanoseconds stalled_after = std::chrono::seconds{2};

  /// `on_stall` is told the strategy, once, on the guard's thread.
  stall_guard(plugin_call_slots& slots, const clock& real,
              std::function<void(const std::string& strategy)> on_stall);
  ~stall_guard();
  stall_guard(const stall_guard&) = delete;
  stall_guard& operator=(const stall_guard&) = delete;

 private:
  void watch();

  plugin_call_slots& slots_;
  const clock& real_;
  std::function<void(const std::string&)> on_stall_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stop_ = false;
  std::thread thread_;
};

}  // namespace bw
