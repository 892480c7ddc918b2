#include "domain/breaker_watch.hpp"

#include <gtest/gtest.h>

namespace bw {
namespace {

using std::chrono::seconds;

mono_ns at(int second) { return mono_ns{} + seconds{1'000 + second}; }

TEST(breaker_watch, a_short_opening_is_no_reason) {
  breaker_watch x{{}};
  for (int second = 1; second <= 60; ++second)
    EXPECT_EQ(x.look(seconds{second}, at(second)), breaker_step::none) << second;
  EXPECT_EQ(x.look(seconds{0}, at(61)), breaker_step::none);
  EXPECT_EQ(x.floor(), trading_mode::active);
}

TEST(breaker_watch, a_long_one_reduces_and_then_halts_each_told_once) {
  breaker_watch x{{}};
  EXPECT_EQ(x.look(seconds{60} + nanoseconds{1}, at(61)), breaker_step::reduce);
  EXPECT_EQ(x.look(seconds{300}, at(300)), breaker_step::none);
  EXPECT_EQ(x.look(seconds{300} + nanoseconds{1}, at(301)), breaker_step::halt);
  EXPECT_EQ(x.look(seconds{900}, at(900)), breaker_step::none);
  EXPECT_EQ(x.floor(), trading_mode::halted);
}

TEST(breaker_watch, a_jump_of_time_halts_at_once) {
  breaker_watch x{{}};
  EXPECT_EQ(x.look(seconds{3'600}, at(3'600)), breaker_step::halt);
}

TEST(breaker_watch, trading_goes_on_after_a_clean_minute) {
  breaker_watch x{{}};
  x.look(seconds{100}, at(100));
  EXPECT_EQ(x.look(seconds{0}, at(110)), breaker_step::none);
  EXPECT_EQ(x.look(seconds{0}, at(169)), breaker_step::none);
  // Open again meanwhile: the minute begins anew.
  EXPECT_EQ(x.look(seconds{1}, at(169)), breaker_step::none);
  EXPECT_EQ(x.look(seconds{0}, at(170)), breaker_step::none);
  EXPECT_EQ(x.look(seconds{0}, at(229)), breaker_step::none);
  EXPECT_EQ(x.look(seconds{0}, at(230)), breaker_step::clear);
  EXPECT_EQ(x.look(seconds{0}, at(231)), breaker_step::none);
  EXPECT_EQ(x.floor(), trading_mode::active);
}

}  // namespace
}  // namespace bw
