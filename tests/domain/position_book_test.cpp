// Positions, average cost and profit, and that not a billionth of a cent is lost on the way.

#include "domain/position_book.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <utility>
#include <vector>

#include "core/prng.hpp"
#include "tests/support/seed.hpp"

namespace bw {
namespace {

quantity shares(std::int64_t n) { return quantity::from_int(n); }
price p(const char* text) { return *price::parse(text); }
money usd(const char* text) { return *money::parse(text); }

TEST(position, buys_and_sells) {
  position x;
  x.apply(side::buy, shares(10), p("100"));
  x.apply(side::buy, shares(10), p("110"));
  EXPECT_EQ(x.average(), p("105"));
  x.apply(side::sell, shares(5), p("120"));
  EXPECT_EQ(x.qty(), shares(15));
  EXPECT_EQ(x.average(), p("105"));  // Selling does not change what the rest cost.
  EXPECT_EQ(x.realized(), usd("75"));
  EXPECT_EQ(x.unrealized(p("104")), usd("-15"));
  x.apply(side::sell, shares(15), p("100"));
  EXPECT_EQ(x.qty(), quantity{});
  EXPECT_EQ(x.average(), price{});
  EXPECT_EQ(x.realized(), usd("0"));
}

TEST(position, turns_around) {
  position x;
  x.apply(side::buy, shares(10), p("100"));
  x.apply(side::sell, shares(15), p("90"));
  EXPECT_EQ(x.qty(), shares(-5));
  EXPECT_EQ(x.average(), p("90"));
  EXPECT_EQ(x.realized(), usd("-100"));
  EXPECT_EQ(x.unrealized(p("80")), usd("50"));
  x.apply(side::buy, shares(5), p("95"));
  EXPECT_EQ(x.realized(), usd("-125"));
}

TEST(position, the_average_is_rounded_half_to_even_and_the_profit_is_not) {
  position x;
  x.apply(side::buy, shares(2), p("0.000000001"));
  x.apply(side::buy, shares(2), p("0.000000002"));  // 1.5 units each: 2.
  EXPECT_EQ(x.average(), p("0.000000002"));
  x.apply(side::sell, shares(4), p("0.000000002"));
  EXPECT_EQ(x.realized_exact(), int128{2} * decimal_scale);  // 8 - 6 units: nothing lost.
}

TEST(position_book, keeps_strategies_apart_and_symbols_together) {
  position_book book{{.symbols = 2, .strategies = 2}};
  const symbol_id s{1};
  book.apply({strategy_id{0}, s, side::buy, shares(10), p("100")});
  book.apply({strategy_id{1}, s, side::buy, shares(10), p("110")});
  const auto change = book.apply({strategy_id{0}, s, side::sell, shares(10), p("105")});
  EXPECT_EQ(change.before, shares(20));
  EXPECT_EQ(change.after, shares(10));
  EXPECT_EQ(change.realized, usd("50"));  // In the strategy's own book.
  EXPECT_EQ(book.of(s).realized(), usd("0"));
  EXPECT_EQ(book.of(strategy_id{1}, s).average(), p("110"));
  EXPECT_EQ(book.of(strategy_id{0}, s).qty(), quantity{});
  EXPECT_EQ(book.of(symbol_id{0}).qty(), quantity{});
}

TEST(position_book, takes_over_positions) {
  position_book book{{.symbols = 1, .strategies = 1}};
  const symbol_id s{0};
  book.restore(strategy_id{0}, s, shares(10), p("100"));
  book.restore(no_strategy, s, shares(30), p("120"));
  EXPECT_EQ(book.of(s).qty(), shares(40));
  EXPECT_EQ(book.of(s).average(), p("115"));
  book.restore(no_strategy, s, {}, {});
  EXPECT_EQ(book.of(s).qty(), shares(10));
  EXPECT_EQ(book.of(s).average(), p("100"));
}

/// Slow and plain: every share of a lot by itself, in units of 1e-9, with the broker's rule that
/// the average is taken anew when the position grows.
struct naive_book {
  std::int64_t qty = 0;
  int128 cash = 0;  // 1e-18 of everything paid and received.
  std::vector<std::pair<std::int64_t, std::int64_t>> fills;  // Signed shares, price units.

  void apply(std::int64_t signed_qty, std::int64_t units) {
    fills.push_back({signed_qty, units});
    qty += signed_qty;
    cash -= static_cast<int128>(signed_qty) * units * decimal_scale;
  }

  /// From the start each time: what the open shares cost, as the sum of buys less average × sells.
  std::pair<int128, std::int64_t> open_cost_and_average() const {
    std::int64_t held = 0;
    int128 cost = 0;  // 1e-9 × shares.
    std::int64_t average = 0;
    for (auto [n, units] : fills) {
      while (n != 0) {
        const std::int64_t step = n > 0 ? 1 : -1;
        const bool grows = held == 0 || (held > 0) == (step > 0);
        const std::int64_t magnitude = held > 0 ? held : -held;
        if (grows) {
          // All at once: the average is rounded once a fill, not once a share.
          cost += static_cast<int128>(n > 0 ? n : -n) * units;
          held += n;
          n = 0;
          const std::int64_t size = held > 0 ? held : -held;
          auto quotient = cost / size;
          const auto twice = (cost % size) * 2;
          if (twice > size || (twice == size && quotient % 2 != 0)) ++quotient;
          average = static_cast<std::int64_t>(quotient);
        } else {
          cost = magnitude == 1 ? 0 : cost - average;
          held += step;
          n -= step;
        }
      }
    }
    return {cost * decimal_scale, held == 0 ? 0 : average};
  }
};

TEST(position, agrees_with_a_naive_book) {
  const auto seed = tests::test_seed(3);
  prng random{seed};
  for (std::uint64_t run = 0; run < tests::test_size(300); ++run) {
    position x;
    naive_book naive;
    for (int k = 0; k < 30; ++k) {
      const auto n = random.between(1, 60);
      const auto units = random.between(1, 400'000'000'000);
      const auto which = random.chance(1, 2) ? side::buy : side::sell;
      x.apply(which, shares(n), price::from_units(units));
      naive.apply(which == side::buy ? n : -n, units);
      const auto [cost, average] = naive.open_cost_and_average();
      ASSERT_EQ(x.qty(), shares(naive.qty)) << tests::repeat_with(seed);
      ASSERT_EQ(x.average().units(), average) << tests::repeat_with(seed);
      // Cash of all fills and the cost of what is held are the profit, exactly.
      const auto held_cost = naive.qty < 0 ? -cost : cost;
      ASSERT_TRUE(x.realized_exact() == naive.cash + held_cost) << tests::repeat_with(seed);
    }
  }
}

}  // namespace
}  // namespace bw
