// How the orders of a day behaved.

#include "domain/day_conduct.hpp"

#include <gtest/gtest.h>

namespace bw {
namespace {

using std::chrono::milliseconds;

const symbol_name apple{"AAPL"};

order_report report(int order, order_state state, milliseconds at) {
  order_report out;
  out.client_id = client_order_id{"bw-1-" + std::to_string(order)};
  out.state = state;
  out.at = utc_ns{std::chrono::nanoseconds{at}.count() + 1'000'000'000'000};
  return out;
}

order_report execution(int order, side which, const char* at_price, milliseconds at) {
  auto out = report(order, order_state::partial, at);
  out.request.side = which;
  out.last_qty = quantity::from_int(1);
  out.last_price = *price::parse(at_price);
  return out;
}

TEST(day_conduct, a_day_without_orders_has_nothing_to_say) {
  day_conduct x;
  EXPECT_TRUE(x.notes().empty());
  x.on_report(report(1, order_state::not_sent, {}), apple);
  x.on_report(report(2, order_state::denied, {}), apple);
  EXPECT_TRUE(x.notes().empty()) << "neither was an order at the broker";
}

TEST(day_conduct, an_order_counts_once_and_an_execution_each_time) {
  day_conduct x;
  x.on_report(report(1, order_state::accepted, {}), apple);
  x.on_report(report(1, order_state::working, {}), apple);
  x.on_report(execution(1, side::buy, "10", {}), apple);
  x.on_report(execution(1, side::buy, "10", {}), apple);
  x.on_report(report(2, order_state::rejected, {}), apple);
  x.on_report(report(3, order_state::working, {}), apple);
  x.on_report(report(3, order_state::canceled, {}), apple);
  ASSERT_EQ(x.notes().size(), 1u);
  EXPECT_EQ(x.notes()[0], "3 orders, 2 executions, 1 cancel: 1.5 orders to an execution");
}

TEST(day_conduct, ten_cancels_within_a_second_are_a_burst) {
  const auto bursts = [](int count, milliseconds apart) {
    day_conduct x;
    for (int k = 0; k < count; ++k) x.on_report(report(k, order_state::canceled, apart * k), apple);
    EXPECT_EQ(x.cancels(), static_cast<std::uint64_t>(count));
    return x.bursts();
  };
  EXPECT_EQ(bursts(9, milliseconds{0}), 0u);
  EXPECT_EQ(bursts(10, milliseconds{111}), 1u) << "999 ms";
  EXPECT_EQ(bursts(10, milliseconds{112}), 0u) << "1,008 ms";
  EXPECT_EQ(bursts(19, milliseconds{0}), 1u);
  EXPECT_EQ(bursts(20, milliseconds{0}), 2u);
}

TEST(day_conduct, both_sides_at_one_price_within_a_second_may_have_met) {
  const auto crosses = [](const char* bought, const char* sold, milliseconds apart) {
    day_conduct x;
    x.on_report(execution(1, side::buy, bought, milliseconds{5'000}), apple);
    x.on_report(execution(2, side::sell, sold, milliseconds{5'000} + apart), apple);
    return x.crosses();
  };
  EXPECT_EQ(crosses("10", "10", milliseconds{0}), 1u);
  EXPECT_EQ(crosses("10", "10", milliseconds{1'000}), 1u);
  EXPECT_EQ(crosses("10", "10", milliseconds{1'001}), 0u);
  EXPECT_EQ(crosses("10", "10", milliseconds{-1'000}), 1u) << "news may come late";
  EXPECT_EQ(crosses("10", "10.01", milliseconds{0}), 0u);

  day_conduct others;
  others.on_report(execution(1, side::buy, "10", {}), apple);
  others.on_report(execution(2, side::sell, "10", {}), symbol_name{"MSFT"});
  others.on_report(execution(3, side::buy, "10", {}), apple);
  EXPECT_EQ(others.crosses(), 0u);
}

TEST(day_conduct, remembers_a_bounded_number_of_orders) {
  day_conduct x;
  for (std::size_t k = 0; k < day_conduct::orders_max + 5; ++k)
    x.on_report(report(static_cast<int>(k), order_state::working, {}), apple);
  EXPECT_EQ(x.orders(), day_conduct::orders_max);
}

}  // namespace
}  // namespace bw
