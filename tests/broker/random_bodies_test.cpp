// Bodies and frames that nobody would send: 10,000 a codec, from a seed. Nothing crashes, and what
// cannot be read is an error.

#include <gtest/gtest.h>

#include "broker/activity_codec.hpp"
#include "broker/alpaca_order_codec.hpp"
#include "tests/broker/sample_bodies.hpp"
#include "tests/support/mutated_text.hpp"
#include "tests/support/seed.hpp"

namespace bw {
namespace {

std::vector<std::string> orders() {
  return {order_body("bw-1"), order_body("bw-2", "venue-2", "filled", "10", "10"),
          order_body("bw-3", "venue-3", "partially_filled", "10", "4"),
          "[" + order_body("bw-4") + "," + order_body("bw-5") + "]",
          R"({"code":40310000,"message":"insufficient buying power","buying_power":"1"})"};
}

std::vector<std::string> frames() {
  return {update_frame("new", order_body("bw-1")),
          update_frame("fill", order_body("bw-2", "venue-2", "filled", "10", "10"),
                       R"("price":"187.31","qty":"10","position_qty":"10","execution_id":"x-1",)"),
          update_frame("partial_fill", order_body("bw-3", "venue-3", "partially_filled", "10", "4"),
                       R"("price":"187.31","qty":"4","position_qty":"4","execution_id":"x-2",)"),
          update_frame("canceled", order_body("bw-4", "venue-4", "canceled")),
          R"({"stream":"authorization","data":{"action":"authenticate","status":"authorized"}})",
          R"({"stream":"listening","data":{"streams":["trade_updates"]}})"};
}

/// Feeds mutations of `good` to `reads`, which answers whether it could read one.
template <class Reads>
std::uint64_t refused_of(std::vector<std::string> good, std::uint64_t usual_seed, Reads reads) {
  const auto seed = tests::test_seed(usual_seed);
  SCOPED_TRACE(tests::repeat_with(seed));
  tests::mutated_text bodies{prng{seed}, std::move(good)};
  std::uint64_t out = 0;
  for (std::uint64_t k = 0; k < tests::test_size(10'000); ++k) out += reads(bodies.next()) ? 0 : 1;
  return out;
}

TEST(RandomBodies, OrdersAndLists) {
  alpaca_order_codec codec;
  EXPECT_GT(refused_of(orders(), 1, [&](std::string x) { return codec.order(x).ok(); }), 1'000u);
  EXPECT_GT(refused_of(orders(), 2, [&](std::string x) { return codec.orders(x).ok(); }), 1'000u);
  refused_of(orders(), 3, [&](std::string x) {
    decode_refusal(x);
    return codec.cancelled(x).ok();
  });
  EXPECT_TRUE(codec.order(order_body("bw-1")).ok()) << "nothing of what came before stays behind";
}

TEST(RandomBodies, TradeUpdates) {
  alpaca_order_codec codec;
  EXPECT_GT(refused_of(frames(), 4,
                       [&](const std::string& x) { return codec.frame(x, mono_ns{1}).ok(); }),
            1'000u);
  EXPECT_TRUE(codec.frame(frames()[0], mono_ns{1}).ok());
}

TEST(RandomBodies, AccountPositionsClockAssetAndActivities) {
  alpaca_order_codec codec;
  const std::vector<std::string> good{
      std::string{account_body},
      std::string{clock_body},
      R"([{"asset_id":"b0b6dd9d","symbol":"AAPL","qty":"10","avg_entry_price":"187.3",)"
      R"("side":"long","market_value":"1873","current_price":"187.31","qty_available":"10"}])",
      R"({"id":"b0b6dd9d","class":"us_equity","symbol":"AAPL","status":"active",)"
      R"("tradable":true,"shortable":true,"fractionable":true})",
      R"([{"date":"2026-11-02","open":"09:30","close":"16:00"}])",
      R"([{"activity_type":"FILL","id":"20261102093105123::0b7d1d7e","order_id":"4c0a4c41",)"
      R"("transaction_time":"2026-11-02T14:31:05.123456Z","type":"partial_fill","side":"buy",)"
      R"("symbol":"AAPL","price":"187.31","qty":"4","cum_qty":"4","leaves_qty":"6",)"
      R"("order_status":"partially_filled"}])"};
  refused_of(good, 5, [&](std::string x) { return codec.account(x).ok(); });
  refused_of(good, 6, [&](std::string x) { return codec.positions(x).ok(); });
  refused_of(good, 7, [&](std::string x) { return codec.market_clock(x).ok(); });
  refused_of(good, 8, [&](std::string x) { return codec.asset(x).ok(); });
  refused_of(good, 9, [&](std::string x) {
    return codec.calendar(x, [](calendar_date, int) { return utc_ns{1}; }).ok();
  });
  EXPECT_GT(refused_of(good, 10, [](std::string x) { return decode_activities(x).ok(); }), 1'000u);
  EXPECT_TRUE(codec.account(std::string{account_body}).ok());
}

}  // namespace
}  // namespace bw
