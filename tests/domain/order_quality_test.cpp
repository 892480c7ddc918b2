// How well an order was executed: against the quote of its decision and in real time.

#include "domain/order_quality.hpp"

#include <gtest/gtest.h>

namespace bw {
namespace {

using std::chrono::milliseconds;

order_quality quality_of(side way, const char* bid, const char* ask) {
  order_request request;
  request.side = way;
  request.qty = quantity::from_int(100);
  request.seen_bid = *price::parse(bid);
  request.seen_ask = *price::parse(ask);
  order_quality out;
  out.begin(request);
  return out;
}

fill_record fill(std::int64_t shares, const char* at) {
  fill_record out;
  out.qty = quantity::from_int(shares);
  out.at_price = *price::parse(at);
  return out;
}

constexpr mono_ns at_ms(std::int64_t ms) { return mono_ns{ms * 1'000'000}; }

TEST(order_quality, a_buy_is_compared_with_the_ask_and_a_sale_with_the_bid) {
  struct row {
    side way;
    const char* paid;
    const char* slippage;
  };
  const row rows[] = {{side::buy, "10.05", "3"},
                      {side::buy, "10.01", "-1"},
                      {side::buy, "10.02", "0"},
                      {side::sell, "9.97", "3"},
                      {side::sell, "10.02", "-2"}};
  for (const auto& each : rows) {
    auto x = quality_of(each.way, "10.00", "10.02");
    x.on(fill(100, each.paid));
    EXPECT_EQ(x.slippage, *money::parse(each.slippage)) << to_string(each.way) << each.paid;
    EXPECT_EQ(x.fill_ratio_units(), decimal_scale);
  }
}

TEST(order_quality, without_a_quote_there_is_nothing_to_compare_with) {
  auto x = quality_of(side::buy, "0", "0");
  x.on(fill(30, "10"));
  x.on(fill(3, "11"));
  EXPECT_FALSE(x.has_quote());
  EXPECT_TRUE(x.slippage.is_zero());
  EXPECT_EQ(x.fill_ratio_units(), 330'000'000);
}

TEST(order_quality, times_count_from_the_first_byte_on_the_machine_s_clock) {
  auto x = quality_of(side::buy, "10.00", "10.02");
  EXPECT_FALSE(x.acknowledgement());
  submit_record sent;
  sent.result.outcome = submit_outcome::accepted;
  sent.result.sent = at_ms(100);
  sent.result.answered = at_ms(180);
  update_record told;
  told.update.source = evidence::stream;
  told.update.received = at_ms(140);
  x.on(told);
  EXPECT_FALSE(x.acknowledgement()) << "when it was sent is not known yet";
  x.on(sent);
  EXPECT_EQ(x.acknowledgement(), milliseconds{40}) << "the stream was before the answer";
  EXPECT_FALSE(x.to_first_fill());
  told.update.last_qty = quantity::from_int(1);
  told.update.received = at_ms(200);
  x.on(told);
  told.update.received = at_ms(300);
  x.on(told);
  EXPECT_EQ(x.to_first_fill(), milliseconds{100});
  hops_record stations;
  stations.clock_speed = 4;
  x.on(stations);
  EXPECT_EQ(x.acknowledgement(), milliseconds{10});
  EXPECT_EQ(x.to_first_fill(), milliseconds{25});
}

TEST(order_quality, an_outcome_that_nobody_knows_acknowledges_nothing) {
  for (const auto outcome : {submit_outcome::unknown, submit_outcome::not_sent}) {
    auto x = quality_of(side::sell, "10.00", "10.02");
    submit_record sent;
    sent.result.outcome = outcome;
    sent.result.sent = at_ms(100);
    sent.result.answered = at_ms(180);
    x.on(sent);
    EXPECT_FALSE(x.acknowledgement());
    update_record told;
    told.update.source = evidence::local;
    told.update.received = at_ms(150);
    x.on(told);
    EXPECT_FALSE(x.acknowledgement()) << "what we say ourselves is no word of the broker";
    told.update.source = evidence::poll;
    told.update.received = at_ms(900);
    x.on(told);
    EXPECT_EQ(x.acknowledgement(), milliseconds{800});
  }
}

}  // namespace
}  // namespace bw
