// The program as a user meets it: mistakes get one clear line and the documented exit code, and
// nothing that was recorded is lost.

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>

#include "app/demo_venue.hpp"
#include "tests/support/program.hpp"

namespace bw {
namespace {

using std::chrono::seconds;
using tests::eventually;
using tests::program;
using tests::run_program;

const char* const one_strategy =
    "[[strategy]]\nid = \"momentum\"\nkind = \"momentum\"\nwatchlist = [\"AAPL\", \"MSFT\"]\n";

struct Program : testing::Test {
  tests::scratch_folder folder;

  std::string config(const std::string& text, const std::string& strategies = one_strategy) {
    folder.write("strategies.toml", strategies);
    return folder.write("node.toml", text).string();
  }
  std::string sim_config(std::uint16_t venue_port, const std::string& more = "[ops]\nport = 0\n") {
    return config("mode = \"sim\"\n[sim]\nport = " + std::to_string(venue_port) + "\n" + more);
  }
  std::string state() const { return (folder.path() / "state").string(); }
  bool is_active() const {
    const auto status = nlohmann::json::parse(
        tests::file_text(folder.path() / "state" / "status.json"), nullptr, false);
    return status.is_object() && status.value("state", "") == "ACTIVE";
  }
  static std::size_t lines_of(const std::string& text) {
    return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
  }
};

/// A market for a node in another process.
struct ProgramWithVenue : Program {
  demo_venue venue{2, 60};
  std::uint16_t port = 0;
  void SetUp() override {
    const auto started = venue.start();
    ASSERT_TRUE(started.ok()) << started.failure().text();
    port = *started;
  }
};

TEST_F(Program, MistypedCommandsAndFlagsAreGuessed) {
  const auto command = run_program({"demoo"});
  EXPECT_EQ(command.code, 2);
  EXPECT_NE(command.err.find("`bellwether demo`"), std::string::npos) << command.err;
  EXPECT_TRUE(command.out.empty());
  EXPECT_EQ(run_program({"demo", "--fro", "20s"}).code, 2);
  EXPECT_EQ(run_program({"demo", "--for", "20 years"}).code, 2);
  EXPECT_EQ(run_program({"demo", "--speed", "0"}).code, 2);
  EXPECT_EQ(run_program({}).code, 2);
  const auto json = run_program({"demoo", "--json"});
  const auto said = nlohmann::json::parse(json.err, nullptr, false);
  ASSERT_TRUE(said.is_object()) << json.err;
  EXPECT_EQ(said.at("code").get<int>(), 2);
}

TEST_F(Program, EveryCommandExplainsItselfWithAnExample) {
  for (const char* command :
       {"demo", "run", "venue", "status", "audit", "why", "reconcile", "replay", "trades", "orders",
        "positions", "pnl", "export", "compare", "init", "config", "version"}) {
    const auto help = run_program({command, "--help"});
    EXPECT_EQ(help.code, 0) << command;
    EXPECT_NE(help.out.find("Example"), std::string::npos) << command << help.out;
  }
}

TEST_F(Program, AllMistakesOfAConfigurationAreNamedWithTheirPlaces) {
  const auto path = config(
      "mode = \"sim\"\n[risk]\nmax_qtyy = 5\nmax_positions = 500\n"
      "[hot]\nwait = \"sometimes\"\n");
  const auto run = run_program({"run", "--config", path});
  EXPECT_EQ(run.code, 2);
  EXPECT_NE(run.err.find("node.toml:3:"), std::string::npos) << run.err;
  EXPECT_NE(run.err.find("max_qty"), std::string::npos) << run.err;
  EXPECT_NE(run.err.find("node.toml:4:"), std::string::npos) << run.err;
  EXPECT_NE(run.err.find("node.toml:6:"), std::string::npos) << run.err;
  EXPECT_FALSE(std::filesystem::exists(state())) << "nothing was touched";
}

TEST_F(Program, AMissingConfigurationSaysHowToMakeOne) {
  const auto run = run_program({"run", "--config", (folder / "nowhere.toml").string()});
  EXPECT_EQ(run.code, 2);
  EXPECT_NE(run.err.find("nowhere.toml"), std::string::npos);
  EXPECT_NE(run.err.find("bellwether init"), std::string::npos);
}

TEST_F(Program, LiveIsRefused) {
  const auto path = config("mode = \"live\"\n");
  EXPECT_EQ(run_program({"run", "--config", path}).code, 8);
  EXPECT_NE(run_program({"run", "--config", path, "--live"}).code, 0);
}

TEST_F(Program, PaperWithoutCredentialsNamesTheVariable) {
  const auto run = run_program({"run", "--config", config("mode = \"paper\"\n")});
  EXPECT_EQ(run.code, 2);
  EXPECT_NE(run.err.find("APCA_API_KEY_ID"), std::string::npos) << run.err;
}

TEST_F(Program, AMalformedRowOfARecordingIsNamedByFileAndLine) {
  const auto csv = folder.write("AAPL_x.csv",
                                "ts_ns,time_utc,open,high,low,close,volume\n"
                                "1773322200000000000,2026-03-12T13:30:00Z,10,11,9,10,100\n"
                                "1773322260000000000,2026-03-12T13:31:00Z,10,eleven,9,10,100\n");
  const auto run = run_program({"venue", "--port", "0", "--data", csv.string(), "--speed", "1000"});
  EXPECT_EQ(run.code, 2) << run.err;
  EXPECT_NE(run.err.find("AAPL_x.csv:3"), std::string::npos) << run.err;
  EXPECT_NE(run.err.find("high"), std::string::npos) << run.err;
}

TEST_F(Program, APortInUseIsNamed) {
  const int taken = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ASSERT_EQ(::bind(taken, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  ASSERT_EQ(::listen(taken, 1), 0);
  socklen_t length = sizeof address;
  ::getsockname(taken, reinterpret_cast<sockaddr*>(&address), &length);
  const auto port = std::to_string(ntohs(address.sin_port));
  const auto run = run_program({"venue", "--port", port});
  EXPECT_EQ(run.code, 2) << run.err;
  EXPECT_NE(run.err.find(port), std::string::npos) << run.err;
  ::close(taken);
}

TEST_F(Program, NoVenueIsSaidWithTheCommandThatStartsOne) {
  const auto run = run_program({"run", "--config", sim_config(1)});
  EXPECT_EQ(run.code, 5);
  EXPECT_NE(run.err.find("bellwether venue --port 1"), std::string::npos) << run.err;
}

TEST_F(Program, ARefusedLoginEndsItWithItsOwnCode) {
  demo_venue venue{2, 60, "SOMEBODY-ELSE"};
  const auto port = venue.start();
  ASSERT_TRUE(port.ok());
  const auto run = run_program({"run", "--config", sim_config(*port)});
  EXPECT_EQ(run.code, 4) << run.err;
  EXPECT_NE(run.err.find("refused the credentials"), std::string::npos) << run.err;
}

TEST_F(ProgramWithVenue, SigtermEndsItOrderly) {
  program node{{"run", "--config", sim_config(port), "--json"}};
  ASSERT_TRUE(eventually(seconds{20}, [&] { return is_active(); })) << node.err();
  node.signal(SIGTERM);
  const auto code = node.wait(seconds{10});
  ASSERT_TRUE(code) << "it ends within ten seconds";
  EXPECT_EQ(*code, 0) << node.err();
  const auto summary = nlohmann::json::parse(node.out(), nullptr, false);
  ASSERT_TRUE(summary.is_object()) << node.out();
  EXPECT_TRUE(summary.at("audit").at("verified").get<bool>());
  const auto shown = run_program({"audit", "show", "--state", state(), "--json"});
  EXPECT_NE(shown.out.find("shutdown"), std::string::npos);
}

TEST_F(ProgramWithVenue, ASecondInstanceIsRefusedAndHarmsNothing) {
  const auto path = sim_config(port);
  program first{{"run", "--config", path, "--quiet"}};
  ASSERT_TRUE(eventually(seconds{20}, [&] { return is_active(); })) << first.err();
  const auto second = run_program({"run", "--config", path});
  EXPECT_EQ(second.code, 8) << second.err;
  EXPECT_LE(lines_of(second.err), 2u) << second.err;
  EXPECT_TRUE(first.runs());
  first.signal(SIGTERM);
  EXPECT_EQ(first.wait(seconds{10}).value_or(-1), 0) << first.err();
}

TEST_F(ProgramWithVenue, StatusAnswersFromBesideARunningNode) {
  EXPECT_EQ(run_program({"status", "--state", state()}).code, 5) << "no node yet";
  program node{{"run", "--config", sim_config(port), "--quiet"}};
  ASSERT_TRUE(eventually(seconds{20}, [&] { return is_active(); })) << node.err();
  const auto status = run_program({"status", "--state", state(), "--json"});
  EXPECT_EQ(status.code, 0) << status.err;
  const auto said = nlohmann::json::parse(status.out, nullptr, false);
  ASSERT_TRUE(said.is_object()) << status.out;
  for (const char* key : {"schema_version", "timestamp", "mode", "state", "reasons", "market_open",
                          "account", "daily_pnl", "positions", "open_orders", "unknown_orders",
                          "trades_today", "strategies_active", "data_age_ms", "last_reconcile"})
    EXPECT_TRUE(said.contains(key)) << key;
}

TEST_F(ProgramWithVenue, AKilledNodeLosesNothingThatItRecorded) {
  const auto path = sim_config(port);
  for (int round = 0; round < 3; ++round) {
    program node{{"run", "--config", path, "--quiet"}};
    ASSERT_TRUE(eventually(seconds{20}, [&] { return is_active(); }))
        << "round " << round << ": " << node.err();
    node.signal(SIGKILL);
    EXPECT_EQ(node.wait(seconds{5}).value_or(-1), 128 + SIGKILL);
    std::filesystem::remove(folder.path() / "state" / "status.json");
    const auto proof = run_program({"audit", "verify", "--state", state()});
    EXPECT_EQ(proof.code, 0) << proof.out << proof.err;
  }
}

TEST_F(ProgramWithVenue, ATamperedLogStopsTheStart) {
  const auto path = sim_config(port);
  ASSERT_EQ(run_program({"run", "--config", path, "--for", "1s", "--quiet"}).code, 0);
  // The log's own files are overwritten in the middle of their contents.
  bool changed = false;
  for (const auto& file :
       std::filesystem::recursive_directory_iterator{folder.path() / "state" / "audit"}) {
    if (file.path().extension() != ".log" && file.path().extension() != ".sst") continue;
    auto text = tests::file_text(file.path());
    const auto at = text.find("momentum");
    if (at == std::string::npos) continue;
    text[at] = 'M';
    std::ofstream{file.path(), std::ios::binary} << text;
    changed = true;
  }
  ASSERT_TRUE(changed);
  EXPECT_EQ(run_program({"audit", "verify", "--state", state()}).code, 7);
  EXPECT_EQ(run_program({"run", "--config", path, "--for", "1s", "--quiet"}).code, 7);
}

TEST_F(Program, DemoPrintsOneObjectThatSaysItAll) {
  const auto demo = run_program({"demo", "--for", "12s", "--speed", "120", "--json"}, seconds{60});
  EXPECT_EQ(demo.code, 0) << demo.err;
  EXPECT_EQ(lines_of(demo.out), 1u);
  const auto said = nlohmann::json::parse(demo.out, nullptr, false);
  ASSERT_TRUE(said.is_object()) << demo.out;
  EXPECT_EQ(said.at("schema_version").get<int>(), 1);
  EXPECT_EQ(said.at("mode").get<std::string>(), "sim");
  EXPECT_GT(said.at("fills").get<int>(), 0) << demo.out;
  EXPECT_EQ(said.at("orders").at("unknown").get<int>(), 0);
  EXPECT_TRUE(said.at("equity").is_string());
  EXPECT_TRUE(said.at("audit").at("verified").get<bool>());
}

}  // namespace
}  // namespace bw
