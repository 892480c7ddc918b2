// The four ways to kill, each alone, against the real program that trades without rest beside a
// venue in a process of its own: no order after the acknowledgement, nothing open five seconds
// later, and the kill holds over a restart until a person takes it back.

#include <gtest/gtest.h>
#include <signal.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "core/prng.hpp"
#include "storage/audit_reader.hpp"
#include "tests/halt/halt_field.hpp"
#include "tests/support/program.hpp"
#include "tests/support/seed.hpp"

namespace bw {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;
using tests::eventually;
using tests::program;
using tests::run_program;

enum class kill_path { command, file, signal, broker };
constexpr kill_path all_paths[] = {kill_path::command, kill_path::file, kill_path::signal,
                                   kill_path::broker};

struct KillNode : tests::halt_field {
  /// Carries the kill out and returns when it is acknowledged.
  void kill_by(kill_path path, const program& node) {
    switch (path) {
      case kill_path::command: {
        const auto said = run_program({"halt", "--kill", "--state", state(), "--why", "test"});
        EXPECT_EQ(said.code, 0) << said.err;
        return;
      }
      case kill_path::file: std::ofstream{field->state() / "KILL"} << "by hand\n"; break;
      case kill_path::signal: node.signal(SIGUSR1); break;
      case kill_path::broker: {
        const auto said = run_program({"halt", "--broker", "--config", config(), "--json"});
        EXPECT_EQ(said.code, 0) << said.err << said.out;
        break;
      }
    }
    // These have no answer: what the node writes is one.
    EXPECT_TRUE(eventually(seconds{5}, [&] { return has_reason("KILL"); })) << node.err();
  }

