// The trading state of the desk. The rules themselves are tested where they live.

#include "backtest/risk_desk.hpp"

#include <gtest/gtest.h>

namespace bw {
namespace {

using std::chrono::seconds;

const utc_ns start{seconds{1'800'000'000}.count()};

order_report rejected(std::uint64_t number) {
  order_report out;
  out.request.order = order_id{number};
  out.request.symbol = symbol_id{0};
  out.request.strategy = strategy_id{0};
  out.state = order_state::rejected;
  return out;
}

account_report account_of(std::int64_t equity) {
  account_report out;
  out.status = "ACTIVE";
  out.equity = out.cash = money::from_int(equity);
  out.last_equity = money::from_int(100'000);
  out.at = start;
  return out;
}

struct RiskDesk : testing::Test {
  risk_desk desk{{}, std::vector<symbol_facts>(1), 1};
};

TEST_F(RiskDesk, BeginsActive) {
  EXPECT_EQ(desk.trading(), (trading_state{trading_mode::active, 0}));
  EXPECT_FALSE(desk.view(start).valid) << "nothing may be spent before the account is known";
}

TEST_F(RiskDesk, RejectsInARowNarrowTradingForAWhile) {
  const risk_desk_options usual;
  for (std::uint64_t k = 1; k <= usual.rejects_max; ++k) {
    EXPECT_EQ(desk.trading().mode, trading_mode::active) << k;
    desk.on_report(rejected(k), start);
  }
  EXPECT_EQ(desk.trading().mode, trading_mode::reducing);
  EXPECT_TRUE(desk.watch(start).narrowed);
  EXPECT_FALSE(desk.watch(start + usual.rejects_period).narrowed) << "told once";
  EXPECT_EQ(desk.trading().mode, trading_mode::reducing);
  desk.watch(start + usual.rejects_period + seconds{1});
  EXPECT_EQ(desk.trading().mode, trading_mode::active);
}

TEST_F(RiskDesk, RejectsFarApartAreNoReason) {
  const risk_desk_options usual;
  for (std::uint64_t k = 1; k <= 3 * usual.rejects_max; ++k)
    desk.on_report(rejected(k), start + static_cast<std::int64_t>(k) * seconds{16});
  EXPECT_EQ(desk.trading().mode, trading_mode::active);
}

TEST_F(RiskDesk, ALossNarrowsThenHaltsAndClosesOnce) {
  desk.on_account(account_of(100'000));
  EXPECT_FALSE(desk.watch(start).narrowed);
  desk.on_account(account_of(98'500));
  const auto reduced = desk.watch(start);
  EXPECT_TRUE(reduced.narrowed);
  EXPECT_FALSE(reduced.flatten);
  EXPECT_EQ(desk.trading().mode, trading_mode::reducing);
  desk.on_account(account_of(98'000));
  EXPECT_TRUE(desk.watch(start).flatten);
  EXPECT_FALSE(desk.watch(start).flatten);
  EXPECT_EQ(desk.trading().mode, trading_mode::halted);
}

TEST_F(RiskDesk, ExecutionsGoToTheBooks) {
  auto fill = rejected(1);
  fill.state = order_state::filled;
  fill.request.qty = fill.last_qty = fill.filled_total = quantity::from_int(10);
  fill.last_price = price::from_int(100);
  const auto booked = desk.on_report(fill, start);
  ASSERT_TRUE(booked);
  EXPECT_EQ(booked->after, quantity::from_int(10));
  EXPECT_EQ(desk.positions().of(symbol_id{0}).average(), price::from_int(100));
  EXPECT_FALSE(desk.on_report(rejected(2), start));
}

}  // namespace
}  // namespace bw
