// Preflight, arming and secrets as a user meets them: real processes, a venue beside them, a pseudo
// terminal where a person is asked.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>

#include "app/demo_venue.hpp"
#include "tests/support/program.hpp"

namespace bw {
namespace {

using std::chrono::seconds;
using ::testing::HasSubstr;
using ::testing::Not;
using tests::eventually;
using tests::program;
using tests::run_program;

const char* const one_strategy =
    "[[strategy]]\nid = \"momentum\"\nkind = \"momentum\"\nwatchlist = [\"AAPL\", \"MSFT\"]\n";
constexpr const char* canary_id = "AKCANARYKEYID1234567";
constexpr const char* canary_key = "CANARYsecret1234567890CANARYsecret123456";

struct Check : testing::Test {
  tests::scratch_folder folder;

  void TearDown() override {
    for (const char* name : {"APCA_API_KEY_ID", "APCA_API_SECRET_KEY", "TRADING_MODE",
                             "LIVE_TRADING_ENABLED", "APCA_API_SECRET_KEY_FILE"})
      ::unsetenv(name);
  }
  std::string config(const std::string& text) {
    folder.write("strategies.toml", one_strategy);
    return folder.write("node.toml", text).string();
  }
  std::string sim_config(std::uint16_t port) {
    return config("mode = \"sim\"\n[ops]\nport = 0\n[sim]\nport = " + std::to_string(port) + "\n");
  }
  static nlohmann::json item(const nlohmann::json& report, const std::string& name) {
    for (const auto& each : report.at("items"))
      if (each.at("name") == name) return each;
    ADD_FAILURE() << name << " is not in " << report.dump(1);
    return {{"result", ""}, {"value", ""}, {"hint", ""}};
  }
};

struct CheckWithVenue : Check {
  demo_venue venue{2, 60};
  std::uint16_t port = 0;
  void SetUp() override {
    const auto started = venue.start();
    ASSERT_TRUE(started.ok()) << started.failure().text();
    port = *started;
  }
};

TEST_F(CheckWithVenue, EverythingPassesAndTheStopWasReallyDrilled) {
  const auto file = sim_config(port);
  const auto check = run_program({"check", "--config", file, "--json"});
  EXPECT_EQ(check.code, 0) << check.out << check.err;
  const auto report = nlohmann::json::parse(check.out);
  EXPECT_EQ(report.at("passed"), true);
  for (const char* name :
       {"configuration", "secrets", "file_modes", "api_connected", "account_verified",
        "data_entitlement", "clock_offset", "clock_sync", "calendar", "risk_limits_set",
        "position_limits_set", "emergency_stop_working", "disk_space", "audit_chain",
        "reconciliation", "time_to_flat_seconds", "alert_channels", "plugin_hashes"})
    EXPECT_NE(item(report, name).at("result"), "fail") << item(report, name).dump();
  EXPECT_THAT(item(report, "emergency_stop_working").at("value").get<std::string>(),
              HasSubstr("flat after"));
  item(report, "sync_time");
  // The drill stands in the log, between a start and an end, and the log verifies.
  const auto state = (folder.path() / "state").string();
  const auto drills = run_program({"audit", "export", "--state", state, "--format", "jsonl"});
  EXPECT_THAT(drills.out, HasSubstr("\"drill\"")) << drills.err;
  EXPECT_THAT(drills.out, HasSubstr("\"passed\":true"));
  EXPECT_EQ(run_program({"audit", "verify", "--state", state}).code, 0);
}

TEST_F(CheckWithVenue, BesideARunningNodeNothingIsDrilledAndTheLastDrillCounts) {
  const auto file = sim_config(port);
  ASSERT_EQ(run_program({"check", "--config", file}).code, 0);
  program node{{"run", "--config", file}};
  // The gate has answered once.
  ASSERT_TRUE(eventually(seconds{30}, [&] {
    const auto now = nlohmann::json::parse(
        tests::file_text(folder.path() / "state" / "status.json"), nullptr, false);
    return now.is_object() && now.at("versions").at("limits").is_string();
  })) << node.err();
  const auto check = run_program({"check", "--config", file, "--json"});
  const auto stop = item(nlohmann::json::parse(check.out), "emergency_stop_working");
  EXPECT_EQ(stop.at("result"), "pass") << stop.dump();
  EXPECT_THAT(stop.at("value").get<std::string>(), HasSubstr("passed 20"));
  node.signal(SIGTERM);
  EXPECT_EQ(node.wait(seconds{20}), 0) << node.err();
  const auto status =
      nlohmann::json::parse(tests::file_text(folder.path() / "state" / "status.json"));
  EXPECT_TRUE(status.at("live_stage").is_null()) << "the embedded venue has no stages";
  EXPECT_EQ(status.at("versions").at("limits").get<std::string>().size(), 64u);
}

TEST_F(CheckWithVenue, AnExtendedTrialLooksAgainAndWritesItsDays) {
  const auto file = sim_config(port);
  const auto trial = run_program(
      {"check", "--trial", "extended", "--for", "3s", "--every", "1s", "--config", file, "--json"});
  EXPECT_EQ(trial.code, 0) << trial.out << trial.err;
  const auto said = nlohmann::json::parse(trial.out);
  EXPECT_GE(std::stoi(item(said, "looks").at("value").get<std::string>()), 2);
  EXPECT_THAT(item(said, "api_connected").at("value").get<std::string>(), HasSubstr("looks: "));
  std::size_t days = 0;
  for (const auto& each : std::filesystem::directory_iterator{folder.path() / "state" / "trials"}) {
    ++days;
    EXPECT_THAT(each.path().filename().string(), testing::StartsWith("extended-"));
    const auto day = nlohmann::json::parse(tests::file_text(each.path()));
    EXPECT_EQ(day.at("passed"), true);
  }
  EXPECT_GE(days, 1u);
  for (const auto& wrong : {std::pair{"49h", "15m"}, {"10s", "1m"}, {"1m", "1ms"}})
    EXPECT_EQ(run_program({"check", "--trial", "extended", "--for", wrong.first, "--every",
                           wrong.second, "--config", file})
                  .code,
              2)
        << wrong.first;
}

TEST_F(CheckWithVenue, AnExtendedTrialThatIsEndedEarlyHasNotPassed) {
  program trial{{"check", "--trial", "extended", "--config", sim_config(port), "--json"}};
  const auto trials = folder.path() / "state" / "trials";
  ASSERT_TRUE(eventually(seconds{30}, [&] {
    std::error_code none;
    return std::filesystem::exists(trials, none) && !std::filesystem::is_empty(trials, none);
  })) << trial.err();
  trial.signal(SIGTERM);
  EXPECT_EQ(trial.wait(seconds{20}), 3) << trial.err();
  EXPECT_EQ(item(nlohmann::json::parse(trial.out()), "looks").at("value"), "1");
}

TEST_F(CheckWithVenue, TheQuickTrialWritesItsResult) {
  const auto trial =
      run_program({"check", "--trial", "quick", "--config", sim_config(port), "--json"});
  EXPECT_EQ(trial.code, 0) << trial.out << trial.err;
  const auto said = nlohmann::json::parse(trial.out);
  EXPECT_EQ(said.at("items").size(), 8u);
  const std::filesystem::path trials = folder.path() / "state" / "trials";
  ASSERT_TRUE(std::filesystem::is_directory(trials));
  const auto written = std::filesystem::directory_iterator { trials } -> path();
  EXPECT_EQ(nlohmann::json::parse(tests::file_text(written)), said);
  EXPECT_EQ(run_program({"check", "--trial", "slow", "--config", sim_config(port)}).code, 2);
}

TEST_F(Check, AgainstNothingEachItemSaysWhatToDo) {
  const auto check = run_program({"check", "--config", sim_config(1), "--json"});
  EXPECT_EQ(check.code, 3);
  const auto report = nlohmann::json::parse(check.out);
  EXPECT_THAT(item(report, "api_connected").at("hint").get<std::string>(),
              HasSubstr("bellwether venue --port 1"));
  for (const char* name : {"account_verified", "data_entitlement", "calendar", "reconciliation",
                           "emergency_stop_working"})
    EXPECT_EQ(item(report, name).at("result"), "fail") << name;
  EXPECT_EQ(item(report, "configuration").at("result"), "pass");
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "state")) << "nothing was made";
  const auto none = run_program({"check", "--config", (folder / "no.toml").string()});
  EXPECT_EQ(none.code, 3);
  EXPECT_THAT(none.out, HasSubstr("bellwether init"));
}

