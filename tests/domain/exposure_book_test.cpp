// Reservations from intent to end, and that the book is never below what could really happen.

#include "domain/exposure_book.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <vector>

#include "core/prng.hpp"
#include "tests/support/seed.hpp"

namespace bw {
namespace {

constexpr symbol_id apple{0};
quantity shares(std::int64_t n) { return quantity::from_int(n); }
price p(std::int64_t n) { return price::from_int(n); }
money usd(std::int64_t n) { return money::from_int(n); }

order_request buy(std::uint64_t order, std::int64_t qty, std::int64_t limit) {
  order_request r;
  r.order = order_id{order};
  r.symbol = apple;
  r.qty = shares(qty);
  r.limit = p(limit);
  r.header.trace = trace_id{77};
  return r;
}

order_report report(const order_request& request, order_state state, std::int64_t total = 0,
                    std::int64_t last = 0) {
  order_report r;
  r.request = request;
  r.state = state;
  r.filled_total = shares(total);
  r.last_qty = shares(last);
  r.last_price = request.limit;
  return r;
}

TEST(exposure_book, an_order_is_reserved_for_from_intent_to_end) {
  exposure_book book{1};
  const auto order = buy(1, 10, 100);
  book.on_intent(order, p(100));
  EXPECT_EQ(book.gross(), usd(1'000));
  EXPECT_EQ(book.reserved_cash(), usd(1'000));
  EXPECT_EQ(book.held_or_pending(), 1u);
  book.on_report(report(order, order_state::partial, 4, 4));
  EXPECT_EQ(book.of(apple).position, shares(4));
  EXPECT_EQ(book.reserved_cash(), usd(600));
  EXPECT_EQ(book.gross(), usd(1'000));
  book.on_report(report(order, order_state::canceled, 4));
  EXPECT_EQ(book.open_orders(), 0u);
  EXPECT_EQ(book.gross(), usd(400));
  book.on_mark(apple, p(110));
  EXPECT_EQ(book.gross(), usd(440));
}

TEST(exposure_book, of_two_orders_that_take_each_others_place_the_larger_is_reserved) {
  exposure_book book{1};
  book.restore_position(apple, shares(20), p(100));
  auto old = buy(1, 10, 0);
  old.side = side::sell;
  old.purpose = order_purpose::protective;
  book.on_report(report(old, order_state::working));
  EXPECT_EQ(book.of(apple).closable(), shares(10));
  auto next = old;
  next.order = order_id{2};
  next.qty = shares(14);
  next.replaces = order_id{1};
  book.on_report(report(next, order_state::intent));
  EXPECT_EQ(book.of(apple).reducing(), shares(14));
  book.on_report(report(next, order_state::unknown));
  EXPECT_EQ(book.of(apple).reducing(), shares(14)) << "whatever became of it";
  old.limit = p(99);
  book.on_report(report(old, order_state::partial, 4, 4));
  EXPECT_EQ(book.of(apple).reducing(), shares(14));
  EXPECT_EQ(book.of(apple).position, shares(16));
  book.on_report(report(old, order_state::replaced, 4));
  EXPECT_EQ(book.of(apple).reducing(), shares(14));
  book.on_report(report(next, order_state::canceled));
  EXPECT_EQ(book.of(apple).reducing(), shares(0));

  // The other way round: the new one comes to nothing.
  old.order = order_id{3};
  book.on_report(report(old, order_state::working));
  next.order = order_id{4};
  next.replaces = order_id{3};
  next.qty = shares(6);
  book.on_report(report(next, order_state::intent));
  EXPECT_EQ(book.of(apple).reducing(), shares(10));
  book.on_report(report(next, order_state::rejected));
  EXPECT_EQ(book.of(apple).reducing(), shares(10));
}

TEST(exposure_book, an_unknown_order_keeps_its_full_reservation) {
  exposure_book book{1};
  const auto order = buy(1, 10, 100);
  book.on_intent(order, p(101));
  book.on_report(report(order, order_state::unknown));
  book.on_report(report(order, order_state::needs_review));
  EXPECT_EQ(book.gross(), usd(1'010));
  book.on_report(report(order, order_state::not_sent));
  EXPECT_EQ(book.gross(), usd(0));
}

TEST(exposure_book, a_reservation_without_a_number_is_found_by_its_content) {
  exposure_book book{1};
  auto order = buy(0, 10, 100);
  book.on_intent(order, p(100));
  book.on_intent(order, p(100));  // The same twice: two reservations.
  order.order = order_id{8};
  book.on_report(report(order, order_state::accepted));
  EXPECT_EQ(book.open_orders(), 2u);
  order.order = order_id{9};
  book.on_report(report(order, order_state::denied));
  EXPECT_EQ(book.open_orders(), 1u);
  order.order = order_id{8};
  book.on_report(report(order, order_state::filled, 10, 10));
  EXPECT_EQ(book.open_orders(), 0u);
  EXPECT_EQ(book.of(apple).position, shares(10));
}

TEST(exposure_book, a_late_report_does_not_take_another_orders_reservation) {
  exposure_book book{1};
  auto old = buy(1, 10, 100);
  book.on_intent(old, p(100));
  book.on_report(report(old, order_state::canceled));
  auto next = buy(0, 10, 100);
  next.header.trace = trace_id{78};
  book.on_intent(next, p(100));
  book.on_report(report(old, order_state::canceled, 2, 2));
  EXPECT_EQ(book.open_orders(), 1u);
  EXPECT_EQ(book.of(apple).position, shares(2));
}

TEST(exposure_book, what_the_router_refused_is_released) {
  exposure_book book{1};
  book.on_intent(buy(0, 10, 100), p(100));
  book.on_withdrawn(buy(0, 10, 100));
  book.on_withdrawn(buy(0, 10, 100));
  EXPECT_EQ(book.open_orders(), 0u);
  EXPECT_EQ(book.gross(), usd(0));
}

TEST(exposure_book, orders_of_an_earlier_run_are_reserved_for) {
  exposure_book book{1};
  book.restore_position(apple, shares(5), p(100));
  book.on_report(report(buy(3, 10, 100), order_state::working, 4));
  EXPECT_EQ(book.of(apple).entry_buys, shares(6));
  EXPECT_EQ(book.gross(), usd(1'100));
}

TEST(exposure_book, closing_orders_add_nothing_and_leave_less_to_close) {
  exposure_book book{1};
  book.restore_position(apple, shares(10), p(100));
  auto stop = buy(1, 6, 0);
  stop.side = side::sell;
  stop.purpose = order_purpose::protective;
  book.on_intent(stop, p(100));
  EXPECT_EQ(book.gross(), usd(1'000));
  EXPECT_EQ(book.of(apple).reducing(), shares(6));
  EXPECT_EQ(book.of(apple).closable(), shares(4));
  // The position shrinks under it: what exceeds it would be a short position.
  book.restore_position(apple, shares(2), p(100));
  EXPECT_EQ(book.of(apple).shortest(), shares(4));
  EXPECT_EQ(book.of(apple).closable(), quantity{});
  EXPECT_EQ(book.gross(), usd(400));
}

TEST(exposure_book, a_full_book_has_no_room_at_all) {
  exposure_book book{1};
  for (std::uint64_t k = 1; k <= exposure_orders_max; ++k)
    book.on_report(report(buy(k, 1, 1), order_state::working));
  EXPECT_FALSE(book.is_overfull());
  book.on_report(report(buy(exposure_orders_max + 1, 1, 1), order_state::working));
  EXPECT_TRUE(book.is_overfull());
  EXPECT_EQ(book.gross(), money::max());
  EXPECT_EQ(book.reserved_cash(), money::max());
}

/// Keeps orders and positions in maps and adds everything up anew.
struct slow_oracle {
  struct live {
    order_request request;
    std::int64_t remaining = 0;
    std::int64_t worst = 0;
  };
  std::map<std::uint64_t, live> orders;
  std::map<std::uint32_t, std::int64_t> positions;
  std::map<std::uint32_t, std::int64_t> marks;

  std::int64_t gross() const {
    std::int64_t sum = 0;
    for (const auto& [symbol, mark] : marks) {
      const auto held = positions.contains(symbol) ? positions.at(symbol) : 0;
      std::int64_t long_value = 0, short_value = 0, closing_buys = 0, closing_sells = 0;
      for (const auto& [id, o] : orders) {
        if (o.request.symbol.value != symbol) continue;
        const bool buys = o.request.side == side::buy;
        if (o.request.purpose == order_purpose::entry)
          (buys ? long_value : short_value) += o.remaining * o.worst;
        else
          (buys ? closing_buys : closing_sells) += o.remaining;
      }
      long_value += (std::max<std::int64_t>(held, 0) +
                     std::max<std::int64_t>(closing_buys - std::max<std::int64_t>(-held, 0), 0)) *
                    mark;
      short_value += (std::max<std::int64_t>(-held, 0) +
                      std::max<std::int64_t>(closing_sells - std::max<std::int64_t>(held, 0), 0)) *
                     mark;
      sum += std::max(long_value, short_value);
    }
    return sum;
  }
  std::int64_t reserved() const {
    std::int64_t sum = 0;
    for (const auto& [id, o] : orders)
      if (o.request.purpose == order_purpose::entry)  // Short sales too: R13.
        sum += o.remaining * o.worst;
    return sum;
  }
};

TEST(exposure_book, agrees_with_one_that_adds_everything_up_anew) {
  const auto seed = tests::test_seed(11);
  prng random{seed};
  for (std::uint64_t run = 0; run < tests::test_size(100); ++run) {
    constexpr std::uint32_t symbols = 3;
    exposure_book book{symbols};
    slow_oracle oracle;
    for (std::uint32_t k = 0; k < symbols; ++k) {
      oracle.marks[k] = 50;
      book.restore_position(symbol_id{k}, {}, p(50));
    }
    std::uint64_t next = 1;
    for (int step = 0; step < 100; ++step) {
      const auto what = random.below(10);
      if (what < 4 || oracle.orders.empty()) {
        auto r = buy(next, random.between(1, 50), random.between(10, 90));
        r.symbol = symbol_id{static_cast<std::uint32_t>(random.below(symbols))};
        r.side = random.chance(2, 3) ? side::buy : side::sell;
        r.purpose = random.chance(2, 3) ? order_purpose::entry : order_purpose::exit;
        const auto worst = random.between(10, 100);
        book.on_intent(r, p(worst));
        oracle.orders[next++] = {r, r.qty.units() / decimal_scale, worst};
      } else if (what == 4) {
        const auto symbol = static_cast<std::uint32_t>(random.below(symbols));
        oracle.marks[symbol] = random.between(10, 90);
        book.on_mark(symbol_id{symbol}, p(oracle.marks[symbol]));
      } else {
        auto it = std::next(oracle.orders.begin(),
                            static_cast<std::ptrdiff_t>(random.below(oracle.orders.size())));
        auto& [request, remaining, worst] = it->second;
        const auto total_before = request.qty.units() / decimal_scale - remaining;
        const auto last = random.between(0, remaining);
        remaining -= last;
        const bool ends = remaining == 0 || random.chance(1, 3);
        book.on_report(report(request, ends ? order_state::canceled : order_state::unknown,
                              total_before + last, last));
        oracle.positions[request.symbol.value] += request.side == side::buy ? last : -last;
        if (ends) oracle.orders.erase(it);
      }
      ASSERT_EQ(book.gross(), usd(oracle.gross())) << tests::repeat_with(seed);
      ASSERT_EQ(book.reserved_cash(), usd(oracle.reserved())) << tests::repeat_with(seed);
      ASSERT_EQ(book.open_orders(), oracle.orders.size()) << tests::repeat_with(seed);
    }
  }
}

// Whatever subset of the live orders fills, at prices up to their worst: the book was not below it.
TEST(exposure_book, is_never_below_any_outcome) {
  const auto seed = tests::test_seed(12);
  prng random{seed};
  for (std::uint64_t run = 0; run < tests::test_size(2'000); ++run) {
    exposure_book book{1};
    std::int64_t held = random.between(-20, 20);
    book.restore_position(apple, shares(held), p(50));
    std::vector<order_request> orders;
    for (std::uint64_t k = 1; k <= 5; ++k) {
      auto r = buy(k, random.between(1, 20), 50);
      r.side = random.chance(1, 2) ? side::buy : side::sell;
      r.purpose = random.chance(1, 2) ? order_purpose::entry : order_purpose::exit;
      book.on_intent(r, p(50));
      orders.push_back(r);
    }
    const auto worst = book.gross();
    for (const auto& r : orders) {
      const auto filled = random.between(0, r.qty.units() / decimal_scale);
      held += r.side == side::buy ? filled : -filled;
    }
    ASSERT_GE(worst, usd(std::abs(held) * 50)) << tests::repeat_with(seed);
  }
}

}  // namespace
}  // namespace bw

namespace bw {
namespace {

TEST(exposure_book_external, counts_in_every_worst_case_and_is_replaced_by_the_next_word) {
  exposure_book book{2};
  book.restore_position(apple, shares(10), p(100));
  book.set_external(apple, shares(5), shares(2), {}, p(110));
  EXPECT_EQ(book.of(apple).longest(), shares(17));
  EXPECT_EQ(book.gross(), usd(15 * 100 + 2 * 110));
  book.set_outside(usd(300));
  EXPECT_EQ(book.gross(), usd(15 * 100 + 2 * 110 + 300));
  book.set_external(apple, {}, {}, {}, {});
  book.set_outside({});
  EXPECT_EQ(book.gross(), usd(1'000));
  book.set_external(symbol_id{1}, shares(-3), {}, {}, p(50));
  EXPECT_EQ(book.of(symbol_id{1}).shortest(), shares(3));
  EXPECT_EQ(book.held_or_pending(), 2u);
}

TEST(exposure_book_external, shares_that_somebody_sold_cannot_be_closed_again) {
  const struct {
    std::int64_t own;
    std::int64_t external;
    std::int64_t closable;
  } rows[] = {{10, 0, 10}, {10, 5, 10}, {10, -4, 6}, {10, -10, 0}, {10, -15, 0}, {-10, 4, 6}};
  for (const auto& row : rows) {
    exposure_book book{1};
    book.restore_position(apple, shares(row.own), p(100));
    book.set_external(apple, shares(row.external), {}, {}, {});
    EXPECT_EQ(book.of(apple).closable(), shares(row.closable)) << row.own << " " << row.external;
    // Never below what our own position can come to.
    EXPECT_GE(std::max(book.of(apple).longest(), book.of(apple).shortest()), abs(shares(row.own)));
  }
}

}  // namespace
}  // namespace bw