  /// The kill holds in the next process; only there a person takes it back.
  void restart_and_resume(std::unique_ptr<program>& node) {
    EXPECT_EQ(run_program({"resume", "--clear", "kill", "--state", state(), "--why", "now"}).code,
              8)
        << "not in the process that was killed";
    node->signal(SIGTERM);
    EXPECT_TRUE(node->wait(seconds{15})) << node->err();
    node = start_node();
    ASSERT_TRUE(eventually(seconds{10}, [&] { return has_reason("KILL"); })) << node->err();
    EXPECT_TRUE(is_in("HALTED"));
    const auto resumed =
        run_program({"resume", "--clear", "kill", "--state", state(), "--why", "checked"});
    EXPECT_EQ(resumed.code, 0) << resumed.err;
    EXPECT_FALSE(std::filesystem::exists(field->state() / "KILL"));
    EXPECT_TRUE(eventually(seconds{20}, [&] { return is_in("ACTIVE"); })) << status().dump();
  }
};

TEST_F(KillNode, AtRandomInstantsByEveryPath) {
  const auto seed = tests::test_seed(20'261'124);
  SCOPED_TRACE(tests::repeat_with(seed));
  prng random{seed};
  const auto cycles = tests::test_cycles(4);
  auto node = start_node();
  ASSERT_TRUE(eventually(seconds{30}, [&] { return is_in("ACTIVE"); })) << status().dump();
  for (std::uint64_t cycle = 0; cycle < cycles; ++cycle) {
    const auto path = all_paths[cycle % std::size(all_paths)];
    SCOPED_TRACE("cycle " + std::to_string(cycle) + " path " +
                 std::to_string(static_cast<int>(path)));
    let_pass(milliseconds{500 + random.below(2'500)});
    kill_by(path, *node);
    let_pass(milliseconds{10});
    const auto before = orders_at_venue();
    ASSERT_TRUE(eventually(seconds{5}, [&] { return open_at_venue() == 0; }))
        << open_at_venue() << " orders are open";
    let_pass(milliseconds{1'000});
    EXPECT_EQ(orders_at_venue(), before) << "an order came after the acknowledgement";
    EXPECT_EQ(open_at_venue(), 0u);
    restart_and_resume(node);
    if (HasFailure()) return;
  }
  EXPECT_GT(orders_at_venue().size(), cycles) << "the node was hardly ever at work";
  node->signal(SIGTERM);
  EXPECT_TRUE(node->wait(seconds{15}));
  EXPECT_EQ(run_program({"audit", "verify", "--state", state()}).code, 0);
  std::uint64_t kills = 0;
  std::uint64_t drills = 0;
  auto reader = open_audit_reader(field->state() / "audit");
  ASSERT_TRUE(reader.ok());
  const auto read = (*reader)->read({}, [&](const audit_record& record) {
    if (const auto* x = std::get_if<operator_record>(&record.event))
      kills += x->command == "kill" ? 1 : 0;
    if (const auto* x = std::get_if<drill_record>(&record.event)) {
      ++drills;
      EXPECT_TRUE(x->passed) << x->text;
    }
    return true;
  });
  EXPECT_TRUE(read.ok());
  EXPECT_EQ(kills, cycles) << "everything a person does is in the log";
  EXPECT_EQ(drills, cycles);
}

TEST_F(KillNode, ANodeThatHangsIsStoppedAtTheBrokerAndSendsNothingWhenItWakes) {
  auto node = start_node();
  ASSERT_TRUE(eventually(seconds{30}, [&] { return is_in("ACTIVE"); })) << status().dump();
  ASSERT_TRUE(eventually(seconds{30}, [&] { return !orders_at_venue().empty(); }));
  node->signal(SIGSTOP);
  const auto halted = run_program({"halt", "--broker", "--config", config(), "--json"});
  EXPECT_EQ(halted.code, 0) << halted.err << halted.out;
  EXPECT_EQ(open_at_venue(), 0u);
  EXPECT_TRUE(std::filesystem::exists(field->state() / "KILL"));
  const auto before = orders_at_venue();
  let_pass(seconds{3});
  node->signal(SIGCONT);
  EXPECT_TRUE(eventually(seconds{10}, [&] { return has_reason("KILL"); })) << node->err();
  let_pass(seconds{1});
  EXPECT_EQ(orders_at_venue(), before) << "it sent an order before it found the file";
}

TEST_F(KillNode, ADeadNodesOrdersAreCancelledAndTheNextStartIsKilled) {
  auto node = start_node();
  ASSERT_TRUE(eventually(seconds{30}, [&] { return is_in("ACTIVE"); })) << status().dump();
  ASSERT_TRUE(eventually(seconds{30}, [&] { return open_at_venue() > 0; }));
  node->signal(SIGKILL);
  node->wait(seconds{5});
  EXPECT_EQ(run_program({"halt", "--state", state()}).code, 5) << "no node, and it says so";
  EXPECT_EQ(run_program({"halt", "--broker", "--config", config()}).code, 0);
  EXPECT_EQ(open_at_venue(), 0u);
  node = start_node();
  EXPECT_TRUE(eventually(seconds{10}, [&] { return has_reason("KILL"); }));
}

TEST_F(KillNode, FlattenAfterAKillClosesEverything) {
  auto node = start_node();
  ASSERT_TRUE(eventually(seconds{30}, [&] { return is_in("ACTIVE"); })) << status().dump();
  ASSERT_TRUE(
      eventually(seconds{60}, [&] { return !tests::venue_positions(field->port()).empty(); }));
  EXPECT_EQ(run_program({"halt", "--kill", "--state", state(), "--why", "test"}).code, 0);
  ASSERT_TRUE(eventually(seconds{5}, [&] { return open_at_venue() == 0; }));
  const auto flat =
      run_program({"flatten", "--state", state(), "--why", "test", "--within", "30s"});
  EXPECT_EQ(flat.code, 0) << flat.err << flat.out << status().dump();
  EXPECT_TRUE(tests::venue_positions(field->port()).empty());
}

TEST_F(KillNode, CloseEndsOnePositionAndIsRefusedForWhatIsNotHeld) {
  auto node = start_node();
  ASSERT_TRUE(eventually(seconds{30}, [&] { return is_in("ACTIVE"); })) << status().dump();
  // Its strategy buys and sells with the bars: what is held now may be sold by the time it is
  // asked.
  std::string symbol;
  tests::finished closed;
  ASSERT_TRUE(eventually(seconds{60},
                         [&] {
                           const auto held = tests::venue_positions(field->port());
                           if (held.empty()) return false;
                           symbol = held.begin()->first;
                           closed = run_program({"close", symbol, "--state", state(), "--why",
                                                 "test", "--within", "30s"});
                           return closed.code == 0;
                         }))
      << closed.err << closed.out << status().dump();
  EXPECT_FALSE(tests::venue_positions(field->port()).contains(symbol));
  EXPECT_FALSE(has_reason("OPERATOR")) << "the others go on";
  EXPECT_EQ(run_program({"close", "NOSUCH", "--state", state(), "--why", "test"}).code, 8);
  EXPECT_EQ(run_program({"flatten", "--cancel", "--state", state(), "--why", "test"}).code, 8)
      << "nothing waits for the open";
}

// The watchdog.

struct Watchdog : KillNode {
  /// Open orders by type, and shares by symbol under stops.
  std::map<std::string, quantity> stops_at_venue(std::size_t& others) const {
    std::map<std::string, quantity> out;
    others = 0;
    for (const auto& each :
         tests::venue_answer(field->port(), "/v2/orders?status=open&limit=500")) {
      if (each.at("side") == "sell" && each.at("type") == "stop")
        out[each.at("symbol").get<std::string>()] +=
            *quantity::parse(each.at("qty").get<std::string>()) -
            *quantity::parse(each.at("filled_qty").get<std::string>());
      else
        ++others;
    }
    return out;
  }
  void end_silently(int how) {
    auto node = start_node();
    program dog{{"watchdog", "--config", config(), "--silence", "3s", "--json"}};
    ASSERT_TRUE(dog.says("watching", seconds{10})) << dog.err();
    ASSERT_TRUE(eventually(seconds{30}, [&] { return is_in("ACTIVE"); })) << status().dump();
    std::size_t others = 0;
    ASSERT_TRUE(eventually(seconds{60}, [&] { return !stops_at_venue(others).empty(); }))
        << "stops rest at the broker";
    EXPECT_EQ(dog.out().find("silent"), std::string::npos);
    node->signal(how);
    // What an entry under way would be: an order that only the dead node knows of.
    tests::place_at_venue(field->port(), R"({"symbol":"IWM","side":"buy","type":"limit","qty":"1",)"
                                         R"("limit_price":"1.00","time_in_force":"day"})");
    ASSERT_TRUE(dog.says("\"clean\":true", seconds{20})) << dog.out() << dog.err();
    const auto stops = stops_at_venue(others);
    EXPECT_EQ(others, 0u) << "entries are gone";
    for (const auto& [symbol, qty] : tests::venue_positions(field->port())) {
      const auto at = stops.find(symbol);
      // The market goes on: a stop may have been executed since.
      EXPECT_LE(at == stops.end() ? quantity{} : at->second, *quantity::parse(qty)) << symbol;
    }
    if (how == SIGSTOP) {
      node->signal(SIGCONT);
      EXPECT_TRUE(dog.says("beating", seconds{10})) << dog.out();
    }
    dog.signal(SIGTERM);
    EXPECT_EQ(dog.wait(seconds{10}).value_or(-1), 0) << dog.err();
  }
};

TEST_F(Watchdog, CancelsEntriesOfANodeThatHangsAndKeepsStops) { end_silently(SIGSTOP); }
TEST_F(Watchdog, CancelsEntriesOfADeadNodeAndKeepsStops) { end_silently(SIGKILL); }

TEST_F(Watchdog, LeavesANodeAloneThatEndsOnPurpose) {
  auto node = start_node();
  program dog{{"watchdog", "--config", config(), "--silence", "2s", "--json"}};
  ASSERT_TRUE(dog.says("watching", seconds{10})) << dog.err();
  ASSERT_TRUE(eventually(seconds{30}, [&] { return is_in("ACTIVE"); })) << status().dump();
  node->signal(SIGTERM);
  EXPECT_TRUE(node->wait(seconds{15})) << node->err();
  EXPECT_FALSE(dog.says("silent", seconds{4})) << dog.out();
}

}  // namespace
}  // namespace bw
