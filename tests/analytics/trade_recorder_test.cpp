// Trades with their costs from executions: the same trips as trade_history, fees and slippage to
// the last unit, and the worst and best moment while they were open.

#include "analytics/trade_recorder.hpp"

#include <gtest/gtest.h>

#include "analytics/trade_history.hpp"
#include "core/prng.hpp"
#include "tests/support/seed.hpp"

namespace bw {
namespace {

run_fill fill(side which, std::string_view qty, std::string_view at, std::string_view fees = "0",
              std::string_view decided = "0") {
  run_fill out;
  out.strategy = short_name{"momentum"};
  out.symbol = symbol_name{"SPY"};
  out.side = which;
  out.qty = *quantity::parse(qty);
  out.at_price = *price::parse(at);
  out.fees = *money::parse(fees);
  out.decision_price = *price::parse(decided);
  out.reason = short_name{which == side::buy ? "entry" : "exit"};
  return out;
}

TEST(trade_recorder, a_trade_carries_what_it_cost) {
  const auto trades = *closed_trades(
      {fill(side::buy, "10", "100.05", "1", "100"), fill(side::sell, "10", "101.90", "2", "102")});
  ASSERT_EQ(trades.size(), 1u);
  EXPECT_EQ(trades[0].gross.text(), "18.5");
  EXPECT_EQ(trades[0].fees.text(), "3");
  EXPECT_EQ(trades[0].net().text(), "15.5");
  EXPECT_EQ(trades[0].slippage.text(), "1.5");
  EXPECT_EQ(trades[0].entry_value.text(), "1000.5");
  EXPECT_EQ(trades[0].entry_reason.view(), "entry");
  EXPECT_EQ(trades[0].exit_reason.view(), "exit");
}

TEST(trade_recorder, a_fill_that_turns_the_position_shares_its_fees) {
  trade_recorder recorder;
  ASSERT_TRUE(recorder.apply(fill(side::buy, "1", "10", "0.10")).ok());
  const auto ended = *recorder.apply(fill(side::sell, "3", "11", "0.10"));
  ASSERT_TRUE(ended);
  EXPECT_EQ(ended->fees.text(), "0.133333334");
  const auto open = recorder.open_trades();
  ASSERT_EQ(open.size(), 1u);
  EXPECT_EQ(open[0].fees.text(), "0.066666666");
  EXPECT_EQ(open[0].qty.text(), "-2");
}

TEST(trade_recorder, the_worst_and_the_best_moment_are_kept) {
  trade_recorder recorder;
  const symbol_name spy{"SPY"};
  recorder.mark(spy, *price::parse("1"));  // Nothing is open yet.
  ASSERT_TRUE(recorder.apply(fill(side::buy, "2", "100")).ok());
  for (const char* at : {"99", "104", "98.5", "101"}) recorder.mark(spy, *price::parse(at));
  recorder.mark(symbol_name{"QQQ"}, *price::parse("5"));
  EXPECT_EQ(recorder.open_trades()[0].unrealized.text(), "2");
  const auto ended = *recorder.apply(fill(side::sell, "2", "97"));
  EXPECT_EQ(ended->worst->text(), "-6") << "the exit counts";
  EXPECT_EQ(ended->best->text(), "8");
  ASSERT_TRUE(recorder.apply(fill(side::buy, "2", "100")).ok());
  EXPECT_FALSE((*recorder.apply(fill(side::sell, "2", "97")))->worst) << "nobody looked";
}

TEST(trade_recorder, refuses_impossible_fills_and_stays_as_it_was) {
  trade_recorder recorder;
  ASSERT_TRUE(recorder.apply(fill(side::buy, "1", "10")).ok());
  EXPECT_EQ(recorder.apply(fill(side::buy, "0", "10")).code(), ec::invalid_argument);
  EXPECT_EQ(recorder.apply(fill(side::buy, "1", "-10")).code(), ec::invalid_argument);
  EXPECT_EQ(recorder.apply(fill(side::buy, "1", "10", "-1")).code(), ec::invalid_argument);
  EXPECT_EQ(recorder.apply(fill(side::buy, "1", "10", "0", "-1")).code(), ec::invalid_argument);
  EXPECT_EQ(recorder.apply(fill(side::buy, "9000000000", "9000000000")).code(), ec::out_of_range);
  EXPECT_EQ(recorder.apply(fill(side::buy, "9223372036", "0.1")).code(), ec::out_of_range);
  EXPECT_EQ((*recorder.apply(fill(side::sell, "1", "11")))->gross.text(), "1");
  EXPECT_EQ(recorder.open_count(), 0u);
}

TEST(trade_recorder, makes_the_trips_of_trade_history_and_loses_no_fee) {
  const auto seed = tests::test_seed(71);
  prng chance{seed};
  for (std::uint64_t round = 0; round < tests::test_size(200); ++round) {
    std::vector<fill_record> plain;
    std::vector<run_fill> fills;
    money paid;
    for (auto count = chance.below(40); count > 0; --count) {
      run_fill next = fill(chance.chance(1, 2) ? side::buy : side::sell, "1", "1");
      next.symbol = symbol_name{chance.chance(1, 2) ? "SPY" : "QQQ"};
      next.strategy = short_name{chance.chance(1, 2) ? "a" : "b"};
      next.qty = quantity::from_units(chance.between(1, 20'000'000'000));
      next.at_price = price::from_units(chance.between(1, 500'000'000'000));
      next.fees = money::from_units(chance.between(0, 2'000'000'000));
      fill_record same;
      same.strategy = next.strategy;
      same.symbol = next.symbol;
      same.side = next.side;
      same.qty = next.qty;
      same.at_price = next.at_price;
      fills.push_back(next);
      plain.push_back(same);
      paid += next.fees;
    }
    trade_recorder recorder;
    money told;
    std::vector<closed_trade> trades;
    for (const auto& each : fills)
      if (auto ended = *recorder.apply(each)) trades.push_back(*ended);
    const auto trips = *round_trips(plain);
    ASSERT_EQ(trades.size(), trips.size()) << tests::repeat_with(seed);
    for (std::size_t k = 0; k < trips.size(); ++k) {
      ASSERT_EQ(trades[k].gross, trips[k].pnl) << tests::repeat_with(seed);
      ASSERT_EQ(trades[k].qty, trips[k].qty);
      ASSERT_EQ(trades[k].entry_average, trips[k].entry_average);
      ASSERT_EQ(trades[k].exit_average, trips[k].exit_average);
      told += trades[k].fees;
    }
    for (const auto& open : recorder.open_trades()) told += open.fees;
    ASSERT_EQ(told, paid) << tests::repeat_with(seed);
  }
}

}  // namespace
}  // namespace bw
