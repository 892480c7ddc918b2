#pragma once

#include <chrono>
#include <condition_variable>
#include <future>
#include <mutex>
#include <thread>
#include <utility>

#include "net/io_loop.hpp"

namespace bw {

/// A running io_loop and the state that a test shares with it. Callbacks on the loop wrap what they
/// do in `change`; the test waits with `wait_until`, which never sleeps longer than it has to.
class loop_thread {
 public:
  static constexpr std::chrono::seconds patience{15};

  loop_thread() : thread_([this] { loop.run(); }) {}
  ~loop_thread() {
    loop.stop();
    thread_.join();
  }

  template <class Work>
  auto change(Work work) {
    struct announce {
      loop_thread& self;
      std::unique_lock<std::mutex> lock{self.mutex_};
      ~announce() {
        lock.unlock();
        self.changed_.notify_all();
      }
    } guard{*this};
    return work();
  }

  template <class Condition>
  bool wait_until(Condition holds) {
    std::unique_lock lock{mutex_};
    return changed_.wait_for(lock, patience, holds);
  }

  /// Runs `work` on the loop's thread and waits for it.
  template <class Work>
  void on_loop(Work work) {
    std::promise<void> done;
    loop.post([&] {
      work();
      done.set_value();
    });
    done.get_future().wait();
  }

  net::io_loop loop;

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::thread thread_;
};

}  // namespace bw
