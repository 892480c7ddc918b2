// Signals become a wish to stop; a second SIGINT ends the process.

#include "app/signals.hpp"

#include <gtest/gtest.h>
#include <sched.h>
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

TEST(stop_signals, a_part_of_the_program_may_ask_too) {
  stop_signals stop;
  stop.request_stop();
  stop.wait();
  EXPECT_TRUE(stop.requested());
}

// What a signal does is looked at in processes of their own: in this one other tests have left
// threads that would take it.
[[noreturn]] void end(bool well) { ::_exit(well ? 0 : 1); }

void stop_by(int which) {
  stop_signals stop;
  ::kill(::getpid(), which);
  end(stop.wait_for(patience) && stop.requested());
}

void kill_switch() {
  std::atomic<int> kills = 0;
  stop_signals stop{[&kills] { ++kills; }};
  ::kill(::getpid(), SIGUSR1);
  while (kills == 0) ::sched_yield();
  const bool stopped_too = stop.requested();
  ::kill(::getpid(), SIGTERM);
  end(stop.wait_for(patience) && kills == 1 && !stopped_too);
}

void interrupt_after(int first) {
  stop_signals stop;
  ::kill(::getpid(), first);
  stop.wait();
  ::kill(::getpid(), SIGINT);
  ::pause();
}

void terminate_twice() {
  stop_signals stop;
  ::kill(::getpid(), SIGTERM);
  stop.wait();
  ::kill(::getpid(), SIGTERM);
  end(true);
}

class stop_signals_death : public ::testing::Test {
 protected:
  void SetUp() override { GTEST_FLAG_SET(death_test_style, "threadsafe"); }
};

TEST_F(stop_signals_death, the_first_signal_asks_for_a_stop) {
  EXPECT_EXIT(stop_by(SIGINT), testing::ExitedWithCode(0), "");
  EXPECT_EXIT(stop_by(SIGTERM), testing::ExitedWithCode(0), "");
}

TEST_F(stop_signals_death, sigusr1_is_the_kill_switch_and_no_stop) {
  EXPECT_EXIT(kill_switch(), testing::ExitedWithCode(0), "");
}

TEST_F(stop_signals_death, a_second_sigint_ends_the_process_at_once) {
  EXPECT_EXIT(interrupt_after(SIGINT), testing::ExitedWithCode(130), "");
  EXPECT_EXIT(interrupt_after(SIGTERM), testing::ExitedWithCode(130), "");
}

TEST_F(stop_signals_death, a_second_sigterm_is_patient) {
  EXPECT_EXIT(terminate_twice(), testing::ExitedWithCode(0), "");
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
