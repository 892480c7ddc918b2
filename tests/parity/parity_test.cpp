// A session of the real program, recorded and decided again: every decision the same, also after a
// crash in the middle, and no change of a recording goes unnoticed.

#include <gtest/gtest.h>
#include <signal.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "app/demo_venue.hpp"
#include "app/node_runner.hpp"
#include "app/parity_certificate.hpp"
#include "config/config_loader.hpp"
#include "config/state_folder.hpp"
#include "tests/support/program.hpp"
#include "tests/support/rewritten_log.hpp"
#include "tests/support/seed.hpp"

namespace bw {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using std::chrono::seconds;
using tests::eventually;
using tests::program;
using tests::run_program;

const char* const demo_day = "2026-11-02";

json parsed(const std::string& text) { return json::parse(text, nullptr, false); }

/// One demonstration for all tests that only look at it.
struct demo_session {
  tests::scratch_folder folder;
  json summary;

  demo_session() {
    const auto length = std::to_string(tests::test_size(10)) + "s";
    const auto demo = run_program(
        {"demo", "--for", length, "--speed", "120", "--json", "--state", state().string()},
        seconds{60 + 10 * tests::test_size(1)});
    EXPECT_EQ(demo.code, 0) << demo.err;
    summary = parsed(demo.out);
  }
  fs::path state() const { return folder.path() / "state"; }
};
const demo_session& session() {
  static const demo_session run;
  return run;
}

struct Parity : testing::Test {
  tests::scratch_folder folder;

