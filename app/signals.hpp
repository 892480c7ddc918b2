#pragma once

#include <signal.h>

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "core/time.hpp"

namespace bw {

/// Turns SIGINT and SIGTERM into a wish to stop that the main thread waits for. A second SIGINT, or
/// one after a SIGTERM, ends the process at once with exit_code::interrupted.
///
/// Make it before any other thread: those made later inherit its signal mask, so that the signals
/// reach its own thread alone. One at a time. Any thread may call.
class stop_signals {
 public:
  /// With `on_kill`, SIGUSR1 (the kill switch) calls it, on the signal thread; without, SIGUSR1
  /// keeps its meaning.
  explicit stop_signals(std::function<void()> on_kill = {});
  /// By the thread that made it, which gets its signal mask back.
  ~stop_signals();
  stop_signals(const stop_signals&) = delete;
  stop_signals& operator=(const stop_signals&) = delete;

  /// Waits at most so long; true when a stop was asked for.
  bool wait_for(nanoseconds longest);
  /// Waits until a stop is asked for.
  void wait();
  bool requested() const;
  /// The same as a first SIGTERM, for a part of the program that cannot go on.
  void request_stop();

 private:
  void listen();

  std::function<void()> on_kill_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool requested_ = false;
  sigset_t mask_before_{};
  int signals_ = -1;
  int end_ = -1;
  std::thread thread_;
};

}  // namespace bw
