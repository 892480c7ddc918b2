// Tokens come back on the nanosecond, and no window ever sees more than the limit allows.

#include "domain/rate_limiter.hpp"

#include <gtest/gtest.h>

#include <deque>

#include "core/prng.hpp"
#include "tests/support/seed.hpp"

namespace bw {
namespace {

TEST(rate_limiter, a_burst_and_then_the_rate) {
  rate_limiter five{{5, std::chrono::seconds{1}, 10}};
  const mono_ns start{0};
  for (int k = 0; k < 10; ++k) EXPECT_TRUE(five.try_take(start));
  EXPECT_FALSE(five.try_take(start));
  EXPECT_EQ(five.next_at(start), mono_ns{200'000'000});
  EXPECT_FALSE(five.try_take(mono_ns{199'999'999}));
  EXPECT_TRUE(five.try_take(mono_ns{200'000'000}));
  EXPECT_FALSE(five.try_take(mono_ns{200'000'000}));
  EXPECT_EQ(five.available(mono_ns{10'000'000'000}), 10);
  EXPECT_EQ(five.used(mono_ns{10'000'000'000}), 0);
}

TEST(rate_limiter, asking_takes_nothing_and_time_does_not_go_back) {
  rate_limiter one{{1, std::chrono::seconds{1}, 1}};
  EXPECT_EQ(one.available(mono_ns{50}), 1);
  EXPECT_TRUE(one.try_take(mono_ns{50}));
  EXPECT_EQ(one.available(mono_ns{0}), 0);
  EXPECT_FALSE(one.try_take(mono_ns{-5'000'000'000}));
  EXPECT_TRUE(one.try_take(mono_ns{1'000'000'050}));
}

TEST(rate_limiter, a_rate_that_does_not_divide_the_period_loses_nothing) {
  rate_limiter three{{3, nanoseconds{10}, 1}};
  std::int64_t taken = 0;
  for (std::int64_t t = 0; t <= 1'000; ++t) taken += three.try_take(mono_ns{t}) ? 1 : 0;
  // One at once; after that every fourth nanosecond, for the bucket cannot hold what is left over.
  EXPECT_EQ(taken, 251);
  rate_limiter wide{{3, nanoseconds{10}, 2}};
  taken = 0;
  for (std::int64_t t = 0; t <= 1'000; ++t) taken += wide.try_take(mono_ns{t}) ? 1 : 0;
  EXPECT_EQ(taken, 302);
}

TEST(rate_limiter, no_window_sees_more_than_burst_and_rate) {
  const auto seed = tests::test_seed(5);
  prng random{seed};
  for (std::uint64_t run = 0; run < tests::test_size(200); ++run) {
    const rate_limit limit{random.between(1, 7), nanoseconds{random.between(1, 50)},
                           random.between(1, 9)};
    rate_limiter bucket{limit};
    std::deque<std::int64_t> taken;
    std::int64_t now = 0;
    for (int k = 0; k < 300; ++k) {
      now += random.between(0, 5);
      if (bucket.try_take(mono_ns{now})) taken.push_back(now);
    }
    for (std::size_t a = 0; a < taken.size(); ++a)
      for (std::size_t b = a; b < taken.size(); ++b) {
        const auto allowed =
            limit.burst + (taken[b] - taken[a]) * limit.tokens / limit.period.count();
        ASSERT_LE(static_cast<std::int64_t>(b - a + 1), allowed + 1) << tests::repeat_with(seed);
      }
  }
}

}  // namespace
}  // namespace bw
