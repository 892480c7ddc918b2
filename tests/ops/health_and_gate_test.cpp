// The readiness page and the risk gate look at the same node: where the gate refuses an order for
// the system's sake, ready is not said.

#include <gtest/gtest.h>

#include "core/prng.hpp"
#include "domain/trading_state_machine.hpp"
#include "ops/health.hpp"
#include "tests/domain/risk_scene.hpp"
#include "tests/support/seed.hpp"

namespace bw {
namespace {

/// What both are told of.
struct node_facts {
  trading_state trading{trading_mode::active, 0};
  bool feed = true;
  bool order_stream = true;
  bool calendar = true;
  bool compared = true;
};

node_status status_of(const node_facts& x) {
  node_status out;
  out.lifecycle = "running";
  out.trading = x.trading;
  out.session.phase = x.calendar ? session_phase::entries : session_phase::unknown;
  out.market_open = true;
  out.feed.state = x.feed ? feed_state::synced : feed_state::down;
  out.order_stream.state = x.order_stream ? feed_state::synced : feed_state::connecting;
  out.data_age_ms = {{"AAPL", 0}};
  out.last_reconcile = utc_ns{x.compared ? 1 : 0};
  return out;
}

risk_verdict verdict_of(const node_facts& x) {
  tests::risk_scene scene;
  scene.trading = x.trading;
  if (!x.calendar) scene.session.phase = session_phase::unknown;
  scene.feed = x.feed ? readiness::ready : readiness::not_ready;
  scene.order_stream = x.order_stream ? readiness::ready : readiness::not_ready;
  if (!x.compared) scene.ages.reset();
  return scene.check(scene.entry());
}

bool is_ready(const node_facts& x) {
  const auto status = status_of(x);
  return judge_health(probe::ready, {.status = &status}).passed;
}

TEST(HealthAndGate, AHealthyNodeIsReadyAndItsOrdersPass) {
  const node_facts good;
  EXPECT_TRUE(is_ready(good));
  EXPECT_TRUE(verdict_of(good).approved) << tests::text_of(verdict_of(good));
}

TEST(HealthAndGate, ReadyIsNeverSaidWhereTheGateRefusesForTheSystemsSake) {
  const auto seed = tests::test_seed(24);
  SCOPED_TRACE(tests::repeat_with(seed));
  prng chance{seed};
  int refused = 0;
  for (int round = 0; round < 2'000; ++round) {
    node_facts facts;
    trading_state_machine machine;
    ASSERT_TRUE(machine.clear_by_rule(halt_reason::boot).ok());
    for (auto count = chance.below(3); count > 0; --count)
      machine.add(static_cast<halt_reason>(1 + chance.below(halt_reason_count)),
                  static_cast<trading_mode>(1 + chance.below(3)));
    facts.trading = machine.state();
    facts.feed = !chance.chance(1, 5);
    facts.order_stream = !chance.chance(1, 5);
    facts.calendar = !chance.chance(1, 5);
    facts.compared = !chance.chance(1, 5);
    const auto verdict = verdict_of(facts);
    refused += verdict.approved ? 0 : 1;
    EXPECT_TRUE(verdict.approved || !is_ready(facts))
        << "state " << to_string(facts.trading.mode) << " " << facts.trading.reasons << ", feed "
        << facts.feed << ", stream " << facts.order_stream << ", calendar " << facts.calendar
        << ", compared " << facts.compared << "\n"
        << tests::text_of(verdict);
  }
  EXPECT_GT(refused, 500) << "or it shows nothing";
}

/// The other way round: one reason after the other, each alone keeps ready back.
TEST(HealthAndGate, EachReasonThatNarrowsIsShown) {
  for (std::uint8_t k = 1; k <= halt_reason_count; ++k) {
    node_facts facts;
    trading_state_machine machine;
    ASSERT_TRUE(machine.clear_by_rule(halt_reason::boot).ok());
    machine.add(halt_reason{k}, trading_mode::active);
    facts.trading = machine.state();
    EXPECT_NE(facts.trading.mode, trading_mode::active) << to_string(halt_reason{k});
    EXPECT_FALSE(is_ready(facts)) << to_string(halt_reason{k});
    EXPECT_FALSE(verdict_of(facts).approved) << to_string(halt_reason{k});
  }
}

}  // namespace
}  // namespace bw
