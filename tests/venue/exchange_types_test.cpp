#include "tests/venue/exchange_fixture.hpp"
#include "venue/trailing_price.hpp"

// Shows the order types and lifetimes beyond market, limit and stop: trailing stops, dollars and
// fractions, the two auctions, trading outside the regular session.

namespace bw::venue {
namespace {

new_order trailing(bw::side side, std::string_view qty, std::string_view dollars_or_empty,
                   std::string_view percent = "0") {
  return {.symbol = "AAPL",
          .side = side,
          .type = order_type::trailing_stop,
          .qty = shares(qty),
          .trail_price = dollars(dollars_or_empty),
          .trail_percent = *percentage::parse(percent)};
}

new_order with_tif(new_order order, time_in_force tif) {
  order.tif = tif;
  return order;
}

new_order in_dollars(bw::side side, std::string_view amount) {
  return {.symbol = "AAPL", .side = side, .notional = *money::parse(amount)};
}

TEST(trailing_stop, has_the_stops_of_recorded_orders) {
  struct row {
    const char* best;
    const char* percent;
    const char* stop;
  };
  // The first was recorded on 2021-07-08, the second is the example of the broker's pages.
  for (const row& r : {row{"3648.1299", "5", "3465.723405"}, row{"13.965", "10", "12.5685"}})
    EXPECT_EQ(trailing_stop_price(side::sell, {{}, *percentage::parse(r.percent)}, dollars(r.best)),
              dollars(r.stop));
  EXPECT_EQ(trailing_stop_price(side::buy, {dollars("1.5"), {}}, dollars("10")), dollars("11.5"));
}

TEST(trailing_stop, follows_the_best_price_and_sells_when_it_falls_back) {
  exchange_fixture x;
  x.opened().holds("10");
  x.print(x.aapl, "100");
  const auto id = x.accepted(trailing(side::sell, "10", "2"));
  EXPECT_EQ(x.order(id).high_water_mark, dollars("100"));
  EXPECT_EQ(x.order(id).stop, dollars("98"));
  x.settle();
  x.print(x.aapl, "103.5");
  EXPECT_EQ(x.order(id).stop, dollars("101.5"));
  x.print(x.aapl, "102");
  EXPECT_EQ(x.order(id).stop, dollars("101.5")) << "it never goes back";
  x.market(x.aapl, "104", "104.02");
  EXPECT_EQ(x.order(id).high_water_mark, dollars("104")) << "a bid could close the position too";
  EXPECT_EQ(x.status(id), "new");
  x.market(x.aapl, "102", "102.1");
  EXPECT_EQ(x.status(id), "filled");
  EXPECT_EQ(x.order(id).filled_average(), dollars("102"));
}

TEST(trailing_stop, follows_a_falling_price_for_a_short_position) {
  auto options = exchange_fixture::plain_options();
  options.multiplier = 2;
  options.shorting_enabled = true;
  exchange_fixture x{options};
  x.opened().market(x.aapl, "100", "100.02");
  x.print(x.aapl, "100");
  x.accepted(market_order(side::sell, "10"));
  x.settle();
  const auto id = x.accepted(trailing(side::buy, "10", "0", "5"));
  x.settle();
  EXPECT_EQ(x.order(id).stop, dollars("105"));
  x.print(x.aapl, "80");
  EXPECT_EQ(x.order(id).stop, dollars("84"));
  x.market(x.aapl, "83.9", "84");
  EXPECT_EQ(x.status(id), "filled");
  EXPECT_FALSE(x.venue.position("AAPL"));
}

TEST(trailing_stop, looks_at_the_regular_session_only) {
  exchange_fixture x;
  x.opened().holds("10");
  x.print(x.aapl, "100");
  const auto id = x.accepted(with_tif(trailing(side::sell, "10", "2"), time_in_force::gtc));
  x.settle();
  x.now = x.session.close + std::chrono::minutes{5};
  x.print(x.aapl, "150");
  x.market(x.aapl, "90", "90.02");
  EXPECT_EQ(x.order(id).high_water_mark, dollars("100"));
  EXPECT_EQ(x.status(id), "new");
}

TEST(notional, buys_the_shares_its_dollars_are_worth) {
  exchange_fixture x;
  x.opened().market(x.aapl, "2.99", "3");
  const auto id = x.accepted(in_dollars(side::buy, "100"));
  EXPECT_EQ(x.venue.account().buying_power, money::from_int(99'900));
  x.settle();
  EXPECT_EQ(x.status(id), "filled");
  EXPECT_EQ(x.order(id).filled_qty, shares("33.333333333"));
  EXPECT_EQ(x.venue.account().cash, *money::parse("99900.000000001"));
}

TEST(notional, sells_shares_for_dollars_but_never_more_than_are_held) {
  exchange_fixture x;
  x.opened().holds("10", "100", "100");
  const auto id = x.accepted(in_dollars(side::sell, "250"));
  x.settle();
  EXPECT_EQ(x.order(id).filled_qty, shares("2.5"));
  EXPECT_EQ(x.venue.position("AAPL")->qty, shares("7.5"));
  EXPECT_EQ(x.refused(in_dollars(side::sell, "751")).message,
            "insufficient qty available for order (requested: 7.51, available: 7.5)");
}

TEST(notional, obeys_the_rules_of_fractions) {
  struct row {
    new_order order;
    const char* message;
  };
  auto both = in_dollars(side::buy, "10");
  both.qty = shares("1");
  auto brk = in_dollars(side::buy, "10");
  brk.symbol = "BRK";
  auto bracket = in_dollars(side::buy, "10");
  bracket.order_class = order_class::bracket;
  bracket.take_profit = dollars("110");
  bracket.stop_loss = dollars("90");
  auto trail = trailing(side::buy, "0.5", "1");
  const row rows[] = {
      {both, "only one of qty or notional is accepted"},
      {in_dollars(side::buy, "0.99"), "notional must be >= 1.00"},
      {in_dollars(side::buy, "1000000000.01"), "notional must be <= 1000000000"},
      {with_tif(in_dollars(side::buy, "10"), time_in_force::gtc),
       "fractional orders must be DAY orders"},
      {brk, "asset \"BRK\" is not fractionable"},
      {bracket, "fractional orders must be simple orders"},
      {trail, "fractional orders must be market, limit, stop, or stop_limit orders"},
      {in_dollars(side::buy, "200000"), "insufficient buying power"},
  };
  for (const auto& r : rows) {
    exchange_fixture x;
    x.opened().market(x.aapl, "100", "100.02");
    x.market(x.brk, "100", "100.02");
    EXPECT_EQ(x.refused(r.order).message, r.message);
  }
}

TEST(notional, waits_while_the_position_is_being_closed) {
  exchange_fixture x;
  x.opened().holds("10", "100", "100");
  x.accepted(sell_limit("5", "120"));
  EXPECT_EQ(x.refused(in_dollars(side::buy, "100")).message,
            "unable to open new notional orders while having open closing position orders");
}

TEST(opening_auction, executes_at_the_first_print_of_the_session) {
  exchange_fixture x;
  x.venue.set_session(x.session, false, x.now, x.events);
  x.venue.set_last_close(x.aapl, dollars("100"));
  x.now = x.session.open - std::chrono::minutes{3};
  const auto market = x.accepted(with_tif(market_order(side::buy, "10"), time_in_force::opg));
  const auto good = x.accepted(with_tif(buy_limit("5", "101"), time_in_force::opg));
  const auto low = x.accepted(with_tif(buy_limit("5", "100"), time_in_force::opg));
  EXPECT_EQ(x.status(market), "accepted");
  x.opened();
  EXPECT_EQ(x.story(), "pending_new new pending_new new pending_new new");
  x.market(x.aapl, "100.9", "101.1");
  EXPECT_EQ(x.status(market), "new") << "the print decides, not a quote";
  x.print(x.aapl, "101");
  EXPECT_EQ(x.order(market).filled_average(), dollars("101"));
  EXPECT_EQ(x.order(good).filled_average(), dollars("101"));
  EXPECT_EQ(x.status(low), "canceled");
}

TEST(opening_auction, takes_the_quote_when_nobody_trades_and_ends_without_one) {
  exchange_fixture x;
  x.venue.set_session(x.session, false, x.now, x.events);
  x.venue.set_last_close(x.aapl, dollars("100"));
  x.venue.set_last_close(x.brk, dollars("100"));
  const auto quoted = x.accepted(with_tif(market_order(side::buy, "10"), time_in_force::opg));
  auto other = with_tif(market_order(side::buy, "10"), time_in_force::opg);
  other.symbol = "BRK";
  const auto silent = x.accepted(other);
  x.opened().market(x.aapl, "100.9", "101.1");
  x.pass(std::chrono::minutes{2});
  EXPECT_EQ(x.order(quoted).filled_average(), dollars("101.1"));
  EXPECT_EQ(x.status(silent), "canceled");
}

TEST(opening_auction, is_closed_to_orders_from_928_to_1900) {
  exchange_fixture x;
  x.venue.set_session(x.session, false, x.now, x.events);
  const auto order = with_tif(buy_limit("1", "90"), time_in_force::opg);
  x.now = x.session.open - std::chrono::seconds{120};
  EXPECT_EQ(x.refused(order).http_status, 422);
  x.opened();
  EXPECT_EQ(x.refused(order).http_status, 422);
  x.now = x.session.close;
  x.venue.set_session(x.tomorrow, false, x.now, x.events);
  x.now = at("2026-11-02T23:59:59Z");
  EXPECT_EQ(x.refused(order).http_status, 422);
  x.now = at("2026-11-03T00:00:00Z");
  const auto id = x.accepted(order);
  EXPECT_EQ(x.order(id).expires_at, x.tomorrow.close);
}

TEST(closing_auction, executes_at_the_last_price_of_the_day) {
  exchange_fixture x;
  x.opened().market(x.aapl, "100", "100.02");
  x.print(x.aapl, "100");
  const auto market = x.accepted(with_tif(market_order(side::buy, "10"), time_in_force::cls));
  const auto low = x.accepted(with_tif(buy_limit("5", "99"), time_in_force::cls));
  x.settle();
  EXPECT_EQ(x.status(market), "new");
  x.market(x.aapl, "98", "98.02");
  EXPECT_EQ(x.status(low), "new") << "it waits for the auction";
  x.print(x.aapl, "99.5");
  x.now = x.session.close - std::chrono::minutes{10};
  EXPECT_EQ(x.refused(with_tif(market_order(side::buy, "1"), time_in_force::cls)).http_status, 422);
  x.now = x.session.close;
  x.settle();
  EXPECT_EQ(x.order(market).filled_average(), dollars("99.5"));
  EXPECT_EQ(x.order(market).filled_at, x.session.close);
  EXPECT_EQ(x.status(low), "canceled");
}

new_order extended(new_order order) {
  order.extended_hours = true;
  return order;
}

TEST(extended_hours, executes_limits_from_four_to_eight) {
  exchange_fixture x;
  x.venue.set_session(x.session, false, x.now, x.events);
  x.now = at("2026-11-02T08:59:00Z");
  x.venue.advance(x.now, x.events);
  x.venue.set_session(x.session, false, x.now, x.events);
  EXPECT_EQ(x.venue.phase(at("2026-11-02T08:59:00Z")), market_phase::closed);
  EXPECT_EQ(x.venue.phase(at("2026-11-02T09:00:00Z")), market_phase::pre_market);
  x.opened();
  EXPECT_EQ(x.venue.phase(x.now), market_phase::regular);
  x.now = x.session.close;
  x.venue.set_session(x.tomorrow, false, x.now, x.events);
  EXPECT_EQ(x.venue.phase(x.now), market_phase::after_hours);
  const auto early = x.accepted(extended(buy_limit("1", "90")));
  EXPECT_EQ(x.order(early).expires_at, x.session.close + std::chrono::hours{4});
  const auto waiting = x.accepted(buy_limit("1", "90"));
  EXPECT_EQ(x.status(early), "pending_new");
  EXPECT_EQ(x.status(waiting), "accepted");
  x.settle();
  x.market(x.aapl, "89", "89.5");
  EXPECT_EQ(x.order(early).filled_average(), dollars("89.5"));
  EXPECT_EQ(x.status(waiting), "accepted");
}

TEST(extended_hours, releases_queued_orders_at_four_and_ends_them_at_eight) {
  exchange_fixture x;
  x.opened();
  x.now = x.session.close + std::chrono::hours{5};
  x.venue.set_session(x.tomorrow, false, x.now, x.events);
  const auto id = x.accepted(extended(buy_limit("1", "90")));
  EXPECT_EQ(x.status(id), "accepted");
  EXPECT_EQ(x.venue.next_time(), at("2026-11-03T09:00:00Z"));
  x.now = at("2026-11-03T09:00:00Z");
  x.settle();
  EXPECT_EQ(x.story(), "pending_new new");
  x.now = x.tomorrow.open;
  x.venue.set_session(x.tomorrow, true, x.now, x.events);
  x.market(x.aapl, "95", "95.02");
  x.now = x.tomorrow.close;
  x.settle();
  EXPECT_EQ(x.status(id), "new") << "it outlives the regular close";
  x.now = x.tomorrow.close + std::chrono::hours{4};
  x.settle();
  EXPECT_EQ(x.status(id), "expired");
}

TEST(done_for_day, marks_orders_that_outlive_the_day_when_asked_to) {
  auto options = exchange_fixture::plain_options();
  options.tells_done_for_day = true;
  exchange_fixture x{options};
  x.opened().market(x.aapl, "100", "100.02");
  const auto id = x.accepted(with_tif(buy_limit("5", "90"), time_in_force::gtc));
  x.settle();
  x.now = x.session.close;
  x.settle();
  EXPECT_EQ(x.story(), "pending_new new done_for_day");
  x.now = x.tomorrow.open;
  x.venue.set_session(x.tomorrow, true, x.now, x.events);
  EXPECT_EQ(x.status(id), "new");
  x.market(x.aapl, "89", "89.02");
  EXPECT_EQ(x.status(id), "filled");
}

TEST(account_rules, bind_new_orders_at_once) {
  auto options = exchange_fixture::plain_options();
  options.multiplier = 2;
  options.shorting_enabled = true;
  exchange_fixture x{options};
  x.opened().market(x.aapl, "100", "100.02");
  EXPECT_TRUE(x.venue.account().shorting_enabled);
  x.venue.configure({.suspend_trade = true});
  EXPECT_EQ(x.refused(buy_limit("1", "90")).http_status, 403);
  x.venue.configure({.no_shorting = true});
  EXPECT_EQ(x.refused(sell_limit("1", "120")).message, "account is not allowed to short");
  x.venue.configure({.fractional_trading = false});
  EXPECT_EQ(x.refused(buy_limit("0.5", "90")).http_status, 403);
  x.venue.configure({.max_margin_multiplier = 1});
  EXPECT_EQ(x.refused(buy_limit("1500", "90")).message, "insufficient buying power");
  x.venue.configure({});
  x.accepted(buy_limit("1500", "90"));
}

}  // namespace
}  // namespace bw::venue