TEST_F(Check, LiveIsRefusedWithEveryMissingThingByName) {
  const auto file = config("mode = \"live\"\n");
  const auto bare = run_program({"run", "--config", file});
  EXPECT_EQ(bare.code, 8);
  for (const char* what : {"enabled: LIVE_TRADING_ENABLED", "flag: the flag --live", "key_class: ",
                           "account: live.accounts", "arming: nobody armed", "limits: "})
    EXPECT_THAT(bare.err, HasSubstr(what));
  EXPECT_THAT(bare.err, Not(HasSubstr("mode: ")));
  ::setenv("LIVE_TRADING_ENABLED", "true", 1);
  const auto less = run_program({"run", "--config", file, "--live"});
  EXPECT_EQ(less.code, 8);
  EXPECT_THAT(less.err, Not(HasSubstr("enabled: ")));
  EXPECT_THAT(less.err, Not(HasSubstr("flag: ")));
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "state-live")) << "nothing was touched";
}

TEST_F(Check, PaperThatIsAskedForLiveIsRefusedToo) {
  const auto file = config("mode = \"paper\"\n");
  EXPECT_EQ(run_program({"run", "--config", file, "--live"}).code, 8);
  ::setenv("TRADING_MODE", "live", 1);
  const auto run = run_program({"run", "--config", file});
  EXPECT_EQ(run.code, 8);
  EXPECT_THAT(run.err, HasSubstr("LIVE_TRADING_ENABLED"));
  ::setenv("TRADING_MODE", "Live", 1);
  EXPECT_EQ(run_program({"run", "--config", file}).code, 2);
  ::setenv("TRADING_MODE", "paper", 1);
  ::setenv("LIVE_TRADING_ENABLED", "yes", 1);
  EXPECT_EQ(run_program({"run", "--config", file}).code, 2);
}

