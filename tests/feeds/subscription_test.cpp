#include "feeds/subscription.hpp"

#include <gtest/gtest.h>

namespace bw {
namespace {

channel_set all_of(const symbol_list& symbols) {
  return {symbols, symbols, symbols, symbols, symbols};
}

TEST(subscription, asks_for_every_channel_of_every_symbol) {
  EXPECT_EQ(
      subscribe_message({"AAPL", "BRK.B"}),
      R"({"action":"subscribe","trades":["AAPL","BRK.B"],"quotes":["AAPL","BRK.B"],)"
      R"("bars":["AAPL","BRK.B"],"updatedBars":["AAPL","BRK.B"],"dailyBars":["AAPL","BRK.B"],)"
      R"("statuses":["AAPL","BRK.B"],"lulds":["AAPL","BRK.B"]})");
  EXPECT_EQ(auth_message("PK\"1", "s"), R"({"action":"auth","key":"PK\"1","secret":"s"})");
}

TEST(subscription, compares_what_was_acknowledged_with_what_is_wanted) {
  const symbol_list wanted{"AAPL", "MSFT"};
  EXPECT_EQ(check_subscription(wanted, all_of({"MSFT", "AAPL", "F"})).complete, 2U);
  EXPECT_EQ(check_subscription(wanted, all_of({"MSFT", "AAPL"})).missing, "");
  EXPECT_EQ(check_subscription(wanted, all_of({"*"})).missing, "");

  auto partial = all_of(wanted);
  partial.quotes = {"AAPL"};
  EXPECT_EQ(check_subscription(wanted, partial).complete, 1U);
  EXPECT_EQ(check_subscription(wanted, partial).missing, "quotes of MSFT");

  auto no_updates = all_of(wanted);
  no_updates.updated_bars.clear();
  EXPECT_EQ(check_subscription(wanted, no_updates).missing, "");
  EXPECT_EQ(check_subscription(wanted, {}).missing, "trades of AAPL");
}

}  // namespace
}  // namespace bw
