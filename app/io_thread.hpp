#pragma once

#include <thread>

#include "net/io_loop.hpp"

namespace bw {

/// An event loop with a thread of its own. What uses the loop is made before `start`, and ends
/// after `stop` and before this object: then nothing of it runs beside its owner.
/// The owner's thread makes all calls.
class io_thread {
 public:
  io_thread() = default;
  /// Stops.
  ~io_thread() { stop(); }
  io_thread(const io_thread&) = delete;
  io_thread& operator=(const io_thread&) = delete;

  net::io_loop& loop() { return loop_; }

  /// Once.
  void start() {
    thread_ = std::thread{[this] { loop_.run(); }};
  }
  /// Returns when the thread has ended; work that did not run is dropped with the loop.
  void stop() {
    if (!thread_.joinable()) return;
    loop_.stop();
    thread_.join();
  }

 private:
  net::io_loop loop_;
  std::thread thread_;
};

}  // namespace bw
