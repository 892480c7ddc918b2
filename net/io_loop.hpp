#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>

#include "core/time.hpp"

namespace boost::asio {
class io_context;
}

namespace bw::net {

/// One event loop and what runs on it. The owner gives it a thread by calling `run`; everything a
/// class of this folder calls back comes on that thread. `post`, `after` and `stop` may be called
/// from any thread. Clients, servers and timers of a loop must be gone before the loop is; work
/// that was posted and did not run is dropped with it.
class io_loop {
 public:
  io_loop();
  ~io_loop();
  io_loop(const io_loop&) = delete;
  io_loop& operator=(const io_loop&) = delete;

  /// Runs until `stop`. Call once, from the thread that shall carry the loop.
  void run();
  void stop();

  void post(std::function<void()> work);

  /// A pending call; dropping or cancelling the handle before its time prevents the call.
  class timer {
   public:
    virtual ~timer() = default;
    virtual void cancel() = 0;
  };
  /// Calls `work` after `delay` of real time. The call does not happen once the handle is gone;
  /// a handle that another thread drops just as the time comes may still see it.
  [[nodiscard]] std::shared_ptr<timer> after(nanoseconds delay, std::function<void()> work);

  /// For the .cpp files of this folder.
  boost::asio::io_context& context();

 private:
  struct state;
  std::unique_ptr<state> state_;
};

}  // namespace bw::net
