// The operational log of a session from its last hour to after its close: every event that such a
// session has was written, each line with the keys that it promises.

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include <csignal>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "config/state_folder.hpp"
#include "storage/audit_reader.hpp"
#include "tests/support/program.hpp"

namespace bw {
namespace {

using nlohmann::json;
using std::chrono::seconds;
using tests::eventually;
using tests::program;
using tests::run_program;

/// The node trades the last hour of a day, is given other parameters meanwhile, and is asked to end
/// when the figures of the day are written.
struct LogOfASession : testing::Test {
  static void SetUpTestSuite() { broken = play(); }
  /// A suite that cannot be set up is skipped; this one fails.
  void SetUp() override { ASSERT_EQ(broken, ""); }

  /// What went wrong.
  static std::string play() {
    folder = new tests::scratch_folder;
    program venue{{"venue", "--port", "0", "--seed", "2", "--speed", "150", "--start",
                   "2026-11-02T14:40:00-05:00", "--json"}};
    if (!eventually(seconds{20}, [&] { return venue.out().find("port") < 1'000; }))
      return "no venue: " + venue.err();
    const auto port = json::parse(venue.out().substr(0, venue.out().find('\n'))).at("port");
    if (run_program({"init", folder->path().string()}).code != 0) return "no configuration";
    const auto config = folder->path() / "sim.toml";
    std::ofstream{config} << "mode = \"sim\"\n[sim]\nport = " << port
                          << "\n[ops]\nport = 0\n[risk]\nmax_entries_per_day = 2\n";
    program node{{"run", "--config", config.string(), "--quiet"}};
    if (!eventually(seconds{20}, [] { return has("trading_resumed"); }))
      return "it does not trade: " + node.err();
    const auto strategies = folder->path() / "strategies.toml";
    auto text = tests::file_text(strategies);
    const std::string before = "rsi_floor = 50";
    text.replace(text.find(before), before.size(), "rsi_floor = 49");
    std::ofstream{strategies, std::ios::trunc} << text;
    if (!eventually(seconds{60}, [] { return has("daily_summary"); }))
      return "no summary of the day: " + node.err();
    node.signal(SIGTERM);
    if (node.wait(seconds{20}).value_or(-1) != 0) return "no orderly end: " + node.err();
    for (const auto& line : lines()) by_event[line.value("event", "")].push_back(line);
    return {};
  }
  static void TearDownTestSuite() { delete folder; }

  static std::filesystem::path state() { return folder->path() / "state"; }
  static std::vector<json> lines() {
    std::vector<json> out;
    std::error_code ignored;
    for (const auto& file : std::filesystem::directory_iterator{log_folder(state()), ignored}) {
      std::istringstream text{tests::file_text(file.path())};
      for (std::string line; std::getline(text, line);) {
        auto read = json::parse(line, nullptr, false);
        if (read.is_object()) out.push_back(std::move(read));
      }
    }
    return out;
  }
  static bool has(const std::string& event) {
    for (const auto& line : lines())
      if (line.value("event", "") == event) return true;
    return false;
  }

  static tests::scratch_folder* folder;
  static std::string broken;
  static std::map<std::string, std::vector<json>> by_event;
};
tests::scratch_folder* LogOfASession::folder = nullptr;
std::string LogOfASession::broken;
std::map<std::string, std::vector<json>> LogOfASession::by_event;

TEST_F(LogOfASession, EveryEventWasWrittenWithItsKeys) {
  struct row {
    const char* event;
    /// Beside those of every line.
    std::set<std::string> keys = {};
    /// Members of `data`.
    std::set<std::string> data = {};
  };
  const row rows[] = {
      {"system_startup"},
      {"account_connected"},
      {"market_open"},
      {"market_close"},
      {"strategy_loaded", {"strategy"}, {"kind", "version", "enabled", "watchlist", "hash"}},
      {"config_reload", {}, {"file", "applied", "old_hash", "new_hash"}},
      {"signal_generated", {"symbol", "strategy"}, {"side", "reason", "confidence_ppm", "trace"}},
      {"signal_rejected", {"symbol", "strategy"}, {"trace", "reason"}},
      {"trade_executed",
       {"symbol", "strategy", "client_order_id"},
       {"side", "qty", "price", "execution", "trace"}},
      {"order_modified",
       {"symbol", "strategy", "client_order_id"},
       {"field", "old_value", "new_value", "cause", "trace"}},
      {"position_closed",
       {"symbol", "strategy", "client_order_id", "trade_id"},
       {"qty", "entry", "exit", "pnl", "exit_reason"}},
      {"all_positions_closed", {"symbol", "trade_id"}},
      {"risk_limit_breach", {"symbol", "strategy"}, {"rule", "value", "limit", "trace"}},
      {"state_snapshot", {"cause"}, {"cause", "positions", "open_orders"}},
      {"trading_resumed"},
      {"reconcile_result"},
      {"daily_summary", {}, {"day", "trades", "win_rate", "realized", "fees", "max_drawdown"}},
      {"performance_metrics",
       {"strategy"},
       {"day", "trades", "win_rate", "realized", "profit_factor"}},
      {"system_shutdown"},
  };
  for (const auto& each : rows) {
    const auto found = by_event.find(each.event);
    if (found == by_event.end()) {
      ADD_FAILURE() << each.event << " was never written";
      continue;
    }
    for (const auto& line : found->second) {
      for (const auto& key : each.keys) EXPECT_TRUE(line.contains(key)) << key << ": " << line;
      if (line.contains("strategy")) {
        EXPECT_TRUE(line["strategy"] == "momentum" || line["strategy"] == "mean_reversion" ||
                    std::string{each.event} == "strategy_loaded")
            << line;
      }
      for (const auto& key : each.data)
        EXPECT_TRUE(line.contains("data") && line["data"].contains(key)) << key << ": " << line;
    }
  }
  for (const auto& [event, all] : by_event)
    for (const auto& line : all)
      for (const char* key : {"ts", "level", "component", "event", "msg"})
        EXPECT_TRUE(line.contains(key)) << key << ": " << line;
}

/// What the log's lines say of the day is the record that the audit log keeps.
TEST_F(LogOfASession, TheFiguresOfTheDayAreARecord) {
  const auto shown = run_program(
      {"audit", "show", "--type", "performance", "--state", state().string(), "--json"});
  ASSERT_EQ(shown.code, 0) << shown.err;
  const auto record = json::parse(shown.out, nullptr, false);
  ASSERT_TRUE(record.is_object()) << "one a day: " << shown.out;
  const auto& event = record.at("event");
  EXPECT_EQ(event.at("day"), "2026-11-02");
  EXPECT_EQ(event.at("type"), "simulated");
  const auto& all = event.at("lines").at(0);
  ASSERT_EQ(by_event["daily_summary"].size(), 1u);
  const auto& said = by_event["daily_summary"][0].at("data");
  for (const char* key : {"fills", "trades", "wins", "losses", "realized", "unrealized", "fees"})
    EXPECT_EQ(said.at(key), all.at(key)) << key;
  const auto verified = run_program({"audit", "verify", "--state", state().string()});
  EXPECT_EQ(verified.code, 0) << verified.err;
  const auto replayed = run_program({"replay", state().string()}, seconds{120});
  EXPECT_EQ(replayed.code, 0) << replayed.out << replayed.err;
}

/// Whoever reads a line finds the execution in the audit log and at the broker.
TEST_F(LogOfASession, EachExecutionHasALineWithItsId) {
  std::map<std::string, std::string> recorded;
  const auto reader = open_audit_reader(audit_folder(state()));
  ASSERT_TRUE(reader.ok()) << reader.failure().text();
  ASSERT_TRUE((*reader)->read({}, [&](const audit_record& record) {
    if (const auto* x = std::get_if<fill_record>(&record.event))
      recorded[x->execution.str()] = x->client_id.str();
    return true;
  }));
  ASSERT_FALSE(recorded.empty());
  std::map<std::string, std::string> told;
  for (const auto& line : by_event["trade_executed"])
    told[line.at("data").at("execution")] = line.at("client_order_id");
  EXPECT_EQ(told, recorded);
}

/// Nothing of it is made up: trades and fills are those of the tables.
TEST_F(LogOfASession, TheFiguresOfTheDayAreThoseOfTheTables) {
  const auto rows = run_program({"pnl", "--state", state().string(), "--json"});
  ASSERT_EQ(rows.code, 0) << rows.err;
  const auto days = json::parse(rows.out, nullptr, false);
  ASSERT_TRUE(days.is_object()) << rows.out;
  std::uint64_t fills = 0;
  std::uint64_t trades = 0;
  for (const auto& day : days.at("pnl")) {
    fills += std::stoull(day.at("fills").get<std::string>());
    trades += std::stoull(day.at("trades").get<std::string>());
  }
  const auto& said = by_event["daily_summary"].at(0).at("data");
  EXPECT_EQ(said.at("fills"), fills);
  EXPECT_EQ(said.at("trades"), trades);
  EXPECT_GT(trades, 0u) << "a session without a trade shows nothing";
}

}  // namespace
}  // namespace bw
