// Waits grow to their cap, are spread within their share, and repeat with their seed.

#include "domain/backoff.hpp"

#include <gtest/gtest.h>

namespace bw {
namespace {

using std::chrono::milliseconds;

TEST(backoff, doubles_up_to_the_longest) {
  backoff waits{{.jitter_percent = 0}, prng{1}};
  EXPECT_EQ(waits.next(), milliseconds{100});
  EXPECT_EQ(waits.next(), milliseconds{200});
  EXPECT_EQ(waits.next(), milliseconds{400});
  for (int k = 0; k < 20; ++k) waits.next();
  EXPECT_EQ(waits.next(), milliseconds{30'000});
  EXPECT_EQ(waits.attempts(), 24u);
  waits.reset();
  EXPECT_EQ(waits.next(), milliseconds{100});
  EXPECT_EQ(waits.attempts(), 1u);
}

TEST(backoff, is_spread_by_a_fifth_on_both_sides) {
  backoff waits{{.factor_percent = 100}, prng{1}};
  auto least = nanoseconds::max();
  auto most = nanoseconds::zero();
  for (int k = 0; k < 1'000; ++k) {
    const auto wait = waits.next();
    least = std::min(least, wait);
    most = std::max(most, wait);
  }
  EXPECT_GE(least, milliseconds{80});
  EXPECT_LT(least, milliseconds{82});
  EXPECT_LE(most, milliseconds{120});
  EXPECT_GT(most, milliseconds{118});
}

TEST(backoff, the_same_seed_gives_the_same_waits) {
  backoff a{{}, prng{9}};
  backoff b{{}, prng{9}};
  for (int k = 0; k < 50; ++k) EXPECT_EQ(a.next(), b.next());
}

}  // namespace
}  // namespace bw
