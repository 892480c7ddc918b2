#include "venue/exchange.hpp"

#include "tests/venue/exchange_fixture.hpp"

// Shows the life of orders on the exchange: what is acknowledged, filled, queued and expired, and
// when. Refusals have their own file, the books another one.

namespace bw::venue {
namespace {

TEST(exchange, fills_a_market_buy_at_the_ask) {
  exchange_fixture x;
  x.opened().market(x.aapl, "100", "100.02");
  const auto id = x.accepted(market_order(side::buy, "10"));
  EXPECT_EQ(x.status(id), "pending_new");
  x.settle();
  ASSERT_EQ(x.events.size(), 3u);
  const auto fill = x.events.back();
  EXPECT_EQ(x.story(), "pending_new new fill");
  EXPECT_EQ(fill.fill_price, dollars("100.02"));
  EXPECT_EQ(fill.fill_qty, shares("10"));
  EXPECT_EQ(fill.position_qty, shares("10"));
  EXPECT_FALSE(fill.execution_id.empty());
  EXPECT_EQ(x.status(id), "filled");
  EXPECT_EQ(x.order(id).filled_average(), dollars("100.02"));
  EXPECT_EQ(x.venue.account().cash, *money::parse("98999.8"));
  EXPECT_EQ(x.venue.position("AAPL")->average, dollars("100.02"));
}

TEST(exchange, acknowledges_and_fills_after_its_delays) {
  exchange_fixture x;
  x.opened().market(x.aapl, "100", "100.02");
  x.accepted(market_order(side::buy, "1"));
  EXPECT_EQ(x.venue.next_time(), x.now + std::chrono::milliseconds{20});
  x.pass(std::chrono::milliseconds{19});
  EXPECT_EQ(x.story(), "pending_new");
  x.pass(std::chrono::milliseconds{1});
  EXPECT_EQ(x.story(), "new");
  x.pass(std::chrono::milliseconds{20});
  EXPECT_EQ(x.story(), "fill");
}

TEST(exchange, fills_a_limit_only_when_marketable_and_then_at_the_far_side) {
  exchange_fixture x;
  x.opened().market(x.aapl, "100", "100.02");
  const auto id = x.accepted(buy_limit("5", "100.01"));
  x.settle();
  x.print(x.aapl, "100.01");  // A trade at the limit does not fill it.
  EXPECT_EQ(x.status(id), "new");
  x.market(x.aapl, "99.9", "99.95");
  EXPECT_EQ(x.status(id), "filled");
  EXPECT_EQ(x.order(id).filled_average(), dollars("99.95"));
}

TEST(exchange, sells_at_the_bid) {
  exchange_fixture x;
  x.opened().holds("10");
  const auto id = x.accepted(sell_limit("10", "99.5"));
  x.settle();
  EXPECT_EQ(x.order(id).filled_average(), dollars("99.99"));
  EXPECT_FALSE(x.venue.position("AAPL"));
  EXPECT_EQ(x.venue.account().cash, *money::parse("99999.9"));
}

TEST(exchange, triggers_a_sell_stop_by_trade_or_quote) {
  for (const bool by_trade : {true, false}) {
    exchange_fixture x;
    x.opened().holds("10");
    const auto id = x.accepted(stop_order(side::sell, "10", "98"));
    x.settle();
    x.market(x.aapl, "98.5", "98.6");
    EXPECT_EQ(x.status(id), "new");
    by_trade ? x.print(x.aapl, "98") : x.market(x.aapl, "97.9", "98");
    EXPECT_EQ(x.status(id), "filled");
    EXPECT_EQ(x.order(id).filled_average(), by_trade ? dollars("98.5") : dollars("97.9"));
  }
}

TEST(exchange, turns_a_buy_stop_into_a_limit_above_it) {
  exchange_fixture x;
  x.opened().market(x.aapl, "99.98", "100");
  const auto id = x.accepted(stop_order(side::buy, "10", "102"));
  x.settle();
  x.market(x.aapl, "105", "105.01");  // Triggered, and beyond 102 × 1.025 = 104.55.
  EXPECT_EQ(x.status(id), "new");
  EXPECT_TRUE(x.order(id).stop_triggered);
  x.market(x.aapl, "104.5", "104.55");
  EXPECT_EQ(x.order(id).filled_average(), dollars("104.55"));
}

TEST(exchange, holds_a_stop_limit_at_its_limit_after_the_trigger) {
  exchange_fixture x;
  x.opened().holds("10");
  auto order = stop_order(side::sell, "10", "98");
  order.type = order_type::stop_limit;
  order.limit = dollars("97.5");
  const auto id = x.accepted(order);
  x.settle();
  x.market(x.aapl, "97", "97.1");
  EXPECT_EQ(x.status(id), "new");
  x.market(x.aapl, "97.6", "97.7");
  EXPECT_EQ(x.order(id).filled_average(), dollars("97.6"));
}

TEST(exchange, cancels_what_an_immediate_order_cannot_fill) {
  for (const auto tif : {time_in_force::ioc, time_in_force::fok}) {
    exchange_fixture x;
    x.opened().market(x.aapl, "100", "100.02");
    auto order = buy_limit("5", "100");
    order.tif = tif;
    const auto id = x.accepted(order);
    x.settle();
    EXPECT_EQ(x.story(), "pending_new new canceled");
    order.limit = dollars("100.02");
    x.accepted(order);
    x.settle();
    EXPECT_EQ(x.story(), "pending_new new fill");
    EXPECT_TRUE(x.order(id).canceled_at);
  }
}

TEST(exchange, makes_some_fills_partial_and_fills_the_rest_later) {
  auto options = exchange_fixture::plain_options();
  options.partial_fill_percent = 100;
  exchange_fixture x{options};
  x.opened().market(x.aapl, "100", "100.02");
  const auto id = x.accepted(buy_limit("100", "101"));
  x.settle();
  EXPECT_EQ(x.story(), "pending_new new partial_fill");
  const auto first = x.order(id).filled_qty;
  EXPECT_GT(first, quantity{});
  EXPECT_LT(first, shares("100"));
  x.market(x.aapl, "100", "100.02");  // The rest waits for its second look, not for the next quote.
  EXPECT_EQ(x.order(id).filled_qty, first);
  x.pass(std::chrono::minutes{5});
  EXPECT_EQ(x.status(id), "filled");
  EXPECT_EQ(x.order(id).filled_notional, notional_exact(dollars("100.02"), shares("100")));
}

TEST(exchange, cuts_about_one_fill_in_ten_by_default) {
  exchange_options options;
  options.start_cash = money::from_int(1'000'000'000);
  exchange_fixture x{options};
  x.opened().market(x.aapl, "1", "1.01");
  int cut = 0;
  for (int k = 0; k < 2'000; ++k) {
    x.accepted(market_order(side::buy, "100"));
    x.settle();
    for (const auto& event : x.events) cut += event.what == venue_event::kind::partial_fill;
    x.events.clear();
    x.pass(std::chrono::milliseconds{1});
  }
  EXPECT_GT(cut, 140);
  EXPECT_LT(cut, 280);
}

TEST(exchange, cancels_the_rest_of_a_partly_filled_immediate_order) {
  auto options = exchange_fixture::plain_options();
  options.partial_fill_percent = 100;
  exchange_fixture x{options};
  x.opened().market(x.aapl, "100", "100.02");
  auto order = market_order(side::buy, "100");
  order.tif = time_in_force::ioc;
  x.accepted(order);
  x.settle();
  EXPECT_EQ(x.story(), "pending_new new partial_fill canceled");
  order.tif = time_in_force::fok;
  x.accepted(order);
  x.settle();
  EXPECT_EQ(x.story(), "pending_new new fill");
}

TEST(exchange, queues_orders_while_closed_until_the_open) {
  exchange_fixture x;
  x.venue.set_session(x.session, false, x.now, x.events);
  x.venue.set_last_close(x.aapl, dollars("100"));
  const auto id = x.accepted(market_order(side::buy, "10"));
  EXPECT_EQ(x.status(id), "accepted");
  EXPECT_EQ(x.story(), "");
  x.market(x.aapl, "99", "99.02");
  x.settle();
  EXPECT_EQ(x.status(id), "accepted");
  x.opened().settle();
  EXPECT_EQ(x.story(), "pending_new new");  // The quote from before the open matches nothing.
  x.market(x.aapl, "101", "101.02");
  EXPECT_EQ(x.order(id).filled_average(), dollars("101.02"));
}

TEST(exchange, rejects_a_queued_market_buy_that_the_open_made_too_dear) {
  exchange_fixture x;
  x.venue.set_session(x.session, false, x.now, x.events);
  x.venue.set_last_close(x.aapl, dollars("100"));
  const auto id = x.accepted(market_order(side::buy, "970"));
  x.opened().settle();
  x.market(x.aapl, "110", "110.02");
  EXPECT_EQ(x.story(), "pending_new new rejected");
  EXPECT_TRUE(x.order(id).failed_at);
  EXPECT_EQ(x.venue.account().buying_power, money::from_int(100'000));
}

TEST(exchange, expires_day_orders_at_the_close_and_keeps_gtc_orders) {
  exchange_fixture x;
  x.opened().market(x.aapl, "100", "100.02");
  const auto day = x.accepted(buy_limit("5", "90"));
  auto order = buy_limit("5", "91");
  order.tif = time_in_force::gtc;
  const auto gtc = x.accepted(order);
  x.settle();
  x.events.clear();
  EXPECT_EQ(x.order(day).expires_at, x.session.close);
  EXPECT_EQ(x.venue.next_time(), x.session.close);
  x.now = x.session.close;
  x.pass(std::chrono::hours{1});
  EXPECT_EQ(x.story(), "expired");
  EXPECT_EQ(x.order(day).expired_at, x.session.close);
  x.market(x.aapl, "80", "80.02");
  EXPECT_EQ(x.status(gtc), "new");
  x.now = x.tomorrow.open;
  x.venue.set_session(x.tomorrow, true, x.now, x.events);
  x.pass(std::chrono::seconds{1});
  EXPECT_EQ(x.status(gtc), "new");
  x.market(x.aapl, "90.5", "90.52");
  EXPECT_EQ(x.status(gtc), "filled");
}

TEST(exchange, ages_gtc_orders_out_after_ninety_days) {
  exchange_fixture x;
  x.opened();
  auto order = buy_limit("5", "91");
  order.tif = time_in_force::gtc;
  const auto id = x.accepted(order);
  x.pass(std::chrono::hours{24 * 90});
  EXPECT_EQ(x.status(id), "expired");
}

TEST(exchange, rests_orders_while_halted_and_waits_for_a_new_quote) {
  exchange_fixture x;
  x.opened().market(x.aapl, "100", "100.02");
  x.halt(x.aapl, halt_state::halted);
  const auto id = x.accepted(market_order(side::buy, "1"));
  x.settle();
  x.market(x.aapl, "100", "100.02");
  EXPECT_EQ(x.status(id), "new");
  x.halt(x.aapl, halt_state::resumed);
  x.pass(std::chrono::seconds{1});
  EXPECT_EQ(x.status(id), "new");
  x.market(x.aapl, "100.5", "100.52");
  EXPECT_EQ(x.order(id).filled_average(), dollars("100.52"));
}

TEST(exchange, waits_without_a_usable_quote) {
  exchange_fixture x;
  x.opened();
  const auto id = x.accepted(buy_limit("1", "100"));
  x.settle();
  x.market(x.aapl, "99", "0");
  x.market(x.aapl, "0", "99");
  x.market(x.aapl, "99.5", "99.4");  // Crossed.
  EXPECT_EQ(x.status(id), "new");
  x.market(x.aapl, "99.4", "99.4");
  EXPECT_EQ(x.status(id), "filled");
}

TEST(exchange, cancels_and_refuses_to_cancel_what_has_ended) {
  exchange_fixture x;
  x.opened().market(x.aapl, "100", "100.02");
  const auto id = x.accepted(buy_limit("5", "90"));
  EXPECT_FALSE(x.venue.cancel(id, x.now, x.events));
  EXPECT_EQ(x.story(), "pending_new canceled");
  EXPECT_EQ(x.order(id).canceled_at, x.now);
  const auto again = x.venue.cancel(id, x.now, x.events);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->http_status, 422);
  EXPECT_EQ(again->code, 42210000u);
  EXPECT_EQ(again->message, "order is already in \"canceled\" state");
  const auto unknown = x.venue.cancel("nobody", x.now, x.events);
  ASSERT_TRUE(unknown);
  EXPECT_EQ(unknown->http_status, 404);
  EXPECT_EQ(unknown->code, 40410000u);
  EXPECT_EQ(unknown->message, "order not found for nobody");
  EXPECT_EQ(x.story(), "");
}

TEST(exchange, lets_a_fill_overtake_a_slow_cancel) {
  auto options = exchange_fixture::plain_options();
  options.cancel_delay = std::chrono::milliseconds{50};
  exchange_fixture x{options};
  x.opened().market(x.aapl, "100", "100.02");
  const auto filled = x.accepted(buy_limit("5", "99"));
  const auto canceled = x.accepted(buy_limit("5", "90"));
  x.settle();
  x.events.clear();
  EXPECT_FALSE(x.venue.cancel(filled, x.now, x.events));
  EXPECT_FALSE(x.venue.cancel(canceled, x.now, x.events));
  EXPECT_FALSE(x.venue.cancel(canceled, x.now, x.events));
  x.market(x.aapl, "98", "98.02");
  x.settle();
  EXPECT_EQ(x.story(), "pending_cancel pending_cancel fill canceled");
  EXPECT_EQ(x.status(filled), "filled");
}

TEST(exchange, slips_market_orders_and_never_limits) {
  auto options = exchange_fixture::plain_options();
  options.slippage_basis_points = 5;
  exchange_fixture x{options};
  x.opened().market(x.aapl, "99.98", "100");
  const auto market = x.accepted(market_order(side::buy, "1"));
  const auto limit = x.accepted(buy_limit("1", "100"));
  x.settle();
  EXPECT_EQ(x.order(market).filled_average(), dollars("100.05"));
  EXPECT_EQ(x.order(limit).filled_average(), dollars("100"));
}

TEST(exchange, makes_a_resting_limit_wait_for_its_queue) {
  auto options = exchange_fixture::plain_options();
  options.queue_ahead_ticks = 1;
  exchange_fixture x{options};
  x.opened().market(x.aapl, "99.98", "100");
  const auto arriving = x.accepted(buy_limit("1", "100"));
  const auto resting = x.accepted(buy_limit("1", "99.9"));
  x.settle();
  EXPECT_EQ(x.status(arriving), "filled");
  x.market(x.aapl, "99.88", "99.9");
  EXPECT_EQ(x.status(resting), "new");
  x.market(x.aapl, "99.87", "99.89");
  EXPECT_EQ(x.status(resting), "filled");
}

TEST(exchange, charges_the_fees_of_the_day) {
  auto options = exchange_fixture::plain_options();
  options.fees.commission_basis_points = 10;
  options.fees.sales = {
      {at("2020-01-01T00:00:00Z"), 1, {}, {}},
      {at("2024-05-22T00:00:00Z"), 27'800, dollars("0.000166"), *money::parse("8.30")}};
  exchange_fixture x{options};
  x.opened().holds("100", "100", "100");
  EXPECT_EQ(x.venue.account().cash, *money::parse("89990"));
  x.accepted(market_order(side::sell, "100"));
  x.settle();
  // 10 commission, 0.278 of proceeds and 0.0166 for shares, both up to the cent.
  EXPECT_EQ(x.venue.account().cash, *money::parse("99979.7"));
}

TEST(exchange, marks_the_account_to_the_market_and_the_day) {
  exchange_fixture x;
  x.opened().holds("100");
  x.print(x.aapl, "110");
  EXPECT_EQ(x.venue.account().equity, money::from_int(101'000));
  EXPECT_EQ(x.venue.account().last_equity, money::from_int(100'000));
  EXPECT_EQ(x.venue.account().long_market_value, money::from_int(11'000));
  x.now = x.session.close;
  x.settle();
  EXPECT_EQ(x.venue.account().last_equity, money::from_int(101'000));
  EXPECT_EQ(x.venue.position("AAPL")->lastday, dollars("110"));
}

TEST(exchange, drops_the_oldest_ended_orders_and_never_reuses_their_client_ids) {
  auto options = exchange_fixture::plain_options();
  options.orders_max = 2;
  exchange_fixture x{options};
  x.opened();
  auto order = buy_limit("1", "1");
  order.client_order_id = "first";
  const auto first = x.accepted(order);
  EXPECT_EQ(x.venue.order_by_client_id("first")->id, first);
  EXPECT_FALSE(x.venue.cancel(first, x.now, x.events));
  x.accepted(buy_limit("1", "2"));
  x.accepted(buy_limit("1", "3"));
  EXPECT_EQ(x.venue.order(first), nullptr);
  EXPECT_EQ(x.venue.orders().size(), 2u);
  EXPECT_EQ(x.refused(order).code, 40010001u);
  EXPECT_EQ(x.refused(buy_limit("1", "4")).message, "too many open orders");
}

TEST(exchange, gives_the_same_events_for_the_same_seed) {
  const auto run = [](std::uint64_t seed) {
    exchange_options options;
    options.seed = seed;
    options.partial_fill_percent = 50;
    exchange_fixture x{options};
    x.opened().market(x.aapl, "100", "100.02");
    for (int k = 0; k < 20; ++k) {
      x.accepted(market_order(side::buy, "10"));
      x.pass(std::chrono::seconds{1});
    }
    std::string out;
    for (const auto& event : x.events)
      out += event.event_id + event.execution_id + event.order.id + event.fill_qty.text();
    return out;
  };
  EXPECT_EQ(run(7), run(7));
  EXPECT_NE(run(7), run(8));
}

TEST(exchange, has_ids_of_the_right_form) {
  exchange_fixture x;
  x.opened().market(x.aapl, "100", "100.02");
  const auto id = x.accepted(market_order(side::buy, "1"));
  ASSERT_EQ(id.size(), 36u);
  EXPECT_EQ(id[14], '4');
  EXPECT_NE(std::string{"89ab"}.find(id[19]), std::string::npos);
  x.settle();
  for (std::size_t k = 1; k < x.events.size(); ++k) {
    EXPECT_EQ(x.events[k].event_id.size(), 26u);
    EXPECT_LT(x.events[k - 1].event_id, x.events[k].event_id);
  }
  EXPECT_TRUE(x.events[0].execution_id.empty());
  EXPECT_EQ(x.venue.asset_id(x.aapl), exchange_fixture{}.venue.asset_id(x.aapl));
  EXPECT_NE(x.venue.asset_id(x.aapl), x.venue.asset_id(x.brk));
}

TEST(exchange, survives_events_of_symbols_it_does_not_list) {
  exchange_fixture x;
  x.opened().market(symbol_id{99}, "1", "2");
  x.print(symbol_id{99}, "1");
  x.halt(no_symbol, halt_state::halted);
  EXPECT_FALSE(x.venue.find_symbol("NOPE"));
  EXPECT_FALSE(x.venue.position("NOPE"));
}

}  // namespace
}  // namespace bw::venue
