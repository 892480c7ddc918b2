// The rules of the gate in words.

#include "app/story_words.hpp"

#include <gtest/gtest.h>

namespace bw {
namespace {

TEST(story_words, a_regime_is_told_by_its_name_and_those_that_are_asked_for) {
  risk_check check{risk_rule::regime, check_outcome::denied, regime_bit(market_regime::unsettled),
                   regime_bit(market_regime::trending) | regime_bit(market_regime::ranging)};
  auto words = describe(check);
  EXPECT_EQ(words.what, "regime of the symbol");
  EXPECT_EQ(words.value, "volatile");
  EXPECT_EQ(words.limit, "must be trending or ranging");
  check.value = INT64_MAX;
  EXPECT_EQ(describe(check).value, "unknown");
  check.outcome = check_outcome::not_applicable;
  EXPECT_EQ(describe(check).value, "does not apply");
}

}  // namespace
}  // namespace bw
