#include "domain/lag_watch.hpp"

#include <gtest/gtest.h>

namespace bw {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

struct LagWatch : testing::Test {
  lag_watch watch{milliseconds{500}, seconds{5}};
  mono_ns now{1'000'000'000'000};

  void come(int count, nanoseconds delay) {
    for (int k = 0; k < count; ++k) watch.on_delay(delay, now);
  }
};

TEST_F(LagWatch, FewArrivalsSayNothing) {
  come(49, seconds{10});
  EXPECT_FALSE(watch.is_late(now));
  come(1, seconds{10});
  EXPECT_TRUE(watch.is_late(now));
}

TEST_F(LagWatch, OneOfAHundredMayBeLate) {
  come(198, milliseconds{500});
  come(2, milliseconds{501});
  EXPECT_FALSE(watch.is_late(now)) << "a hundredth, and what is exactly at the limit";
  come(1, milliseconds{501});
  EXPECT_TRUE(watch.is_late(now));
}

TEST_F(LagWatch, AClockThatIsAheadIsNoDelay) {
  come(100, seconds{-3});
  EXPECT_FALSE(watch.is_late(now));
}

TEST_F(LagWatch, WhatIsOlderThanTheWindowIsForgotten) {
  come(100, seconds{2});
  now = now + milliseconds{4'900};
  EXPECT_TRUE(watch.is_late(now));
  now = now + milliseconds{1'100};
  EXPECT_FALSE(watch.is_late(now)) << "nothing is known";
  come(60, milliseconds{20});
  EXPECT_FALSE(watch.is_late(now));
  now = now + seconds{3'600};
  come(60, seconds{1});
  EXPECT_TRUE(watch.is_late(now)) << "a place of the ring is used again";
}

}  // namespace
}  // namespace bw
