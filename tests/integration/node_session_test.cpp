// The whole node against the embedded venue, over real sockets, with a real log on disk.

#include <gtest/gtest.h>

#include <map>

#include "app/demo_venue.hpp"
#include "app/node_runner.hpp"
#include "config/state_folder.hpp"
#include "storage/audit_reader.hpp"
#include "tests/support/program.hpp"

namespace bw {
namespace {

using std::chrono::seconds;
using tests::eventually;

constexpr std::uint64_t market_seed = 2;
constexpr std::int64_t market_speed = 60;

struct NodeSession : testing::Test {
  tests::scratch_folder folder;
  demo_venue venue{market_seed, market_speed};
  std::uint16_t port = 0;

  void SetUp() override {
    const auto started = venue.start();
    ASSERT_TRUE(started.ok()) << started.failure().text();
    port = *started;
  }

  struct running_node {
    metrics_registry metrics;
    std::unique_ptr<node_runner> runner;
    std::optional<command_failure> failed;
  };

  std::unique_ptr<running_node> start_node() {
    auto out = std::make_unique<running_node>();
    auto config =
        parse_config(sample_node_toml(), "node.toml", sample_strategies_toml(), "strategies.toml");
    config->config.mode = environment::sim;
    config->config.sim.port = port;
    config->config.state_folder = folder.path() / "state";
    config->config.ops.port = 0;
    node_runner::setup setup;
    setup.config = std::move(*config);
    setup.shared_clock = &venue.time();
    setup.metrics = &out->metrics;
    out->runner = std::make_unique<node_runner>(std::move(setup));
    out->failed = out->runner->start();
    return out;
  }

