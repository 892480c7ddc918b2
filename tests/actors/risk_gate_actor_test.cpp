// The gate in virtual time: entries on bars that end together are taken by rank, and nothing else
// waits for them.

#include "actors/risk_gate_actor.hpp"

#include <gtest/gtest.h>

#include "tests/support/actor_fixture.hpp"

namespace bw {
namespace {

using std::chrono::milliseconds;

class risk_gate_actor_test : public testing::Test {
 protected:
  void begin(nanoseconds gather) {
    risk_gate_args args;
    args.symbols = {"AAPL", "MSFT", "SPY"};
    args.strategies = {"momentum"};
    args.time = &world.time;
    args.metrics = &world.metrics;
    args.config.entry_gather = gather;
    subject = world.keep(world.system().spawn(risk_gate, std::move(args)));
    directory members;
    // The gate begins halted: every answer is a denial, in the order in which it looked.
    const auto listener = caf::actor_cast<strategy_actor>(world.fake(
        caf::behavior{[this](const order_denied& x) { looked_at.push_back(x.request.symbol); },
                      [](const account_view&) {}, [](const session_state&) {}}));
    members.strategies = {listener, listener, listener};
    members.router = caf::actor_cast<order_router_actor>(
        world.fake(caf::behavior{[this](const cancel_request& x) { cancels.push_back(x); },
                                 [](const trading_state&) {}, [](const session_state&) {}}));
    world.send(subject, members);
    world.run();
  }
  void order(std::uint32_t symbol, std::uint32_t rank_ppm, std::int64_t bars_ended,
             order_purpose purpose = order_purpose::entry) {
    order_request x;
    x.symbol = symbol_id{symbol};
    x.strategy = strategy_id{0};
    x.purpose = purpose;
    x.side = purpose == order_purpose::entry ? side::buy : side::sell;
    x.qty = quantity::from_int(1);
    x.limit = x.reference = price::from_int(10);
    x.rank_ppm = rank_ppm;
    x.evaluated_at = utc_ns{bars_ended};
    world.send(subject, x);
    world.run();
  }
  std::vector<std::uint32_t> seen() const {
    std::vector<std::uint32_t> out;
    for (const auto each : looked_at) out.push_back(each.value);
    return out;
  }

  tests::actor_fixture world;
  risk_gate_actor subject;
  std::vector<symbol_id> looked_at;
  std::vector<cancel_request> cancels;
};

using numbers = std::vector<std::uint32_t>;

TEST_F(risk_gate_actor_test, entries_on_bars_that_end_together_go_by_rank) {
  begin(milliseconds{50});
  order(0, 100'000, 300);
  world.pass(milliseconds{20});
  order(1, 900'000, 300);
  order(2, 500'000, 300);
  EXPECT_EQ(seen(), numbers{}) << "they wait for each other";
  world.pass(milliseconds{40});
  EXPECT_EQ(seen(), (numbers{1, 2, 0}));
  world.pass(milliseconds{200});
  EXPECT_EQ(seen().size(), 3u) << "each once";
}

TEST_F(risk_gate_actor_test, bars_of_another_instant_end_the_wait) {
  begin(milliseconds{50});
  order(0, 100'000, 300);
  order(1, 900'000, 600);
  EXPECT_EQ(seen(), numbers{0});
  world.pass(milliseconds{60});
  EXPECT_EQ(seen(), (numbers{0, 1}));
}

TEST_F(risk_gate_actor_test, quotes_and_exits_wait_for_nobody) {
  begin(milliseconds{50});
  order(0, 900'000, 300);
  order(1, 100'000, 0);
  order(2, 0, 300, order_purpose::exit);
  EXPECT_EQ(seen(), (numbers{1, 2}));
}

TEST_F(risk_gate_actor_test, open_entries_of_a_halted_symbol_are_cancelled) {
  begin(milliseconds{0});
  for (const std::uint64_t id : {1, 2}) {
    order_report open;
    open.request.order = order_id{id};
    open.request.strategy = strategy_id{0};
    open.request.symbol = symbol_id{static_cast<std::uint32_t>(id - 1)};
    open.request.qty = quantity::from_int(10);
    open.request.limit = open.request.reference = price::from_int(10);
    open.state = order_state::working;
    world.send(subject, open);
  }
  world.pass(milliseconds{100});
  EXPECT_TRUE(cancels.empty());
  trading_status halted;
  halted.symbol = symbol_id{1};
  halted.state = halt_state::halted;
  world.send(subject, halted);
  world.pass(milliseconds{200});
  ASSERT_EQ(cancels.size(), 1u);
  EXPECT_EQ(cancels[0].order, order_id{2});
  EXPECT_EQ(cancels[0].cause.view(), "its symbol is halted");
}

TEST_F(risk_gate_actor_test, without_a_wait_they_are_taken_as_they_come) {
  begin(milliseconds{0});
  order(0, 100'000, 300);
  order(1, 900'000, 300);
  EXPECT_EQ(seen(), (numbers{0, 1}));
}

}  // namespace
}  // namespace bw
