// Round trips from fills: everything between flat and flat, exact to the last digit.

#include "analytics/trade_history.hpp"

#include <gtest/gtest.h>

#include "core/prng.hpp"
#include "tests/support/seed.hpp"

namespace bw {
namespace {

fill_record fill(side which, std::string_view qty, std::string_view at, std::int64_t time = 0,
                 std::string_view strategy = "momentum", std::string_view symbol = "SPY") {
  fill_record out;
  out.side = which;
  out.qty = *quantity::parse(qty);
  out.at_price = *price::parse(at);
  out.ts_event = utc_ns{time};
  out.strategy = short_name{strategy};
  out.symbol = symbol_name{symbol};
  return out;
}

TEST(trade_history, makes_one_trip_of_all_fills_between_flat_and_flat) {
  const fill_record fills[] = {fill(side::buy, "10", "100", 1), fill(side::buy, "10", "110", 2),
                               fill(side::sell, "5", "120", 3), fill(side::buy, "5", "90", 4),
                               fill(side::sell, "20", "108", 5)};
  const auto trips = *round_trips(fills);
  ASSERT_EQ(trips.size(), 1u);
  const auto& trip = trips[0];
  EXPECT_EQ(trip.entry_side, side::buy);
  EXPECT_EQ(trip.qty.text(), "25");
  EXPECT_EQ(trip.entry_average.text(), "102");
  EXPECT_EQ(trip.exit_average.text(), "110.4");
  EXPECT_EQ(trip.pnl.text(), "210");
  EXPECT_EQ(trip.opened_at.value, 1);
  EXPECT_EQ(trip.closed_at.value, 5);
}

TEST(trade_history, earns_on_a_short_position_when_the_price_falls) {
  const fill_record fills[] = {fill(side::sell, "2", "50"), fill(side::buy, "2", "48.5")};
  const auto trips = *round_trips(fills);
  ASSERT_EQ(trips.size(), 1u);
  EXPECT_EQ(trips[0].entry_side, side::sell);
  EXPECT_EQ(trips[0].pnl.text(), "3");
}

TEST(trade_history, splits_a_fill_that_turns_the_position_around) {
  const fill_record fills[] = {fill(side::buy, "3", "10", 1), fill(side::sell, "5", "11", 2),
                               fill(side::buy, "2", "12", 3)};
  const auto trips = *round_trips(fills);
  ASSERT_EQ(trips.size(), 2u);
  EXPECT_EQ(trips[0].pnl.text(), "3");
  EXPECT_EQ(trips[0].qty.text(), "3");
  EXPECT_EQ(trips[1].entry_side, side::sell);
  EXPECT_EQ(trips[1].qty.text(), "2");
  EXPECT_EQ(trips[1].opened_at.value, 2);
  EXPECT_EQ(trips[1].pnl.text(), "-2");
}

TEST(trade_history, keeps_strategies_and_symbols_apart) {
  const fill_record fills[] = {fill(side::buy, "1", "10", 1, "momentum", "SPY"),
                               fill(side::sell, "1", "12", 2, "reversion", "SPY"),
                               fill(side::sell, "1", "20", 3, "momentum", "QQQ"),
                               fill(side::sell, "1", "13", 4, "momentum", "SPY")};
  const auto trips = *round_trips(fills);
  ASSERT_EQ(trips.size(), 1u);
  EXPECT_EQ(trips[0].pnl.text(), "3");
}

TEST(trade_history, sums_up_what_ended) {
  trade_history history;
  for (const auto& x :
       {fill(side::buy, "1", "10"), fill(side::sell, "1", "12"), fill(side::buy, "1", "10"),
        fill(side::sell, "1", "9"), fill(side::buy, "1", "10"), fill(side::sell, "1", "10"),
        fill(side::buy, "1", "10")})
    ASSERT_TRUE(history.apply(x).ok());
  EXPECT_EQ(history.summary().trades, 3u);
  EXPECT_EQ(history.summary().wins, 1u);
  EXPECT_EQ(history.summary().losses, 1u) << "what ends at nothing is neither";
  EXPECT_EQ(history.summary().realized.text(), "1");
  EXPECT_EQ(history.open_trips(), 1u);
}

TEST(trade_history, rounds_once) {
  // A third of a cent a share: the averages cannot be exact, the profit is.
  const fill_record fills[] = {fill(side::buy, "1", "0.01"), fill(side::buy, "2", "0.02"),
                               fill(side::sell, "3", "0.02")};
  const auto trips = *round_trips(fills);
  EXPECT_EQ(trips[0].entry_average.text(), "0.016666667");
  EXPECT_EQ(trips[0].pnl.text(), "0.01");
}

TEST(trade_history, refuses_impossible_fills_and_stays_as_it_was) {
  trade_history history;
  ASSERT_TRUE(history.apply(fill(side::buy, "1", "10")).ok());
  EXPECT_EQ(history.apply(fill(side::buy, "0", "10")).code(), ec::invalid_argument);
  EXPECT_EQ(history.apply(fill(side::buy, "-1", "10")).code(), ec::invalid_argument);
  EXPECT_EQ(history.apply(fill(side::buy, "1", "-10")).code(), ec::invalid_argument);
  EXPECT_EQ(history.apply(fill(side::buy, "9000000000", "9000000000")).code(), ec::out_of_range);
  EXPECT_EQ(history.apply(fill(side::sell, "9000000000", "9000000000")).code(), ec::out_of_range);
  const auto ended = history.apply(fill(side::sell, "1", "11"));
  ASSERT_TRUE(ended.ok() && *ended);
  EXPECT_EQ((*ended)->pnl.text(), "1");
}

TEST(trade_history, refuses_a_sum_that_money_cannot_say) {
  trade_history history;
  ASSERT_TRUE(history.apply(fill(side::buy, "1", "0")).ok());
  ASSERT_TRUE(history.apply(fill(side::sell, "1", "9000000000")).ok());
  ASSERT_TRUE(history.apply(fill(side::buy, "1", "0")).ok());
  EXPECT_EQ(history.apply(fill(side::sell, "1", "9000000000")).code(), ec::out_of_range);
  EXPECT_EQ(history.summary().trades, 1u);
}

// The oracle trades one unit of quantity at a time and knows nothing of values or averages: a trip
// is the list of its units, closed when as many were sold as bought.
struct unit_trip {
  int direction = 0;
  std::vector<std::int64_t> entries;
  std::vector<std::int64_t> exits;
};

std::vector<unit_trip> slow_trips(std::span<const fill_record> fills) {
  std::vector<unit_trip> out;
  unit_trip open;
  for (const auto& each : fills) {
    const int direction = each.side == side::buy ? 1 : -1;
    for (std::int64_t unit = 0; unit < each.qty.units(); ++unit) {
      if (open.entries.empty()) open.direction = direction;
      (direction == open.direction ? open.entries : open.exits).push_back(each.at_price.units());
      if (open.entries.size() != open.exits.size()) continue;
      out.push_back(open);
      open = {};
    }
  }
  return out;
}

TEST(trade_history, agrees_with_trading_unit_by_unit) {
  const auto seed = tests::test_seed(61);
  prng chance{seed};
  for (std::uint64_t round = 0; round < tests::test_size(300); ++round) {
    std::vector<fill_record> fills;
    for (auto count = chance.below(30); count > 0; --count) {
      auto next = fill(chance.chance(1, 2) ? side::buy : side::sell, "1", "1");
      next.qty = quantity::from_units(chance.between(1, 20));
      // Large enough that profits of single units do not all round to nothing.
      next.at_price = price::from_units(chance.between(0, 9'000'000'000'000'000'000));
      fills.push_back(next);
    }
    const auto trips = *round_trips(fills);
    const auto expected = slow_trips(fills);
    ASSERT_EQ(trips.size(), expected.size()) << tests::repeat_with(seed);
    int128 total = 0;
    for (std::size_t k = 0; k < trips.size(); ++k) {
      const auto& slow = expected[k];
      int128 entry = 0;
      int128 exit = 0;
      for (const auto at : slow.entries) entry += at;
      for (const auto at : slow.exits) exit += at;
      const auto pnl = divide_half_even((exit - entry) * slow.direction, decimal_scale);
      ASSERT_EQ(trips[k].pnl.units(), static_cast<std::int64_t>(pnl)) << tests::repeat_with(seed);
      ASSERT_EQ(trips[k].qty.units(), static_cast<std::int64_t>(slow.entries.size()));
      ASSERT_EQ(trips[k].entry_side == side::buy, slow.direction > 0);
      const auto size = static_cast<std::int64_t>(slow.entries.size());
      ASSERT_EQ(trips[k].entry_average.units(),
                static_cast<std::int64_t>(divide_half_even(entry, size)));
      ASSERT_EQ(trips[k].exit_average.units(),
                static_cast<std::int64_t>(divide_half_even(exit, size)));
      total += trips[k].pnl.units();
    }
    trade_history history;
    for (const auto& each : fills) ASSERT_TRUE(history.apply(each).ok());
    ASSERT_EQ(history.summary().realized.units(), static_cast<std::int64_t>(total));
  }
}

}  // namespace
}  // namespace bw
