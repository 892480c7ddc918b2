// What becomes of the whole node when one of its members ends: over real sockets, with a real log
// on disk, against the embedded venue.

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <map>
#include <mutex>
#include <optional>
#include <stdexcept>

#include "app/demo_venue.hpp"
#include "app/node_runner.hpp"
#include "config/fault_file.hpp"
#include "storage/audit_reader.hpp"
#include "tests/support/program.hpp"

namespace bw {
namespace {

using std::chrono::seconds;
using tests::eventually;

constexpr std::uint64_t market_seed = 2;
constexpr std::int64_t market_speed = 60;

struct running_node {
  metrics_registry metrics;
  std::unique_ptr<node_runner> runner;
  std::optional<command_failure> failed;

  bool is(trading_mode mode) const { return runner->status().trading.mode == mode; }
  bool has(halt_reason reason) const { return has_reason(runner->status().trading, reason); }
};

struct Supervision : testing::Test {
  tests::scratch_folder folder;
  std::unique_ptr<demo_venue> venue;
  std::uint16_t port = 0;
  poison_shelf::rehearsal rehearsal;

  void begin(std::optional<venue::fault_script> script = {}) {
    venue =
        std::make_unique<demo_venue>(market_seed, market_speed, std::string{}, std::move(script));
    const auto started = venue->start();
    ASSERT_TRUE(started.ok()) << started.failure().text();
    port = *started;
  }
  /// Of each position, in basis points: how far its stop and its target are away; zero: as usual.
  std::int64_t exits_bp = 0;
  std::unique_ptr<running_node> start_node() {
    auto out = std::make_unique<running_node>();
    auto config =
        parse_config(sample_node_toml(), "node.toml", sample_strategies_toml(), "strategies.toml");
    config->config.mode = environment::sim;
    config->config.sim.port = port;
    config->config.state_folder = folder.path() / "state";
    config->config.ops.port = 0;
    if (exits_bp > 0) {
      config->config.holding.stop_loss_bp = exits_bp;
      config->config.holding.take_profit_bp = exits_bp;
    }
    node_runner::setup setup;
    setup.config = std::move(*config);
    setup.shared_clock = &venue->time();
    setup.metrics = &out->metrics;
    setup.rehearsal = rehearsal;
    out->runner = std::make_unique<node_runner>(std::move(setup));
    out->failed = out->runner->start();
    return out;
  }
  static bool is_active(const std::unique_ptr<running_node>& node) {
    return !node->failed && eventually(seconds{20}, [&] { return node->is(trading_mode::active); });
  }
  std::size_t orders() {
    return venue->ask([](const auto& service) { return service.market().orders().size(); });
  }
  std::size_t open_entries() {
    return venue->ask([](const auto& service) {
      std::size_t out = 0;
      for (const auto* each : service.market().orders())
        out += !venue::is_terminal(each->status) && each->side == side::buy ? 1 : 0;
      return out;
    });
  }
  std::vector<alert_record> alerts() const {
    std::vector<alert_record> out;
    const auto reader = open_audit_reader(folder.path() / "state" / "audit");
    EXPECT_TRUE(reader.ok());
    if (!reader) return out;
    const auto read = (*reader)->read({}, [&](const audit_record& record) {
      if (const auto* x = std::get_if<alert_record>(&record.event)) out.push_back(*x);
      return true;
    });
    EXPECT_TRUE(read.ok());
    return out;
  }

  static operator_record clear(running_node& node, halt_reason reason) {
    std::promise<operator_record> told;
    operator_record who;
    who.who = "test";
    who.why = "looked at it";
    node.runner->people().resume(reason, who, [&](const operator_record& x) { told.set_value(x); });
    return told.get_future().get();
  }