TEST_F(Check, LiveStatusShowsEachGate) {
  const auto file = config("mode = \"paper\"\n");
  const auto status = run_program({"live", "status", "--config", file, "--json"});
  EXPECT_EQ(status.code, 0) << status.err;
  const auto said = nlohmann::json::parse(status.out);
  EXPECT_EQ(said.at("evidence_complete"), false);
  EXPECT_EQ(said.at("gates").size(), 12u);
  EXPECT_EQ(said.at("stage").at("name"), "S0");
  EXPECT_FALSE(said.at("missing").empty());
  EXPECT_THAT(run_program({"live", "status", "--config", file}).out, HasSubstr("kill_drill"));
}

TEST_F(Check, WithoutATerminalNobodyArmsOrPromotes) {
  const auto file = config("mode = \"paper\"\n");
  for (const auto& words : std::vector<std::vector<std::string>>{
           {"arm", "--config", file},
           {"live", "promote", "--why", "x", "--config", file},
           {"live", "acknowledge", "2026-11-02", "--config", file}}) {
    const auto run = run_program(words);
    EXPECT_EQ(run.code, 8) << words[0];
    EXPECT_THAT(run.err, HasSubstr("terminal"));
  }
  EXPECT_EQ(run_program({"arm", "--yes", "--config", file}).code, 2) << "there is no such flag";
  EXPECT_EQ(run_program({"disarm", "--config", file}).code, 0) << "towards safe nobody is asked";
}

/// The program with a terminal of its own; answers what it showed, and its exit code.
struct at_terminal {
  std::string shown;
  int code = -1;

  at_terminal(const std::vector<std::string>& words, const std::string& prompt,
              const std::string& typed) {
    int terminal = -1;
    const auto child = ::forkpty(&terminal, nullptr, nullptr, nullptr);
    if (child == 0) {
      const char* binary = std::getenv("BELLWETHER_BINARY");
      std::vector<const char*> arguments{binary};
      for (const auto& word : words) arguments.push_back(word.c_str());
      arguments.push_back(nullptr);
      ::execv(binary, const_cast<char* const*>(arguments.data()));
      ::_exit(127);
    }
    bool answered = false;
    const auto end = std::chrono::steady_clock::now() + seconds{30};
    while (std::chrono::steady_clock::now() < end) {
      pollfd wait{terminal, POLLIN, 0};
      if (::poll(&wait, 1, 100) <= 0) continue;
      char buffer[4096];
      const auto got = ::read(terminal, buffer, sizeof buffer);
      if (got <= 0) break;
      shown.append(buffer, static_cast<std::size_t>(got));
      if (!answered && shown.find(prompt) != std::string::npos) {
        answered = true;
        const auto line = typed + "\n";
        [[maybe_unused]] const auto written = ::write(terminal, line.data(), line.size());
      }
    }
    ::kill(child, SIGKILL);
    int status = 0;
    ::waitpid(child, &status, 0);
    ::close(terminal);
    if (WIFEXITED(status)) code = WEXITSTATUS(status);
  }
};

