// A stop that takes another one's place at the broker: lost answers, refusals, fills in between,
// and the chain of both.

#include "tests/actors/order_router_fixture.hpp"

namespace bw {
namespace {

using std::chrono::seconds;
using tests::OrderRouter;

/// A stop at the venue as order 1, and the one that is to take its place as order 2.
struct ReplacedStop : OrderRouter {
  const venue_order_id old_id{"old"};
  const venue_order_id new_id{"new"};

  void SetUp() override {
    OrderRouter::SetUp();
    approve(stop("99"));
    acknowledge(1);
    answer(0, submit_outcome::accepted, old_id);
    tell(0, order_event::new_order, old_id);
    auto next = stop("100");
    next.replaces = order_id{1};
    approve(next);
    EXPECT_EQ(left.size(), 1u) << "not before its intent is in the log";
    acknowledge(2);
    ASSERT_EQ(left.size(), 2u);
    told.clear();
    asked.clear();
  }
  order_request stop(const char* at) {
    auto out = entry();
    out.side = side::sell;
    out.type = order_type::stop;
    out.purpose = order_purpose::protective;
    out.limit = {};
    out.stop = price::parse(at).value();
    return out;
  }
  void answer(std::size_t which, submit_outcome outcome, venue_order_id id = {},
              std::uint16_t status = 200) {
    submit_result x;
    x.order = left.at(which).request.order;
    x.client_id = left.at(which).client_id;
    x.outcome = outcome;
    x.venue_id = id;
    x.http_status = status;
    world.send(router, x);
    world.run();
  }
  void tell(std::size_t which, order_event what, venue_order_id id, venue_order_id replaced_by = {},
            venue_order_id replaces = {}) {
    order_update x;
    x.client_id = left.at(which).client_id;
    x.event = what;
    x.venue_id = id;
    x.replaced_by = replaced_by;
    x.replaces = replaces;
    world.send(router, x);
    world.run();
  }
  void found(std::size_t which, order_event status, venue_order_id id,
             venue_order_id replaced_by = {}, venue_order_id replaces = {}) {
    lookup_report x;
    x.client_id = left.at(which).client_id;
    x.requested = world.time.mono_now();
    x.found = x.answered = true;
    x.order.client_id = x.client_id;
    x.order.venue_id = id;
    x.order.status = status;
    x.order.qty = quantity::from_int(10);
    x.order.replaced_by = replaced_by;
    x.order.replaces = replaces;
    world.send(router, x);
    world.run();
  }
  order_state state_of_order(std::uint64_t number) const {
    for (auto at = told.rbegin(); at != told.rend(); ++at)
      if (at->request.order == order_id{number}) return at->state;
    return order_state::intent;
  }
  bool is_asked(std::size_t which) const {
    return std::find(asked.begin(), asked.end(), left.at(which).client_id) != asked.end();
  }
};

TEST_F(ReplacedStop, NamesTheOldOrderAtTheBroker) {
  EXPECT_EQ(left[1].replaces, old_id);
  EXPECT_TRUE(left[0].replaces.empty());
  EXPECT_GT(left[1].intent_sequence, left[0].intent_sequence);
}

TEST_F(ReplacedStop, TheOldOneEndsWithItsOwnWordAlone) {
  answer(1, submit_outcome::accepted, new_id);
  EXPECT_EQ(state_of_order(2), order_state::accepted);
  EXPECT_NE(state_of_order(1), order_state::replaced) << "200 is no promise";
  tell(0, order_event::replaced, old_id, new_id);
  EXPECT_EQ(state_of_order(1), order_state::replaced);
  tell(1, order_event::new_order, new_id, {}, old_id);
  EXPECT_EQ(state_of_order(2), order_state::working);
}

TEST_F(ReplacedStop, TheStreamMayBeFasterThanTheAnswer) {
  tell(0, order_event::replaced, old_id, new_id);
  EXPECT_NE(state_of_order(1), order_state::replaced)
      << "its reservation must not be gone before the other's is there";
  tell(1, order_event::new_order, new_id, {}, old_id);
  EXPECT_EQ(state_of_order(1), order_state::replaced);
  answer(1, submit_outcome::accepted, new_id);
  EXPECT_EQ(state_of_order(2), order_state::working);
}

TEST_F(ReplacedStop, ALostAnswerAfterItWasCarriedOutIsFoundByTheChain) {
  answer(1, submit_outcome::unknown, {}, 0);
  EXPECT_EQ(state_of_order(2), order_state::unknown);
  EXPECT_TRUE(is_asked(0)) << "what became of the old one says it as well";
  found(0, order_event::replaced, old_id, new_id);
  EXPECT_NE(state_of_order(1), order_state::replaced) << "nobody has seen the new one yet";
  world.pass(seconds{1});
  EXPECT_TRUE(is_asked(1));
  found(1, order_event::new_order, new_id, {}, old_id);
  EXPECT_EQ(state_of_order(2), order_state::working);
  EXPECT_EQ(state_of_order(1), order_state::replaced);
  EXPECT_EQ(left.size(), 2u) << "nothing is sent again";
}

TEST_F(ReplacedStop, ALostRequestLeavesTheOldOneAndBothAreReservedFor) {
  answer(1, submit_outcome::unknown, {}, 0);
  found(0, order_event::new_order, old_id);
  EXPECT_EQ(state_of_order(2), order_state::unknown);
  world.send(router, cancel_request{{}, order_id{1}, {}});
  world.run();
  EXPECT_EQ(cancels.size(), 1u) << "a cancel passes all the same";
  tell(0, order_event::canceled, old_id);
  EXPECT_EQ(state_of_order(1), order_state::canceled);
  EXPECT_EQ(state_of_order(2), order_state::unknown) << "only proof ends it";
}

TEST_F(ReplacedStop, ARefusalLeavesTheOldOneStandingAndAsksAboutIt) {
  answer(1, submit_outcome::rejected, {}, 422);
  EXPECT_EQ(state_of_order(2), order_state::rejected);
  EXPECT_TRUE(is_asked(0));
  found(0, order_event::new_order, old_id);
  auto again = stop("101");
  again.replaces = order_id{1};
  approve(again);
  acknowledge(3);
  EXPECT_EQ(left.size(), 3u) << "it may be replaced by another one";
}

TEST_F(ReplacedStop, TheOldOneThatIsExecutedFirstCountsOnce) {
  answer(1, submit_outcome::accepted, new_id);
  order_update x;
  x.client_id = left[0].client_id;
  x.venue_id = old_id;
  x.event = order_event::fill;
  x.last_qty = x.filled_total = quantity::from_int(10);
  x.last_price = x.filled_average = price::from_int(99);
  x.execution = execution_id{"e1"};
  world.send(router, x);
  world.run();
  EXPECT_EQ(state_of_order(1), order_state::filled);
  tell(0, order_event::replace_rejected, old_id);
  tell(1, order_event::rejected, new_id, {}, old_id);
  EXPECT_EQ(state_of_order(1), order_state::filled);
  EXPECT_EQ(state_of_order(2), order_state::rejected);
  EXPECT_EQ(count_logged<fill_record>(), 1);
}

TEST_F(ReplacedStop, WhatCannotBeReplacedAnyMoreHoldsTheNewOneBack) {
  answer(1, submit_outcome::accepted, new_id);
  tell(0, order_event::replaced, old_id, new_id);
  auto late = stop("101");
  late.replaces = order_id{1};
  approve(late);
  acknowledge(3);
  EXPECT_EQ(left.size(), 2u);
  EXPECT_EQ(state_of_order(3), order_state::not_sent);
}

}  // namespace
}  // namespace bw
