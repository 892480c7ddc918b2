// The trading state of the desk. The rules themselves are tested where they live.

#include "domain/risk_desk.hpp"

#include <gtest/gtest.h>

namespace bw {
namespace {

using std::chrono::seconds;

const instant start{utc_ns{1'800'000'000}, mono_ns{1'800'000'000}};

instant later(nanoseconds by) { return {start.utc + by, start.mono + by}; }

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
  out.at = start.utc;
  return out;
}

struct RiskDesk : testing::Test {
  risk_desk desk{{}, std::vector<symbol_facts>(1), 1};
  void SetUp() override { desk.begin_connected(); }
};

TEST_F(RiskDesk, BeginsActive) {
  EXPECT_EQ(desk.trading(), (trading_state{trading_mode::active, 0}));
  EXPECT_FALSE(desk.view(start).valid) << "nothing may be spent before the account is known";
}

TEST_F(RiskDesk, RejectsInARowNarrowTradingForAWhile) {
  const risk_options usual;
  for (std::uint64_t k = 1; k <= usual.rejects_max; ++k) {
    EXPECT_EQ(desk.trading().mode, trading_mode::active) << k;
    desk.on_report(rejected(k), start);
  }
  EXPECT_EQ(desk.trading().mode, trading_mode::reducing);
  EXPECT_TRUE(desk.watch(start).narrowed);
  EXPECT_FALSE(desk.watch(later(usual.rejects_period)).narrowed) << "told once";
  EXPECT_EQ(desk.trading().mode, trading_mode::reducing);
  desk.watch(later(usual.rejects_period + seconds{1}));
  EXPECT_EQ(desk.trading().mode, trading_mode::active);
}

TEST_F(RiskDesk, OrdersStayWithinTheBandThatTheVenueAnnounced) {
  const auto outcome = [&](const char* limit) {
    order_request order;
    order.order = order_id{1};
    order.symbol = symbol_id{0};
    order.strategy = strategy_id{0};
    order.qty = quantity::from_int(1);
    order.limit = *price::parse(limit);
    const auto verdict = desk.check(order, start);
    for (const auto& each : verdict.checks)
      if (each.rule == risk_rule::band) return each.outcome;
    return check_outcome::not_applicable;
  };
  EXPECT_EQ(outcome("100"), check_outcome::not_applicable) << "no band yet";
  trading_status band;
  band.symbol = symbol_id{0};
  band.state = halt_state::banded;
  band.band_low = *price::parse("95");
  band.band_high = *price::parse("105");
  band.ts_event = utc_ns{2};
  desk.on_status(band);
  EXPECT_EQ(outcome("105"), check_outcome::passed);
  EXPECT_EQ(outcome("105.01"), check_outcome::denied);
  // One that comes late does not undo a newer one; a newer one does.
  auto other = band;
  other.band_high = *price::parse("200");
  other.ts_event = utc_ns{1};
  desk.on_status(other);
  EXPECT_EQ(outcome("105.01"), check_outcome::denied);
  other.ts_event = utc_ns{3};
  desk.on_status(other);
  EXPECT_EQ(outcome("105.01"), check_outcome::passed);
  other.symbol = symbol_id{7};
  desk.on_status(other);
}

TEST_F(RiskDesk, RejectsFarApartAreNoReason) {
  const risk_options usual;
  for (std::uint64_t k = 1; k <= 12 * usual.rejects_max; ++k) {
    auto answer = rejected(k);
    if (k % 4 != 0) answer.state = order_state::accepted;
    desk.on_report(answer, later(static_cast<std::int64_t>(k) * seconds{4}));
  }
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

TEST_F(RiskDesk, AFallFromThePeakOfTheSessionHalts) {
  // Ten shares bought at 100 and sold at 300.
  auto fill = rejected(1);
  fill.state = order_state::filled;
  fill.request.qty = fill.last_qty = fill.filled_total = quantity::from_int(10);
  fill.last_price = price::from_int(100);
  desk.on_report(fill, start);
  fill.request.order = order_id{2};
  fill.request.side = side::sell;
  fill.request.purpose = order_purpose::exit;
  fill.last_price = price::from_int(300);
  desk.on_report(fill, start);
  desk.on_account(account_of(102'000));
  EXPECT_FALSE(desk.watch(start).flatten);
  desk.on_account(account_of(99'961));
  desk.watch(start);
  EXPECT_FALSE(has_reason(desk.trading(), halt_reason::drawdown));
  desk.on_account(account_of(99'960));
  EXPECT_FALSE(desk.watch(start).flatten);
  EXPECT_TRUE(has_reason(desk.trading(), halt_reason::drawdown));
  EXPECT_EQ(desk.trading().mode, trading_mode::halted);
  EXPECT_FALSE(desk.take_alerts().empty());
}

TEST_F(RiskDesk, AWithdrawalIsNoLossAndNoFall) {
  desk.on_account(account_of(100'000));
  desk.watch(start);
  const cash_flow_record gone{"w1", short_name{"CSW"}, money::from_int(-30'000), start.utc, {}};
  const auto kept = desk.on_cash_flow(gone, start.utc);
  ASSERT_TRUE(kept);
  EXPECT_EQ(kept->after_close, money::from_int(100'000));
  EXPECT_FALSE(desk.on_cash_flow(gone, start.utc)) << "once";
  desk.on_account(account_of(70'000));
  EXPECT_FALSE(desk.watch(start).flatten);
  EXPECT_EQ(desk.trading().mode, trading_mode::active);
  EXPECT_TRUE(desk.day().pnl.is_zero());
  EXPECT_EQ(desk.day().start_equity, money::from_int(70'000));
  // Two percent of what is left is a loss as ever.
  desk.on_account(account_of(68'600));
  EXPECT_TRUE(desk.watch(start).flatten);
}

TEST_F(RiskDesk, ADepositHidesNoLoss) {
  desk.on_account(account_of(100'000));
  desk.watch(start);
  desk.on_cash_flow({"d1", short_name{"CSD"}, money::from_int(50'000), start.utc, {}}, start.utc);
  desk.on_account(account_of(150'000));
  desk.watch(start);
  EXPECT_TRUE(desk.day().pnl.is_zero()) << "no gain";
  EXPECT_EQ(desk.trading().mode, trading_mode::active);
  desk.on_account(account_of(147'000));
  EXPECT_TRUE(desk.watch(start).flatten) << "two percent of all of it";
}

TEST_F(RiskDesk, TheNextCloseHasTheFlowInItsFigure) {
  desk.on_account(account_of(100'000));
  desk.on_cash_flow({"d1", short_name{"CSD"}, money::from_int(50'000), start.utc, {}}, start.utc);
  auto next = account_of(150'000);
  next.last_equity = money::from_int(150'000);
  desk.on_account(next);
  EXPECT_EQ(desk.day().start_equity, money::from_int(150'000));
  EXPECT_TRUE(desk.day().pnl.is_zero());
}

/// Cancels of somebody use requests up.
void use_requests(risk_desk& desk, std::int64_t count, const instant& now) {
  for (std::int64_t k = 0; k < count; ++k) {
    auto over = rejected(static_cast<std::uint64_t>(1'000 + k));
    over.state = order_state::canceled;
    desk.on_report(over, now);
  }
}

TEST_F(RiskDesk, UsingTheReserveOfRequestsNarrowsUntilItIsWhole) {
  const risk_options usual;
  const auto free = usual.requests_per_minute - usual.requests_reserved;
  use_requests(desk, free, start);
  desk.watch(start);
  EXPECT_FALSE(has_reason(desk.trading(), halt_reason::reserve)) << "the reserve is whole";
  use_requests(desk, 1, start);
  EXPECT_TRUE(desk.watch(start).narrowed);
  EXPECT_TRUE(has_reason(desk.trading(), halt_reason::reserve));
  EXPECT_EQ(desk.trading().mode, trading_mode::reducing);
  EXPECT_TRUE(desk.waits_for_time());
  desk.watch(later(seconds{59}));
  EXPECT_TRUE(has_reason(desk.trading(), halt_reason::reserve));
  desk.watch(later(seconds{61}));
  EXPECT_EQ(desk.trading().mode, trading_mode::active);
}

TEST_F(RiskDesk, TheHaltOfTheWholeMarketEndsWithAQuoteAfterItsEnd) {
  const auto say = [&](const char* code, halt_state state) {
    desk.on_status({.symbol = symbol_id{0}, .state = state, .code = cut<inline_string<15>>(code)});
  };
  say("LUDP", halt_state::halted);
  EXPECT_FALSE(has_reason(desk.trading(), halt_reason::market_wide)) << "of one symbol only";
  say("MWC2", halt_state::halted);
  EXPECT_TRUE(has_reason(desk.trading(), halt_reason::market_wide));
  quote q;
  q.symbol = symbol_id{0};
  desk.on_quote(q);
  EXPECT_TRUE(has_reason(desk.trading(), halt_reason::market_wide));
  say("MWCQ", halt_state::resumed);
  EXPECT_TRUE(has_reason(desk.trading(), halt_reason::market_wide));
  desk.on_quote(q);
  EXPECT_FALSE(has_reason(desk.trading(), halt_reason::market_wide));
}

TEST(RiskDeskOptions, TheNextSessionEndsALossHaltWhereItMay) {
  for (const auto who : {loss_clear::person, loss_clear::next_session}) {
    risk_desk desk{{.loss_clear = who}, std::vector<symbol_facts>(1), 1};
    desk.begin_connected();
    const auto session = [&](std::int64_t day) {
      desk.on_session({session_phase::entries, utc_ns{day}, utc_ns{day + 1}});
    };
    session(1);
    desk.on_account(account_of(98'000));
    desk.watch(start);
    EXPECT_EQ(desk.trading().mode, trading_mode::halted);
    session(1);
    EXPECT_TRUE(has_reason(desk.trading(), halt_reason::loss)) << "the same session goes on";
    session(2);
    EXPECT_EQ(has_reason(desk.trading(), halt_reason::loss), who == loss_clear::person);
    desk.watch(start);
    EXPECT_TRUE(has_reason(desk.trading(), halt_reason::loss))
        << "a loss that is there sets it again";
  }
}

TEST_F(RiskDesk, TenRejectsInARowHaltUntilAPersonLooks) {
  for (std::uint64_t k = 1; k <= 10; ++k) desk.on_report(rejected(k), start);
  EXPECT_EQ(desk.trading().mode, trading_mode::halted);
  desk.watch(later(seconds{3'600}));
  EXPECT_EQ(desk.trading().mode, trading_mode::halted);
}

TEST_F(RiskDesk, LimitsOnlyFallAndOverridesNeedASwitch) {
  risk_options next;
  next.max_qty = quantity::from_int(5);
  EXPECT_TRUE(desk.lower_limits(next).ok());
  const auto raised = desk.lower_limits({});
  ASSERT_FALSE(raised.ok());
  EXPECT_EQ(raised.failure().code, ec::out_of_range);
  EXPECT_NE(raised.failure().context.find("risk.max_qty"), std::string::npos);
  EXPECT_EQ(desk.grant_override({}, start.mono).failure().code, ec::unsupported);
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

struct ANodesRiskDesk : testing::Test {
  risk_desk desk{{}, std::vector<symbol_facts>(1), 1};
  void SetUp() override { desk.begin_disconnected({}, start); }
  bool has(halt_reason reason) const { return has_reason(desk.trading(), reason); }
};

TEST_F(ANodesRiskDesk, BeginsHaltedAndBecomesActiveReasonByReason) {
  for (const auto reason :
       {halt_reason::boot, halt_reason::reconciling, halt_reason::feed, halt_reason::stream})
    EXPECT_TRUE(has(reason)) << to_string(reason);
  desk.on_feed(true, start);
  desk.on_order_stream(true, start);
  desk.clear_by_rule(halt_reason::boot, "test");
  desk.clear_by_rule(halt_reason::reconciling, "test");
  EXPECT_EQ(desk.trading().mode, trading_mode::reducing);
  desk.watch(later(seconds{10} - nanoseconds{1}));
  EXPECT_EQ(desk.trading().mode, trading_mode::reducing)
      << "not before both were up for long enough";
  desk.watch(later(seconds{10}));
  EXPECT_EQ(desk.trading().mode, trading_mode::active);
  const auto changes = desk.take_changes();
  ASSERT_EQ(changes.size(), 4u);
  EXPECT_EQ(changes.back().after.mode, trading_mode::active);
  EXPECT_TRUE(desk.take_changes().empty());
}

TEST_F(ANodesRiskDesk, ALostConnectionNarrowsAfterItsGraceAndMustProveItselfForLonger) {
  desk.on_feed(true, start);
  desk.on_order_stream(true, start);
  desk.clear_by_rule(halt_reason::boot, "test");
  desk.clear_by_rule(halt_reason::reconciling, "test");
  desk.watch(later(seconds{10}));
  desk.on_feed(false, later(seconds{20}));
  desk.watch(later(seconds{23}));
  EXPECT_FALSE(has(halt_reason::feed));
  EXPECT_TRUE(desk.watch(later(seconds{23} + nanoseconds{1})).narrowed);
  EXPECT_TRUE(has(halt_reason::feed));
  desk.on_feed(true, later(seconds{30}));
  desk.watch(later(seconds{89}));
  EXPECT_TRUE(has(halt_reason::feed));
  desk.watch(later(seconds{90}));
  EXPECT_FALSE(has(halt_reason::feed));
}

TEST_F(ANodesRiskDesk, ABlockedAccountHalts) {
  auto blocked = account_of(100'000);
  blocked.trading_blocked = true;
  desk.on_account(blocked);
  EXPECT_TRUE(has(halt_reason::account));
  desk.on_account(account_of(100'000));
  EXPECT_FALSE(has(halt_reason::account));
}

TEST_F(ANodesRiskDesk, WhatIsLatchedNoRuleClears) {
  desk.narrow(halt_reason::operator_halt, "a person");
  desk.clear_by_rule(halt_reason::operator_halt, "a rule");
  EXPECT_TRUE(has(halt_reason::operator_halt));
}

TEST_F(ANodesRiskDesk, TheDayGoesOnAfterARestartAndEndsWithTheNextSession) {
  risk_desk_past past;
  past.day_open = utc_ns{1000};
  past.realized_today = money::from_int(-7);
  past.entries_today = 4;
  risk_desk restarted{{}, std::vector<symbol_facts>(1), 1};
  restarted.begin_disconnected(past, start);
  restarted.on_account(account_of(100'000));
  restarted.on_session({session_phase::entries, utc_ns{1000}, utc_ns{2000}});
  EXPECT_EQ(restarted.entries_today(), 4u);
  EXPECT_EQ(restarted.day().pnl, money::from_int(-7));
  restarted.on_session({session_phase::entries, utc_ns{3000}, utc_ns{4000}});
  EXPECT_EQ(restarted.entries_today(), 0u);
  EXPECT_EQ(restarted.day().pnl, money{});
}

TEST_F(ANodesRiskDesk, AnEntryOfAnEarlierRunKeepsTheNextOneAway) {
  const auto interval_of = [](const risk_verdict& verdict) {
    for (const auto& check : verdict.checks)
      if (check.rule == risk_rule::interval) return check;
    return risk_check{};
  };
  risk_desk_past past;
  past.last_entries = {{symbol_id{0}, start.utc - seconds{100}},
                       {symbol_id{1}, start.utc + seconds{100}}};
  risk_desk restarted{{}, std::vector<symbol_facts>(3), 1};
  restarted.begin_disconnected(past, start);
  order_request entry;
  entry.strategy = strategy_id{0};
  entry.qty = quantity::from_int(1);
  entry.symbol = symbol_id{0};
  const auto soon = interval_of(restarted.check(entry, later(seconds{19})));
  EXPECT_EQ(soon.outcome, check_outcome::denied);
  EXPECT_EQ(soon.value, nanoseconds{seconds{119}}.count());
  EXPECT_EQ(interval_of(restarted.check(entry, later(seconds{20}))).outcome, check_outcome::passed);
  // A clock that was set back does not make the distance shorter.
  entry.symbol = symbol_id{1};
  EXPECT_EQ(interval_of(restarted.check(entry, later(seconds{119}))).outcome,
            check_outcome::denied);
  entry.symbol = symbol_id{2};
  EXPECT_EQ(interval_of(restarted.check(entry, start)).outcome, check_outcome::passed);
}

/// Everything up and compared, in the phase of entries.
struct AnActiveNodesRiskDesk : ANodesRiskDesk {
  void SetUp() override {
    ANodesRiskDesk::SetUp();
    desk.on_feed(true, start);
    desk.on_order_stream(true, start);
    desk.clear_by_rule(halt_reason::boot, "test");
    desk.clear_by_rule(halt_reason::reconciling, "test");
    desk.on_session({session_phase::entries, utc_ns{1}, utc_ns{INT64_MAX}});
    see(seconds{10});
  }
  void see(nanoseconds by) {
    auto account = account_of(100'000);
    account.received = later(by).mono;
    desk.on_account(account);
    quote q;
    q.symbol = symbol_id{0};
    q.received = later(by).mono;
    desk.on_quote(q);
    desk.watch(later(by));
  }
};

TEST_F(AnActiveNodesRiskDesk, OldQuotesNarrowAndAMinuteOfFreshOnesWidens) {
  ASSERT_EQ(desk.trading().mode, trading_mode::active);
  desk.watch(later(seconds{40}));
  EXPECT_FALSE(has(halt_reason::freshness));
  EXPECT_TRUE(desk.watch(later(seconds{40} + nanoseconds{1})).narrowed);
  EXPECT_TRUE(has(halt_reason::freshness));
  for (int k = 50; k <= 100; k += 10) see(seconds{k});
  EXPECT_TRUE(has(halt_reason::freshness));
  see(seconds{101});
  EXPECT_FALSE(has(halt_reason::freshness));
}

TEST_F(AnActiveNodesRiskDesk, AnOrderThatComesLateNarrows) {
  order_request order;
  order.strategy = strategy_id{0};
  order.symbol = symbol_id{0};
  order.header.received = start.mono;
  desk.check(order, later(seconds{1}));
  EXPECT_FALSE(has(halt_reason::freshness));
  desk.check(order, later(seconds{1} + nanoseconds{1}));
  EXPECT_TRUE(has(halt_reason::freshness));
}

TEST_F(ANodesRiskDesk, WhatWasTakenOutStaysOutAfterARestart) {
  risk_desk_past past;
  past.strategies_out = {strategy_id{0}};
  past.high_water = money::from_int(120'000);
  past.streaks = {{strategy_id{0}, 2}};
  risk_desk restarted{{}, std::vector<symbol_facts>(1), 1};
  restarted.begin_disconnected(past, start);
  restarted.on_account(account_of(100'000));
  order_request order;
  order.strategy = strategy_id{0};
  order.symbol = symbol_id{0};
  const auto verdict = restarted.check(order, start);
  for (const auto rule : {risk_rule::strategy_off, risk_rule::streak, risk_rule::drawdown})
    for (const auto& each : verdict.checks)
      if (each.rule == rule) {
        EXPECT_EQ(each.outcome, check_outcome::denied) << to_string(rule);
      }
  EXPECT_TRUE(restarted.watch(start).flatten) << "far below the highest equity";
}

TEST(RiskDeskBudget, AStrategyIsToldWhatItHoldsOverAllSymbols) {
  risk_desk desk{{.budgeted = {strategy_id{1}}}, std::vector<symbol_facts>(3), 2};
  desk.begin_connected();
  desk.on_account(account_of(100'000));
  EXPECT_TRUE(desk.view(start).uses.empty());
  const auto bought = [&](std::uint64_t number, std::uint32_t symbol, std::uint16_t strategy) {
    auto out = rejected(number);
    out.request.symbol = symbol_id{symbol};
    out.request.strategy = strategy_id{strategy};
    out.request.qty = out.filled_total = out.last_qty = quantity::from_int(10);
    out.request.limit = out.last_price = out.filled_average = *price::parse("100");
    out.state = order_state::filled;
    return out;
  };
  desk.on_report(bought(1, 0, 0), start);
  desk.on_report(bought(2, 0, 1), start);
  desk.on_report(bought(3, 2, 1), start);
  ASSERT_EQ(desk.view(start).uses.size(), 1u) << "the other one has no budget";
  EXPECT_EQ(desk.view(start).uses[0].strategy, strategy_id{1});
  EXPECT_EQ(desk.view(start).uses[0].value, money::from_int(2'000));
  quote up;
  up.symbol = symbol_id{2};
  up.bid = *price::parse("150");
  up.ask = *price::parse("150.02");
  desk.on_quote(up);
  EXPECT_EQ(desk.view(start).uses[0].value, money::from_int(2'500)) << "at the last price";

  // What an order may still cost counts too; the budget itself stands in the order.
  order_request wanted;
  wanted.order = order_id{4};
  wanted.symbol = symbol_id{1};
  wanted.strategy = strategy_id{1};
  wanted.qty = quantity::from_int(5);
  wanted.limit = *price::parse("100");
  const auto outcome = [&](std::int64_t budget) {
    wanted.strategy_budget = money::from_int(budget);
    for (const auto& each : desk.check(wanted, start).checks)
      if (each.rule == risk_rule::strategy_budget) return std::pair{each.outcome, each.value};
    return std::pair{check_outcome::not_applicable, std::int64_t{}};
  };
  EXPECT_EQ(outcome(0).first, check_outcome::not_applicable);
  EXPECT_EQ(outcome(3'000).first, check_outcome::passed);
  EXPECT_EQ(outcome(2'999), (std::pair{check_outcome::denied, money::from_int(3'000).units()}));
  wanted.purpose = order_purpose::exit;
  EXPECT_EQ(outcome(1).first, check_outcome::not_applicable);
}

}  // namespace
}  // namespace bw
