// What is not of our making counts once, whoever tells of it and however often.

#include "domain/external_book.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "core/prng.hpp"
#include "tests/support/seed.hpp"

namespace bw {
namespace {

quantity shares(std::int64_t n) { return quantity::from_int(n); }
const symbol_name apple{"AAPL"};

open_order_report order(const char* id, std::int64_t qty, std::int64_t filled,
                        order_event status = order_event::new_order, side which = side::buy) {
  open_order_report out;
  out.venue_id = venue_order_id{id};
  out.client_id = client_order_id{std::string{"c-"} + id};
  out.symbol = apple;
  out.side = which;
  out.status = status;
  out.qty = shares(qty);
  out.filled_total = shares(filled);
  out.filled_average = filled > 0 ? price::from_int(10) : price{};
  out.limit = price::from_int(11);
  return out;
}
account_activity fill(const char* id, std::int64_t qty, std::int64_t total) {
  account_activity out;
  out.type = short_name{"FILL"};
  out.order = venue_order_id{id};
  out.symbol = apple;
  out.qty = shares(qty);
  out.filled_total = shares(total);
  out.at_price = price::from_int(10);
  return out;
}

TEST(external_book, lists_and_executions_of_one_order_count_once) {
  external_book book;
  EXPECT_TRUE(*book.on_order(order("a", 10, 4), false));
  EXPECT_EQ(book.qty(apple), shares(4));
  EXPECT_FALSE(*book.on_order(order("a", 10, 4), false)) << "the same look again";
  EXPECT_FALSE(book.on_fill(fill("a", 4, 4))) << "an execution that the list had counted";
  EXPECT_TRUE(book.on_fill(fill("a", 6, 10)));
  EXPECT_FALSE(*book.on_order(order("a", 10, 4), false)) << "an older list undoes nothing";
  EXPECT_EQ(book.qty(apple), shares(10));
  EXPECT_TRUE(book.live_orders().empty());
  EXPECT_FALSE(book.on_fill(fill("unheard-of", 1, 1)));
}

TEST(external_book, shows_symbols_with_shares_or_orders) {
  external_book book;
  ASSERT_TRUE(book.on_order(order("a", 10, 0), false).ok());
  ASSERT_TRUE(book.on_order(order("g", 5, 0), true).ok());
  book.adopt(symbol_name{"MSFT"}, shares(-3), price::from_int(400), "sold by hand", false);
  const auto rows = book.status();
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0].symbol, "AAPL");
  EXPECT_EQ(rows[0].open_orders, 2u);
  EXPECT_EQ(rows[1].qty, shares(-3));
  EXPECT_EQ(rows[1].note, "sold by hand");
  EXPECT_TRUE(book.end(venue_order_id{"a"}));
  EXPECT_FALSE(book.end(venue_order_id{"a"}));
  EXPECT_TRUE(book.end(venue_order_id{"g"}));
  EXPECT_EQ(book.status().size(), 1u);
}

TEST(external_book, the_gate_gets_configured_symbols_and_the_value_of_the_rest) {
  external_book book;
  ASSERT_TRUE(book.on_order(order("a", 10, 4), false).ok());
  book.set_holding(symbol_name{"GE"}, shares(-5), price::from_int(100));
  const auto report = book.exposure({"MSFT", "AAPL"}, {{symbol_name{"GE"}, price::from_int(120)}});
  ASSERT_EQ(report.symbols.size(), 1u);
  EXPECT_EQ(report.symbols[0].symbol, symbol_id{1});
  EXPECT_EQ(report.symbols[0].qty, shares(4));
  EXPECT_EQ(report.symbols[0].open_buys, shares(6));
  EXPECT_EQ(report.symbols[0].worst, price::from_int(11));
  EXPECT_EQ(report.outside, money::from_int(600));
}

TEST(external_book, a_stopped_symbol_stays_until_a_person_releases_it) {
  external_book book;
  book.adopt(apple, shares(10), {}, "SPLIT", true);
  book.adopt(apple, shares(-10), {}, "SPLIT taken back", false);
  EXPECT_TRUE(book.stopped(apple));
  EXPECT_TRUE(book.release(apple));
  EXPECT_FALSE(book.release(apple));
  EXPECT_TRUE(book.holdings().empty());
}

