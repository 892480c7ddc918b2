#include "venue/order_checks.hpp"

#include "tests/venue/exchange_fixture.hpp"

// Shows every refusal of an order with its status, code, message and extra members, in the order
// in which the exchange checks.

namespace bw::venue {
namespace {

/// AAPL 100 × 100.02 with a last trade of 100, BRK 500; 100 AAPL held.
class stocked_fixture : public exchange_fixture {
 public:
  stocked_fixture() {
    opened().holds("100", "100", "100");
    market(aapl, "100", "100.02");
    print(aapl, "100");
    market(brk, "500", "500.1");
  }
};

struct refusal_row {
  const char* what;
  new_order order;
  int status;
  std::uint32_t code;
  const char* message;
};

new_order with(new_order order, auto change) {
  change(order);
  return order;
}

TEST(order_checks, refuse_in_the_words_of_the_broker) {
  const auto limit = buy_limit("1", "99");
  using o = new_order;
  const refusal_row rows[] = {
      {"unknown", with(limit, [](o& x) { x.symbol = "XYZ"; }), 422, 42210000,
       "asset \"XYZ\" not found"},
      {"not tradable", with(limit, [](o& x) { x.symbol = "DEAD"; }), 422, 42210000,
       "asset \"DEAD\" is not tradable"},
      {"long id", with(limit, [](o& x) { x.client_order_id = std::string(129, 'a'); }), 422,
       40010001, "client_order_id must be no more than 128 characters"},
      {"bad id", with(limit, [](o& x) { x.client_order_id = "a\nb"; }), 422, 40010001,
       "client_order_id must be printable ASCII"},
      {"opg in the session", with(limit, [](o& x) { x.tif = time_in_force::opg; }), 422, 42210000,
       "opg orders are not accepted from 9:28 to 19:00 New York time"},
      {"trail of a limit order", with(limit, [](o& x) { x.trail_price = dollars("1"); }), 422,
       42210000, "order type does not take a trail"},
      {"trailing stop without a trail",
       with(limit,
            [](o& x) {
              x.type = order_type::trailing_stop;
              x.limit = {};
            }),
       422, 42210000, "trailing stop orders require trail_price or trail_percent"},
      {"trailing stop with two trails",
       with(limit,
            [](o& x) {
              x.type = order_type::trailing_stop;
              x.limit = {};
              x.trail_price = dollars("1");
              x.trail_percent = percentage::from_int(1);
            }),
       422, 42210000, "only one of trail_price or trail_percent is accepted"},
      {"trail of the whole price",
       with(limit,
            [](o& x) {
              x.type = order_type::trailing_stop;
              x.limit = {};
              x.trail_percent = percentage::from_int(100);
            }),
       422, 42210000, "trail_percent must be > 0 and < 100"},
      {"stop ioc",
       with(stop_order(side::buy, "1", "110"), [](o& x) { x.tif = time_in_force::ioc; }), 422,
       42210000, "stop orders must be DAY or GTC orders"},
      {"no qty", with(limit, [](o& x) { x.qty = {}; }), 422, 40010001, "qty must be > 0"},
      {"negative qty", with(limit, [](o& x) { x.qty = shares("-1"); }), 422, 40010001,
       "qty must be > 0"},
      {"huge qty", with(limit, [](o& x) { x.qty = shares("1000000001"); }), 422, 40010001,
       "qty must be <= 1000000000"},
      {"no limit", with(limit, [](o& x) { x.limit = {}; }), 422, 42210000,
       "limit price must be positive"},
      {"negative limit", with(limit, [](o& x) { x.limit = dollars("-5"); }), 422, 42210000,
       "limit price must be positive"},
      {"huge limit", with(limit, [](o& x) { x.limit = dollars("1000000.01"); }), 422, 42210000,
       "limit price must be <= 1000000"},
      {"sub-penny", with(limit, [](o& x) { x.limit = dollars("290.123"); }), 422, 42210000,
       "invalid limit_price 290.123. sub-penny increment does not fulfill minimum pricing "
       "criteria"},
      {"sub-penny below a dollar", with(limit, [](o& x) { x.limit = dollars("0.12345"); }), 422,
       42210000,
       "invalid limit_price 0.12345. sub-penny increment does not fulfill minimum pricing "
       "criteria"},
      {"sub-penny stop", stop_order(side::buy, "1", "110.005"), 422, 42210000,
       "invalid stop_price 110.005. sub-penny increment does not fulfill minimum pricing criteria"},
      {"no stop", stop_order(side::buy, "1", "0"), 422, 42210000, "stop price must be positive"},
      {"limit of a market order",
       with(market_order(side::buy, "1"), [](o& x) { x.limit = dollars("1"); }), 422, 42210000,
       "order type does not take a limit price"},
      {"stop of a limit order", with(limit, [](o& x) { x.stop = dollars("1"); }), 422, 42210000,
       "order type does not take a stop price"},
      {"extended market", with(market_order(side::buy, "1"), [](o& x) { x.extended_hours = true; }),
       422, 42210000, "extended hours order must be DAY or GTC limit orders"},
      {"extended ioc",
       with(limit,
            [](o& x) {
              x.extended_hours = true;
              x.tif = time_in_force::ioc;
            }),
       422, 42210000, "extended hours order must be DAY or GTC limit orders"},
      {"not fractionable",
       with(limit,
            [](o& x) {
              x.symbol = "BRK";
              x.qty = shares("0.5");
            }),
       403, 40310000, "asset \"BRK\" is not fractionable"},
      {"fractional gtc",
       with(limit,
            [](o& x) {
              x.qty = shares("0.5");
              x.tif = time_in_force::gtc;
            }),
       422, 42210000, "fractional orders must be DAY orders"},
      {"sell stop above", stop_order(side::sell, "1", "100"), 422, 42210000,
       "stop price must be less than current price"},
      {"buy stop below", stop_order(side::buy, "1", "100"), 422, 42210000,
       "stop price must be greater than current price"},
      {"short", with(sell_limit("1", "600"), [](o& x) { x.symbol = "BRK"; }), 403, 40310000,
       "account is not allowed to short"},
      {"more than held", sell_limit("101", "101"), 403, 40310000,
       "insufficient qty available for order (requested: 101, available: 100)"},
      {"buying power", buy_limit("1000", "99"), 403, 40310000, "insufficient buying power"},
  };
  for (const auto& row : rows) {
    stocked_fixture x;
    const auto refused = x.refused(row.order);
    EXPECT_EQ(refused.http_status, row.status) << row.what;
    EXPECT_EQ(refused.code, row.code) << row.what;
    EXPECT_EQ(refused.message, row.message) << row.what;
    EXPECT_EQ(x.story(), "") << row.what;
    EXPECT_EQ(x.venue.orders().size(), 1u) << row.what << ": a refusal leaves no order";
  }
}

TEST(order_checks, accept_what_lies_just_inside_the_rules) {
  const new_order orders[] = {
      buy_limit("1", "0.1234"),
      buy_limit("0.5", "99.99"),
      sell_limit("100", "101"),
      stop_order(side::sell, "1", "99.99"),
      stop_order(side::buy, "1", "100.01"),
      with(buy_limit("1", "99"), [](new_order& x) { x.extended_hours = true; }),
      with(buy_limit("1", "99"), [](new_order& x) { x.client_order_id = std::string(128, 'a'); }),
      buy_limit("900", "100"),
  };
  for (const auto& order : orders) {
    stocked_fixture x;
    x.accepted(order);
  }
}

TEST(order_checks, name_buying_power_and_cost) {
  stocked_fixture x;
  const auto refused = x.refused(buy_limit("900.000000001", "100"));
  const std::vector<std::pair<std::string, std::string>> extra{{"buying_power", "90000"},
                                                               {"cost_basis", "90000.0000001"}};
  EXPECT_EQ(refused.extra, extra);
}

TEST(order_checks, reserve_market_buys_with_their_ceiling) {
  stocked_fixture x;
  x.accepted(market_order(side::buy, "1"));
  // 100.02 × 1.025 down to the cent.
  EXPECT_EQ(x.venue.account().buying_power, *money::parse("89897.48"));
}

TEST(order_checks, name_the_orders_that_hold_the_shares) {
  stocked_fixture x;
  const auto holder = x.accepted(sell_limit("97", "120"));
  const auto refused = x.refused(sell_limit("5", "120"));
  EXPECT_EQ(refused.message, "insufficient qty available for order (requested: 5, available: 3)");
  const std::vector<std::pair<std::string, std::string>> extra{
      {"available", "3"},
      {"existing_qty", "100"},
      {"held_for_orders", "97"},
      {"related_orders", "[\"" + holder + "\"]"},
      {"symbol", "AAPL"}};
  EXPECT_EQ(refused.extra, extra);
  EXPECT_EQ(x.venue.position("AAPL")->held_for_orders, shares("97"));
}

TEST(order_checks, refuse_a_client_order_id_for_ever) {
  stocked_fixture x;
  auto order = buy_limit("1", "90");
  order.client_order_id = "bw-1";
  const auto id = x.accepted(order);
  auto again = x.refused(order);
  EXPECT_EQ(again.http_status, 422);
  EXPECT_EQ(again.code, 42210000u);
  EXPECT_EQ(again.message, "client_order_id must be unique");
  EXPECT_FALSE(x.venue.cancel(id, x.now, x.events));
  again = x.refused(order);
  EXPECT_EQ(again.http_status, 422);
  EXPECT_EQ(again.code, 40010001u);
  EXPECT_EQ(again.message, "client_order_id must be unique");
}

TEST(order_checks, say_unique_even_when_the_first_order_took_all_the_money) {
  stocked_fixture x;
  auto order = buy_limit("900", "100");
  order.client_order_id = "bw-1";
  x.accepted(order);
  EXPECT_EQ(x.refused(order).message, "client_order_id must be unique");
}

TEST(order_checks, do_not_spend_the_client_order_id_of_a_refused_order) {
  stocked_fixture x;
  auto order = buy_limit("5000", "100");
  order.client_order_id = "bw-1";
  EXPECT_EQ(x.refused(order).message, "insufficient buying power");
  order.qty = shares("1");
  x.accepted(order);
}

TEST(order_checks, refuse_market_buys_of_a_symbol_without_any_price) {
  exchange_fixture x;
  x.opened();
  EXPECT_EQ(x.refused(market_order(side::buy, "1")).message,
            "order has been rejected due to no available quote for symbol. please reenter with a "
            "limit");
  x.venue.set_last_close(x.aapl, dollars("100"));
  x.accepted(market_order(side::buy, "1"));
}

TEST(order_checks, guard_against_wash_trades) {
  struct row {
    const char* what;
    new_order existing;
    new_order added;
    const char* reason;  // Null: accepted.
  };
  const char* const by_limit = "opposite side limit order exists";
  const char* const by_other = "opposite side market/stop order exists";
  auto stop_limit = stop_order(side::buy, "1", "105");
  stop_limit.type = order_type::stop_limit;
  stop_limit.limit = dollars("106");
  const row rows[] = {
      {"limits apart", sell_limit("1", "110"), buy_limit("1", "109.99"), nullptr},
      {"limits meet", sell_limit("1", "110"), buy_limit("1", "110"), by_limit},
      {"limits cross", buy_limit("1", "95"), sell_limit("1", "94"), by_limit},
      {"stop limit apart", sell_limit("1", "110"), stop_limit, nullptr},
      {"stop limit meets", sell_limit("1", "106"), stop_limit, by_limit},
      {"market against limit", sell_limit("1", "110"), market_order(side::buy, "1"), by_limit},
      {"stop against limit", sell_limit("1", "110"), stop_order(side::buy, "1", "105"), by_limit},
      {"limit against stop", stop_order(side::sell, "1", "90"), buy_limit("1", "80"), by_other},
      {"market against stop", stop_order(side::sell, "1", "90"), market_order(side::buy, "1"),
       by_other},
      {"same side", sell_limit("1", "110"), market_order(side::sell, "1"), nullptr},
  };
  for (const auto& row : rows) {
    stocked_fixture x;
    const auto existing = x.accepted(row.existing);
    if (!row.reason) {
      x.accepted(row.added);
      continue;
    }
    const auto refused = x.refused(row.added);
    EXPECT_EQ(refused.http_status, 403) << row.what;
    EXPECT_EQ(refused.code, 40310000u) << row.what;
    EXPECT_EQ(refused.message, "potential wash trade detected. use complex orders") << row.what;
    const std::vector<std::pair<std::string, std::string>> extra{{"existing_order_id", existing},
                                                                 {"reject_reason", row.reason}};
    EXPECT_EQ(refused.extra, extra) << row.what;
  }
}

TEST(order_checks, let_a_margin_account_short_and_cover) {
  auto options = exchange_fixture::plain_options();
  options.multiplier = 2;
  options.shorting_enabled = true;
  exchange_fixture x{options};
  x.opened().market(x.aapl, "100", "100.02");
  EXPECT_EQ(x.refused(sell_limit("0.5", "100")).message, "fractional orders cannot be sold short");
  x.accepted(sell_limit("10", "120"));
  // Reserved at the higher of the limit and 1.03 × ask.
  EXPECT_EQ(x.venue.account().buying_power, money::from_int(200'000 - 1'200));
  EXPECT_EQ(x.refused(buy_limit("1", "90")).message,
            "cannot open a long buy while a short sell order is open");
  EXPECT_FALSE(x.venue.cancel(x.venue.orders()[0]->id, x.now, x.events));
  x.accepted(market_order(side::sell, "10"));
  x.settle();
  EXPECT_EQ(x.venue.position("AAPL")->qty, shares("-10"));
  EXPECT_EQ(x.venue.position("AAPL")->average, dollars("100"));
  EXPECT_EQ(x.refused(buy_limit("11", "90")).message,
            "insufficient qty available for order (requested: 11, available: 10)");
  x.accepted(market_order(side::buy, "10"));
  x.settle();
  EXPECT_FALSE(x.venue.position("AAPL"));
  EXPECT_EQ(x.venue.account().cash, *money::parse("99999.8"));
}

TEST(order_checks, refuse_a_short_while_a_long_buy_is_open) {
  auto options = exchange_fixture::plain_options();
  options.multiplier = 2;
  options.shorting_enabled = true;
  exchange_fixture x{options};
  x.opened().market(x.aapl, "100", "100.02");
  x.accepted(buy_limit("1", "90"));
  EXPECT_EQ(x.refused(sell_limit("1", "120")).message,
            "cannot open a short sell while a long buy order is open");
}

}  // namespace
}  // namespace bw::venue
