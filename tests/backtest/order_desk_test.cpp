// The way of an order to the exchange and back, step by step.

#include "backtest/order_desk.hpp"

#include <gtest/gtest.h>

namespace bw {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

const utc_ns open{nanoseconds{hours{24 * 20'000}}.count()};
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
  void on_market(const market_event& event, utc_ns now) {
    std::vector<venue::venue_event> events;
    market.on_market(event, now, events);
    tell(events);
  }
  /// A market one cent wide.
  void quote_at(price at, utc_ns now) {
    quote x{.symbol = symbol_id{0}, .bid = at, .ask = at + price::from_units(10'000'000)};
    x.bid_size = x.ask_size = quantity::from_int(1'000);
    x.ts_event = now;
    on_market(x, now);
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

/// What a bracket leaves behind when its entry is filled and the market falls to its stop.
TEST_F(OrderDesk, TheExitsOfABracketAreOrdersLikeAllOthers) {
  const order_shape bracket{.order_class = venue::order_class::bracket,
                            .take_profit = price::from_int(110),
                            .stop_loss = price::from_int(95)};
  desk.submit(buy(ask), open, reports, bracket);
  run_to(open + seconds{1});
  ASSERT_EQ(desk.ledger().size(), 3u);
  const auto* profit = desk.ledger().find(order_id{2});
  const auto* loss = desk.ledger().find(order_id{3});
  ASSERT_TRUE(profit != nullptr && loss != nullptr);
  EXPECT_EQ(profit->request.side, side::sell);
  EXPECT_EQ(profit->request.limit, price::from_int(110));
  EXPECT_EQ(loss->request.type, order_type::stop);
  EXPECT_EQ(loss->request.purpose, order_purpose::protective);
  EXPECT_EQ(profit->state, order_state::working);
  EXPECT_EQ(loss->state, order_state::working);
  quote_at(price::from_int(94), open + seconds{2});
  run_to(open + seconds{3});
  EXPECT_EQ(desk.ledger().find(order_id{3})->state, order_state::filled);
  EXPECT_EQ(desk.ledger().find(order_id{2})->state, order_state::canceled);
  EXPECT_EQ(desk.ledger().open_count(), 0u);
  EXPECT_TRUE(desk.ledger().unknown_orders().empty());
  EXPECT_FALSE(market.position("AAPL"));
}

TEST_F(OrderDesk, AnEntryThatIsTakenBackTakesItsExitsWithIt) {
  const order_shape bracket{.order_class = venue::order_class::bracket,
                            .take_profit = price::from_int(110),
                            .stop_loss = price::from_int(95)};
  desk.submit(buy(bid), open, reports, bracket);
  run_to(open + seconds{1});
  EXPECT_EQ(desk.ledger().open_count(), 3u);
  desk.cancel(order_id{1}, open + seconds{1});
  run_to(open + seconds{2});
  EXPECT_EQ(desk.ledger().open_count(), 0u);
}

TEST_F(OrderDesk, ATrailingStopFollowsTheMarketUp) {
  desk.submit(buy(ask), open, reports);
  run_to(open + seconds{1});
  auto exit = buy({});
  exit.side = side::sell;
  exit.type = order_type::trailing_stop;
  exit.purpose = order_purpose::protective;
  desk.submit(exit, open + seconds{1}, reports, {.trail_price = price::from_int(2)});
  run_to(open + seconds{2});
  quote_at(price::from_int(105), open + seconds{3});
  quote_at(price::from_units(103'500'000'000), open + seconds{4});
  run_to(open + seconds{4});
  EXPECT_EQ(desk.ledger().open_count(), 1u) << "the stop is at 103";
  quote_at(price::from_int(103), open + seconds{5});
  run_to(open + seconds{6});
  EXPECT_EQ(reports.back().state, order_state::filled);
  EXPECT_EQ(reports.back().last_price, price::from_int(103));
}

TEST_F(OrderDesk, OrdersForTheCloseAreFilledAtTheLastPriceOfTheDay) {
  auto entry = buy({});
  entry.type = order_type::market;
  entry.tif = time_in_force::cls;
  desk.submit(entry, open, reports);
  run_to(open + hours{5});
  EXPECT_EQ(desk.ledger().open_count(), 1u);
  trade last{.symbol = symbol_id{0},
             .last = price::from_int(101),
             .size = quantity::from_int(100),
             .ts_event = open + hours{5}};
  on_market(last, open + hours{5});
  run_to(open + hours{6});
  EXPECT_EQ(reports.back().state, order_state::filled);
  EXPECT_EQ(reports.back().last_price, price::from_int(101));
}

TEST_F(OrderDesk, OrdersForTheOpenAreFilledAtItsFirstPrint) {
  const auto next = open + hours{24};
  run_to(open + hours{7});
  std::vector<venue::venue_event> events;
  market.set_session({next, next + hours{6}}, false, open + hours{7}, events);
  auto entry = buy({});
  entry.type = order_type::market;
  entry.tif = time_in_force::opg;
  desk.submit(entry, next - hours{1}, reports);
  run_to(next - hours{1} + seconds{1});
  market.set_session({next, next + hours{6}}, true, next, events);
  tell(events);
  trade first{.symbol = symbol_id{0},
              .last = price::from_int(99),
              .size = quantity::from_int(5'000),
              .ts_event = next + seconds{1}};
  on_market(first, next + seconds{1});
  EXPECT_EQ(reports.back().state, order_state::filled);
  EXPECT_EQ(reports.back().last_price, price::from_int(99));
}

}  // namespace
}  // namespace bw
