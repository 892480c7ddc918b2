// The stop follows a rising price at its distance, never falls, and is rounded towards the market.

#include "domain/trailing_stop.hpp"

#include <gtest/gtest.h>

#include "core/prng.hpp"
#include "tests/support/seed.hpp"

namespace bw {
namespace {

price p(const char* text) { return price::parse(text).value(); }

TEST(trailing_stop, follows_the_price_up_and_stays_when_it_falls) {
  trailing_stop stop{{}, p("100")};
  EXPECT_FALSE(stop.on_price(p("101.99")));
  EXPECT_EQ(stop.stop(), std::nullopt);
  EXPECT_TRUE(stop.on_price(p("102")));
  EXPECT_EQ(stop.stop(), p("100.98"));
  EXPECT_TRUE(stop.on_price(p("105")));
  EXPECT_EQ(stop.stop(), p("103.95"));
  EXPECT_FALSE(stop.on_price(p("104")));
  EXPECT_EQ(stop.stop(), p("103.95"));
  EXPECT_EQ(stop.highest(), p("105"));
}

TEST(trailing_stop, rounds_towards_the_market) {
  EXPECT_EQ(stop_below(p("100.01"), 150), p("98.51"));     // 98.50985
  EXPECT_EQ(stop_below(p("0.5001"), 150), p("0.4926"));    // 0.4925985, in steps of 0.0001
  EXPECT_EQ(target_above(p("100.01"), 400), p("104.01"));  // 104.0104
}

TEST(trailing_stop, becomes_active_at_the_very_price_of_the_gain) {
  trailing_stop stop{{.activate_bp = 200, .distance_bp = 100}, p("33.33")};
  EXPECT_FALSE(stop.on_price(p("33.9965")));  // The gain is reached at 33.9966.
  EXPECT_TRUE(stop.on_price(p("33.9966")));
}

TEST(trailing_stop, a_new_average_moves_the_start_and_not_an_active_stop) {
  trailing_stop stop{{}, p("100")};
  stop.set_entry(p("101"));
  EXPECT_FALSE(stop.on_price(p("102.5")));
  EXPECT_TRUE(stop.on_price(p("103.02")));
  const auto before = stop.stop();
  stop.set_entry(p("110"));
  EXPECT_EQ(stop.stop(), before);
}

TEST(trailing_stop, ignores_prices_that_cannot_be) {
  trailing_stop stop{{}, p("100")};
  EXPECT_FALSE(stop.on_price(price{}));
  EXPECT_FALSE(stop.on_price(p("-5")));
  trailing_stop without_entry{{}, price{}};
  EXPECT_FALSE(without_entry.on_price(p("1")));
  EXPECT_TRUE(stop.on_price(price::max()));
}

TEST(trailing_stop, never_falls_on_a_random_walk) {
  const auto seed = tests::test_seed(11);
  SCOPED_TRACE(tests::repeat_with(seed));
  prng chance{seed};
  trailing_stop stop{{}, p("50")};
  auto at = p("50");
  price last;
  for (int k = 0; k < 20'000; ++k) {
    at = at + price::from_units(chance.between(-30'000'000, 31'000'000));
    if (!at.is_positive()) at = p("0.01");
    stop.on_price(at);
    if (!stop.stop()) continue;
    ASSERT_GE(*stop.stop(), last);
    ASSERT_LT(*stop.stop(), stop.highest());
    ASSERT_TRUE(on_tick(*stop.stop()));
    last = *stop.stop();
  }
  EXPECT_TRUE(last.is_positive());
}

}  // namespace
}  // namespace bw
