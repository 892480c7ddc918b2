// Closing everything, as the risk gate carries it out: now, at the open, over restarts, and with a
// venue that never fills.

#include <gtest/gtest.h>

#include <algorithm>

#include "actors/risk_gate_actor.hpp"
#include "tests/support/actor_fixture.hpp"

namespace bw {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

struct RiskGateFlatten : testing::Test {
  tests::actor_fixture world;
  std::vector<audit_event> logged;
  std::vector<session_phase> told;
  std::vector<trading_state> states;
  reconcile_view broker;
  int broker_asked = 0;
  int permits = 0;
  risk_gate_actor gate;

  void start(bool wanted_before = false, trading_state latched = {trading_mode::active, 0}) {
    risk_gate_args args;
    args.symbols = {"AAPL", "MSFT"};
    args.strategies = {"momentum"};
    args.time = &world.time;
    args.metrics = &world.metrics;
    args.flatten = wanted_before;
    args.past.latched = latched;
    args.permit_closing = [this] { ++permits; };
    gate = world.keep(world.system().spawn(risk_gate, std::move(args)));
    directory members;
    members.audit = caf::actor_cast<audit_actor>(world.fake({[this](const audit_append& x) {
      logged.insert(logged.end(), x.events.begin(), x.events.end());
    }}));
    members.router = caf::actor_cast<order_router_actor>(world.fake(
        {[this](const trading_state& x) { states.push_back(x); }, [](const approved_order&) {}}));
    members.reconciliation = caf::actor_cast<reconciliation_actor>(world.fake(
        {[this](atom::flatten) { ++broker_asked; }, [this](atom::view) { return broker; }}));
    const auto strategy = caf::actor_cast<strategy_actor>(
        world.fake({[this](const session_state& x) { told.push_back(x.phase); },
                    [](const account_view&) {}, [](const order_report&) {}}));
    members.strategies = {strategy, strategy};
    world.send(gate, members);
    world.run();
  }
  void phase(session_phase what) {
    const auto now = world.time.utc_now();
    world.send(gate, session_state{what, now - hours{1}, now + hours{5}});
    world.run();
  }
  void books_are_compared() {
    world.send(gate, clear_command{halt_reason::boot, {}});
    world.send(gate, clear_command{halt_reason::reconciling, {}});
    world.run();
  }
  void filled(side which) {
    order_report x;
    x.request.order = order_id{which == side::buy ? 1u : 2u};
    x.request.strategy = strategy_id{0};
    x.request.symbol = symbol_id{0};
    x.request.side = which;
    x.request.purpose = which == side::buy ? order_purpose::entry : order_purpose::flatten;
    x.request.qty = x.filled_total = x.last_qty = quantity::from_int(10);
    x.request.limit = x.filled_average = x.last_price = price::from_int(100);
    x.state = order_state::filled;
    world.send(gate, x);
    world.run();
  }
  void broker_shows(std::uint32_t held) {
    broker.held_at_broker = held;
    broker.positions_asked = world.time.mono_now();
  }
  operator_record ask(flatten_wish wish, symbol_id symbol = no_symbol) {
    operator_record out;
    const operator_record who{"flatten", "ann", "test", command_channel::api, false, ""};
    auto asked = world.self()->request(gate, caf::infinite, flatten_request{wish, symbol}, who);
    world.run();
    asked.receive([&](const operator_record& x) { out = x; },
                  [](const caf::error&) { ADD_FAILURE() << "the gate does not answer"; });
    return out;
  }
  std::string shown() {
    std::string out;
    auto asked = world.self()->request(gate, caf::infinite, atom::view_v);
    world.run();
    asked.receive([&](const risk_view& x) { out = x.flatten; }, [](const caf::error&) {});
    return out;
  }
  std::vector<flatten_stage> stages() const {
    std::vector<flatten_stage> out;
    for (const auto& each : logged)
      if (const auto* x = std::get_if<flatten_record>(&each)) out.push_back(x->stage);
    return out;
  }
  auto closings() const { return std::count(told.begin(), told.end(), session_phase::flatten); }
};

TEST_F(RiskGateFlatten, GoesOnUntilTheBrokerShowsZero) {
  start();
  phase(session_phase::entries);
  books_are_compared();
  filled(side::buy);
  EXPECT_TRUE(ask(flatten_wish::now).accepted);
  EXPECT_EQ(closings(), 2) << "every symbol";
  EXPECT_EQ(permits, 1);
  EXPECT_TRUE(has_reason(states.back(), halt_reason::operator_halt));
  world.pass(seconds{11});
  EXPECT_EQ(closings(), 6) << "once more each five seconds";
  EXPECT_EQ(broker_asked, 0) << "our own books say that something is held";

  broker_shows(1);
  filled(side::sell);
  world.pass(seconds{2});
  EXPECT_GE(broker_asked, 1);
  EXPECT_FALSE(shown().empty()) << "the broker's list is older than our last execution";
  broker_shows(1);
  world.pass(seconds{6});
  EXPECT_FALSE(shown().empty()) << "the broker still shows shares";
  broker_shows(0);
  world.pass(seconds{6});
  EXPECT_TRUE(shown().empty());
  EXPECT_EQ(stages(), (std::vector{flatten_stage::closing, flatten_stage::none}));
}

TEST_F(RiskGateFlatten, AVenueThatNeverFillsIsAnAlarmAfter300Seconds) {
  start();
  phase(session_phase::entries);
  books_are_compared();
  filled(side::buy);
  EXPECT_TRUE(ask(flatten_wish::now).accepted);
  world.pass(seconds{299}, milliseconds{500});
  EXPECT_FALSE(has_reason(states.back(), halt_reason::not_flat));
  world.pass(seconds{2}, milliseconds{500});
  EXPECT_TRUE(has_reason(states.back(), halt_reason::not_flat));
  EXPECT_TRUE(is_latched(halt_reason::not_flat));
  EXPECT_EQ(stages().back(), flatten_stage::late);
  const auto alarms = std::count_if(logged.begin(), logged.end(), [](const audit_event& each) {
    const auto* x = std::get_if<alert_record>(&each);
    return x != nullptr && x->code == "not_flat" && x->level == alert_level::critical;
  });
  EXPECT_EQ(alarms, 1);
  const auto before = closings();
  world.pass(seconds{20}, milliseconds{500});
  EXPECT_GT(closings(), before) << "it goes on";
}

TEST_F(RiskGateFlatten, AClosedMarketIsSaidAndNothingIsQueuedUnasked) {
  start();
  phase(session_phase::closed);
  const auto refused = ask(flatten_wish::now);
  EXPECT_FALSE(refused.accepted);
  EXPECT_NE(refused.answer.find("the market is closed"), std::string::npos) << refused.answer;
  EXPECT_NE(refused.answer.find("--at-open"), std::string::npos) << refused.answer;
  EXPECT_TRUE(stages().empty());
  EXPECT_FALSE(ask(flatten_wish::now, symbol_id{0}).accepted) << "one position neither";
}

TEST_F(RiskGateFlatten, WaitsForTheOpenWhenItIsAskedTo) {
  start();
  filled(side::buy);
  books_are_compared();
  phase(session_phase::closed);
  EXPECT_TRUE(ask(flatten_wish::at_open).accepted);
  EXPECT_FALSE(shown().empty());
  world.pass(seconds{400}, seconds{1});
  EXPECT_EQ(closings(), 0);
  EXPECT_EQ(stages().back(), flatten_stage::queued) << "the night is no delay";
  phase(session_phase::open_guard);
  world.pass(milliseconds{100});
  EXPECT_EQ(closings(), 2);
  EXPECT_EQ(stages().back(), flatten_stage::closing);
}

TEST_F(RiskGateFlatten, WhatWaitedInTheLastRunWaitsInThisOne) {
  start(true, {trading_mode::halted, reason_bit(halt_reason::operator_halt)});
  filled(side::buy);
  phase(session_phase::entries);
  world.pass(seconds{1});
  EXPECT_EQ(closings(), 0) << "what is held is not known before the books are compared";
  books_are_compared();
  world.pass(milliseconds{100});
  EXPECT_EQ(closings(), 2);
}

TEST_F(RiskGateFlatten, AKillBetweenTwoRunsTakesItBack) {
  start(true, {trading_mode::halted, reason_bit(halt_reason::kill)});
  filled(side::buy);
  phase(session_phase::entries);
  books_are_compared();
  world.pass(seconds{10});
  EXPECT_EQ(closings(), 0);
  EXPECT_EQ(stages(), std::vector{flatten_stage::none});
}

TEST_F(RiskGateFlatten, APersonOrAKillTakesBackWhatWaits) {
  start();
  phase(session_phase::closed);
  EXPECT_FALSE(ask(flatten_wish::withdraw).accepted) << "nothing waits";
  EXPECT_TRUE(ask(flatten_wish::at_open).accepted);
  EXPECT_TRUE(ask(flatten_wish::withdraw).accepted);
  EXPECT_EQ(stages().back(), flatten_stage::none);
  EXPECT_TRUE(ask(flatten_wish::at_open).accepted);
  world.send(gate, halt_command{halt_reason::kill, {}});
  world.run();
  EXPECT_EQ(stages().back(), flatten_stage::none);
  EXPECT_TRUE(shown().empty());
}

TEST_F(RiskGateFlatten, OnePositionAlone) {
  start();
  phase(session_phase::entries);
  books_are_compared();
  EXPECT_FALSE(ask(flatten_wish::now, symbol_id{0}).accepted) << "nothing is held";
  filled(side::buy);
  EXPECT_TRUE(ask(flatten_wish::now, symbol_id{0}).accepted);
  EXPECT_EQ(closings(), 1) << "its symbol alone";
  EXPECT_FALSE(has_reason(states.back(), halt_reason::operator_halt)) << "the others go on";
}

}  // namespace
}  // namespace bw
