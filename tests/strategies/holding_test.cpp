// One strategy's shares and orders: averages, other people's orders, resting stops, hostile news.

#include "strategies/holding.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "core/prng.hpp"
#include "tests/support/seed.hpp"

namespace bw {
namespace {

using std::chrono::seconds;

price p(const char* text) { return price::parse(text).value(); }
quantity shares(std::int64_t x) { return quantity::from_int(x); }
constexpr mono_ns start{1'000'000'000};

order_request order(order_purpose purpose, std::int64_t qty, std::uint64_t trace = 1) {
  order_request x;
  x.header.trace = trace_id{trace};
  x.purpose = purpose;
  x.side = purpose == order_purpose::entry ? side::buy : side::sell;
  x.qty = shares(qty);
  if (purpose == order_purpose::entry) x.limit = p("100");
  return x;
}

order_report report(order_request request, std::uint64_t number, order_state state,
                    std::int64_t filled_total = 0, std::int64_t last = 0, const char* at = "100") {
  order_report x;
  x.request = request;
  x.request.order = order_id{number};
  x.state = state;
  x.filled_total = shares(filled_total);
  x.last_qty = shares(last);
  x.last_price = p(at);
  return x;
}

holding with_shares(std::int64_t qty) {
  holding x{{}};
  EXPECT_TRUE(x.restore(shares(qty), p("100"), p("99")));
  return x;
}

TEST(holding, averages_its_fills) {
  holding x{{}};
  const auto entry = order(order_purpose::entry, 30);
  x.sent(entry, start);
  EXPECT_EQ(x.pending_cost(), notional_exact(p("100"), shares(30)));
  const auto fill = x.apply(report(entry, 1, order_state::partial, 10, 10, "99"), start);
  ASSERT_TRUE(fill.has_value());
  EXPECT_EQ(fill->qty, shares(10));
  EXPECT_EQ(fill->position.average, p("99"));
  x.apply(report(entry, 1, order_state::filled, 30, 20, "102"), start);
  EXPECT_EQ(x.position().average, p("101"));
  EXPECT_EQ(x.position().qty, shares(30));
  EXPECT_EQ(x.pending_cost(), 0);
  EXPECT_FALSE(x.can_enter());
  EXPECT_TRUE(x.can_exit());
}

TEST(holding, the_same_news_twice_counts_once_and_missed_news_is_made_up) {
  holding x{{}};
  const auto entry = order(order_purpose::entry, 30);
  x.sent(entry, start);
  EXPECT_TRUE(x.apply(report(entry, 1, order_state::partial, 10, 10), start));
  EXPECT_FALSE(x.apply(report(entry, 1, order_state::partial, 10, 10), start));
  auto later = report(entry, 1, order_state::filled, 30, 5, "100");
  later.filled_average = p("101");
  EXPECT_EQ(x.apply(later, start)->qty, shares(20));
  EXPECT_EQ(x.position().qty, shares(30));
}

TEST(holding, an_order_from_before_the_start_counts_only_what_is_new) {
  auto x = with_shares(10);
  const auto entry = order(order_purpose::entry, 30, 9);
  EXPECT_FALSE(x.apply(report(entry, 4, order_state::partial, 10, 0), start));
  EXPECT_EQ(x.position().qty, shares(10));
  EXPECT_TRUE(x.apply(report(entry, 4, order_state::partial, 12, 2), start));
  EXPECT_EQ(x.position().qty, shares(12));
}

TEST(holding, a_resting_stop_is_cancelled_before_the_exit) {
  auto x = with_shares(10);
  const auto resting = order(order_purpose::protective, 10, 5);
  x.apply(report(resting, 7, order_state::working), start);
  EXPECT_TRUE(x.can_exit());
  EXPECT_TRUE(x.take_cancels_due(start).empty());
  x.want_exit(signal_reason::overbought, order_purpose::exit, start);
  EXPECT_FALSE(x.exit_due(start).has_value());
  EXPECT_EQ(x.take_cancels_due(start)[0], order_id{7});
  EXPECT_FALSE(x.exit_due(start + seconds{60}).has_value());
  // It was hit for a part before the cancel came.
  x.apply(report(resting, 7, order_state::canceled, 4, 4), start);
  ASSERT_TRUE(x.exit_due(start).has_value());
  EXPECT_EQ(x.exit_due(start)->qty, shares(6));
}

TEST(holding, the_end_of_the_day_overrules_another_reason) {
  auto x = with_shares(10);
  x.want_exit(signal_reason::stop_hit, order_purpose::exit, start);
  x.want_exit(signal_reason::target_hit, order_purpose::exit, start);
  EXPECT_EQ(x.exit_due(start)->reason, signal_reason::stop_hit);
  x.want_exit(signal_reason::close_of_day, order_purpose::flatten, start);
  EXPECT_EQ(x.exit_due(start)->reason, signal_reason::close_of_day);
  EXPECT_EQ(x.exit_due(start)->purpose, order_purpose::flatten);
}

TEST(holding, shares_sold_by_others_are_counted_and_never_negative) {
  auto x = with_shares(10);
  x.apply(report(order(order_purpose::flatten, 15, 3), 2, order_state::filled, 15, 15), start);
  EXPECT_EQ(x.position().qty, quantity{});
  EXPECT_EQ(x.oversold(), shares(5));
  EXPECT_TRUE(x.can_enter());
}

TEST(holding, a_denial_of_another_order_changes_nothing) {
  holding x{{}};
  const auto entry = order(order_purpose::entry, 30, 1);
  x.sent(entry, start);
  EXPECT_FALSE(x.apply(order_denied{order(order_purpose::entry, 30, 2), {}}));
  EXPECT_FALSE(x.apply(order_denied{order(order_purpose::exit, 30, 1), {}}));
  EXPECT_FALSE(x.can_enter());
  EXPECT_TRUE(x.apply(order_denied{entry, {}}));
  EXPECT_TRUE(x.can_enter());
}

TEST(holding, remembers_a_bounded_number_of_orders) {
  auto x = with_shares(10);
  // More orders of somebody else than are remembered: their fills count all the same.
  for (std::uint64_t k = 0; k < 2 * holding::orders_max; ++k) {
    const auto entry = order(order_purpose::entry, 30, 100 + k);
    x.apply(report(entry, 100 + k, order_state::working), start);
    EXPECT_TRUE(x.apply(report(entry, 100 + k, order_state::partial, 1, 1), start)) << k;
  }
  EXPECT_EQ(x.position().qty, shares(10 + 2 * holding::orders_max));
  EXPECT_EQ(x.take_cancels_due(start + seconds{30}).size(), holding::orders_max);
}

TEST(holding, does_not_believe_what_cannot_be) {
  holding x{{}};
  EXPECT_FALSE(x.restore(shares(-1), p("100"), {}));
  EXPECT_FALSE(x.restore(shares(1), price{}, {}));
  EXPECT_FALSE(x.restore(holding::qty_limit + shares(1), p("100"), {}));
  EXPECT_FALSE(x.restore(shares(1), holding::price_limit + p("1"), {}));
  EXPECT_TRUE(x.restore(shares(1), p("100"), {}));
  EXPECT_FALSE(x.restore(shares(1), p("100"), {}));

  auto news = report(order(order_purpose::entry, 1, 2), 5, order_state::filled);
  news.filled_total = quantity::max();
  EXPECT_FALSE(x.apply(news, start));
  news.filled_total = shares(-5);
  EXPECT_FALSE(x.apply(news, start));
  news.filled_total = shares(1);
  news.last_qty = -quantity::max();
  EXPECT_FALSE(x.apply(news, start));
  news.last_qty = shares(1);
  news.last_price = price::max();
  EXPECT_FALSE(x.apply(news, start));
  EXPECT_EQ(x.position().qty, shares(1));
}

// Stops that rest at the broker.

order_request stop_order(const due_stop& what, std::uint64_t trace) {
  auto x = order(order_purpose::protective, 1, trace);
  x.type = order_type::stop;
  x.qty = what.qty;
  x.stop = what.at;
  return x;
}

/// Ten shares at 100 with a stop at 99 that the broker has taken as order 50.
struct covered_holding {
  holding x = with_shares(10);
  order_request resting;

  explicit covered_holding(mono_ns now = start) {
    const auto due = x.stop_due(p("100"), now);
    EXPECT_TRUE(due.has_value());
    resting = stop_order(*due, 40);
    x.sent(resting, now);
    EXPECT_EQ(x.covered(), quantity{}) << "the broker has said nothing yet";
    x.apply(report(resting, 50, order_state::working), now);
  }
};

TEST(holding, a_position_gets_its_stop_at_once_and_only_once) {
  covered_holding with;
  EXPECT_EQ(with.resting.qty, shares(10));
  EXPECT_EQ(with.resting.stop, p("99"));
  EXPECT_EQ(with.x.covered(), shares(10));
  EXPECT_FALSE(with.x.stop_due(p("100"), start + seconds{60}));
  EXPECT_TRUE(with.x.take_cancels_due(start + seconds{60}, p("100")).empty());
}

TEST(holding, the_rest_of_an_entry_is_taken_back_before_the_stop_is_placed) {
  holding x{{}};
  const auto entry = order(order_purpose::entry, 30);
  x.sent(entry, start);
  x.apply(report(entry, 1, order_state::partial, 10, 10), start);
  EXPECT_FALSE(x.stop_due(p("100"), start)) << "the broker refuses it beside an open entry";
  EXPECT_TRUE(x.take_cancels_due(start, p("100")).empty()) << "the rest has a moment";
  const auto later = start + seconds{1};
  ASSERT_EQ(x.take_cancels_due(later, p("100")).size(), 1u);
  x.apply(report(entry, 1, order_state::canceled, 12, 2), later);
  ASSERT_TRUE(x.stop_due(p("100"), later));
  EXPECT_EQ(x.stop_due(p("100"), later)->qty, shares(12)) << "the fill that won the race counts";
}

TEST(holding, a_refused_stop_is_tried_again_after_a_while) {
  auto x = with_shares(10);
  const auto resting = stop_order(*x.stop_due(p("100"), start), 40);
  x.sent(resting, start);
  order_denied denied{resting, {}};
  denied.verdict.reason = risk_rule::rate;
  EXPECT_TRUE(x.apply(denied, start));
  EXPECT_FALSE(x.stop_due(p("100"), start));
  ASSERT_TRUE(x.stop_due(p("100"), start + seconds{1}));
  const auto again = stop_order(*x.stop_due(p("100"), start + seconds{1}), 41);
  x.sent(again, start + seconds{1});
  x.apply(report(again, 51, order_state::rejected), start + seconds{1});
  EXPECT_FALSE(x.stop_due(p("100"), start + seconds{2}));
  EXPECT_TRUE(x.stop_due(p("100"), start + seconds{6}));
}

TEST(holding, a_stop_that_a_halt_denied_waits_for_news_of_the_state) {
  auto x = with_shares(10);
  const auto resting = stop_order(*x.stop_due(p("100"), start), 40);
  x.sent(resting, start);
  order_denied denied{resting, {}};
  denied.verdict.reason = risk_rule::state;
  EXPECT_TRUE(x.apply(denied, start));
  EXPECT_FALSE(x.stop_due(p("100"), start + seconds{59})) << "not asked for each second";
  EXPECT_TRUE(x.stop_due(p("100"), start + seconds{60})) << "nor forgotten";
  x.try_stop_again(trading_halted::no);
  EXPECT_TRUE(x.stop_due(p("100"), start));
}

TEST(holding, a_price_through_an_unplaced_stop_closes_at_once) {
  auto x = with_shares(10);
  x.watch_trade(p("98.90"), start);
  EXPECT_TRUE(x.wants_exit());
  EXPECT_FALSE(x.stop_due(p("98.90"), start));
  EXPECT_EQ(x.exit_due(start)->reason, signal_reason::stop_hit);
}

TEST(holding, a_price_through_a_resting_stop_is_the_brokers_for_a_moment) {
  covered_holding with;
  with.x.watch_trade(p("98.90"), start);
  EXPECT_FALSE(with.x.wants_exit());
  with.x.watch_time(start + seconds{1});
  EXPECT_FALSE(with.x.wants_exit());
  with.x.watch_time(start + seconds{2});
  EXPECT_TRUE(with.x.wants_exit()) << "it did not act";

  covered_holding executed;
  executed.x.watch_trade(p("98.90"), start);
  executed.x.apply(report(executed.resting, 50, order_state::filled, 10, 10, "98.88"), start);
  executed.x.watch_time(start + seconds{60});
  EXPECT_FALSE(executed.x.wants_exit());
  EXPECT_TRUE(executed.x.can_enter());

  covered_holding recovered;
  recovered.x.watch_trade(p("98.90"), start);
  recovered.x.watch_trade(p("99.50"), start + seconds{1});
  recovered.x.watch_time(start + seconds{60});
  EXPECT_FALSE(recovered.x.wants_exit()) << "the price came back";
}

TEST(holding, the_stop_at_the_broker_follows_the_trail_in_steps) {
  covered_holding with;
  // Only accepted: the broker does not replace what is not at the venue yet.
  with.x.apply(report(with.resting, 50, order_state::accepted), start);
  with.x.watch_bid(p("102"), start);
  EXPECT_EQ(with.x.stop(), p("100.98"));
  const auto cancels = with.x.take_cancels_due(start, p("102"));
  ASSERT_EQ(cancels.size(), 1u);
  EXPECT_EQ(cancels[0], order_id{50});
  EXPECT_FALSE(with.x.stop_due(p("102"), start)) << "its shares are still held";
  with.x.apply(report(with.resting, 50, order_state::canceled), start);
  const auto due = with.x.stop_due(p("102"), start);
  ASSERT_TRUE(due);
  EXPECT_EQ(due->at, p("100.98"));
  EXPECT_EQ(due->reason, signal_reason::trailing_stop_hit);
  const auto moved = stop_order(*due, 41);
  with.x.sent(moved, start);
  with.x.apply(report(moved, 51, order_state::working), start);
  with.x.watch_bid(p("103"), start + seconds{1});
  EXPECT_TRUE(with.x.take_cancels_due(start + seconds{1}, p("103")).empty()) << "once in 5 s";
  EXPECT_TRUE(with.x.take_cancels_due(start + seconds{5}, p("103")).empty());
  const auto next = with.x.stop_due(p("103"), start + seconds{5});
  ASSERT_TRUE(next);
  EXPECT_EQ(next->replaces, order_id{51}) << "now it is at the venue";
}

TEST(holding, prices_that_leave_it_calm_move_its_trail_alone) {
  const auto seed = tests::test_seed(47);
  SCOPED_TRACE(tests::repeat_with(seed));
  prng random{seed};
  int calm = 0;
  int trailing = 0;
  for (int k = 0; k < 2'000; ++k) {
    covered_holding with;
    const auto cents = [](std::int64_t x) { return price::from_units(x * 10'000'000); };
    // Its trail may have begun, and its stop may have been moved.
    if (random.chance(1, 2)) with.x.watch_bid(cents(random.between(9'990, 10'300)), start);
    if (const auto due = with.x.stop_due(cents(10'200), start)) {
      const auto moved = stop_order(*due, 41);
      with.x.sent(moved, start);
      with.x.apply(report(with.resting, 50, order_state::replaced), start);
      with.x.apply(report(moved, 51, order_state::working), start);
    }
    const auto lowest = cents(random.between(9'850, 10'250));
    const auto highest = lowest + cents(random.between(0, 120));
    const auto late = start + seconds{60};
    if (!with.x.is_calm_between(lowest, highest)) continue;
    ++calm;
    auto short_cut = with.x;
    short_cut.watch_bid(highest, late);
    std::vector<price> seen{lowest, highest};
    for (int more = 0; more < 4; ++more)
      seen.push_back(price::from_units(random.between(lowest.units(), highest.units())));
    if (random.chance(1, 2)) std::swap(seen.front(), seen[1]);
    for (const auto at : seen) {
      with.x.watch_bid(at, late);
      with.x.watch_trade(at, late);
      with.x.watch_time(late);
      EXPECT_FALSE(with.x.wants_exit());
      EXPECT_FALSE(with.x.stop_due(at, late));
      EXPECT_TRUE(with.x.take_cancels_due(late, at).empty());
      EXPECT_TRUE(with.x.is_calm());
    }
    EXPECT_EQ(with.x.stop(), short_cut.stop());
    EXPECT_EQ(with.x.next_time(late), short_cut.next_time(late));
    if (with.x.stop() > p("99")) ++trailing;
    if (HasFailure()) FAIL() << k;
  }
  EXPECT_GT(calm, 300);
  EXPECT_GT(trailing, 30);
}

/// The stop of `covered_holding` with its successor as order 51 on the way.
struct moved_holding : covered_holding {
  order_request next;

  moved_holding() {
    x.watch_bid(p("102"), start);
    const auto due = x.stop_due(p("102"), start);
    EXPECT_TRUE(due && due->replaces == order_id{50});
    EXPECT_TRUE(x.take_cancels_due(start, p("102")).empty()) << "nothing is taken back";
    next = stop_order(*due, 41);
    next.replaces = due->replaces;
    x.sent(next, start);
  }
  void tell(const order_request& which, std::uint64_t number, order_state state,
            std::int64_t filled = 0) {
    x.apply(report(which, number, state, filled, filled, "100.98"), start);
  }
};

TEST(holding, a_stop_that_is_replaced_covers_without_a_gap) {
  moved_holding with;
  EXPECT_EQ(with.x.covered(), shares(10));
  EXPECT_FALSE(with.x.stop_due(p("102"), start + seconds{60}));
  EXPECT_TRUE(with.x.take_cancels_due(start + seconds{60}, p("102")).empty());
  with.tell(with.next, 51, order_state::working);
  EXPECT_EQ(with.x.covered(), shares(10)) << "of both only one can execute";
  with.tell(with.resting, 50, order_state::replaced);
  EXPECT_EQ(with.x.covered(), shares(10));
  EXPECT_FALSE(with.x.stop_due(p("102"), start + seconds{60}));
}

TEST(holding, a_refused_replacement_is_taken_back_and_placed_anew) {
  moved_holding with;
  with.tell(with.next, 51, order_state::rejected);
  EXPECT_EQ(with.x.covered(), shares(10)) << "the old one stands";
  EXPECT_TRUE(with.x.take_cancels_due(start + seconds{4}, p("102")).empty());
  const auto cancels = with.x.take_cancels_due(start + seconds{6}, p("102"));
  ASSERT_EQ(cancels.size(), 1u);
  EXPECT_EQ(cancels[0], order_id{50});
}

TEST(holding, a_replacement_that_never_left_is_tried_again_as_one) {
  moved_holding with;
  with.tell(with.next, 51, order_state::not_sent);
  const auto due = with.x.stop_due(p("102"), start + seconds{6});
  ASSERT_TRUE(due);
  EXPECT_EQ(due->replaces, order_id{50}) << "nothing is uncovered for a broker out of reach";
}

TEST(holding, the_old_stop_that_executes_first_ends_the_position_once) {
  moved_holding with;
  with.tell(with.resting, 50, order_state::filled, 10);
  EXPECT_EQ(with.x.position().qty, quantity{});
  with.tell(with.next, 51, order_state::rejected);
  EXPECT_TRUE(with.x.can_enter());
  EXPECT_EQ(with.x.oversold(), quantity{});
}

TEST(holding, a_halt_neither_places_nor_moves_a_stop) {
  auto bare = with_shares(10);
  bare.try_stop_again(trading_halted::yes);
  EXPECT_FALSE(bare.stop_due(p("100"), start));
  bare.try_stop_again(trading_halted::no);
  EXPECT_TRUE(bare.stop_due(p("100"), start)) << "at once when the halt ends";

  for (const auto state : {order_state::accepted, order_state::working}) {
    covered_holding with;
    with.x.apply(report(with.resting, 50, state), start);
    with.x.watch_bid(p("102"), start);
    with.x.try_stop_again(trading_halted::yes);
    EXPECT_FALSE(with.x.stop_due(p("102"), start));
    EXPECT_TRUE(with.x.take_cancels_due(start, p("102")).empty())
        << "what is taken back could not be placed anew";
  }
}

TEST(holding, an_exit_takes_both_back) {
  moved_holding with;
  with.tell(with.next, 51, order_state::accepted);
  with.x.want_exit(signal_reason::target_hit, order_purpose::exit, start);
  EXPECT_EQ(with.x.take_cancels_due(start, p("102")).size(), 2u);
  EXPECT_FALSE(with.x.exit_due(start));
  with.tell(with.resting, 50, order_state::canceled);
  EXPECT_FALSE(with.x.exit_due(start));
  with.tell(with.next, 51, order_state::rejected);
  EXPECT_EQ(with.x.exit_due(start)->qty, shares(10));
}

TEST(holding, a_stop_of_before_the_start_is_taken_over) {
  auto x = with_shares(10);
  auto resting = order(order_purpose::protective, 10, 77);
  resting.stop = p("99");
  x.apply(report(resting, 9, order_state::working), start);
  EXPECT_EQ(x.covered(), shares(10));
  EXPECT_FALSE(x.stop_due(p("100"), start));
}

TEST(holding, a_stop_that_is_larger_than_the_position_is_taken_back) {
  covered_holding with;
  with.x.apply(report(order(order_purpose::flatten, 4, 3), 2, order_state::filled, 4, 4), start);
  const auto cancels = with.x.take_cancels_due(start, p("100"));
  ASSERT_EQ(cancels.size(), 1u);
  EXPECT_EQ(cancels[0], order_id{50});
  with.x.apply(report(with.resting, 50, order_state::canceled), start);
  EXPECT_EQ(with.x.stop_due(p("100"), start)->qty, shares(6));
}

}  // namespace
}  // namespace bw
