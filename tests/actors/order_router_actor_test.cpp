#include "actors/order_router_actor.hpp"

#include <gtest/gtest.h>

#include "tests/support/actor_fixture.hpp"

namespace bw {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const auto no_checks = risk_verdict{true, risk_rule::state, {}};

/// The router between actors that only write down what they get.
struct OrderRouter : testing::Test {
  tests::actor_fixture world;
  std::vector<audit_append> logged;
  std::vector<outgoing_order> left;
  std::vector<outgoing_cancel> cancels;
  std::vector<client_order_id> asked;
  std::vector<order_report> told;
  order_router_actor router;

  void SetUp() override {
    order_router_args args;
    args.symbols = {"AAPL", "MSFT"};
    args.strategies = {"momentum"};
    args.time = &world.time;
    args.metrics = &world.metrics;
    args.log_id = 7;
    args.boot_no = 3;
    router = world.keep(world.system().spawn(order_router, std::move(args)));
    directory members;
    members.audit = caf::actor_cast<audit_actor>(
        world.fake({[this](const audit_append& x) { logged.push_back(x); }}));
    members.broker = caf::actor_cast<broker_actor>(
        world.fake({[this](const outgoing_order& x) { left.push_back(x); },
                    [this](const outgoing_cancel& x) { cancels.push_back(x); },
                    [this](const client_order_id& x) { asked.push_back(x); }}));
    members.performance = caf::actor_cast<performance_actor>(
        world.fake({[this](const order_report& x) { told.push_back(x); }}));
    world.send(router, members);
    world.send(router, trading_state{trading_mode::active, 0});
    stream(feed_state::synced);
  }

  void stream(feed_state state) {
    world.send(router, order_stream_status{state, 0, {}, {}});
    world.run();
  }

  static order_request entry() {
    order_request out;
    out.strategy = strategy_id{0};
    out.symbol = symbol_id{0};
    out.side = side::buy;
    out.qty = quantity::from_int(10);
    out.limit = price::from_int(100);
    out.reference = price::from_int(100);
    return out;
  }
  void approve(const order_request& request) {
    world.send(router, approved_order{request, no_checks});
    world.run();
  }
  void acknowledge(std::uint64_t ticket) {
    world.send(router, audit_synced{ticket, sequence_number{100 + ticket}});
    world.run();
  }
  template <class Record>
  int count_logged() const {
    int out = 0;
    for (const auto& group : logged)
      for (const auto& event : group.events) out += std::holds_alternative<Record>(event) ? 1 : 0;
    return out;
  }
  void fill(const char* execution, int qty, int total) {
    order_update x;
    x.client_id = left.at(0).client_id;
    x.event = total == 10 ? order_event::fill : order_event::partial_fill;
    x.last_qty = quantity::from_int(qty);
    x.last_price = price::from_int(100);
    x.filled_total = quantity::from_int(total);
    x.filled_average = price::from_int(100);
    x.execution = execution_id{execution};
    world.send(router, x);
    world.run();
  }
};

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
  EXPECT_GE(asked.size(), 2u);
  EXPECT_LE(asked.size(), 4u) << "not more than once a second";
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
  world.send(router, cancel_request{{}, order_id{1}});
  world.run();
  acknowledge(1);
  EXPECT_TRUE(left.empty());
  EXPECT_TRUE(cancels.empty()) << "there is nothing to cancel at the broker";
  EXPECT_EQ(told.back().state, order_state::not_sent);
}

TEST_F(OrderRouter, ACancelOfAWorkingOrderIsSentOnce) {
  approve(entry());
  acknowledge(1);
  world.send(router, cancel_request{{}, order_id{1}});
  world.send(router, cancel_request{{}, order_id{1}});
  world.run();
  EXPECT_EQ(cancels.size(), 1u);
}

}  // namespace
}  // namespace bw
