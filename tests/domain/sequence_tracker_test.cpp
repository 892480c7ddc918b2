// What comes twice and what comes late, symbol by symbol, with a bounded memory.

#include "domain/sequence_tracker.hpp"

#include <gtest/gtest.h>

namespace bw {
namespace {

trade make_trade(std::uint32_t symbol, std::uint64_t id, std::int64_t time) {
  trade t;
  t.symbol = symbol_id{symbol};
  t.venue_trade_id = id;
  t.ts_event = utc_ns{time};
  return t;
}

quote make_quote(std::int64_t time, std::int64_t bid) {
  quote q;
  q.symbol = symbol_id{0};
  q.ts_event = utc_ns{time};
  q.bid = price::from_int(bid);
  return q;
}

TEST(sequence_tracker, trades) {
  sequence_tracker x{2};
  EXPECT_EQ(x.on_trade(make_trade(0, 1, 10)), sequence_verdict::fresh);
  EXPECT_EQ(x.on_trade(make_trade(0, 1, 10)), sequence_verdict::duplicate);
  EXPECT_EQ(x.on_trade(make_trade(1, 1, 10)), sequence_verdict::fresh);
  EXPECT_EQ(x.on_trade(make_trade(0, 2, 10)), sequence_verdict::fresh);
  // Ids repeat between exchanges; with another stamp it is another trade.
  EXPECT_EQ(x.on_trade(make_trade(0, 1, 9)), sequence_verdict::out_of_order);
  EXPECT_EQ(x.on_trade(make_trade(0, 1, 9)), sequence_verdict::duplicate);
  EXPECT_EQ(x.on_trade(make_trade(2, 1, 10)), sequence_verdict::unknown_symbol);
  EXPECT_EQ(x.counts().duplicates, 2u);
  EXPECT_EQ(x.counts().out_of_order, 1u);
}

TEST(sequence_tracker, trades_without_ids_are_all_trades) {
  sequence_tracker x{1};
  EXPECT_EQ(x.on_trade(make_trade(0, 0, 10)), sequence_verdict::fresh);
  EXPECT_EQ(x.on_trade(make_trade(0, 0, 10)), sequence_verdict::fresh);
}

TEST(sequence_tracker, remembers_the_last_ids_only) {
  sequence_tracker x{1};
  for (std::uint64_t id = 1; id <= sequence_tracker::trades_remembered + 1; ++id)
    EXPECT_EQ(x.on_trade(make_trade(0, id, static_cast<std::int64_t>(id))),
              sequence_verdict::fresh);
  EXPECT_EQ(x.on_trade(make_trade(0, 2, 2)), sequence_verdict::duplicate);
  // Forgotten, and still kept from setting a price by its stamp.
  EXPECT_EQ(x.on_trade(make_trade(0, 1, 1)), sequence_verdict::out_of_order);
}

TEST(sequence_tracker, quotes) {
  sequence_tracker x{1};
  EXPECT_EQ(x.on_quote(make_quote(10, 99)), sequence_verdict::fresh);
  EXPECT_EQ(x.on_quote(make_quote(10, 99)), sequence_verdict::duplicate);
  EXPECT_EQ(x.on_quote(make_quote(10, 98)), sequence_verdict::fresh);
  EXPECT_EQ(x.on_quote(make_quote(9, 97)), sequence_verdict::out_of_order);
}

}  // namespace
}  // namespace bw
