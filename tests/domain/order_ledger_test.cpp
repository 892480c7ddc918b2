// Orders from intent to end; fills that come twice, late, out of order or not at all; bounds.

#include "domain/order_ledger.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "core/prng.hpp"
#include "domain/client_order_ids.hpp"
#include "tests/support/seed.hpp"

namespace bw {
namespace {

constexpr utc_ns at{1'000};
quantity shares(std::int64_t n) { return quantity::from_int(n); }
price p(const char* text) { return *price::parse(text); }

client_order_id id_of(std::uint64_t order) { return make_client_order_id({1, 1, order_id{order}}); }

order_request buy(std::uint64_t order, std::int64_t qty) {
  order_request r;
  r.order = order_id{order};
  r.symbol = symbol_id{0};
  r.strategy = strategy_id{0};
  r.qty = shares(qty);
  r.limit = p("100");
  return r;
}

order_update event(std::uint64_t order, order_event what) {
  order_update u;
  u.client_id = id_of(order);
  u.venue_id = venue_order_id{"venue"};
  u.event = what;
  return u;
}

order_update filled(std::uint64_t order, order_event what, std::int64_t last,
                    const char* last_price, std::int64_t total, const char* average,
                    const char* execution) {
  auto u = event(order, what);
  u.last_qty = shares(last);
  u.last_price = p(last_price);
  u.filled_total = shares(total);
  u.filled_average = p(average);
  u.execution = execution_id{execution};
  return u;
}

/// A ledger with one order of ten shares that works at the venue.
order_ledger with_working_order() {
  order_ledger ledger;
  EXPECT_TRUE(ledger.add(buy(1, 10), id_of(1), mono_ns{0}).ok());
  ledger.on_local(order_id{1}, local_event::sending, at, mono_ns{1});
  ledger.on_submit({.order = order_id{1}, .outcome = submit_outcome::accepted}, at, mono_ns{2});
  ledger.on_update(event(1, order_event::new_order), mono_ns{3});
  EXPECT_EQ(ledger.find(order_id{1})->state, order_state::working);
  return ledger;
}

TEST(order_ledger, tells_of_each_fill_once) {
  auto ledger = with_working_order();
  const auto first = filled(1, order_event::partial_fill, 4, "99.5", 4, "99.5", "x1");
  auto change = ledger.on_update(first, mono_ns{4});
  ASSERT_TRUE(change.report);
  EXPECT_EQ(change.report->last_qty, shares(4));
  EXPECT_EQ(change.report->last_price, p("99.5"));
  EXPECT_EQ(change.report->execution.view(), "x1");
  EXPECT_EQ(change.report->state, order_state::partial);

  change = ledger.on_update(first, mono_ns{5});  // The server says it again after a reconnect.
  EXPECT_TRUE(change.known);
  EXPECT_FALSE(change.changed);
  EXPECT_FALSE(change.report);

  change = ledger.on_update(filled(1, order_event::fill, 6, "100", 10, "99.8", "x2"), mono_ns{6});
  EXPECT_EQ(change.report->last_qty, shares(6));
  EXPECT_EQ(change.report->state, order_state::filled);
  EXPECT_EQ(ledger.find(id_of(1))->filled_average, p("99.8"));
  EXPECT_EQ(ledger.open_count(), 0u);
}

TEST(order_ledger, a_lost_frame_is_made_up_from_the_totals) {
  auto ledger = with_working_order();
  // Four at 99 are never told; six at 101 are, with the totals of both.
  auto change =
      ledger.on_update(filled(1, order_event::fill, 6, "101", 10, "100.2", "x2"), mono_ns{4});
  EXPECT_EQ(change.report->last_qty, shares(10));
  EXPECT_EQ(change.report->last_price, p("100.2"));
  // The lost one comes after all.
  change =
      ledger.on_update(filled(1, order_event::partial_fill, 4, "99", 4, "99", "x1"), mono_ns{5});
  EXPECT_FALSE(change.report);
  EXPECT_EQ(ledger.find(order_id{1})->filled_total, shares(10));
}

TEST(order_ledger, a_poll_adds_what_the_stream_did_not_say) {
  auto ledger = with_working_order();
  ledger.on_update(filled(1, order_event::partial_fill, 4, "99", 4, "99", "x1"), mono_ns{4});
  open_order_report poll;
  poll.client_id = id_of(1);
  poll.status = order_event::fill;
  poll.qty = shares(10);
  poll.filled_total = shares(10);
  poll.filled_average = p("100.2");
  const auto change =
      ledger.on_snapshot(poll, {.requested = mono_ns{5}, .at = at, .now = mono_ns{6}});
  // (10 × 100.2 − 4 × 99) / 6
  EXPECT_EQ(change.report->last_qty, shares(6));
  EXPECT_EQ(change.report->last_price, p("101"));
  EXPECT_TRUE(change.report->execution.empty());
  EXPECT_EQ(change.report->state, order_state::filled);
  // And the stream's own frame adds nothing any more.
  EXPECT_FALSE(
      ledger.on_update(filled(1, order_event::fill, 6, "101", 10, "100.2", "x2"), mono_ns{7})
          .report);
}

TEST(order_ledger, the_price_of_a_made_up_fill_is_rounded_half_to_even) {
  auto ledger = with_working_order();
  auto poll = open_order_report{};
  poll.client_id = id_of(1);
  poll.status = order_event::partial_fill;
  poll.filled_total = shares(2);
  poll.filled_average = p("0.000000003");
  ledger.on_snapshot(poll, {.requested = mono_ns{4}, .now = mono_ns{4}});
  poll.filled_total = shares(4);
  poll.filled_average = p("0.000000004");  // 16 - 6 = 10 units over two shares: 5 each.
  auto change = ledger.on_snapshot(poll, {.requested = mono_ns{5}, .now = mono_ns{5}});
  EXPECT_EQ(change.report->last_price, p("0.000000005"));
  poll.filled_total = shares(8);
  poll.filled_average = p("0.000000005");  // 40 - 16 = 24 units over four.
  change = ledger.on_snapshot(poll, {.requested = mono_ns{6}, .now = mono_ns{6}});
  EXPECT_EQ(change.report->last_price, p("0.000000006"));
}

TEST(order_ledger, an_old_snapshot_counts_fills_and_changes_nothing_else) {
  auto ledger = with_working_order();
  ledger.on_update(event(1, order_event::pending_cancel), mono_ns{10});
  open_order_report old;
  old.client_id = id_of(1);
  old.status = order_event::canceled;
  auto change = ledger.on_snapshot(old, {.requested = mono_ns{9}, .now = mono_ns{11}});
  EXPECT_EQ(change.after, order_state::working);
  EXPECT_FALSE(change.changed);
  old.filled_total = shares(3);
  old.filled_average = p("100");
  change = ledger.on_snapshot(old, {.requested = mono_ns{9}, .now = mono_ns{12}});
  EXPECT_EQ(change.report->last_qty, shares(3));
  EXPECT_EQ(change.after, order_state::partial);
}

TEST(order_ledger, a_frame_without_totals_counts_by_its_execution) {
  auto ledger = with_working_order();
  auto u = event(1, order_event::partial_fill);
  u.last_qty = shares(3);
  u.last_price = p("100");
  u.execution = execution_id{"x1"};
  EXPECT_EQ(ledger.on_update(u, mono_ns{4}).report->last_qty, shares(3));
  EXPECT_FALSE(ledger.on_update(u, mono_ns{5}).report);
  EXPECT_EQ(ledger.find(order_id{1})->filled_total, shares(3));
  u.execution = {};  // Nothing tells whether it is new: not counted, a poll's totals will be.
  EXPECT_FALSE(ledger.on_update(u, mono_ns{6}).report);
}

TEST(order_ledger, a_fill_after_the_end_counts) {
  auto ledger = with_working_order();
  ledger.on_update(event(1, order_event::canceled), mono_ns{4});
  EXPECT_EQ(ledger.open_count(), 0u);
  const auto change =
      ledger.on_update(filled(1, order_event::partial_fill, 4, "99", 4, "99", "x1"), mono_ns{5});
  EXPECT_EQ(change.report->last_qty, shares(4));
  EXPECT_EQ(change.after, order_state::canceled);
  EXPECT_EQ(ledger.open_count(), 0u);
}

TEST(order_ledger, more_than_was_ordered_is_counted_and_reviewed) {
  auto ledger = with_working_order();
  const auto change =
      ledger.on_update(filled(1, order_event::fill, 12, "99", 12, "99", "x1"), mono_ns{5});
  EXPECT_EQ(change.report->last_qty, shares(12));
  EXPECT_EQ(change.after, order_state::needs_review);
  EXPECT_TRUE(change.look_up);
  EXPECT_EQ(ledger.find(order_id{1})->remaining(), quantity{});
}

TEST(order_ledger, absurd_numbers_are_not_counted) {
  auto ledger = with_working_order();
  auto u = event(1, order_event::partial_fill);
  u.filled_total = quantity::max();
  u.last_qty = quantity::max();
  u.last_price = price::max();
  u.filled_average = price::max();
  u.execution = execution_id{"x"};
  auto change = ledger.on_update(u, mono_ns{4});
  EXPECT_EQ(change.after, order_state::needs_review);
  EXPECT_TRUE(change.look_up);
  u.filled_total = -shares(3);
  change = ledger.on_update(u, mono_ns{5});
  EXPECT_EQ(ledger.find(order_id{1})->filled_total, quantity{});
}

TEST(order_ledger, evidence_of_nobodys_order_is_handed_back) {
  order_ledger ledger;
  EXPECT_FALSE(ledger.on_update(event(5, order_event::fill), mono_ns{1}).known);
  EXPECT_FALSE(ledger.on_submit({.order = order_id{5}}, at, mono_ns{1}).known);
  EXPECT_FALSE(ledger.on_local(order_id{5}, local_event::sending, at, mono_ns{1}).known);
  EXPECT_FALSE(ledger.on_update({}, mono_ns{1}).known);
}

TEST(order_ledger, an_unknown_order_stays_live_until_evidence_comes) {
  order_ledger ledger;
  ASSERT_TRUE(ledger.add(buy(1, 10), id_of(1), mono_ns{0}).ok());
  ledger.on_local(order_id{1}, local_event::sending, at, mono_ns{1});
  auto change =
      ledger.on_submit({.order = order_id{1}, .outcome = submit_outcome::unknown}, at, mono_ns{2});
  EXPECT_TRUE(change.look_up);
  EXPECT_EQ(ledger.unknown_orders().size(), 1u);
  EXPECT_EQ(ledger.open_count(), 1u);
  change = ledger.on_local(order_id{1}, local_event::not_found, at, mono_ns{3});
  EXPECT_EQ(change.after, order_state::not_sent);
  EXPECT_EQ(ledger.open_count(), 0u);
  // It appears after all.
  change = ledger.on_update(event(1, order_event::new_order), mono_ns{4});
  EXPECT_EQ(change.after, order_state::needs_review);
  EXPECT_EQ(ledger.open_count(), 1u);
}

TEST(order_ledger, tells_which_commands_wait_too_long) {
  const auto five = std::chrono::nanoseconds{5};
  order_ledger ledger;
  ASSERT_TRUE(ledger.add(buy(1, 10), id_of(1), mono_ns{0}).ok());
  ASSERT_TRUE(ledger.add(buy(2, 10), id_of(2), mono_ns{0}).ok());
  ledger.on_local(order_id{1}, local_event::sending, at, mono_ns{10});
  EXPECT_TRUE(ledger.in_flight_longer_than(five, mono_ns{15}).empty());
  ASSERT_EQ(ledger.in_flight_longer_than(five, mono_ns{16}).size(), 1u);
  EXPECT_EQ(ledger.in_flight_longer_than(five, mono_ns{16})[0]->request.order, order_id{1});
  ledger.on_submit({.order = order_id{1}, .outcome = submit_outcome::accepted}, at, mono_ns{17});
  EXPECT_TRUE(ledger.in_flight_longer_than(five, mono_ns{100}).empty());
  EXPECT_TRUE(ledger.on_cancel_sent(order_id{1}, mono_ns{100}).changed);
  EXPECT_EQ(ledger.in_flight_longer_than(five, mono_ns{106}).size(), 1u);
  ledger.on_update(event(1, order_event::canceled), mono_ns{107});
  EXPECT_TRUE(ledger.in_flight_longer_than(five, mono_ns{200}).empty());
}

TEST(order_ledger, a_refused_cancel_is_looked_up) {
  auto ledger = with_working_order();
  ledger.on_cancel_sent(order_id{1}, mono_ns{5});
  EXPECT_EQ(ledger.find(order_id{1})->pending, pending_change::cancel);
  const auto change =
      ledger.on_cancel({.order = order_id{1}, .outcome = submit_outcome::rejected}, at, mono_ns{6});
  EXPECT_TRUE(change.look_up);
  EXPECT_EQ(ledger.find(order_id{1})->pending, pending_change::none);
}

TEST(order_ledger, three_cancels_that_come_to_nothing_need_review) {
  auto ledger = with_working_order();
  for (int k = 1; k <= 3; ++k) {
    ledger.on_cancel_sent(order_id{1}, mono_ns{5});
    const auto change =
        k == 2 ? ledger.on_cancel_lost(order_id{1}, at, mono_ns{6})
               : ledger.on_cancel({.order = order_id{1}, .outcome = submit_outcome::rejected}, at,
                                  mono_ns{6});
    EXPECT_TRUE(change.look_up) << k;
    EXPECT_EQ(change.after, k < 3 ? order_state::working : order_state::needs_review) << k;
  }
  EXPECT_FALSE(ledger.on_cancel_lost(order_id{1}, at, mono_ns{7}).known) << "none is under way";
}

TEST(order_ledger, names_orders_that_the_market_should_have_executed) {
  const auto five = std::chrono::nanoseconds{5};
  struct row {
    const char* what;
    order_type type;
    side which;
    const char* limit;
    time_in_force tif;
    bool overdue;
  };
  const row rows[] = {
      {"a market order", order_type::market, side::sell, "0", time_in_force::day, true},
      {"a limit at the ask", order_type::limit, side::buy, "100.02", time_in_force::day, true},
      {"a limit below the ask", order_type::limit, side::buy, "100.01", time_in_force::day, false},
      {"a limit at the bid", order_type::limit, side::sell, "100", time_in_force::day, true},
      {"a limit above the bid", order_type::limit, side::sell, "100.01", time_in_force::day, false},
      {"a stop", order_type::stop, side::sell, "0", time_in_force::gtc, false},
      {"one for the auction", order_type::market, side::buy, "0", time_in_force::opg, false},
  };
  for (const auto& row : rows) {
    order_ledger ledger;
    auto request = buy(1, 10);
    request.type = row.type;
    request.side = row.which;
    request.limit = price::parse(row.limit).value();
    request.tif = row.tif;
    request.seen_bid = price::parse("100").value();
    request.seen_ask = price::parse("100.02").value();
    ASSERT_TRUE(ledger.add(request, id_of(1), mono_ns{0}).ok());
    ledger.on_local(order_id{1}, local_event::sending, at, mono_ns{1});
    EXPECT_TRUE(ledger.marketable_longer_than(five, mono_ns{100}).empty())
        << row.what << ": it has no answer yet, which is another question";
    ledger.on_submit({.order = order_id{1}, .outcome = submit_outcome::accepted}, at, mono_ns{2});
    EXPECT_TRUE(ledger.marketable_longer_than(five, mono_ns{5}).empty()) << row.what;
    EXPECT_EQ(ledger.marketable_longer_than(five, mono_ns{6}).size(), row.overdue ? 1u : 0u)
        << row.what;
    ledger.on_update(event(1, order_event::canceled), mono_ns{7});
    EXPECT_TRUE(ledger.marketable_longer_than(five, mono_ns{100}).empty()) << row.what;
  }
}

TEST(order_ledger, ids_come_once) {
  order_ledger ledger;
  ASSERT_TRUE(ledger.add(buy(1, 10), id_of(1), mono_ns{0}).ok());
  EXPECT_EQ(ledger.add(buy(1, 10), id_of(2), mono_ns{0}).code(), ec::already_exists);
  EXPECT_EQ(ledger.add(buy(2, 10), id_of(1), mono_ns{0}).code(), ec::already_exists);
  EXPECT_EQ(ledger.add(buy(0, 10), id_of(3), mono_ns{0}).code(), ec::invalid_argument);
  EXPECT_EQ(ledger.highest(), order_id{1});
}

TEST(order_ledger, forgets_ended_orders_and_never_live_ones) {
  order_ledger ledger{{.orders_max = 3}};
  for (std::uint64_t k = 1; k <= 3; ++k)
    ASSERT_TRUE(ledger.add(buy(k, 1), id_of(k), mono_ns{0}).ok());
  EXPECT_EQ(ledger.add(buy(4, 1), id_of(4), mono_ns{0}).code(), ec::queue_full);
  ledger.on_local(order_id{2}, local_event::withdrawn, at, mono_ns{1});
  EXPECT_TRUE(ledger.add(buy(4, 1), id_of(4), mono_ns{0}).ok());
  EXPECT_EQ(ledger.find(order_id{2}), nullptr);
  EXPECT_EQ(ledger.find(id_of(2)), nullptr);
  EXPECT_NE(ledger.find(order_id{1}), nullptr);
  EXPECT_EQ(ledger.size(), 3u);
}

TEST(order_ledger, remembered_executions_are_bounded) {
  order_ledger ledger{{.executions_per_order_max = 2}};
  ASSERT_TRUE(ledger.add(buy(1, 10), id_of(1), mono_ns{0}).ok());
  for (int k = 1; k <= 5; ++k)
    ledger.on_update(
        filled(1, order_event::partial_fill, 1, "100", k, "100", std::to_string(k).c_str()),
        mono_ns{k});
  EXPECT_EQ(ledger.find(order_id{1})->executions.size(), 2u);
  EXPECT_EQ(ledger.find(order_id{1})->filled_total, shares(5));
}

TEST(order_ledger, takes_over_the_orders_of_an_earlier_run) {
  order_ledger ledger;
  ledger_entry entry;
  entry.request = buy(7, 10);
  entry.client_id = id_of(7);
  entry.state = order_state::partial;
  entry.filled_total = shares(4);
  entry.filled_average = p("99");
  ASSERT_TRUE(ledger.add_recovered(entry).ok());
  EXPECT_EQ(ledger.open_count(), 1u);
  EXPECT_EQ(ledger.highest(), order_id{7});
  const auto change =
      ledger.on_update(filled(7, order_event::fill, 6, "100", 10, "99.6", "x"), mono_ns{1});
  EXPECT_EQ(change.report->last_qty, shares(6));
}

TEST(order_ledger, a_replaced_order_keeps_its_reservation_until_its_successor_is_seen) {
  auto ledger = with_working_order();
  const auto old_id = venue_order_id{"venue"};
  const auto successor = venue_order_id{"successor"};
  EXPECT_FALSE(ledger.on_successor({}, successor, at, mono_ns{4}).known);
  EXPECT_FALSE(ledger.on_successor(venue_order_id{"else"}, successor, at, mono_ns{4}).known);

  auto word = event(1, order_event::replaced);
  word.replaced_by = successor;
  auto change = ledger.on_update(word, mono_ns{5});
  EXPECT_TRUE(change.changed);
  EXPECT_TRUE(change.look_up);
  EXPECT_FALSE(change.report) << "nothing is released";
  EXPECT_EQ(ledger.find(order_id{1})->pending, pending_change::replace);
  EXPECT_EQ(ledger.find(order_id{1})->replaced_by, successor);

  // A fill of the old order that comes after its word counts.
  change =
      ledger.on_update(filled(1, order_event::partial_fill, 4, "99", 4, "99", "x1"), mono_ns{6});
  EXPECT_EQ(change.report->last_qty, shares(4));

  change = ledger.on_successor(old_id, successor, at, mono_ns{7});
  ASSERT_TRUE(change.report);
  EXPECT_EQ(change.after, order_state::replaced);
  EXPECT_EQ(ledger.open_count(), 0u);
  change =
      ledger.on_update(filled(1, order_event::partial_fill, 1, "99", 5, "99", "x2"), mono_ns{8});
  EXPECT_EQ(change.report->last_qty, shares(1)) << "and later still";
}

TEST(order_ledger, a_successor_that_is_seen_first_ends_nothing_before_the_word) {
  auto ledger = with_working_order();
  const auto change =
      ledger.on_successor(venue_order_id{"venue"}, venue_order_id{"next"}, at, mono_ns{4});
  EXPECT_TRUE(change.known);
  EXPECT_TRUE(change.look_up);
  EXPECT_EQ(ledger.find(order_id{1})->state, order_state::working) << "the replace may still fail";
  EXPECT_EQ(ledger.on_update(event(1, order_event::replaced), mono_ns{5}).after,
            order_state::replaced);
}

// Any delivery of an order's executions - shuffled, repeated, with losses and polls between - leads
// to what the venue did, as long as one last poll comes.
TEST(order_ledger, every_delivery_ends_at_the_venues_total) {
  const auto seed = tests::test_seed(20'261'102);
  prng random{seed};
  for (std::uint64_t run = 0; run < tests::test_size(2'000); ++run) {
    order_ledger ledger;
    ASSERT_TRUE(ledger.add(buy(1, 100), id_of(1), mono_ns{0}).ok());
    std::vector<order_update> frames;
    std::int64_t total = 0;
    int128 value = 0;
    while (total < 100 && !random.chance(1, 8)) {
      const auto qty = random.between(1, 100 - total);
      const auto paid = price::from_units(random.between(9'000, 11'000) * 10'000'000);
      total += qty;
      value += notional_exact(paid, shares(qty));
      auto u = event(1, total == 100 ? order_event::fill : order_event::partial_fill);
      u.last_qty = shares(qty);
      u.last_price = paid;
      u.filled_total = shares(total);
      u.filled_average = average_price_half_even(value, shares(total));
      u.execution = execution_id{"x" + std::to_string(frames.size())};
      frames.push_back(u);
    }
    auto delivery = frames;
    for (std::size_t k = 0; k < frames.size(); ++k)
      if (random.chance(1, 3)) delivery.push_back(frames[random.below(frames.size())]);
    for (std::size_t k = 0; k < delivery.size(); ++k)
      if (random.chance(1, 2)) std::swap(delivery[k], delivery[random.below(delivery.size())]);
    quantity told;
    for (std::size_t k = 0; k < delivery.size(); ++k) {
      if (random.chance(1, 4)) continue;  // Lost.
      const auto change = ledger.on_update(delivery[k], mono_ns{static_cast<std::int64_t>(k) + 1});
      if (change.report) told += change.report->last_qty;
      ASSERT_EQ(told, ledger.find(order_id{1})->filled_total) << tests::repeat_with(seed);
      ASSERT_LE(told, shares(total)) << tests::repeat_with(seed);
    }
    open_order_report last;
    last.client_id = id_of(1);
    last.status = total == 100 ? order_event::fill : order_event::canceled;
    last.filled_total = shares(total);
    if (total > 0) last.filled_average = average_price_half_even(value, shares(total));
    const auto change =
        ledger.on_snapshot(last, {.requested = mono_ns{1'000}, .now = mono_ns{1'001}});
    if (change.report) told += change.report->last_qty;
    ASSERT_EQ(told, shares(total)) << tests::repeat_with(seed);
    ASSERT_TRUE(is_terminal(ledger.find(order_id{1})->state)) << tests::repeat_with(seed);
    ASSERT_EQ(ledger.open_count(), 0u);
  }
}

}  // namespace
}  // namespace bw