TEST_F(CheckWithVenue, ArmingCanBeRehearsedAtATerminal) {
  const auto file = sim_config(port);
  const at_terminal wrong{{"arm", "--config", file}, "type the account number: ", "yes"};
  EXPECT_EQ(wrong.code, 8) << wrong.shown;
  EXPECT_THAT(wrong.shown, HasSubstr("nothing was armed"));
  const auto at = wrong.shown.find("PA3SIM");
  ASSERT_NE(at, std::string::npos) << wrong.shown;
  const auto number = wrong.shown.substr(at, wrong.shown.find(' ', at) - at);
  const at_terminal right{{"arm", "--config", file}, "type the account number: ", number};
  EXPECT_EQ(right.code, 0) << right.shown;
  for (const char* part : {"a rehearsal: nothing was armed", "equity", "limits approved", "S1"})
    EXPECT_THAT(right.shown, HasSubstr(part));
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "state-live" / "arming"));
}

/// Everything below a folder that holds the canary.
std::vector<std::string> files_with_canary(const std::filesystem::path& where) {
  std::vector<std::string> out;
  if (!std::filesystem::exists(where)) return out;
  for (const auto& entry : std::filesystem::recursive_directory_iterator{where}) {
    if (!entry.is_regular_file()) continue;
    const auto text = tests::file_text(entry.path());
    if (text.find("CANARY") != std::string::npos) out.push_back(entry.path().string());
  }
  return out;
}

TEST_F(CheckWithVenue, ACanarySecretIsInNoOutput) {
  ::setenv("APCA_API_KEY_ID", canary_id, 1);
  ::setenv("APCA_API_SECRET_KEY", canary_key, 1);
  const auto expect_clean = [](const tests::finished& run, const std::string& what) {
    EXPECT_THAT(run.out, Not(HasSubstr("CANARY"))) << what;
    EXPECT_THAT(run.err, Not(HasSubstr("CANARY"))) << what;
  };
  const auto sim = sim_config(port);
  const auto state = (folder.path() / "state").string();
  expect_clean(run_program({"run", "--config", sim, "--for", "3s"}), "run on the venue");
  for (const auto& words : std::vector<std::vector<std::string>>{
           {"status", "--state", state},
           {"status", "--state", state, "--json"},
           {"audit", "export", "--state", state, "--format", "jsonl"},
           {"check", "--config", sim, "--json"},
           {"config", "show", "--config", sim},
           {"demo", "--for", "2s"}})
    expect_clean(run_program(words), words[0]);
  // On paper, where the pair is really read and would be sent.
  const auto paper = config("mode = \"paper\"\n[ops]\nport = 0\n[log]\nlevel = \"debug\"\n");
  for (const auto& words : std::vector<std::vector<std::string>>{
           {"config", "show", "--config", paper},
           {"config", "show", "--config", paper, "--json"},
           {"config", "validate", "--config", paper},
           {"check", "--config", paper},
           {"check", "--live", "--config", paper, "--json"},
           {"live", "status", "--config", paper},
           {"run", "--config", paper, "--for", "3s"},
           {"run", "--config", paper, "--live"},
           {"reconcile", "--config", paper},
           {"audit", "export", "--state", state, "--format", "jsonl"},
           {"status", "--state", state, "--json"}})
    expect_clean(run_program(words), words[0] + " on paper");
  // And where it stands in a wrong place.
  for (const auto& text :
       {"alpaca_secret_key = \"" + std::string{canary_key} + "\"\n",
        "[paper]\nalpaca_secret_key = \"" + std::string{canary_key} + "\"\n",
        "mode = \"" + std::string{canary_key} + "\"\n",
        "[live]\naccounts = [\"" + std::string{canary_key} + "\"]\n",
        std::string{canary_key} + " = 1\n", "state_folder = " + std::string{canary_key} + "\n"}) {
    const auto wrong = run_program({"config", "validate", "--config", config(text)});
    EXPECT_EQ(wrong.code, 2) << text.substr(0, 12);
    expect_clean(wrong, text.substr(0, 12));
  }
  std::filesystem::remove(folder / "node.toml");
  EXPECT_THAT(files_with_canary(folder.path()), testing::IsEmpty());
}

}  // namespace
}  // namespace bw
