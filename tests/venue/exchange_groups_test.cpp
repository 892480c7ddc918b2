#include "tests/venue/exchange_fixture.hpp"

// Shows groups of orders: exits that wait for their entry, of which one cancels the other, that
// never sell what is not there.

namespace bw::venue {
namespace {

new_order bracket(std::string_view qty = "10") {
  auto out = buy_limit(qty, "100");
  out.order_class = order_class::bracket;
  out.take_profit = dollars("110");
  out.stop_loss = dollars("95");
  return out;
}

new_order oco(std::string_view qty = "10") {
  return {.symbol = "AAPL",
          .side = side::sell,
          .type = order_type::limit,
          .qty = shares(qty),
          .order_class = order_class::oco,
          .take_profit = dollars("110"),
          .stop_loss = dollars("95")};
}

class group_fixture : public exchange_fixture {
 public:
  explicit group_fixture(exchange_options options = plain_options()) : exchange_fixture(options) {
    opened().market(aapl, "100", "100.02");
    print(aapl, "100");
  }
  /// Ids of an accepted order and of its legs.
  std::vector<std::string> group(const new_order& wish) {
    std::vector<std::string> out{accepted(wish)};
    for (const auto serial : order(out[0]).legs)
      if (serial != 0) out.push_back(venue.order(serial)->id);
    return out;
  }
  std::string statuses(const std::vector<std::string>& ids) {
    std::string out;
    for (const auto& id : ids) out += (out.empty() ? "" : " ") + status(id);
    return out;
  }
  /// A bracket whose entry is filled.
  std::vector<std::string> entered() {
    auto ids = group(bracket());
    settle();
    market(aapl, "99.98", "100");
    settle();
    market(aapl, "100", "100.02");
    events.clear();
    return ids;
  }
};

TEST(bracket, holds_its_exits_until_the_entry_is_filled_completely) {
  group_fixture x;
  const auto ids = x.group(bracket());
  ASSERT_EQ(ids.size(), 3u);
  EXPECT_EQ(x.statuses(ids), "pending_new held held");
  const auto& profit = x.order(ids[1]);
  const auto& loss = x.order(ids[2]);
  EXPECT_EQ(profit.type, order_type::limit);
  EXPECT_EQ(profit.limit, dollars("110"));
  EXPECT_EQ(profit.side, side::sell);
  EXPECT_EQ(profit.intent, position_intent::sell_to_close);
  EXPECT_EQ(loss.type, order_type::stop);
  EXPECT_EQ(loss.stop, dollars("95"));
  EXPECT_EQ(loss.parent, x.order(ids[0]).serial);
  x.settle();
  x.market(x.aapl, "94", "94.02");
  EXPECT_EQ(x.story(), "pending_new new fill new new");
  EXPECT_EQ(x.statuses(ids), "filled new new");
  EXPECT_EQ(x.venue.position("AAPL")->held_for_orders, shares("10"));
}

TEST(bracket, takes_the_profit_and_cancels_the_loss) {
  group_fixture x;
  const auto ids = x.entered();
  x.market(x.aapl, "110", "110.02");
  EXPECT_EQ(x.story(), "fill canceled");
  EXPECT_EQ(x.statuses(ids), "filled filled canceled");
  EXPECT_FALSE(x.venue.position("AAPL"));
}

TEST(bracket, stops_the_loss_and_cancels_the_profit) {
  group_fixture x;
  const auto ids = x.entered();
  x.market(x.aapl, "94.9", "95");
  EXPECT_EQ(x.statuses(ids), "filled canceled filled");
  EXPECT_FALSE(x.venue.position("AAPL"));
  EXPECT_EQ(x.venue.account().cash, money::from_int(100'000 - 1'000 + 949));
}

TEST(bracket, works_for_short_entries) {
  auto options = exchange_fixture::plain_options();
  options.multiplier = 2;
  options.shorting_enabled = true;
  group_fixture x{options};
  auto wish = market_order(side::sell, "10");
  wish.order_class = order_class::bracket;
  wish.take_profit = dollars("90");
  wish.stop_loss = dollars("105");
  wish.stop_loss_limit = dollars("106");
  const auto ids = x.group(wish);
  x.settle();
  EXPECT_EQ(x.statuses(ids), "filled new new");
  EXPECT_EQ(x.order(ids[2]).type, order_type::stop_limit);
  x.market(x.aapl, "104.98", "105.5");
  EXPECT_EQ(x.statuses(ids), "filled canceled filled");
  EXPECT_FALSE(x.venue.position("AAPL"));
}

TEST(bracket, ends_as_a_whole_when_a_part_is_cancelled) {
  for (const int canceled : {0, 1, 2}) {
    group_fixture x;
    const auto ids = x.group(bracket());
    EXPECT_FALSE(x.venue.cancel(ids[canceled], x.now, x.events));
    EXPECT_EQ(x.statuses(ids), "canceled canceled canceled") << canceled;
    EXPECT_EQ(x.venue.account().buying_power, money::from_int(100'000));
  }
  group_fixture x;
  const auto ids = x.entered();
  EXPECT_FALSE(x.venue.cancel(ids[2], x.now, x.events));
  EXPECT_EQ(x.statuses(ids), "filled canceled canceled");
  EXPECT_TRUE(x.venue.position("AAPL")->held_for_orders.is_zero());
}

TEST(bracket, expires_as_a_whole_at_the_close) {
  group_fixture x;
  const auto ids = x.group(bracket());
  x.now = x.session.close;
  x.settle();
  EXPECT_EQ(x.statuses(ids), "expired expired expired");
}

TEST(bracket, gives_queued_exits_the_end_of_the_day_that_opens) {
  group_fixture x;
  x.now = x.session.close;
  x.venue.set_session(x.tomorrow, false, x.now, x.events);
  const auto ids = x.group(bracket());
  EXPECT_EQ(x.statuses(ids), "accepted held held");
  x.now = x.tomorrow.open;
  x.venue.set_session(x.tomorrow, true, x.now, x.events);
  EXPECT_EQ(x.order(ids[2]).expires_at, x.tomorrow.close);
}

TEST(bracket, shrinks_the_stop_with_a_partly_filled_profit) {
  group_fixture x;
  auto options = exchange_fixture::plain_options();
  options.partial_fill_percent = 100;
  group_fixture y{options};
  auto wish = bracket("100");
  wish.limit = dollars("101");
  const auto ids = y.group(wish);
  y.settle();
  for (int k = 0; k < 50 && y.status(ids[0]) != "filled"; ++k) y.pass(std::chrono::seconds{3});
  ASSERT_EQ(y.statuses(ids), "filled new new");
  y.pass(std::chrono::seconds{1});
  y.market(y.aapl, "110", "110.02");
  const auto& profit = y.order(ids[1]);
  ASSERT_EQ(y.status(ids[1]), "partially_filled");
  EXPECT_EQ(y.order(ids[2]).qty, profit.remaining());
  y.market(y.aapl, "94", "94.02");
  for (int k = 0; k < 50; ++k) y.pass(std::chrono::seconds{3});
  EXPECT_FALSE(y.venue.position("AAPL")) << "both together sold exactly what there was";
}

TEST(bracket, does_what_the_option_says_when_a_part_of_the_entry_was_filled) {
  for (const auto choice : {partial_entry::cancels_exits, partial_entry::activates_exits}) {
    auto options = exchange_fixture::plain_options();
    options.partial_fill_percent = 100;
    options.exits_of_partial_entry = choice;
    group_fixture x{options};
    auto wish = bracket("100");
    wish.limit = dollars("101");
    const auto ids = x.group(wish);
    x.settle();
    const auto filled = x.order(ids[0]).filled_qty;
    ASSERT_TRUE(filled.is_positive() && filled < shares("100"));
    EXPECT_FALSE(x.venue.cancel(ids[0], x.now, x.events));
    if (choice == partial_entry::cancels_exits) {
      EXPECT_EQ(x.statuses(ids), "canceled canceled canceled");
    } else {
      EXPECT_EQ(x.statuses(ids), "canceled new new");
      EXPECT_EQ(x.order(ids[2]).qty, filled);
    }
  }
}

TEST(bracket, never_exits_more_than_is_left_of_the_position) {
  auto options = exchange_fixture::plain_options();
  options.partial_fill_percent = 100;
  group_fixture x{options};
  auto wish = bracket("100");
  wish.limit = dollars("101");
  const auto ids = x.group(wish);
  x.settle();
  auto sale = market_order(side::sell, "1");
  x.accepted(sale);
  for (int k = 0; k < 100; ++k) x.pass(std::chrono::seconds{3});
  EXPECT_EQ(x.statuses(ids), "filled new new");
  EXPECT_EQ(x.order(ids[1]).qty, shares("99"));
}

TEST(oto, triggers_its_one_exit) {
  for (const bool profit : {true, false}) {
    group_fixture x;
    auto wish = bracket();
    wish.order_class = order_class::oto;
    (profit ? wish.stop_loss : wish.take_profit) = {};
    wish.limit = dollars("100.02");
    const auto ids = x.group(wish);
    ASSERT_EQ(ids.size(), 2u);
    EXPECT_EQ(x.statuses(ids), "pending_new held");
    x.settle();
    EXPECT_EQ(x.statuses(ids), "filled new");
    EXPECT_EQ(x.venue.position("AAPL")->held_for_orders, shares("10"));
    profit ? x.market(x.aapl, "110", "110.1") : x.market(x.aapl, "94", "94.1");
    EXPECT_EQ(x.statuses(ids), "filled filled");
  }
}

TEST(oco, has_the_profit_as_its_order_and_the_stop_held_beneath) {
  group_fixture x;
  x.holds("10", "100", "100");
  const auto ids = x.group(oco());
  ASSERT_EQ(ids.size(), 2u);
  x.settle();
  EXPECT_EQ(x.statuses(ids), "new held");
  EXPECT_EQ(x.order(ids[0]).limit, dollars("110"));
  EXPECT_EQ(x.venue.position("AAPL")->held_for_orders, shares("10"));
  x.events.clear();
  x.market(x.aapl, "94", "94.1");
  EXPECT_EQ(x.story(), "new fill canceled");
  EXPECT_EQ(x.statuses(ids), "canceled filled");
  EXPECT_FALSE(x.venue.position("AAPL"));
}

TEST(oco, cancels_both_when_one_is_filled_or_cancelled) {
  for (const int canceled : {-1, 0, 1}) {
    group_fixture x;
    x.holds("10", "100", "100");
    const auto ids = x.group(oco());
    x.settle();
    if (canceled < 0) {
      x.market(x.aapl, "111", "111.1");
      EXPECT_EQ(x.statuses(ids), "filled canceled");
    } else {
      EXPECT_FALSE(x.venue.cancel(ids[canceled], x.now, x.events));
      EXPECT_EQ(x.statuses(ids), "canceled canceled");
    }
  }
}

TEST(order_classes, refuse_what_does_not_fit_together) {
  struct row {
    const char* what;
    void (*change)(new_order&);
    const char* message;
  };
  const row rows[] = {
      {"no profit", [](new_order& o) { o.take_profit = {}; },
       "bracket orders require take_profit.limit_price"},
      {"no loss", [](new_order& o) { o.stop_loss = {}; },
       "bracket orders require stop_loss.stop_price"},
      {"loss above profit", [](new_order& o) { o.stop_loss = dollars("111"); },
       "take_profit.limit_price must be > stop_loss.stop_price"},
      {"loss at the entry", [](new_order& o) { o.stop_loss = dollars("100"); },
       "stop_loss.stop_price must be <= base_price - 0.01"},
      {"profit at the entry", [](new_order& o) { o.take_profit = dollars("100"); },
       "take_profit.limit_price must be >= base_price + 0.01"},
      {"ticks", [](new_order& o) { o.take_profit = dollars("110.001"); },
       "invalid take_profit.limit_price 110.001. sub-penny increment does not fulfill minimum "
       "pricing criteria"},
      {"ioc", [](new_order& o) { o.tif = time_in_force::ioc; },
       "bracket orders must be DAY or GTC orders"},
      {"extended", [](new_order& o) { o.extended_hours = true; },
       "bracket orders must not be extended hours orders"},
      {"fraction", [](new_order& o) { o.qty = shares("1.5"); },
       "fractional orders must be simple orders"},
      {"oto with both", [](new_order& o) { o.order_class = order_class::oto; },
       "oto orders require one of take_profit.limit_price and stop_loss.stop_price"},
      {"oco of nothing",
       [](new_order& o) {
         o.order_class = order_class::oco;
         o.side = side::sell;
       },
       "oco orders must be exit orders"},
      {"oco by market",
       [](new_order& o) {
         o.order_class = order_class::oco;
         o.type = order_type::market;
         o.limit = {};
       },
       "oco orders must be limit orders"},
  };
  for (const auto& r : rows) {
    group_fixture x;
    auto order = bracket();
    r.change(order);
    const auto refused = x.refused(order);
    EXPECT_EQ(refused.message, r.message) << r.what;
    EXPECT_EQ(refused.http_status, 422) << r.what;
    EXPECT_EQ(x.venue.orders().size(), 0u) << r.what;
  }
  group_fixture x;
  x.holds("10", "100", "100");
  auto exit = bracket();
  exit.side = side::sell;
  exit.take_profit = dollars("90");
  exit.stop_loss = dollars("105");
  EXPECT_EQ(x.refused(exit).message, "bracket orders must be entry orders");
}

TEST(order_classes, are_exempt_from_the_wash_trade_guard) {
  group_fixture x;
  x.entered();
  x.accepted(market_order(side::buy, "1"));
}

TEST(order_classes, need_room_for_all_their_orders) {
  auto options = exchange_fixture::plain_options();
  options.orders_max = 2;
  group_fixture x{options};
  EXPECT_EQ(x.refused(bracket()).message, "too many open orders");
}

}  // namespace
}  // namespace bw::venue
