// The way of an order to the exchange and back, step by step.

#include "backtest/order_desk.hpp"

#include <gtest/gtest.h>

namespace bw {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

const utc_ns open{hours{24 * 20'000}.count()};
constexpr nanoseconds latency = milliseconds{50};
constexpr price bid = price::from_int(100);
constexpr price ask = price::from_units(100'010'000'000);

struct OrderDesk : testing::Test {
  venue::exchange market{{.partial_fill_percent = 0}, {{.symbol = "AAPL"}}};
  order_desk desk{market, {.least = latency}};
  order_desk::reports reports;

  OrderDesk() {
    std::vector<venue::venue_event> events;
    market.set_session({open, open + hours{6}}, true, open, events);
    quote x;
    x.symbol = symbol_id{0};
    x.bid = bid;
    x.ask = ask;
    x.bid_size = x.ask_size = quantity::from_int(1'000);
    x.ts_event = open;
    market.on_market(x, open, events);
  }

  static order_request buy(price limit, std::int64_t shares = 10) {
    order_request out;
    out.symbol = symbol_id{0};
    out.strategy = strategy_id{0};
    out.qty = quantity::from_int(shares);
    out.limit = limit;
    return out;
  }
  /// Carries everything that is due to `now`.
  void run_to(utc_ns now) {
    std::vector<venue::venue_event> events;
    while (desk.next_arrival() && *desk.next_arrival() <= now) {
      const auto at = *desk.next_arrival();
      market.advance(at, events);
      tell(events);
      desk.arrive(at, events, reports);
      tell(events);
    }
    market.advance(now, events);
    tell(events);
  }
  void tell(std::vector<venue::venue_event>& events) {
    for (const auto& event : events) desk.on_event(event, event.at, reports);
    events.clear();
  }
  std::vector<order_state> states() const {
    std::vector<order_state> out;
    for (const auto& report : reports) out.push_back(report.state);
    return out;
  }
};

TEST_F(OrderDesk, AnOrderArrivesAfterItsLatencyAndIsFilled) {
  desk.submit(buy(ask), open, reports);
  EXPECT_EQ(states(), (std::vector{order_state::intent, order_state::sending}));
  EXPECT_EQ(reports.front().request.order, order_id{1});
  EXPECT_EQ(desk.next_arrival(), open + latency);
  run_to(open + latency - nanoseconds{1});
  EXPECT_TRUE(market.orders().empty());
  run_to(open + seconds{1});
  ASSERT_EQ(market.orders().size(), 1u);
  EXPECT_EQ(market.orders().front()->client_order_id, reports.front().client_id.view());
  EXPECT_EQ(reports.back().state, order_state::filled);
  EXPECT_EQ(reports.back().last_qty, quantity::from_int(10));
  EXPECT_EQ(reports.back().last_price, ask);
  EXPECT_GE(reports.back().at, open + latency);
  EXPECT_FALSE(desk.next_arrival());
  EXPECT_EQ(desk.ledger().open_count(), 0u);
}

TEST_F(OrderDesk, ACancelNeverOvertakesItsOrder) {
  desk.submit(buy(bid), open, reports);
  desk.cancel(order_id{1}, open);
  desk.cancel(order_id{1}, open + milliseconds{1});  // Under way already.
  run_to(open + seconds{1});
  EXPECT_EQ(reports.back().state, order_state::canceled);
  EXPECT_EQ(desk.ledger().open_count(), 0u);
  EXPECT_FALSE(desk.next_arrival());
}

TEST_F(OrderDesk, ACancelThatComesTooLateChangesNothing) {
  desk.submit(buy(ask), open, reports);
  run_to(open + latency);
  desk.cancel(order_id{1}, open + latency);
  run_to(open + seconds{1});
  EXPECT_EQ(reports.back().state, order_state::filled)
      << "it was filled while the cancel travelled";
  EXPECT_TRUE(desk.ledger().unknown_orders().empty());
  desk.cancel(order_id{1}, open + seconds{2});
  desk.cancel(order_id{7}, open + seconds{2});  // Nobody's.
  EXPECT_FALSE(desk.next_arrival());
}

TEST_F(OrderDesk, ARefusalEndsTheOrder) {
  desk.submit(buy(ask, 1'000'000), open, reports);
  run_to(open + seconds{1});
  EXPECT_EQ(reports.back().state, order_state::rejected);
  EXPECT_FALSE(reports.back().text.empty());
  EXPECT_TRUE(market.orders().empty());
}

TEST_F(OrderDesk, EntriesAloneAreCancelledTogether) {
  for (int k = 0; k < 2; ++k) desk.submit(buy(bid), open, reports);
  run_to(open + seconds{1});
  auto exit = buy(bid);
  exit.purpose = order_purpose::exit;
  desk.submit(exit, open + seconds{1}, reports);
  desk.cancel_entries(open + seconds{2});
  run_to(open + seconds{3});
  const auto left = desk.ledger().open_orders();
  ASSERT_EQ(left.size(), 1u);
  EXPECT_EQ(left.front()->request.purpose, order_purpose::exit);
}

}  // namespace
}  // namespace bw