TEST(external_book, the_record_is_the_whole_book) {
  external_book book;
  ASSERT_TRUE(book.on_order(order("a", 10, 4), true).ok());
  book.adopt(symbol_name{"MSFT"}, shares(7), price::from_int(400), "here before us", false);
  external_book again;
  again.restore(book.record("a stop"));
  EXPECT_EQ(again.record("").holdings, book.record("").holdings);
  EXPECT_EQ(again.record("").orders, book.record("").orders);
  EXPECT_TRUE(again.on_fill(fill("a", 6, 10)));
  EXPECT_EQ(again.qty(apple), shares(10));
}

// An execution of a guard stands in the log by itself, and the record that tells what is left
// follows later: whatever the record had heard of, each execution counts once.
TEST(external_book, a_record_that_is_older_than_an_execution_catches_up_with_it) {
  const client_order_id guard{"bw-1-1-1"};
  external_book before;
  before.adopt(apple, shares(12), price::from_int(10), "here before us", false);
  auto after_first = before;
  after_first.count_guard(guard, apple, shares(-5), price::from_int(9));
  auto after_both = after_first;
  after_both.count_guard(guard, apple, shares(-7), price::from_int(9));
  for (const auto* written : {&before, &after_first, &after_both}) {
    external_book read;
    read.restore(written->record("as it was known"));
    read.catch_up(after_both);
    EXPECT_EQ(read.qty(apple), quantity{});
    read.catch_up(after_both);
    EXPECT_EQ(read.qty(apple), quantity{}) << "once";
    EXPECT_TRUE(read.live_orders().empty());
    EXPECT_FALSE(read.knows(guard)) << "it is an order of ours";
  }
  for (std::size_t k = 0; k < 2 * external_book::guards_max; ++k)
    before.count_guard(client_order_id{"bw-1-1-" + std::to_string(k)}, apple, shares(-1),
                       price::from_int(9));
  EXPECT_EQ(before.record("").orders.size(), external_book::guards_max);
}

TEST(external_book, is_bounded_and_forgets_no_live_order) {
  external_book book{{.orders_max = 3}};
  for (const auto* id : {"a", "b", "c"}) ASSERT_TRUE(book.on_order(order(id, 1, 0), false).ok());
  EXPECT_EQ(book.on_order(order("d", 1, 0), false).code(), ec::queue_full);
  book.end(venue_order_id{"b"});
  ASSERT_TRUE(book.on_order(order("d", 1, 0), false).ok());
  EXPECT_FALSE(book.knows(venue_order_id{"b"}));
  EXPECT_EQ(book.order_count(), 3u);
  auto absurd = order("x", 1, 0);
  absurd.qty = quantity::max();
  EXPECT_EQ(book.on_order(absurd, false).code(), ec::out_of_range);
}

TEST(external_book, any_order_of_the_same_news_gives_the_same_shares) {
  const auto seed = tests::test_seed(21);
  prng random{seed};
  for (int run = 0; run < 200; ++run) {
    const std::int64_t total = random.between(1, 20);
    std::vector<std::int64_t> steps;
    for (std::int64_t at = 0; at < total;) steps.push_back(at += random.between(1, total - at));
    external_book book;
    ASSERT_TRUE(book.on_order(order("a", total, 0), false).ok());
    for (int k = 0; k < 40; ++k) {
      const auto to = steps[random.below(steps.size())];
      if (random.chance(1, 2))
        book.on_fill(fill("a", 1, to));
      else
        ASSERT_TRUE(book.on_order(order("a", total, to), false).ok());
      ASSERT_LE(book.qty(apple), shares(total)) << tests::repeat_with(seed);
    }
    book.on_fill(fill("a", 1, total));
    ASSERT_EQ(book.qty(apple), shares(total)) << tests::repeat_with(seed);
  }
}

}  // namespace
}  // namespace bw
