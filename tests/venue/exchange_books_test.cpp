#include <map>

#include "core/prng.hpp"
#include "tests/support/seed.hpp"
#include "tests/venue/exchange_fixture.hpp"
#include "venue/accounts.hpp"

// Shows that the books stay exact whatever orders of whatever kind do to each other: after every
// step cash and positions are computed anew from the executions, groups are checked against their
// rule, and every order is compared with the market to see that none was overlooked.

namespace bw::venue {
namespace {

/// Cash and positions as they follow from nothing but the executions.
class executions {
 public:
  explicit executions(money cash) : cash_(static_cast<int128>(cash.units()) * decimal_scale) {}

  void see(const venue_event& event) {
    if (event.fill_qty.is_zero()) return;
    ++count;
    const bool buy = event.order.side == side::buy;
    const auto qty = buy ? event.fill_qty : -event.fill_qty;
    cash_ -= notional_exact(event.fill_price, qty);
    auto& position = position_[event.order.symbol];
    const auto before = position;
    position += qty;
    EXPECT_EQ(event.position_qty, position);
    EXPECT_TRUE(event.order.side == side::buy || before.is_positive() || shorts)
        << "a share from nowhere";
    EXPECT_FALSE(before.is_positive() && position.is_negative()) << "turned around";
    EXPECT_FALSE(before.is_negative() && position.is_positive()) << "turned around";
    filled_[event.order.id] += event.fill_qty;
    EXPECT_EQ(filled_[event.order.id], event.order.filled_qty);
    EXPECT_LE(event.order.filled_qty + event.order.filled_before, event.order.qty);
    EXPECT_TRUE(executions_.emplace(event.execution_id).second) << "an execution counts once";
  }
  int128 cash() const { return cash_; }
  quantity position(symbol_id symbol) { return position_[symbol]; }

  bool shorts = false;
  std::uint64_t count = 0;

 private:
  int128 cash_;
  std::map<symbol_id, quantity> position_;
  std::map<std::string, quantity> filled_;
  std::set<std::string> executions_;
};

class random_client {
 public:
  random_client(std::uint64_t seed, exchange_options options) : random(seed), x(options) {}