  static std::map<std::string, std::string> held_by(const node_status& status) {
    std::map<std::string, quantity> sums;
    for (const auto& row : status.positions) sums[row.symbol] += row.qty;
    std::map<std::string, std::string> out;
    for (const auto& [symbol, qty] : sums) out[symbol] = qty.text();
    return out;
  }
  std::map<std::string, std::string> held_at_venue() {
    venue.halt();
    std::map<std::string, std::string> out;
    for (const auto& row : venue.market().positions()) out[row.symbol_text] = row.qty.text();
    return out;
  }
};

TEST_F(NodeSession, TradesAndItsBooksAreTheVenues) {
  auto node = start_node();
  ASSERT_FALSE(node->failed) << node->failed->message;
  EXPECT_TRUE(eventually(seconds{10}, [&] {
    return node->runner->status().trading.mode == trading_mode::active;
  })) << "it becomes active by itself once everything is reconciled";
  EXPECT_TRUE(eventually(seconds{60}, [&] { return node->runner->status().fills >= 2; }));
  node->runner->stop();
  const auto last = node->runner->status();
  EXPECT_FALSE(node->runner->has_failed()) << node->runner->fatal_text();
  EXPECT_TRUE(node->runner->audit_verified());
  EXPECT_GT(last.signals, 0u);
  EXPECT_GT(last.orders_filled, 0u);
  EXPECT_EQ(last.unknown_orders, 0u);
  EXPECT_EQ(last.open_orders, held_by(last).size())
      << "entries are cancelled at the stop; what rests is one stop a position";
  EXPECT_EQ(last.dropped, 0u);
  EXPECT_EQ(held_by(last), held_at_venue());
}

TEST_F(NodeSession, TheLogHoldsIntentAndVerdictBeforeEveryAnswer) {
  auto node = start_node();
  ASSERT_FALSE(node->failed) << node->failed->message;
  ASSERT_TRUE(eventually(seconds{60}, [&] { return node->runner->status().fills >= 1; }));
  node->runner->stop();
  auto reader = open_audit_reader(folder.path() / "state" / "audit");
  ASSERT_TRUE(reader.ok()) << reader.failure().text();
  std::map<std::string, int> stage;  // 1 intent, 2 verdict, 3 sending, 4 answered.
  int answers = 0;
  const auto next = [&](const client_order_id& id, int from, int to) {
    EXPECT_EQ(stage[id.str()], from) << id.view();
    stage[id.str()] = to;
  };
  const auto read = (*reader)->read({}, [&](const audit_record& record) {
    if (const auto* x = std::get_if<intent_record>(&record.event)) next(x->client_id, 0, 1);
    if (const auto* x = std::get_if<verdict_record>(&record.event); x && !x->client_id.empty()) {
      EXPECT_TRUE(x->verdict.approved);
      EXPECT_EQ(x->verdict.checks.size(), risk_rule_count) << "passed rules are recorded too";
      next(x->client_id, 1, 2);
    }
    if (const auto* x = std::get_if<sending_record>(&record.event)) next(x->client_id, 2, 3);
    if (const auto* x = std::get_if<submit_record>(&record.event)) {
      ++answers;
      next(x->result.client_id, 3, 4);
    }
    return true;
  });
  EXPECT_TRUE(read.ok());
  EXPECT_GT(answers, 0);
}

TEST_F(NodeSession, AFeedThatDiesIsStartedAgainAndSubscribedAgain) {
  auto node = start_node();
  ASSERT_FALSE(node->failed) << node->failed->message;
  const auto synced = [&] { return node->runner->status().feed.state == feed_state::synced; };
  ASSERT_TRUE(eventually(seconds{10}, synced));
  ASSERT_TRUE(node->runner->crash("feed"));
  ASSERT_TRUE(eventually(seconds{10}, [&] { return node->runner->status().restarts >= 1; }));
  ASSERT_TRUE(eventually(seconds{10}, synced)) << "connected and subscribed again";
  const auto before = node->runner->status().quotes;
  EXPECT_TRUE(
      eventually(seconds{10}, [&] { return node->runner->status().quotes > before + 100; }));
  node->runner->stop();
  EXPECT_FALSE(node->runner->has_failed()) << node->runner->fatal_text();
  EXPECT_TRUE(node->runner->audit_verified());
}

TEST_F(NodeSession, AStrategyThatDiesIsStartedAgainAndWarmsUp) {
  auto node = start_node();
  ASSERT_FALSE(node->failed) << node->failed->message;
  ASSERT_TRUE(eventually(
      seconds{10}, [&] { return node->runner->status().trading.mode == trading_mode::active; }));
  for (const char* member : {"AAPL", "performance", "status", "market_data"})
    ASSERT_TRUE(node->runner->crash(member)) << member;
  EXPECT_TRUE(eventually(seconds{10}, [&] { return node->runner->status().restarts >= 4; }));
  const auto before = node->runner->status().quotes;
  EXPECT_TRUE(eventually(seconds{10}, [&] { return node->runner->status().quotes > before; }));
  node->runner->stop();
  EXPECT_FALSE(node->runner->has_failed()) << node->runner->fatal_text();
}

TEST_F(NodeSession, ASecondRunGoesOnWhereTheFirstStopped) {
  std::map<std::string, std::string> held;
  std::uint64_t orders = 0;
  {
    auto first = start_node();
    ASSERT_FALSE(first->failed) << first->failed->message;
    ASSERT_TRUE(
        eventually(seconds{60}, [&] { return !first->runner->status().positions.empty(); }));
    first->runner->stop();
    held = held_by(first->runner->status());
    orders = first->runner->status().orders_submitted;
  }
  auto second = start_node();
  ASSERT_FALSE(second->failed) << second->failed->message;
  EXPECT_TRUE(eventually(seconds{20}, [&] {
    return second->runner->status().trading.mode == trading_mode::active;
  })) << "books of the log and of the broker are the same";
  const auto status = second->runner->status();
  for (const auto& [symbol, qty] : held) EXPECT_TRUE(held_by(status).count(symbol)) << symbol;
  second->runner->stop();
  EXPECT_TRUE(second->runner->audit_verified());
  auto reader = open_audit_reader(folder.path() / "state" / "audit");
  ASSERT_TRUE(reader.ok());
  EXPECT_EQ((*reader)->boot_no(), 2u);
  EXPECT_GT(orders, 0u);
}

TEST_F(NodeSession, ALoginThatIsRefusedWhileItStartsStopsIt) {
  demo_venue guarded{market_seed, market_speed, "SOMEBODY-ELSE"};
  const auto started = guarded.start();
  ASSERT_TRUE(started.ok());
  port = *started;
  auto node = start_node();
  ASSERT_FALSE(node->failed) << node->failed->message;
  EXPECT_TRUE(eventually(seconds{10}, [&] { return node->runner->has_failed(); }));
  node->runner->stop();
  EXPECT_EQ(node->runner->code(), exit_code::auth_refused);
  EXPECT_EQ(node->runner->status().orders_submitted, 0u);
  EXPECT_TRUE(node->runner->audit_verified());
}

TEST_F(NodeSession, ASecondInstanceOnTheSameFolderIsRefused) {
  auto first = start_node();
  ASSERT_FALSE(first->failed) << first->failed->message;
  auto second = start_node();
  ASSERT_TRUE(second->failed);
  EXPECT_EQ(second->failed->code, exit_code::refused_for_safety);
  EXPECT_NE(second->failed->message.find("state"), std::string::npos) << second->failed->message;
  first->runner->stop();
  EXPECT_TRUE(first->runner->audit_verified());
}

/// How often each symbol's day is in the log.
std::map<std::string, int> trends_in(const std::filesystem::path& state) {
  std::map<std::string, int> out;
  const auto log = open_audit_reader(audit_folder(state));
  EXPECT_TRUE(log.ok()) << log.failure().text();
  const auto read = (*log)->read({}, [&](const audit_record& x) {
    if (const auto* trend = std::get_if<trend_record>(&x.event))
      ++out[trend->symbol.str() + " " + trend->day];
    return true;
  });
  EXPECT_TRUE(read.ok());
  return out;
}

TEST_F(NodeSession, EachDayOfASymbolHasOneRegimeOverARestartToo) {
  std::size_t symbols = 0;
  for (int run = 0; run < 2; ++run) {
    auto node = start_node();
    ASSERT_FALSE(node->failed) << node->failed->message;
    EXPECT_TRUE(eventually(seconds{20}, [&] {
      return node->runner->status().trading.mode == trading_mode::active &&
             !node->runner->status().regimes.empty();
    }));
    symbols = node->runner->status().regimes.size();
    // The embedded market is younger than a year.
    for (const auto& [symbol, regime] : node->runner->status().regimes)
      EXPECT_EQ(regime, market_regime::unknown) << symbol;
    node->runner->stop();
    EXPECT_FALSE(node->runner->has_failed()) << node->runner->fatal_text();
  }
  const auto trends = trends_in(folder.path() / "state");
  EXPECT_GE(trends.size(), symbols);
  for (const auto& [which, times] : trends) EXPECT_EQ(times, 1) << which;
}

}  // namespace
}  // namespace bw
