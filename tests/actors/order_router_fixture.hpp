#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "actors/order_router_actor.hpp"
#include "tests/support/actor_fixture.hpp"

namespace bw::tests {

inline const auto no_checks = risk_verdict{true, risk_rule::state, {}};

/// The router between actors that only write down what they get.
struct OrderRouter : testing::Test {
  actor_fixture world;
  std::vector<audit_append> logged;
  std::vector<outgoing_order> left;
  std::vector<outgoing_cancel> cancels;
  std::vector<client_order_id> asked;
  std::vector<order_report> told;
  std::vector<order_history_request> lists;
  std::vector<symbol_stop> stops;
  std::vector<halt_command> halts;
  std::uint64_t tick = 0;
  order_router_actor router;
  directory members;

  void SetUp() override { start({}); }

  void start(order_router_args args) {
    args.symbols = {"AAPL", "MSFT"};
    args.strategies = {"momentum"};
    args.time = &world.time;
    args.metrics = &world.metrics;
    args.log_id = 7;
    args.boot_no = 3;
    router = world.keep(world.system().spawn(order_router, std::move(args)));
    members.audit = caf::actor_cast<audit_actor>(
        world.fake({[this](const audit_append& x) { logged.push_back(x); }}));
    members.broker = caf::actor_cast<broker_actor>(
        world.fake({[this](const outgoing_order& x) { left.push_back(x); },
                    [this](const outgoing_cancel& x) { cancels.push_back(x); },
                    [this](const client_order_id& x) { asked.push_back(x); },
                    [this](const order_history_request& x) { lists.push_back(x); }}));
    members.gate = caf::actor_cast<risk_gate_actor>(world.fake(
        {[](const order_report&) {}, [this](const symbol_stop& x) { stops.push_back(x); },
         [this](const halt_command& x) { halts.push_back(x); }}));
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

  order_request entry(std::uint32_t symbol = 0) {
    order_request out;
    out.header.trace = trace_id{++tick};
    out.header.ts_init = world.time.utc_now();
    out.strategy = strategy_id{0};
    out.symbol = symbol_id{symbol};
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
  void word(order_event what) {
    order_update x;
    x.client_id = left.at(0).client_id;
    x.event = what;
    world.send(router, x);
    world.run();
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

}  // namespace bw::tests
