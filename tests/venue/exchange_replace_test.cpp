#include "tests/venue/exchange_fixture.hpp"

// Shows how an order takes the place of another one: what changes, what is carried over, what is
// refused, and who wins when the market is faster.

namespace bw::venue {
namespace {

class replace_fixture : public exchange_fixture {
 public:
  explicit replace_fixture(exchange_options options = plain_options()) : exchange_fixture(options) {
    opened().market(aapl, "100", "100.02");
    print(aapl, "100");
  }
  std::string resting(const new_order& wish) {
    auto id = accepted(wish);
    settle();
    events.clear();
    return id;
  }
  std::string replaced(std::string_view id, const order_change& change) {
    auto answer = venue.replace(id, change, now, events);
    if (const auto* why = std::get_if<refusal>(&answer)) {
      ADD_FAILURE() << "refused: " << why->message;
      return {};
    }
    return std::get<venue_order>(answer).id;
  }
  refusal refused_change(std::string_view id, const order_change& change) {
    auto answer = venue.replace(id, change, now, events);
    if (const auto* why = std::get_if<refusal>(&answer)) return *why;
    ADD_FAILURE() << "the change was accepted";
    return {};
  }
};

TEST(replace, makes_a_new_order_in_the_place_of_the_old_one) {
  replace_fixture x;
  const auto old = x.resting(buy_limit("5", "90"));
  const auto next = x.replaced(old, {.limit = dollars("91"), .client_order_id = "second"});
  EXPECT_EQ(x.status(old), "pending_replace");
  EXPECT_EQ(x.status(next), "pending_new");
  EXPECT_EQ(x.order(next).replaces, old);
  EXPECT_EQ(x.order(next).client_order_id, "second");
  EXPECT_EQ(x.venue.account().buying_power, money::from_int(100'000 - 455)) << "the larger one";
  x.settle();
  ASSERT_EQ(x.events.size(), 2u);
  EXPECT_EQ(x.events[0].order.id, old) << "the event shows the old order";
  EXPECT_EQ(x.events[0].order.replaced_by, next);
  EXPECT_EQ(x.story(), "replaced new");
  EXPECT_EQ(x.status(old), "replaced");
  EXPECT_TRUE(x.order(old).replaced_at);
  EXPECT_EQ(x.order(next).limit, dollars("91"));
  EXPECT_EQ(x.order(next).qty, shares("5"));
  EXPECT_EQ(x.venue.account().buying_power, money::from_int(100'000 - 455));
  x.market(x.aapl, "90.9", "91");
  EXPECT_EQ(x.status(next), "filled");
}

TEST(replace, changes_quantity_and_lifetime) {
  replace_fixture x;
  const auto old = x.resting(buy_limit("5", "90"));
  const auto next = x.replaced(old, {.qty = shares("7"), .tif = time_in_force::gtc});
  x.settle();
  EXPECT_EQ(x.order(next).qty, shares("7"));
  EXPECT_EQ(x.order(next).tif, time_in_force::gtc);
  EXPECT_GT(*x.order(next).expires_at, x.tomorrow.close);
  EXPECT_EQ(x.venue.account().buying_power, money::from_int(100'000 - 630));
}

TEST(replace, counts_what_the_old_order_had_executed) {
  auto options = exchange_fixture::plain_options();
  options.partial_fill_percent = 100;
  replace_fixture x{options};
  const auto old = x.accepted(buy_limit("100", "100.02"));
  x.settle();
  const auto filled = x.order(old).filled_qty;
  ASSERT_EQ(x.status(old), "partially_filled");
  EXPECT_EQ(x.refused_change(old, {.qty = filled}).message, "qty must be greater than filled_qty");
  const auto next = x.replaced(old, {.qty = filled + shares("1")});
  x.settle();
  EXPECT_EQ(x.order(next).remaining(), quantity{}) << "one share was left, and was executed";
  EXPECT_EQ(x.order(next).filled_qty, shares("1"));
  EXPECT_EQ(x.venue.position("AAPL")->qty, filled + shares("1"));
}

TEST(replace, loses_against_a_fill) {
  replace_fixture x;
  const auto old = x.resting(buy_limit("5", "90"));
  const auto next = x.replaced(old, {.limit = dollars("91")});
  x.market(x.aapl, "89.9", "90");
  EXPECT_EQ(x.status(old), "filled");
  x.settle();
  EXPECT_EQ(x.story(), "fill order_replace_rejected rejected");
  EXPECT_EQ(x.status(next), "rejected");
  EXPECT_EQ(x.venue.position("AAPL")->qty, shares("5"));
  EXPECT_EQ(x.venue.account().buying_power, x.venue.account().cash);
}

TEST(replace, refuses_with_the_words_of_the_broker) {
  struct row {
    const char* what;
    order_change change;
    int status;
    std::uint32_t code;
    const char* message;
  };
  const row rows[] = {
      {"nothing", {}, 403, 40310000, "order parameters are not changed"},
      {"the same", {.limit = dollars("90")}, 403, 40310000, "order parameters are not changed"},
      {"fraction", {.qty = shares("1.5")}, 422, 40010001, "qty must be integer"},
      {"zero", {.qty = quantity{}}, 422, 40010001, "qty must be > 0"},
      {"stop of a limit",
       {.stop = dollars("95")},
       422,
       42210000,
       "order type does not take a stop price"},
      {"trail of a limit",
       {.trail = dollars("1")},
       422,
       42210000,
       "order type does not take a trail"},
      {"tick",
       {.limit = dollars("90.001")},
       422,
       42210000,
       "invalid limit_price 90.001. sub-penny increment does not fulfill minimum pricing "
       "criteria"},
      {"money", {.qty = shares("2000")}, 403, 40310000, "insufficient buying power"},
      {"client id",
       {.limit = dollars("91"), .client_order_id = "taken"},
       422,
       42210000,
       "client_order_id must be unique"},
  };
  for (const auto& r : rows) {
    replace_fixture x;
    auto other = buy_limit("1", "80");
    other.client_order_id = "taken";
    x.accepted(other);
    const auto old = x.resting(buy_limit("5", "90"));
    const auto why = x.refused_change(old, r.change);
    EXPECT_EQ(why.message, r.message) << r.what;
    EXPECT_EQ(why.http_status, r.status) << r.what;
    EXPECT_EQ(why.code, r.code) << r.what;
    EXPECT_EQ(x.status(old), "new") << r.what;
  }
}

TEST(replace, needs_an_order_that_is_open_at_the_venue) {
  replace_fixture x;
  const order_change change{.limit = dollars("91")};
  EXPECT_EQ(x.refused_change("nobody", change).http_status, 404);
  const auto young = x.accepted(buy_limit("5", "90"));
  EXPECT_EQ(x.refused_change(young, change).message,
            "unable to replace order, order isn't sent to exchange yet");
  x.settle();
  x.replaced(young, change);
  EXPECT_EQ(x.refused_change(young, change).message,
            "unable to replace order, order isn't sent to exchange yet");
  const auto why = x.venue.cancel(young, x.now, x.events);
  ASSERT_TRUE(why);
  EXPECT_EQ(why->message, "order is already in \"pending_replace\" state");
  x.settle();
  const auto gone = x.refused_change(young, change);
  EXPECT_EQ(gone.message, "unable to replace order, order is not open");
  EXPECT_EQ(gone.http_status, 422);
  EXPECT_EQ(gone.code, 40010001u) << "as recorded on 2019-09-19";
  const auto dollars_order = x.accepted({.symbol = "AAPL",
                                         .type = order_type::limit,
                                         .limit = dollars("50"),
                                         .notional = money::from_int(100)});
  x.settle();
  EXPECT_EQ(x.refused_change(dollars_order, {.limit = dollars("51")}).http_status, 422);
}

TEST(replace, taken_back_before_it_came_leaves_nothing) {
  replace_fixture x;
  const auto old = x.resting(buy_limit("5", "90"));
  const auto next = x.replaced(old, {.limit = dollars("91")});
  EXPECT_FALSE(x.venue.cancel(next, x.now, x.events));
  EXPECT_EQ(x.status(old) + " " + x.status(next), "canceled canceled");
  x.settle();
  EXPECT_EQ(x.venue.account().buying_power, money::from_int(100'000));
}

TEST(replace, moves_the_trail) {
  replace_fixture x;
  x.holds("10", "100", "100");
  x.print(x.aapl, "100");
  const auto old = x.resting({.symbol = "AAPL",
                              .side = side::sell,
                              .type = order_type::trailing_stop,
                              .qty = shares("10"),
                              .trail_price = dollars("2")});
  const auto next = x.replaced(old, {.trail = dollars("5")});
  x.print(x.aapl, "104");
  x.settle();
  EXPECT_EQ(x.order(next).high_water_mark, dollars("104"))
      << "moved while the change was under way";
  EXPECT_EQ(x.order(next).stop, dollars("99"));
  x.market(x.aapl, "98.9", "99");
  EXPECT_EQ(x.status(next), "filled");
}

TEST(replace, keeps_a_leg_in_its_group) {
  replace_fixture x;
  auto wish = buy_limit("10", "100.02");
  wish.order_class = order_class::bracket;
  wish.take_profit = dollars("110");
  wish.stop_loss = dollars("95");
  const auto entry = x.resting(wish);
  const auto profit = x.venue.order(x.order(entry).legs[0])->id;
  const auto loss = x.venue.order(x.order(entry).legs[1])->id;
  EXPECT_EQ(x.refused_change(profit, {.limit = dollars("94")}).message,
            "take_profit.limit_price must be > stop_loss.stop_price");
  EXPECT_EQ(x.refused_change(profit, {.qty = shares("5")}).message,
            "qty of an exit leg cannot be replaced");
  const auto next = x.replaced(profit, {.limit = dollars("105")});
  x.settle();
  EXPECT_EQ(x.status(next), "new");
  EXPECT_EQ(x.venue.order(x.order(entry).legs[0])->id, next);
  EXPECT_EQ(x.venue.position("AAPL")->held_for_orders, shares("10"));
  const auto higher = x.replaced(loss, {.stop = dollars("97")});
  x.settle();
  x.market(x.aapl, "97", "97.1");
  EXPECT_EQ(x.status(higher) + " " + x.status(next), "filled canceled");
  EXPECT_FALSE(x.venue.position("AAPL"));
}

TEST(replace, changes_held_legs_before_the_entry_is_filled) {
  replace_fixture x;
  auto wish = buy_limit("10", "99");
  wish.order_class = order_class::bracket;
  wish.take_profit = dollars("110");
  wish.stop_loss = dollars("95");
  const auto entry = x.resting(wish);
  const auto profit = x.venue.order(x.order(entry).legs[0])->id;
  const auto next = x.replaced(profit, {.limit = dollars("105")});
  x.market(x.aapl, "98.9", "99");  // The entry is filled while the change is under way.
  EXPECT_EQ(x.status(entry), "filled");
  x.settle();
  EXPECT_EQ(x.status(next), "new");
  x.market(x.aapl, "105", "105.1");
  EXPECT_EQ(x.status(next), "filled");
  EXPECT_FALSE(x.venue.position("AAPL"));
}

TEST(replace, of_a_sale_needs_the_shares_of_the_difference_only) {
  replace_fixture x;
  x.holds("10", "100", "100");
  const auto old = x.resting(sell_limit("8", "120"));
  EXPECT_EQ(x.refused_change(old, {.qty = shares("11")}).message,
            "insufficient qty available for order (requested: 11, available: 10)");
  const auto next = x.replaced(old, {.qty = shares("10")});
  EXPECT_EQ(x.venue.position("AAPL")->held_for_orders, shares("10"));
  x.settle();
  EXPECT_EQ(x.order(next).qty, shares("10"));
  EXPECT_EQ(x.venue.position("AAPL")->held_for_orders, shares("10"));
}

}  // namespace
}  // namespace bw::venue
