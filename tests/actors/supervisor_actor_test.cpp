#include "actors/supervisor_actor.hpp"

#include <gtest/gtest.h>

#include "tests/support/actor_fixture.hpp"

namespace bw {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// The smallest member there is: it says that it is ready, or never does.
caf::behavior good_child() {
  return {[](atom::ready) { return std::uint32_t{0}; }};
}
caf::behavior silent_child() {
  return {[](atom::doorbell) {}};
}

struct SupervisorActor : testing::Test {
  tests::actor_fixture world;
  std::vector<caf::actor> started;
  std::vector<supervisor_record> notes;
  std::vector<std::string> fatal;
  exit_code last_code = exit_code::ok;

  child_spec child(caf::behavior (*body)(), restart_options intensity) {
    child_spec out;
    out.name = "child";
    out.intensity = intensity;
    out.start = [this, body] {
      started.push_back(world.fake(body()));
      return started.back();
    };
    return out;
  }

  supervisor_actor supervise(std::vector<child_spec> children) {
    supervisor_args args;
    args.name = "group";
    args.children = std::move(children);
    args.time = &world.time;
    args.metrics = &world.metrics;
    args.note = [this](supervisor_record x) { notes.push_back(std::move(x)); };
    args.on_fatal = [this](exit_code code, std::string why) {
      last_code = code;
      fatal.push_back(std::move(why));
    };
    const auto handle = world.keep(world.system().spawn(supervisor, std::move(args)));
    world.run();
    return handle;
  }

  void crash(const caf::actor& who) {
    caf::anon_send_exit(who, caf::exit_reason::unhandled_exception);
    world.run();
  }
};

TEST_F(SupervisorActor, StartsAChildAgainAfterAWait) {
  supervise({child(good_child, {5, seconds{30}})});
  ASSERT_EQ(started.size(), 1u);
  crash(started[0]);
  EXPECT_EQ(started.size(), 1u) << "not before its wait is over";
  world.pass(milliseconds{200});
  ASSERT_EQ(started.size(), 2u);
  EXPECT_NE(started[0], started[1]);
  EXPECT_EQ(world.metrics.total("bellwether_actor_restarts_total"), 1u);
  ASSERT_EQ(notes.size(), 1u);
  EXPECT_EQ(notes[0].child.view(), "child");
  EXPECT_FALSE(notes[0].gave_up);
  EXPECT_TRUE(fatal.empty());
}

TEST_F(SupervisorActor, GivesUpWhenAChildEndsTooOften) {
  supervise({child(good_child, {2, seconds{30}})});
  for (int k = 0; k < 2; ++k) {
    crash(started.back());
    world.pass(seconds{1});
  }
  ASSERT_EQ(started.size(), 3u);
  crash(started.back());
  world.pass(seconds{60});
  EXPECT_EQ(started.size(), 3u);
  ASSERT_EQ(fatal.size(), 1u);
  EXPECT_EQ(fatal[0], "group gave up: child ended and is not started again");
  EXPECT_TRUE(notes.back().gave_up);
}

TEST_F(SupervisorActor, AChildThatGaveUpAloneLeavesTheOthersRunning) {
  bool told = false;
  auto weak = child(good_child, {0, seconds{30}});
  weak.gave_up = [&] { told = true; };
  supervise({weak, child(good_child, {5, seconds{30}})});
  crash(started[0]);
  EXPECT_TRUE(told);
  EXPECT_TRUE(fatal.empty());
  crash(started[1]);
  world.pass(seconds{1});
  EXPECT_EQ(started.size(), 3u);
}

TEST_F(SupervisorActor, SilenceOfAChildIsACrash) {
  supervise({child(silent_child, {1, seconds{300}})});
  ASSERT_EQ(started.size(), 1u);
  world.pass(supervisor_state::ready_within + seconds{1});
  EXPECT_EQ(started.size(), 2u);
  world.pass(supervisor_state::ready_within + seconds{1});
  EXPECT_EQ(fatal.size(), 1u);
}

TEST_F(SupervisorActor, AChildThatStopsAnsweringIsEndedAndStartedAgain) {
  // It is ready once, and never again.
  auto hangs = child(good_child, {5, seconds{30}});
  hangs.start = [this] {
    const auto answered = std::make_shared<bool>(false);
    started.push_back(world.fake({[answered](atom::ready) -> caf::result<std::uint32_t> {
      if (std::exchange(*answered, true)) return caf::sec::runtime_error;
      return std::uint32_t{0};
    }}));
    return started.back();
  };
  supervise({hangs});
  world.pass(supervisor_state::heartbeat_every * supervisor_state::heartbeats_missed_max);
  EXPECT_EQ(started.size(), 1u) << "two misses are none";
  world.pass(seconds{2});
  EXPECT_EQ(started.size(), 2u);
  EXPECT_TRUE(fatal.empty());
}

TEST_F(SupervisorActor, AHealthyChildIsLeftAlone) {
  supervise({child(good_child, {5, seconds{30}})});
  world.pass(seconds{30});
  EXPECT_EQ(started.size(), 1u);
}

TEST_F(SupervisorActor, TheLossOfATruthIsToldFirstAndHasItsOwnCode) {
  std::vector<std::string> steps;
  auto truth = child(good_child, {5, seconds{30}});
  truth.when_it_ends = on_child_end::escalate;
  truth.on_loss = [&](const std::string&) {
    steps.push_back(notes.empty() && fatal.empty() ? "before everything" : "too late");
  };
  truth.code = exit_code::integrity;
  supervise({truth});
  crash(started[0]);
  EXPECT_EQ(steps, std::vector<std::string>{"before everything"});
  EXPECT_EQ(last_code, exit_code::integrity);
  EXPECT_EQ(fatal.size(), 1u);
}

TEST_F(SupervisorActor, AnEndThatMustNotBeSurvivedIsTold) {
  auto truth = child(good_child, {5, seconds{30}});
  truth.when_it_ends = on_child_end::escalate;
  supervise({truth});
  crash(started[0]);
  world.pass(seconds{5});
  EXPECT_EQ(started.size(), 1u);
  EXPECT_EQ(fatal.size(), 1u);
}

TEST_F(SupervisorActor, EndsItsChildrenWhenItIsStopped) {
  const auto group = supervise({child(good_child, {5, seconds{30}})});
  world.send(group, atom::stop_v);
  world.run();
  world.pass(seconds{5});
  EXPECT_EQ(started.size(), 1u) << "an asked-for end is no crash";
  EXPECT_TRUE(fatal.empty());
  EXPECT_EQ(caf::actor_cast<caf::abstract_actor*>(started[0])
                ->getf(caf::abstract_actor::is_terminated_flag),
            true);
}

}  // namespace
}  // namespace bw
