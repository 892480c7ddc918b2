// How much the market gives: displayed sizes, shares of volume, and the estimate of the queue.

#include "venue/liquidity.hpp"

#include <gtest/gtest.h>

namespace bw::venue {
namespace {

venue_order buy_order(std::int64_t shares, const char* limit, std::uint64_t serial = 1) {
  venue_order out;
  out.symbol = symbol_id{0};
  out.side = side::buy;
  out.type = order_type::limit;
  out.qty = quantity::from_int(shares);
  out.limit = *price::parse(limit);
  out.serial = serial;
  return out;
}

quote market(std::int64_t bid_size, std::int64_t ask_size) {
  return {.symbol = symbol_id{0},
          .bid = price::from_int(10),
          .ask = *price::parse("10.02"),
          .bid_size = quantity::from_int(bid_size),
          .ask_size = quantity::from_int(ask_size)};
}

trade print(const char* at, std::int64_t shares) {
  return {.symbol = symbol_id{0}, .last = *price::parse(at), .size = quantity::from_int(shares)};
}

TEST(liquidity, is_endless_unless_asked_otherwise) {
  liquidity pool{{}, 1};
  pool.on_quote(market(1, 1));
  EXPECT_EQ(pool.available(buy_order(500, "10.02")), quantity::from_int(500));
  pool.join(buy_order(500, "10.02"), market(1, 1));
  EXPECT_EQ(pool.joined(), 0u) << "nothing is kept for an order that needs no following";
}

TEST(liquidity, displayed_sizes_are_used_up_until_the_next_quote) {
  liquidity pool{{.rule = fill_rule::displayed}, 1};
  pool.on_quote(market(50, 300));
  const auto order = buy_order(500, "10.02");
  EXPECT_EQ(pool.available(order), quantity::from_int(300));
  pool.took(order, quantity::from_int(200));
  EXPECT_EQ(pool.available(order), quantity::from_int(100));
  pool.took(order, quantity::from_int(100));
  EXPECT_TRUE(pool.available(order).is_zero());
  pool.on_quote(market(50, 40));
  EXPECT_EQ(pool.available(order), quantity::from_int(40));
}

TEST(liquidity, a_share_of_the_volume_since_the_order_came) {
  liquidity pool{{.rule = fill_rule::volume_share, .volume_percent = 10}, 1};
  pool.on_trade(print("10.01", 10'000));
  auto order = buy_order(500, "10.02");
  EXPECT_TRUE(pool.available(order).is_zero()) << "not there yet";
  pool.join(order, market(1, 1));
  EXPECT_TRUE(pool.available(order).is_zero()) << "what traded before does not count";
  pool.on_trade(print("10.01", 1'239));
  EXPECT_EQ(pool.available(order), quantity::from_int(123)) << "whole shares";
  order.filled_qty = quantity::from_int(123);
  EXPECT_TRUE(pool.available(order).is_zero());
  pool.forget(order);
  EXPECT_EQ(pool.joined(), 0u);
}

TEST(liquidity, an_order_waits_for_those_before_it) {
  liquidity pool{{.queue = queue_rule::estimate}, 1};
  const auto order = buy_order(100, "10");
  pool.join(order, market(300, 1));
  EXPECT_TRUE(pool.turn_of(order, print("10.01", 900)).is_zero()) << "above its price";
  EXPECT_TRUE(pool.turn_of(order, print("10", 250)).is_zero()) << "50 are still before it";
  EXPECT_EQ(pool.turn_of(order, print("10", 80)), quantity::from_int(30));
  EXPECT_EQ(pool.turn_of(order, print("10", 900)), quantity::from_int(100));
}

TEST(liquidity, a_trade_beyond_the_price_or_an_improved_price_needs_no_queue) {
  liquidity pool{{.queue = queue_rule::estimate}, 1};
  const auto through = buy_order(100, "10", 1);
  const auto improving = buy_order(100, "10.01", 2);
  pool.join(through, market(5'000, 1));
  pool.join(improving, market(5'000, 1));
  EXPECT_EQ(pool.turn_of(through, print("9.99", 1)), quantity::from_int(100));
  EXPECT_EQ(pool.turn_of(improving, print("10.01", 60)), quantity::from_int(60));
}

}  // namespace
}  // namespace bw::venue
