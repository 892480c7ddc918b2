#include "domain/poison_guard.hpp"

#include <gtest/gtest.h>

namespace bw {
namespace {

TEST(poison_guard, the_second_end_by_the_same_message_quarantines_it) {
  poison_guard x;
  const message_print bad{"strategy_AAPL", 7};
  EXPECT_EQ(x.on_end(bad), poison_step::suspected);
  EXPECT_FALSE(x.holds(bad));
  EXPECT_EQ(x.on_end({"strategy_AAPL", 8}), poison_step::suspected) << "another message";
  EXPECT_EQ(x.on_end({"strategy_MSFT", 7}), poison_step::suspected) << "another member";
  EXPECT_EQ(x.on_end(bad), poison_step::quarantined);
  EXPECT_TRUE(x.holds(bad));
  EXPECT_FALSE(x.holds({"strategy_MSFT", 7}));
  EXPECT_EQ(x.suspects(), 2U);
}

TEST(poison_guard, nothing_in_it_grows_without_end) {
  poison_guard x;
  for (std::uint64_t k = 0; k < 1'000; ++k) x.on_end({"a", k});
  EXPECT_EQ(x.suspects(), poison_guard::suspects_max);
  for (std::uint64_t k = 0; k < 1'000; ++k) {
    x.on_end({"b", k});
    x.on_end({"b", k});
  }
  EXPECT_EQ(x.quarantined(), poison_guard::quarantined_max);
  EXPECT_TRUE(x.holds({"b", 999}));
  EXPECT_FALSE(x.holds({"b", 0})) << "the oldest made room";
}

}  // namespace
}  // namespace bw