  /// The member ends; nothing leaves from then on, the process would end with `code`, and the next
  /// start knows everything from the log.
  void lose(const char* member, exit_code code) {
    begin();
    auto node = start_node();
    ASSERT_TRUE(is_active(node));
    ASSERT_TRUE(node->runner->crash(member));
    ASSERT_TRUE(eventually(seconds{10}, [&] { return node->runner->has_failed(); })) << member;
    const auto left = orders();
    node->runner->stop();
    EXPECT_EQ(orders(), left) << "nothing left after the loss was noticed";
    EXPECT_EQ(open_entries(), 0U);
    EXPECT_EQ(node->runner->code(), code) << node->runner->fatal_text();
    EXPECT_TRUE(node->runner->audit_verified());
  }
};

struct LostTruth : Supervision, testing::WithParamInterface<const char*> {};

TEST_P(LostTruth, IsLatchedAndAPersonLetsTradingGoOn) {
  lose(GetParam(), exit_code::unexpected);
  auto next = start_node();
  ASSERT_FALSE(next->failed) << next->failed->message;
  EXPECT_TRUE(eventually(seconds{20}, [&] {
    return next->runner->status().trading.reasons == reason_bit(halt_reason::supervisor);
  })) << "everything but the latch is mended: what was open is cancelled, both books are the same";
  EXPECT_TRUE(clear(*next, halt_reason::supervisor).accepted);
  EXPECT_TRUE(is_active(next));
  next->runner->stop();
  EXPECT_FALSE(next->runner->has_failed()) << next->runner->fatal_text();
}

INSTANTIATE_TEST_SUITE_P(Each, LostTruth,
                         testing::Values("risk_gate", "router", "broker", "session",
                                         "reconciliation"));

TEST_F(Supervision, TheLossOfTheLogsWriterLatchesAudit) {
  lose("audit", exit_code::integrity);
  auto next = start_node();
  ASSERT_FALSE(next->failed) << next->failed->message;
  EXPECT_TRUE(eventually(seconds{20}, [&] {
    return next->runner->status().trading.reasons == reason_bit(halt_reason::audit);
  })) << "everything but the latch is mended";
  EXPECT_TRUE(clear(*next, halt_reason::audit).accepted);
  EXPECT_TRUE(is_active(next));
  next->runner->stop();
}

TEST_F(Supervision, AMessageThatEndsAMemberTwiceIsKeptAway) {
  // A live bar of one symbol is more than its actor can take. It is also among those that a
  // restarted actor warms up with.
  std::mutex mutex;
  std::string bad;
  std::atomic<bool> armed{false};
  rehearsal = [&](std::string_view member, std::string_view kind, std::string_view bytes) {
    if (member != "AAPL" || kind != "bar" || !armed) return;
    const std::lock_guard lock{mutex};
    if (bad.empty()) bad = bytes;
    if (bytes == bad) throw std::runtime_error("a defect that a test made");
  };
  begin();
  auto node = start_node();
  ASSERT_TRUE(is_active(node));
  armed = true;
  // One end, one quarantine, and the successor is told it again.
  EXPECT_TRUE(eventually(
      seconds{20}, [&] { return node->metrics.total("bellwether_poison_messages_total") >= 3; }));
  EXPECT_TRUE(is_active(node)) << "the node goes on, and so does the symbol";
  EXPECT_TRUE(eventually(seconds{10}, [&] { return node->runner->status().restarts == 2; }))
      << node->runner->status().restarts;
  node->runner->stop();
  EXPECT_FALSE(node->runner->has_failed()) << node->runner->fatal_text();
  std::size_t suspected = 0;
  std::size_t quarantined = 0;
  for (const auto& each : alerts()) {
    suspected += each.code == "message_suspected" ? 1 : 0;
    if (each.code != "message_quarantined") continue;
    ++quarantined;
    EXPECT_EQ(each.level, alert_level::critical);
    EXPECT_NE(each.text.find("AAPL ended by a bar"), std::string::npos) << each.text;
  }
  EXPECT_EQ(suspected, 1U);
  EXPECT_EQ(quarantined, 1U);
}

TEST_F(Supervision, TheFiguresOfTheDaySurviveTheirKeeper) {
  begin();
  exits_bp = 20;  // Trades end within minutes.
  auto node = start_node();
  ASSERT_TRUE(is_active(node));
  // Trades, results and executions by strategy, as the log has them: by nobody who was counting.
  using figures = std::map<std::string, std::pair<std::uint64_t, money>>;
  const auto logged = [&] {
    figures out;
    const auto reader = open_audit_reader(folder.path() / "state" / "audit");
    if (!reader) return out;
    (void)(*reader)->read({}, [&](const audit_record& record) {
      if (const auto* x = std::get_if<trade_record>(&record.event)) {
        auto& of = out[x->strategy.str()];
        ++of.first;
        of.second += x->pnl;
      }
      return true;
    });
    return out;
  };
  const auto shown = [&] {
    figures out;
    for (const auto& row : node->runner->status().strategies)
      if (row.trades > 0) out[row.strategy] = {row.trades, row.realized};
    return out;
  };
  const auto is_same = [&] { return shown() == logged(); };
  const auto trades = [&] { return node->runner->status().trades_today; };
  ASSERT_TRUE(eventually(seconds{60}, [&] { return trades() >= 1; }));
  const auto before = trades();
  for (std::uint64_t restarts = 1; restarts <= 2; ++restarts) {
    ASSERT_TRUE(node->runner->crash("performance"));
    ASSERT_TRUE(
        eventually(seconds{10}, [&] { return node->runner->status().restarts == restarts; }));
    EXPECT_TRUE(eventually(seconds{10}, is_same)) << "after restart " << restarts;
    EXPECT_GE(trades(), before);
  }
  ASSERT_TRUE(eventually(seconds{60}, [&] { return trades() > before; })) << "it goes on";
  EXPECT_TRUE(eventually(seconds{10}, is_same));
  node->runner->stop();
  // Each execution stands in the log as one event of one trade.
  std::map<std::string, int> fills;
  const auto reader = open_audit_reader(folder.path() / "state" / "audit");
  ASSERT_TRUE(reader.ok());
  ASSERT_TRUE((*reader)->read({}, [&](const audit_record& record) {
    if (const auto* x = std::get_if<fill_record>(&record.event)) ++fills[x->execution.str()];
    if (const auto* x = std::get_if<trade_event_record>(&record.event)) --fills[x->execution.str()];
    return true;
  }));
  ASSERT_FALSE(fills.empty());
  for (const auto& [execution, difference] : fills) EXPECT_EQ(difference, 0) << execution;
}

TEST_F(Supervision, RefusedCredentialsComeBackByAPerson) {
  auto script = load_fault_script("f25-html-401");
  ASSERT_TRUE(script.ok());
  begin(std::move(*script));
  auto node = start_node();
  ASSERT_FALSE(node->failed) << node->failed->message;
  ASSERT_TRUE(eventually(seconds{90}, [&] { return node->has(halt_reason::auth); }));
  std::promise<operator_record> told;
  operator_record who;
  who.who = "test";
  who.why = "the keys are good again";
  node->runner->people().resume(halt_reason::auth, who,
                                [&](const operator_record& x) { told.set_value(x); });
  const auto answer = told.get_future().get();
  EXPECT_TRUE(answer.accepted);
  EXPECT_NE(answer.answer.find("tried again: orders isolated"), std::string::npos) << answer.answer;
  EXPECT_TRUE(is_active(node));
  EXPECT_TRUE(eventually(seconds{20}, [&] {
    for (const auto& each : node->runner->status().components)
      if (each.name == "broker") return each.counts.at("orders_wait") == 0;
    return false;
  })) << "reads prove the keys, a reconciliation closes the breaker";
  EXPECT_GE(node->metrics.total("bellwether_breaker_transitions_total"), 3U);
  node->runner->stop();
  std::size_t critical = 0;
  for (const auto& each : alerts()) critical += each.code == "breaker_isolated" ? 1 : 0;
  EXPECT_GE(critical, 1U);
}

}  // namespace
}  // namespace bw
