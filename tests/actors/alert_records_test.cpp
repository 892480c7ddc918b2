// Whatever narrows trading stands in the log before any time has passed.

#include <gtest/gtest.h>

#include "actors/risk_gate_actor.hpp"
#include "tests/support/actor_fixture.hpp"

namespace bw {
namespace {

TEST(AlertRecords, EveryReasonThatNarrowsIsARecordBeforeTimePasses) {
  for (std::uint8_t k = 1; k <= halt_reason_count; ++k) {
    const halt_reason reason{k};
    // Every node begins with these.
    if (reason == halt_reason::boot || reason == halt_reason::reconciling ||
        reason == halt_reason::feed || reason == halt_reason::stream)
      continue;
    tests::actor_fixture world;
    std::vector<state_record> changes;
    risk_gate_args args;
    args.symbols = {"AAPL"};
    args.strategies = {"momentum"};
    args.time = &world.time;
    args.metrics = &world.metrics;
    const auto gate = world.keep(world.system().spawn(risk_gate, std::move(args)));
    directory members;
    members.audit = caf::actor_cast<audit_actor>(world.fake({[&](const audit_append& x) {
      for (const auto& each : x.events)
        if (const auto* change = std::get_if<state_record>(&each)) {
          changes.push_back(*change);
          EXPECT_EQ(x.needs, durability::before_answer) << to_string(reason);
        }
    }}));
    world.send(gate, members);
    world.run();
    changes.clear();
    world.send(gate, halt_command{reason, short_text{"why"}});
    world.run();
    ASSERT_EQ(changes.size(), 1u) << to_string(reason);
    EXPECT_EQ(changes[0].changed, reason);
    EXPECT_TRUE(changes[0].added);
    EXPECT_TRUE(has_reason(changes[0].state, reason));
    EXPECT_NE(changes[0].state.mode, trading_mode::active);
    EXPECT_NE(changes[0].text.find("why"), std::string::npos) << to_string(reason);
  }
}

}  // namespace
}  // namespace bw
