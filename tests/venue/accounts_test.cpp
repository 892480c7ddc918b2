#include "venue/accounts.hpp"

#include <map>

#include "core/prng.hpp"
#include "tests/support/seed.hpp"
#include "tests/venue/exchange_fixture.hpp"

// Shows that cash, positions, held shares and reservations are exact: by hand, and under random
// orders against a ledger that is computed anew from the events after every step.

namespace bw::venue {
namespace {

constexpr symbol_id first{0};

TEST(accounts, keep_the_average_of_buys_through_sales) {
  account_book book{money::from_int(10'000), 1, 1};
  book.apply_fill(first, side::buy, shares("10"), dollars("100"));
  book.apply_fill(first, side::buy, shares("30"), dollars("101"));
  EXPECT_EQ(book.average(first), dollars("100.75"));
  book.apply_fill(first, side::sell, shares("15"), dollars("120"));
  EXPECT_EQ(book.average(first), dollars("100.75"));
  EXPECT_EQ(book.position(first), shares("25"));
  book.apply_fill(first, side::sell, shares("25"), dollars("99"));
  EXPECT_TRUE(book.average(first).is_zero());
  EXPECT_EQ(to_money_floor(book.cash_exact()),
            money::from_int(10'000 - 1'000 - 3'030 + 1'800 + 2'475));
}

TEST(accounts, carry_no_rounding_in_cash) {
  account_book book{money::from_int(1), 1, 1};
  for (int k = 0; k < 3; ++k)
    book.apply_fill(first, side::buy, shares("0.000000001"), dollars("0.3333"));
  EXPECT_EQ(book.cash_exact(), int128{decimal_scale} * decimal_scale - 3 * 333'300'000);
}

TEST(accounts, compute_buying_power_by_multiplier) {
  struct row {
    std::uint32_t multiplier;
    const char* buying_power;
    const char* initial_margin;
  };
  // 100 shares at 50, bought for 40: equity 11,000, cash 6,000, maintenance 1,500.
  for (const row& r : {row{1, "6000", "5000"}, row{2, "17000", "2500"}, row{4, "38000", "2500"}}) {
    account_book book{money::from_int(10'000), r.multiplier, 1};
    book.apply_fill(first, side::buy, shares("100"), dollars("40"));
    const auto values = book.values({dollars("50")});
    EXPECT_EQ(values.buying_power, *money::parse(r.buying_power)) << r.multiplier;
    EXPECT_EQ(values.initial_margin, *money::parse(r.initial_margin)) << r.multiplier;
    EXPECT_EQ(values.maintenance_margin, money::from_int(1'500));
    EXPECT_EQ(values.equity, money::from_int(11'000));
  }
}

TEST(accounts, ask_more_maintenance_for_cheap_and_short_positions) {
  struct row {
    const char* qty;
    const char* last;
    const char* maintenance;
  };
  const row rows[] = {{"100", "2.5", "75"},  {"100", "2.49", "249"}, {"-100", "10", "500"},
                      {"-100", "20", "600"}, {"-100", "4", "400"},   {"-100", "2", "250"}};
  for (const auto& r : rows) {
    account_book book{money::from_int(10'000), 2, 1};
    const auto qty = shares(r.qty);
    book.apply_fill(first, qty.is_negative() ? side::sell : side::buy, abs(qty), dollars(r.last));
    EXPECT_EQ(book.values({dollars(r.last)}).maintenance_margin, *money::parse(r.maintenance))
        << r.qty << " at " << r.last;
  }
}

/// The books as they follow from events alone.
class naive_ledger {
 public:
  explicit naive_ledger(money cash) : cash_(static_cast<int128>(cash.units()) * decimal_scale) {}

  void see(const venue_event& event) {
    open_[event.order.id].order = event.order;
    if (event.fill_qty.is_zero()) return;
    const auto qty = event.order.side == side::buy ? event.fill_qty : -event.fill_qty;
    cash_ -= notional_exact(event.fill_price, qty);
    position_[event.order.symbol_text] += qty;
    EXPECT_EQ(event.position_qty, position_[event.order.symbol_text]);
  }
  void reserve(const venue_order& order, price per_share) {
    open_[order.id] = {order, order.side == side::buy ? per_share : price{}};
  }

  int128 reserved() const {
    int128 out = 0;
    for (const auto& [id, x] : open_)
      if (!is_terminal(x.order.status)) out += notional_exact(x.per_share, x.order.remaining());
    return out;
  }
  quantity held(const std::string& symbol) const {
    quantity out;
    for (const auto& [id, x] : open_)
      if (x.order.symbol_text == symbol && x.order.side == side::sell &&
          !is_terminal(x.order.status))
        out += x.order.remaining();
    return out;
  }
  int128 cash() const { return cash_; }
  quantity position(const std::string& symbol) { return position_[symbol]; }

 private:
  struct open_order {
    venue_order order;
    price per_share;
  };
  int128 cash_;
  std::map<std::string, quantity> position_;
  std::map<std::string, open_order> open_;
};

/// The rule of the broker, written down a second time: what one share of a buy keeps back.
price reserved_per_share(const new_order& order, price ask) {
  if (order.type == order_type::limit || order.type == order_type::stop_limit) return order.limit;
  const auto base = order.type == order_type::stop ? order.stop : ask;
  const auto percent_tenths = base < dollars("50") ? 1'040 : 1'025;
  const auto tick = base.units() * percent_tenths / 1'000 >= 1'000'000'000 ? 10'000'000 : 100'000;
  return price::from_units(base.units() * percent_tenths / 1'000 / tick * tick);
}

new_order random_order(prng& random, price mid) {
  new_order out;
  out.symbol = random.chance(1, 2) ? "AAPL" : "BRK";
  out.side = random.chance(1, 2) ? side::buy : side::sell;
  out.type = static_cast<order_type>(random.between(1, 4));
  out.tif = static_cast<time_in_force>(random.between(1, 4));
  out.qty = random.chance(1, 5) ? quantity::from_units(random.between(1, 20'000'000'000))
                                : quantity::from_int(random.between(1, 300));
  const auto near = [&] {
    return round_to_tick_nearest(price::from_units(mid.units() + random.bell(1'000'000'000)));
  };
  if (out.type == order_type::limit || out.type == order_type::stop_limit) out.limit = near();
  if (out.type == order_type::stop || out.type == order_type::stop_limit) out.stop = near();
  return out;
}

void expect_equal_books(exchange_fixture& x, naive_ledger& oracle, const std::string& repeat) {
  const auto account = x.venue.account();
  EXPECT_EQ(account.cash, to_money_half_even(oracle.cash())) << repeat;
  EXPECT_EQ(account.buying_power, to_money_floor(oracle.cash() - oracle.reserved())) << repeat;
  for (const std::string symbol : {"AAPL", "BRK"}) {
    const auto position = x.venue.position(symbol);
    EXPECT_EQ(position ? position->qty : quantity{}, oracle.position(symbol)) << repeat;
    EXPECT_FALSE(oracle.position(symbol).is_negative()) << repeat;
    if (position) {
      EXPECT_EQ(position->held_for_orders, oracle.held(symbol)) << repeat;
      EXPECT_LE(position->held_for_orders, position->qty) << repeat;
    }
  }
}

TEST(accounts, equal_a_naive_ledger_under_random_orders) {
  const auto seed = tests::test_seed(20261102);
  const auto repeat = tests::repeat_with(seed);
  std::uint64_t accepted = 0, fills = 0;
  for (std::uint64_t run = 0; run < tests::test_size(20); ++run) {
    prng random{seed + run};
    exchange_options options;
    options.seed = seed + run;
    options.partial_fill_percent = 30;
    options.cancel_delay = std::chrono::milliseconds{random.between(0, 1) * 30};
    exchange_fixture x{options};
    naive_ledger oracle{options.start_cash};
    x.opened();
    std::int64_t cents = random.between(500, 20'000);
    price mid, ask;
    std::vector<std::string> ids;
    for (int step = 0; step < 300 && !testing::Test::HasFailure(); ++step) {
      cents = std::max<std::int64_t>(cents + random.bell(15), 300);
      mid = price::from_units(cents * 10'000'000);
      ask = mid + dollars("0.02");
      for (const auto symbol : {x.aapl, x.brk}) x.market(symbol, mid.text(), ask.text());
      const auto order = random_order(random, mid);
      auto answer = x.send(order);
      if (const auto* taken = std::get_if<venue_order>(&answer)) {
        ++accepted;
        ids.push_back(taken->id);
        oracle.reserve(*taken, reserved_per_share(order, ask));
      }
      if (!ids.empty() && random.chance(1, 3))
        std::ignore = x.venue.cancel(ids[random.below(ids.size())], x.now, x.events);
      x.pass(std::chrono::milliseconds{random.between(0, 2'000)});
      for (const auto& event : x.events) {
        fills += !event.fill_qty.is_zero();
        oracle.see(event);
      }
      x.events.clear();
      expect_equal_books(x, oracle, repeat);
    }
    x.now = x.session.close;
    x.settle();
    for (const auto& event : x.events) oracle.see(event);
    x.venue.set_session(x.tomorrow, true, x.tomorrow.open, x.events);
    expect_equal_books(x, oracle, repeat);
  }
  EXPECT_GT(accepted, 500u) << "the test is worth little when most orders are refused";
  EXPECT_GT(fills, 300u);
}

}  // namespace
}  // namespace bw::venue
