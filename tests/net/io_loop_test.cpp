#include "net/io_loop.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace bw::net {
namespace {

TEST(io_loop, runs_posted_work_and_timers_in_their_order_until_stopped) {
  io_loop loop;
  std::string trace;
  const auto second = loop.after(std::chrono::milliseconds{20}, [&] {
    trace += "c";
    loop.stop();
  });
  const auto first = loop.after(std::chrono::milliseconds{5}, [&] { trace += "b"; });
  loop.post([&] { trace += "a"; });
  loop.run();
  EXPECT_EQ(trace, "abc");
}

TEST(io_loop, a_cancelled_or_dropped_timer_does_not_call) {
  io_loop loop;
  int calls = 0;
  const auto cancelled = loop.after(std::chrono::milliseconds{1}, [&] { ++calls; });
  auto dropped = loop.after(std::chrono::milliseconds{1}, [&] { ++calls; });
  std::shared_ptr<io_loop::timer> by_itself;
  by_itself = loop.after(std::chrono::milliseconds{1}, [&] {
    by_itself.reset();
    ++calls;
  });
  cancelled->cancel();
  dropped.reset();
  const auto last = loop.after(std::chrono::milliseconds{10}, [&] { loop.stop(); });
  loop.run();
  EXPECT_EQ(calls, 1);
}

TEST(io_loop, takes_work_and_the_order_to_stop_from_other_threads) {
  io_loop loop;
  std::atomic<int> calls{0};
  std::thread runner{[&] { loop.run(); }};
  for (int k = 0; k < 1000; ++k) loop.post([&] { ++calls; });
  loop.post([&] { loop.stop(); });
  runner.join();
  EXPECT_EQ(calls, 1000);
}

TEST(io_loop, drops_work_that_did_not_run) {
  const auto held = std::make_shared<int>(1);
  {
    io_loop loop;
    loop.post([held] {});
    const auto timer = loop.after(std::chrono::hours{1}, [held] {});
    EXPECT_EQ(held.use_count(), 3);
  }
  EXPECT_EQ(held.use_count(), 1);
}

}  // namespace
}  // namespace bw::net