  /// A copy that a test may harm.
  fs::path copy() const {
    const auto to = folder.path() / "state";
    fs::copy(session().state(), to, fs::copy_options::recursive);
    return to;
  }
  static fs::path segment_of(const fs::path& state) {
    for (const auto& file : fs::recursive_directory_iterator{state / "recordings"})
      if (file.path().extension() == ".zst") return file.path();
    return {};
  }
};

TEST_F(Parity, EveryDecisionOfADemoIsTheSameAgain) {
  const auto run = run_program({"replay", session().state().string(), "--json"});
  EXPECT_EQ(run.code, 0) << run.err;
  const auto said = parsed(run.out);
  ASSERT_TRUE(said.is_object()) << run.out;
  EXPECT_TRUE(said.at("identical").get<bool>());
  EXPECT_TRUE(said.at("complete").get<bool>());
  const auto& decisions = said.at("decisions");
  EXPECT_EQ(decisions.at("compared"), decisions.at("identical"));
  EXPECT_EQ(decisions.at("uncovered").get<int>(), 0);
  EXPECT_EQ(decisions.at("cut_off").get<int>(), 0);
  EXPECT_EQ(said.at("lost_inputs").get<int>(), 0);
  // As many as the node itself counted.
  EXPECT_EQ(decisions.at("signal").at("compared"), session().summary.at("signals"));
  EXPECT_GE(decisions.at("verdict").at("compared").get<int>(),
            session().summary.at("orders").at("submitted").get<int>());
  EXPECT_GT(session().summary.at("signals").get<int>(), 0) << "a session worth looking at";
  EXPECT_GT(said.at("market_inputs").get<int>(), 10'000);
}

TEST_F(Parity, TheAuditFolderNamesTheSameSession) {
  const auto run = run_program({"replay", (session().state() / "audit").string(), "--quiet"});
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_NE(run.out.find("signal"), std::string::npos) << run.out;
}

TEST_F(Parity, TheDaysCertificateHoldsHashesCountsAndErrors) {
  const auto state = copy();
  const auto run = run_program({"replay", state.string(), "--session", demo_day, "--json"});
  EXPECT_EQ(run.code, 0) << run.err;
  const auto kept = parsed(tests::file_text(state / "parity" / "2026-11-02.json"));
  ASSERT_TRUE(kept.is_object());
  EXPECT_EQ(kept, parsed(run.out));
  EXPECT_TRUE(kept.at("identical").get<bool>());
  EXPECT_EQ(kept.at("segments").at(0).at("sha256").get<std::string>().size(), 64u);
  int orders = 0;
  int both = 0;
  for (const auto& [strategy, error] : kept.at("fill_error").items()) {
    orders += error.at("orders").get<int>();
    both += error.at("both_filled").get<int>();
    EXPECT_EQ(error.at("refused").get<int>(), 0) << kept.dump(1);
  }
  EXPECT_EQ(orders, session().summary.at("orders").at("submitted").get<int>());
  EXPECT_GT(both, 0) << kept.dump(1);
}

TEST_F(Parity, WhatTheNodeMakesOfADayAfterItsCloseStandsInItsReport) {
  const auto state = copy();
  node_config config;
  config.state_folder = state;
  config.audit.folder = audit_folder(state);
  const calendar_date day{2026, 11, 2};
  const auto decide = make_day_backtest(config);
  const auto made = decide(day, [] { return true; });
  ASSERT_TRUE(made) << made.failure().text();
  EXPECT_FALSE(made->against.diverged) << made->against.verdict;
  EXPECT_EQ(made->against.certificate, "parity/2026-11-02.json");
  ASSERT_TRUE(made->proof);
  EXPECT_TRUE(made->proof->passed);
  EXPECT_EQ(made->proof->subject, demo_day);
  const auto kept = parsed(tests::file_text(state / made->against.certificate));
  ASSERT_TRUE(kept.is_object());
  EXPECT_EQ(made->proof->count, kept.at("decisions").at("compared").get<std::uint64_t>());
  EXPECT_FALSE(made->against.strategies.empty());
  const auto calendar = *session_calendar::make();
  const auto folder = write_day_report(
      state, {session().summary.at("mode").get<std::string>(), day}, calendar, [] { return true; },
      made->against);
  ASSERT_TRUE(folder) << folder.failure().text();
  const auto report = parsed(tests::file_text(*folder / "report.json"));
  EXPECT_EQ(report.at("against").at("certificate"), "parity/2026-11-02.json");
  EXPECT_FALSE(report.at("against").at("diverged").get<bool>());
  EXPECT_NE(tests::file_text(*folder / "report.html").find("Against the backtest of this day"),
            std::string::npos);
  EXPECT_EQ(decide(day, [] { return false; }).code(), ec::halted) << "the node stops";
  EXPECT_EQ(decide({2026, 11, 9}, [] { return true; }).code(), ec::out_of_range);
}

TEST_F(Parity, AChangedRecordingIsAnAlarm) {
  const auto state = copy();
  const auto segment = segment_of(state);
  auto text = tests::file_text(segment);
  text[text.size() / 2] = static_cast<char>(text[text.size() / 2] ^ 1);
  std::ofstream{segment, std::ios::binary} << text;
  node_config config;
  config.state_folder = state;
  config.audit.folder = audit_folder(state);
  const auto made = make_day_backtest(config)({2026, 11, 2}, [] { return true; });
  ASSERT_TRUE(made) << made.failure().text();
  EXPECT_TRUE(made->against.diverged);
  EXPECT_NE(made->against.verdict.find("not the one that was made"), std::string::npos);
  ASSERT_TRUE(made->proof);
  EXPECT_FALSE(made->proof->passed);
}

TEST_F(Parity, AnotherLimitIsADifferenceWithItsName) {
  const auto run = run_program(
      {"replay", session().state().string(), "--set", "risk.order.max_usd=2000", "--json"});
  EXPECT_EQ(run.code, 7);
  const auto said = parsed(run.out);
  ASSERT_TRUE(said.is_object()) << run.out;
  EXPECT_FALSE(said.at("identical").get<bool>());
  const auto& first = said.at("first_difference");
  EXPECT_EQ(first.at("kind").get<std::string>(), "order");
  EXPECT_EQ(first.at("field").get<std::string>(), "qty");
  EXPECT_NE(first.at("recorded"), first.at("replayed"));
  EXPECT_NE(run.err.find("qty was"), std::string::npos) << run.err;
  // A limit that changes no size shows in the verdict, with the rule's place in it.
  const auto collar = run_program(
      {"replay", session().state().string(), "--set", "risk.collar.mid_bp=150", "--json"});
  EXPECT_EQ(collar.code, 7);
  const auto verdict = parsed(collar.out).at("first_difference");
  EXPECT_EQ(verdict.at("kind").get<std::string>(), "verdict");
  EXPECT_GT(verdict.at("sequence").get<int>(), 0);
  EXPECT_NE(verdict.at("field").get<std::string>().find("checks["), std::string::npos);
}

TEST_F(Parity, AChangedRecordingIsNamedByItsFile) {
  const auto state = copy();
  const auto segment = segment_of(state);
  auto text = tests::file_text(segment);
  ASSERT_GT(text.size(), 1000u);
  text[text.size() / 2] = static_cast<char>(text[text.size() / 2] ^ 1);
  std::ofstream{segment, std::ios::binary | std::ios::trunc} << text;
  const auto run = run_program({"replay", state.string()});
  EXPECT_EQ(run.code, 7) << run.out;
  EXPECT_NE(run.err.find(segment.filename().string()), std::string::npos) << run.err;
  EXPECT_NE(run.err.find("SHA-256"), std::string::npos) << run.err;
}

// A whole log written anew with one verdict changed: the anchors show it, and without them the
// decision itself does.
TEST_F(Parity, AVerdictThatWasWrittenAnewIsNamedWithBothValues) {
  const auto state = copy();
  fs::rename(state / "audit", folder / "genuine");
  const auto at = tests::rewrite_log(folder / "genuine", state / "audit", [](audit_event& x) {
    auto* verdict = std::get_if<verdict_record>(&x);
    if (verdict == nullptr || !verdict->verdict.approved) return false;
    ++verdict->verdict.checks[0].limit;
    return true;
  });
  ASSERT_GT(at, 0u);
  EXPECT_EQ(run_program({"audit", "verify", "--state", state.string()}).code, 7)
      << "the anchors are of another log";
  ASSERT_TRUE(fs::remove(state / "anchors.log"));
  EXPECT_EQ(run_program({"audit", "verify", "--state", state.string()}).code, 0)
      << "the chain alone is right";
  const auto run = run_program({"replay", state.string(), "--json"});
  EXPECT_EQ(run.code, 7) << run.out << run.err;
  const auto said = parsed(run.out);
  ASSERT_TRUE(said.is_object()) << run.out;
  EXPECT_FALSE(said.at("identical").get<bool>());
  const auto& first = said.at("first_difference");
  EXPECT_EQ(first.at("kind").get<std::string>(), "verdict");
  EXPECT_EQ(first.at("sequence").get<std::uint64_t>(), at);
  EXPECT_EQ(first.at("field").get<std::string>(), "checks[0].limit");
  EXPECT_NE(run.err.find("record " + std::to_string(at)), std::string::npos) << run.err;
}

TEST_F(Parity, AMissingRecordingIsIncompleteAndNoDifference) {
  const auto state = copy();
  fs::remove(segment_of(state));
  const auto run = run_program({"replay", state.string(), "--json"});
  EXPECT_EQ(run.code, 3) << run.err;
  const auto said = parsed(run.out);
  EXPECT_TRUE(said.at("identical").get<bool>());
  EXPECT_FALSE(said.at("complete").get<bool>());
  EXPECT_GT(said.at("decisions").at("uncovered").get<int>(), 0);
}

TEST_F(Parity, MistakesGetOneLine) {
  EXPECT_EQ(run_program({"replay", (folder / "nowhere").string()}).code, 2);
  EXPECT_EQ(run_program({"replay", session().state().string(), "--day", "yesterday"}).code, 2);
  EXPECT_EQ(run_program({"replay", session().state().string(), "--day", "2026-11-03"}).code, 2);
  const auto key = run_program({"replay", session().state().string(), "--set", "risk.max_qtyy=1"});
  EXPECT_EQ(key.code, 2);
  EXPECT_NE(key.err.find("risk.max_qty"), std::string::npos) << key.err;
  EXPECT_EQ(run_program({"replay", session().state().string(), "--set", "risk.max_qty"}).code, 2);
}

TEST(ParityAfterACrash, BothRunsAreTheSameAgain) {
  tests::scratch_folder folder;
  demo_venue venue{2, 120};
  const auto port = venue.start();
  ASSERT_TRUE(port.ok()) << port.failure().text();
  folder.write("strategies.toml", std::string{sample_strategies_toml()});
  const auto config =
      folder
          .write("node.toml",
                 "mode = \"sim\"\n[sim]\nport = " + std::to_string(*port) + "\n[ops]\nport = 0\n")
          .string();
  const auto state = folder.path() / "state";
  const auto status = [&] { return parsed(tests::file_text(state / "status.json")); };
  {
    program node{{"run", "--config", config, "--quiet"}};
    ASSERT_TRUE(eventually(seconds{60}, [&] {
      const auto now = status();
      return now.is_object() && now.value("signals", 0) > 0;
    })) << node.err();
    node.signal(SIGKILL);
    ASSERT_EQ(node.wait(seconds{5}).value_or(-1), 128 + SIGKILL);
  }
  const auto replay = [&] {
    const auto run = run_program({"replay", state.string(), "--json"});
    EXPECT_EQ(run.code, 0) << run.out << run.err;
    return parsed(run.out);
  };
  const auto torn = replay();
  ASSERT_TRUE(torn.is_object());
  EXPECT_TRUE(torn.at("segments").at(0).at("torn").get<bool>());
  EXPECT_FALSE(torn.at("segments").at(0).at("vouched").get<bool>()) << "nobody has sealed it yet";
  fs::remove(state / "status.json");
  program again{{"run", "--config", config, "--quiet"}};
  ASSERT_TRUE(eventually(seconds{30}, [&] {
    const auto now = status();
    return now.is_object() && now.value("state", "") == "ACTIVE";
  })) << again.err();
  again.signal(SIGTERM);
  ASSERT_EQ(again.wait(seconds{15}).value_or(-1), 0) << again.err();
  const auto both = replay();
  ASSERT_TRUE(both.is_object());
  EXPECT_EQ(both.at("runs").get<int>(), 2);
  EXPECT_EQ(both.at("segments").size(), 2u);
  for (const auto& segment : both.at("segments"))
    EXPECT_TRUE(segment.at("vouched").get<bool>()) << "the second start sealed what was left";
  EXPECT_EQ(both.at("decisions").at("compared"), both.at("decisions").at("identical"));
  EXPECT_EQ(run_program({"audit", "verify", "--state", state.string()}).code, 0);
}

TEST(ParityAfterARestart, AStrategyBeginsAnewInTheRecordingToo) {
  tests::scratch_folder folder;
  demo_venue venue{2, 120};
  const auto port = venue.start();
  ASSERT_TRUE(port.ok()) << port.failure().text();
  auto config =
      parse_config(sample_node_toml(), "node.toml", sample_strategies_toml(), "strategies.toml");
  ASSERT_TRUE(config.ok());
  config->config.mode = environment::sim;
  config->config.sim.port = *port;
  config->config.state_folder = folder.path() / "state";
  config->config.ops.port = 0;
  metrics_registry metrics;
  node_runner::setup setup;
  setup.config = std::move(*config);
  setup.shared_clock = &venue.time();
  setup.metrics = &metrics;
  node_runner node{std::move(setup)};
  ASSERT_FALSE(node.start());
  ASSERT_TRUE(eventually(seconds{20}, [&] { return node.status().signals > 0; }));
  for (const char* symbol : {"AAPL", "TSLA", "AMD"}) EXPECT_TRUE(node.crash(symbol)) << symbol;
  ASSERT_TRUE(eventually(seconds{20}, [&] { return node.status().restarts >= 3; }));
  const auto before = node.status().quotes;
  EXPECT_TRUE(eventually(seconds{30}, [&] { return node.status().quotes > before + 20'000; }));
  node.stop();
  EXPECT_EQ(metrics.total("bellwether_recording_lost_total"), 0u);
  EXPECT_GT(metrics.total("bellwether_recording_inputs_total"), 1'000u);
  const auto run = run_program({"replay", (folder.path() / "state").string(), "--json"});
  EXPECT_EQ(run.code, 0) << run.out << run.err;
  const auto said = parsed(run.out);
  ASSERT_TRUE(said.is_object());
  const auto& decisions = said.at("decisions");
  EXPECT_EQ(decisions.at("compared"), decisions.at("identical"));
  EXPECT_GE(decisions.at("signal").at("identical").get<std::uint64_t>(), node.status().signals)
      << "an engine that begins anew counts from zero";
}

}  // namespace
}  // namespace bw