  new_order order() {
    new_order out;
    out.symbol = random.chance(1, 2) ? "AAPL" : "BRK";
    out.side = random.chance(1, 2) ? side::buy : side::sell;
    out.type = static_cast<order_type>(random.between(1, 5));
    out.tif = static_cast<time_in_force>(random.chance(1, 2) ? 1 : random.between(1, 6));
    out.qty = random.chance(1, 6) ? quantity::from_units(random.between(1, 20'000'000'000))
                                  : quantity::from_int(random.between(1, 100));
    if (has_limit(out.type)) out.limit = near(0);
    if (has_stop(out.type)) out.stop = near(0);
    if (out.type == order_type::trailing_stop) {
      if (random.chance(1, 2))
        out.trail_price = price::from_units(random.between(1, 300) * 10'000'000);
      else
        out.trail_percent = percentage::from_units(random.between(1, 5'000'000'000));
    }
    out.extended_hours = random.chance(1, 6);
    if (random.chance(1, 8)) {
      out.notional = money::from_units(random.between(1, 5'000) * decimal_scale / 2);
      out.qty = {};
    }
    if (random.chance(1, 2)) make_group(out);
    return out;
  }

  order_change change() {
    order_change out;
    if (random.chance(1, 2)) out.limit = near(0);
    if (random.chance(1, 4)) out.qty = quantity::from_int(random.between(1, 120));
    if (random.chance(1, 6)) out.stop = near(0);
    if (random.chance(1, 6)) out.trail = price::from_units(random.between(1, 300) * 10'000'000);
    if (random.chance(1, 6)) out.tif = time_in_force::gtc;
    return out;
  }

  void move_market() {
    for (std::size_t k = 0; k < 2; ++k) {
      cents[k] = std::max<std::int64_t>(cents[k] + random.bell(20), 300);
      const auto symbol = symbol_id{static_cast<std::uint32_t>(k)};
      bid[k] = price::from_units(cents[k] * 10'000'000);
      ask[k] = bid[k] + dollars("0.02");
      if (random.chance(1, 3)) x.print(symbol, bid[k].text());
      x.market(symbol, bid[k].text(), ask[k].text());
    }
  }

  prng random;
  exchange_fixture x;
  std::int64_t cents[2] = {10'000, 4'000};
  price bid[2], ask[2];

 private:
  price near(std::int64_t off_cents) {
    const auto units = bid[random.below(2)].units() + off_cents * 10'000'000;
    return round_to_tick_nearest(price::from_units(units + random.bell(1'000'000'000)));
  }
  void make_group(new_order& out) {
    out.order_class = static_cast<order_class>(random.between(2, 4));
    const auto k = out.symbol == "AAPL" ? 0 : 1;
    const bool sells = (out.order_class == order_class::oco) == (out.side == side::sell);
    const auto away = [&](bool up) {
      const auto off = random.between(5, 200) * 10'000'000;
      return bid[k] + price::from_units(up ? off : -off);
    };
    if (out.order_class == order_class::oco) out.type = order_type::limit;
    if (has_limit(out.type)) out.limit = bid[k];
    out.qty = quantity::from_int(random.between(1, 100));
    out.notional = {};
    out.tif = random.chance(1, 2) ? time_in_force::day : time_in_force::gtc;
    out.extended_hours = false;
    const bool one = out.order_class == order_class::oto;
    const bool profit = !one || random.chance(1, 2);
    if (profit) out.take_profit = away(sells);
    if (!one || !profit) out.stop_loss = away(!sells);
  }
};

/// Exits of a group that are at work keep back and can sell no more than their position has.
void expect_no_oversold_group(random_client& c, const std::string& repeat) {
  std::map<symbol_id, quantity> claimed;
  for (const auto* order : c.x.venue.orders()) {
    if (is_terminal(order->status) || opens(order->intent)) continue;
    const bool works =
        order->status == venue_status::new_order || order->status == venue_status::partially_filled;
    if (!works) continue;
    // Of a pair only the larger counts: they shrink each other.
    if (order->order_class != order_class::simple && has_stop(order->type) &&
        order->order_class != order_class::oto)
      continue;
    claimed[order->symbol] += order->remaining();
  }
  for (const auto& position : c.x.venue.positions()) {
    EXPECT_LE(position.held_for_orders, abs(position.qty)) << repeat;
    EXPECT_LE(claimed[position.symbol], abs(position.qty)) << repeat;
  }
}

/// Slow and simple: an order that rests although the newest quote would execute it was overlooked.
void expect_none_overlooked(random_client& c, const std::string& repeat) {
  for (const auto* order : c.x.venue.orders()) {
    const bool rests =
        order->status == venue_status::new_order || order->status == venue_status::partially_filled;
    const bool in_auction = order->tif == time_in_force::opg || order->tif == time_in_force::cls;
    if (!rests || in_auction) continue;
    const auto k = order->symbol.value;
    const bool buy = order->side == side::buy;
    const bool set_off = buy ? c.ask[k] >= order->stop : c.bid[k] <= order->stop;
    if (order->type != order_type::limit && order->type != order_type::market &&
        !order->stop_triggered) {
      EXPECT_FALSE(set_off) << order->id << ' ' << repeat;
    } else if (has_limit(order->type)) {
      const bool marketable = buy ? c.ask[k] <= order->limit : c.bid[k] >= order->limit;
      EXPECT_FALSE(marketable) << order->id << ' ' << repeat;
    }
  }
}

struct figures {
  std::uint64_t accepted = 0;
  std::uint64_t replaced = 0;
  std::uint64_t groups = 0;
  std::uint64_t fills = 0;
};

void play(std::uint64_t seed, bool whole_fills, figures& seen) {
  const auto repeat = tests::repeat_with(seed);
  exchange_options options;
  options.seed = seed;
  options.multiplier = 2;
  options.shorting_enabled = seed % 2 == 0;
  options.partial_fill_percent = whole_fills ? 0 : 40;
  options.tells_done_for_day = seed % 3 == 0;
  options.exits_of_partial_entry =
      seed % 4 < 2 ? partial_entry::cancels_exits : partial_entry::activates_exits;
  random_client c{seed, options};
  executions oracle{options.start_cash};
  oracle.shorts = options.shorting_enabled;
  std::vector<std::string> ids;
  const auto settle_books = [&] {
    for (const auto& event : c.x.events) oracle.see(event);
    c.x.events.clear();
    EXPECT_EQ(c.x.venue.account().cash, to_money_half_even(oracle.cash())) << repeat;
    for (const auto symbol : {c.x.aapl, c.x.brk}) {
      const auto name = symbol == c.x.aapl ? "AAPL" : "BRK";
      const auto position = c.x.venue.position(name);
      EXPECT_EQ(position ? position->qty : quantity{}, oracle.position(symbol)) << repeat;
    }
    expect_no_oversold_group(c, repeat);
  };
  const auto from = c.x.session;
  for (int day = 0; day < 3; ++day) {
    const auto shift = std::chrono::hours{24} * day;
    const market_session session{from.open + shift, from.close + shift};
    c.x.now = session.open;
    c.x.venue.set_session(session, true, c.x.now, c.x.events);
    for (int step = 0; step < 150 && !testing::Test::HasFailure(); ++step) {
      c.move_market();
      const auto wish = c.order();
      const auto answer = c.x.send(wish);
      if (const auto* taken = std::get_if<venue_order>(&answer)) {
        ++seen.accepted;
        seen.groups += taken->order_class != order_class::simple;
        ids.push_back(taken->id);
        for (const auto leg : taken->legs)
          if (leg != 0) ids.push_back(c.x.venue.order(leg)->id);
      }
      if (!ids.empty() && c.random.chance(1, 4))
        std::ignore = c.x.venue.cancel(ids[c.random.below(ids.size())], c.x.now, c.x.events);
      if (!ids.empty() && c.random.chance(1, 3)) {
        const auto recent = ids.size() - 1 - c.random.below(std::min<std::size_t>(ids.size(), 12));
        const auto next = c.x.venue.replace(ids[recent], c.change(), c.x.now, c.x.events);
        if (const auto* taken = std::get_if<venue_order>(&next)) {
          ++seen.replaced;
          ids.push_back(taken->id);
        }
      }
      c.x.pass(std::chrono::milliseconds{c.random.between(0, 1) * 2'500});
      settle_books();
      // Everything was acknowledged and looked at, and nothing waits for a second look.
      if (!whole_fills) continue;
      c.x.pass(std::chrono::milliseconds{100});
      settle_books();
      expect_none_overlooked(c, repeat);
    }
    c.x.now = session.close;
    c.x.pass(std::chrono::hours{6});
    settle_books();
  }
  seen.fills += oracle.count;
  if (testing::Test::HasFailure()) std::cout << repeat << '\n';
}

TEST(exchange_books, are_exact_and_overlook_nothing_under_random_orders) {
  const auto seed = tests::test_seed(20261103);
  figures seen;
  const auto runs = tests::test_size(24);
  for (std::uint64_t run = 0; run < runs && !testing::Test::HasFailure(); ++run)
    play(seed + run, run % 2 == 0, seen);
  EXPECT_GT(seen.accepted, runs * 50);
  EXPECT_GT(seen.groups, runs * 10);
  EXPECT_GT(seen.replaced, runs * 5);
  EXPECT_GT(seen.fills, runs * 50);
}

}  // namespace
}  // namespace bw::venue
