// Signals become a wish to stop; a second SIGINT ends the process.

#include "app/signals.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <atomic>

#include "app/io_thread.hpp"

namespace bw {
namespace {

constexpr std::chrono::seconds patience{10};

TEST(stop_signals, nothing_is_asked_at_the_start) {
  stop_signals stop;
  EXPECT_FALSE(stop.requested());
  EXPECT_FALSE(stop.wait_for(std::chrono::milliseconds{1}));
}

TEST(stop_signals, the_first_signal_asks_for_a_stop) {
  for (const int which : {SIGINT, SIGTERM}) {
    stop_signals stop;
    ::kill(::getpid(), which);
    EXPECT_TRUE(stop.wait_for(patience));
    EXPECT_TRUE(stop.requested());
  }
}

TEST(stop_signals, a_part_of_the_program_may_ask_too) {
  stop_signals stop;
  stop.request_stop();
  stop.wait();
  EXPECT_TRUE(stop.requested());
}

TEST(stop_signals, sigusr1_is_the_kill_switch) {
  std::atomic<int> kills = 0;
  stop_signals stop{[&kills] { ++kills; }};
  ::kill(::getpid(), SIGUSR1);
  ::kill(::getpid(), SIGTERM);  // Comes after it on the same thread.
  EXPECT_TRUE(stop.wait_for(patience));
  EXPECT_EQ(kills, 1);
}

void interrupt_twice(int first) {
  stop_signals stop;
  ::kill(::getpid(), first);
  stop.wait();
  ::kill(::getpid(), SIGINT);
  ::pause();
}

TEST(stop_signals_death, a_second_sigint_ends_the_process) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(interrupt_twice(SIGINT), testing::ExitedWithCode(130), "");
  EXPECT_EXIT(interrupt_twice(SIGTERM), testing::ExitedWithCode(130), "");
}

TEST(io_thread, runs_its_loop_until_it_is_stopped) {
  std::atomic<bool> ran = false;
  stop_signals done;
  {
    io_thread io;
    io.start();
    io.loop().post([&] {
      ran = true;
      done.request_stop();
    });
    EXPECT_TRUE(done.wait_for(patience));
  }
  EXPECT_TRUE(ran);
}

TEST(io_thread, may_be_stopped_before_it_started_and_twice) {
  io_thread never;
  never.stop();
  io_thread io;
  io.start();
  io.stop();
  io.stop();
}

}  // namespace
}  // namespace bw
