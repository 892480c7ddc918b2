#include "tests/actors/order_router_fixture.hpp"

namespace bw {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using tests::OrderRouter;

TEST_F(OrderRouter, NothingLeavesBeforeTheLogHasAcknowledged) {
  approve(entry());
  EXPECT_EQ(count_logged<intent_record>(), 1);
  EXPECT_EQ(count_logged<verdict_record>(), 1);
  EXPECT_EQ(count_logged<sending_record>(), 1);
  EXPECT_EQ(logged[0].needs, durability::before_answer);
  EXPECT_EQ(logged[0].events.size(), 3u) << "one group, one sync";
  EXPECT_TRUE(left.empty());
  acknowledge(1);
  ASSERT_EQ(left.size(), 1u);
  EXPECT_EQ(left[0].intent_sequence, 101u);
  EXPECT_EQ(left[0].client_id.view().substr(0, 3), "bw-");
}

TEST_F(OrderRouter, OneAcknowledgementReleasesAllThatItCovers) {
  approve(entry());
  approve(entry());
  approve(entry());
  acknowledge(2);
  EXPECT_EQ(left.size(), 2u);
  acknowledge(3);
  EXPECT_EQ(left.size(), 3u);
  EXPECT_NE(left[0].client_id, left[1].client_id);
}

TEST_F(OrderRouter, WhatChangedWhileTheLogWroteHoldsTheOrderBack) {
  struct row {
    const char* what;
    std::function<void()> change;
  };
  const row table[] = {
      {"halted",
       [&] {
         world.send(router, trading_state{trading_mode::halted, 2});
       }},
      {"reducing",
       [&] {
         world.send(router, trading_state{trading_mode::reducing, 2});
       }},
      {"stream", [&] { stream(feed_state::down); }},
      {"too old", [&] { world.pass(seconds{3}); }},
  };
  std::uint64_t ticket = 0;
  for (const auto& row : table) {
    world.send(router, trading_state{trading_mode::active, 0});
    stream(feed_state::synced);
    approve(entry());
    const auto before = count_logged<withdrawn_record>();
    row.change();
    world.run();
    acknowledge(++ticket);
    EXPECT_TRUE(left.empty()) << row.what;
    // Narrowing takes entries back by itself; the others are withdrawn at the release.
    EXPECT_TRUE(count_logged<withdrawn_record>() > before || count_logged<cancel_record>() > 0)
        << row.what;
    EXPECT_EQ(told.back().state, order_state::not_sent) << row.what;
  }
}

TEST_F(OrderRouter, AFillCountsOnceHoweverOftenItIsTold) {
  approve(entry());
  acknowledge(1);
  fill("e1", 4, 4);
  fill("e1", 4, 4);
  fill("e2", 6, 10);
  fill("e1", 4, 4);
  EXPECT_EQ(count_logged<fill_record>(), 2);
  quantity sum;
  for (const auto& report : told) sum += report.last_qty;
  EXPECT_EQ(sum, quantity::from_int(10));
  EXPECT_EQ(told.back().state, order_state::filled);
}

TEST_F(OrderRouter, AnOrderWithoutAnAnswerIsAskedAboutAndNeverSentAgain) {
  approve(entry());
  acknowledge(1);
  world.pass(seconds{4});
  EXPECT_TRUE(asked.empty());
  world.pass(seconds{4});
  EXPECT_EQ(asked.size(), 4u) << "after 0.25, 0.5, 1 and 2 seconds";
  EXPECT_EQ(told.back().state, order_state::unknown);
  lookup_report missing;
  missing.client_id = left[0].client_id;
  world.send(router, missing);
  world.run();
  EXPECT_EQ(left.size(), 1u);
  EXPECT_NE(told.back().state, order_state::not_sent) << "404 is no proof";
  submit_result late;
  late.order = left[0].request.order;
  late.client_id = left[0].client_id;
  late.outcome = submit_outcome::unknown;
  world.send(router, late);
  world.run();
  EXPECT_EQ(told.back().state, order_state::unknown);
}

TEST_F(OrderRouter, ACancelBeforeTheAcknowledgementKeepsTheOrderHere) {
  approve(entry());
  world.send(router, cancel_request{{}, order_id{1}, {}});
  world.run();
  acknowledge(1);
  EXPECT_TRUE(left.empty());
  EXPECT_TRUE(cancels.empty()) << "there is nothing to cancel at the broker";
  EXPECT_EQ(told.back().state, order_state::not_sent);
}

TEST_F(OrderRouter, ACancelOfAWorkingOrderIsSentOnce) {
  approve(entry());
  acknowledge(1);
  world.send(router, cancel_request{{}, order_id{1}, {}});
  world.send(router, cancel_request{{}, order_id{1}, {}});
  world.run();
  EXPECT_EQ(cancels.size(), 1u);
}

TEST_F(OrderRouter, ACancelThatComesToNothingIsSentAgainAndThenNeedsReview) {
  approve(entry());
  acknowledge(1);
  word(order_event::new_order);
  const auto refuse = [&] {
    cancel_result x;
    x.order = order_id{1};
    x.client_id = left.at(0).client_id;
    x.outcome = submit_outcome::rejected;
    x.http_status = 422;
    world.send(router, x);
    world.run();
  };
  const auto ask = [&] {
    world.send(router, cancel_request{{}, order_id{1}, {}});
    world.run();
  };
  ask();
  refuse();
  EXPECT_EQ(asked.size(), 1u) << "a refusal says nothing of how the order stands";
  EXPECT_EQ(told.back().state, order_state::working);
  ask();
  ASSERT_EQ(cancels.size(), 2u);
  world.pass(seconds{11});
  EXPECT_EQ(cancels.size(), 3u) << "nobody answered within ten seconds";
  refuse();
  EXPECT_EQ(told.back().state, order_state::needs_review);
  ASSERT_FALSE(stops.empty());
  EXPECT_EQ(stops.back().reason, symbol_stop_reason::unknown_status);
  for (int k = 0; k < 20; ++k) {
    ask();
    world.pass(seconds{1});
  }
  EXPECT_EQ(cancels.size(), 3u) << "one a minute at most";
  world.pass(seconds{40});
  ask();
  EXPECT_EQ(cancels.size(), 4u) << "and never none at all";
}

TEST_F(OrderRouter, AnOrderThatOutlivesItsSessionIsAskedAboutAndThenCancelled) {
  const auto now = world.time.utc_now();
  world.send(router, session_state{session_phase::entries, now, now + seconds{30}});
  approve(entry());
  acknowledge(1);
  word(order_event::new_order);
  // The session is over: the actor tells of the next one.
  world.pass(seconds{31});
  const auto next = now + std::chrono::hours{18};
  world.send(router, session_state{session_phase::closed, next, next + std::chrono::hours{6}});
  world.pass(seconds{55}, milliseconds{50});
  const auto asked_before = asked.size();
  EXPECT_TRUE(cancels.empty());
  world.pass(seconds{5}, milliseconds{50});
  EXPECT_EQ(asked.size(), asked_before + 1);
  EXPECT_TRUE(cancels.empty());
  world.pass(seconds{10}, milliseconds{50});
  EXPECT_EQ(cancels.size(), 1u);
  EXPECT_EQ(count_logged<alert_record>(), 1);
}

TEST_F(OrderRouter, AMarketableOrderWithoutAnEndIsAskedAboutAfterFiveSeconds) {
  auto request = entry();
  request.seen_ask = request.limit;
  approve(request);
  acknowledge(1);
  word(order_event::new_order);
  world.pass(seconds{4});
  EXPECT_TRUE(asked.empty());
  world.pass(seconds{2});
  EXPECT_EQ(asked.size(), 1u) << "the stream lives, and may have lost a fill";
  world.pass(seconds{5});
  EXPECT_EQ(asked.size(), 2u);
  fill("e1", 10, 10);
  world.pass(seconds{20});
  EXPECT_EQ(asked.size(), 2u);
}

/// The same with an order that left and whose answer was lost.
struct UnknownOrder : OrderRouter {
  void SetUp() override {
    OrderRouter::SetUp();
    world.pass(seconds{1});
    approve(entry());
    acknowledge(1);
    ASSERT_EQ(left.size(), 1u);
  }
  void lose(submit_outcome outcome = submit_outcome::unknown, std::uint16_t status = 0) {
    submit_result x;
    x.order = left[0].request.order;
    x.client_id = left[0].client_id;
    x.outcome = outcome;
    x.http_status = status;
    world.send(router, x);
    world.run();
  }
  /// Time passes; every look-up is answered with 404, every list with `list`.
  void pass_missing(nanoseconds total, const std::vector<open_order_report>& list = {}) {
    for (nanoseconds done{0}; done < total; done += milliseconds{50}) {
      const auto asked_before = asked.size();
      const auto lists_before = lists.size();
      world.pass(milliseconds{50});
      for (auto k = asked_before; k < asked.size(); ++k) {
        lookup_report missing;
        missing.client_id = asked[k];
        missing.requested = world.time.mono_now();
        world.send(router, missing);
      }
      for (auto k = lists_before; k < lists.size(); ++k) {
        order_history_report all;
        all.after = lists[k].after;
        all.requested = world.time.mono_now();
        all.whole = true;
        all.orders = list;
        world.send(router, all);
      }
      world.run();
    }
  }
  order_update update(order_event event) {
    order_update x;
    x.client_id = left[0].client_id;
    x.venue_id = venue_order_id{"venue"};
    x.event = event;
    return x;
  }
  bool is_stopped(symbol_stop_reason reason) const {
    bool out = false;
    for (const auto& each : stops)
      if (each.reason == reason) out = each.stopped;
    return out;
  }
  int steps(unknown_step step) const {
    int out = 0;
    for (const auto& group : logged)
      for (const auto& event : group.events)
        if (const auto* x = std::get_if<unknown_record>(&event)) out += x->step == step ? 1 : 0;
    return out;
  }
};

TEST_F(UnknownOrder, StopsItsSymbolAndKeepsItsReservationUntilAbsenceIsProven) {
  lose();
  EXPECT_EQ(told.back().state, order_state::unknown);
  EXPECT_TRUE(is_stopped(symbol_stop_reason::unknown_order));
  approve(entry());
  acknowledge(2);
  EXPECT_EQ(told.back().state, order_state::not_sent) << "an entry of the same symbol";
  approve(entry(1));
  acknowledge(3);
  EXPECT_EQ(left.size(), 2u) << "other symbols go on";
  const auto before = told.size();
  pass_missing(seconds{60} - milliseconds{50});
  EXPECT_EQ(steps(unknown_step::not_found), 0);
  pass_missing(seconds{3});
  EXPECT_EQ(steps(unknown_step::not_found), 1);
  bool released = false;
  for (auto k = before; k < told.size(); ++k)
    released = released ||
               (told[k].client_id == left[0].client_id && told[k].state == order_state::not_sent);
  EXPECT_TRUE(released);
  EXPECT_FALSE(is_stopped(symbol_stop_reason::unknown_order));
  EXPECT_EQ(left.size(), 2u) << "nothing was sent again";
}

TEST_F(UnknownOrder, ALateAppearanceIsAdoptedCancelledAndStopsTheSymbol) {
  lose();
  pass_missing(seconds{63});
  ASSERT_EQ(steps(unknown_step::not_found), 1);
  world.send(router, update(order_event::new_order));
  world.run();
  EXPECT_EQ(told.back().state, order_state::working) << "it is reserved for again";
  ASSERT_EQ(cancels.size(), 1u);
  EXPECT_EQ(cancels[0].client_id, left[0].client_id);
  EXPECT_TRUE(is_stopped(symbol_stop_reason::late_appearance));
  world.send(router, update(order_event::canceled));
  world.run();
  EXPECT_TRUE(is_stopped(symbol_stop_reason::late_appearance)) << "until a person lifts it";
  world.send(router, symbol_stop{symbol_id{0}, symbol_stop_reason::late_appearance, false, {}});
  world.run();
  EXPECT_FALSE(is_stopped(symbol_stop_reason::late_appearance));
}

TEST_F(UnknownOrder, AThrottledOrderIsRejectedAfterOneLookUp) {
  lose(submit_outcome::unknown, 429);
  EXPECT_EQ(told.back().state, order_state::unknown);
  pass_missing(milliseconds{300});
  EXPECT_EQ(asked.size(), 1u);
  EXPECT_EQ(told.back().state, order_state::rejected);
  EXPECT_FALSE(is_stopped(symbol_stop_reason::unknown_order));
}

TEST_F(UnknownOrder, ATakenIdIsLookedUpAndNeverDeclaredAbsent) {
  lose(submit_outcome::duplicate, 422);
  pass_missing(seconds{300});
  EXPECT_EQ(told.back().state, order_state::unknown);
  EXPECT_GE(asked.size(), 10u);
  EXPECT_TRUE(lists.empty());
}

TEST_F(UnknownOrder, AnUnansweredLookUpIsNoProof) {
  lose();
  pass_missing(seconds{40});
  lookup_report nothing;
  nothing.client_id = left[0].client_id;
  nothing.answered = false;
  world.send(router, nothing);
  pass_missing(seconds{100});
  EXPECT_EQ(steps(unknown_step::not_found), 0);
  EXPECT_EQ(told.back().state, order_state::unknown);
}

TEST_F(UnknownOrder, AWordThatNobodyKnowsStopsTheSymbolAndNothingElse) {
  auto x = update(order_event::trade_bust);
  x.text = short_text{"event trade_bust"};
  world.send(router, x);
  world.run();
  EXPECT_EQ(told.back().state, order_state::needs_review);
  EXPECT_TRUE(is_stopped(symbol_stop_reason::unknown_status));
  EXPECT_TRUE(halts.empty()) << "the node goes on";
  approve(entry(1));
  acknowledge(2);
  EXPECT_EQ(left.size(), 2u);
  world.pass(milliseconds{300});
  EXPECT_EQ(asked.size(), 1u);
  component_status status;
  auto answer = world.self()->request(router, caf::infinite, atom::status_v);
  world.run();
  answer.receive([&](const component_status& x) { status = x; }, [](const caf::error&) {});
  EXPECT_EQ(status.counts["needs_review"], 1u);
  EXPECT_EQ(status.counts["symbols_stopped"], 1u);
  EXPECT_EQ(status.state, health::degraded);
}

TEST_F(UnknownOrder, AStrategyThatRepeatsItselfIsStoppedBehindTheGate) {
  auto again = left[0].request;
  again.order = {};
  for (int k = 0; k < 5; ++k) approve(again);
  acknowledge(6);
  EXPECT_EQ(left.size(), 1u) << "the quantity that was decided has left once";
  EXPECT_EQ(told.back().state, order_state::not_sent);
  ASSERT_FALSE(halts.empty());
  EXPECT_EQ(halts[0].reason, halt_reason::parent_child);
  approve(entry(1));
  acknowledge(7);
  EXPECT_EQ(left.size(), 1u) << "nothing leaves before the state says so";
}

TEST_F(UnknownOrder, APersonSettlesWhatNobodyCanKnowAndNothingElse) {
  const auto settle = [&](const client_order_id& id, order_state as) {
    operator_record said;
    operator_record who;
    who.who = "me";
    who.why = "not on the page";
    auto asked_now = world.self()->request(router, caf::infinite, atom::resolve_v, id, as, who);
    world.run();
    asked_now.receive([&](const operator_record& x) { said = x; },
                      [](const caf::error&) { ADD_FAILURE() << "no answer"; });
    return said;
  };
  const auto id = left[0].client_id;
  EXPECT_FALSE(settle(id, order_state::not_sent).accepted) << "its answer is still awaited";
  lose();
  EXPECT_FALSE(settle(client_order_id{"bw-other"}, order_state::not_sent).accepted);
  EXPECT_FALSE(settle(id, order_state::filled).accepted) << "fills come from executions";
  const auto done = settle(id, order_state::not_sent);
  EXPECT_TRUE(done.accepted) << done.answer;
  EXPECT_EQ(told.back().state, order_state::not_sent);
  EXPECT_FALSE(is_stopped(symbol_stop_reason::unknown_order));
  EXPECT_EQ(steps(unknown_step::not_found), 1) << "what a restart folds";
  EXPECT_FALSE(settle(id, order_state::not_sent).accepted) << "once";
  EXPECT_EQ(left.size(), 1u) << "nothing was sent again";
}

TEST_F(UnknownOrder, OrdersOfAnEarlierRunAreAskedAbout) {
  order_router_args args;
  ledger_entry entry;
  entry.request = left[0].request;
  entry.request.order = order_id{4};
  entry.client_id = client_order_id{"bw-earlier"};
  entry.state = order_state::unknown;
  args.recovered = {entry};
  args.stops = {{symbol_id{1}, symbol_stop_reason::late_appearance, true, {}}};
  asked.clear();
  start(std::move(args));
  EXPECT_TRUE(is_stopped(symbol_stop_reason::unknown_order));
  EXPECT_TRUE(is_stopped(symbol_stop_reason::late_appearance));
  pass_missing(seconds{300});
  EXPECT_GE(std::count(asked.begin(), asked.end(), entry.client_id), 10);
  EXPECT_EQ(steps(unknown_step::not_found), 0) << "no stream can have seen it";
  session_state tomorrow;
  tomorrow.phase = session_phase::entries;
  tomorrow.open = world.time.utc_now();
  world.send(router, tomorrow);
  pass_missing(seconds{31});
  EXPECT_EQ(steps(unknown_step::not_found), 1);
  EXPECT_EQ(left.size(), 1u);
}

}  // namespace
}  // namespace bw
