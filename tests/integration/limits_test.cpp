// Limits and strategies of a running node as a person at a terminal changes them: real processes, a
// venue beside them.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <nlohmann/json.hpp>

#include "app/demo_venue.hpp"
#include "tests/support/program.hpp"

namespace bw {
namespace {

using std::chrono::seconds;
using ::testing::HasSubstr;
using tests::eventually;
using tests::program;
using tests::run_program;

struct PersonAndLimits : testing::Test {
  tests::scratch_folder folder;
  demo_venue venue{2, 60};
  std::string file;

  void SetUp() override {
    const auto port = venue.start();
    ASSERT_TRUE(port.ok()) << port.failure().text();
    folder.write("strategies.toml",
                 "[[strategy]]\nid = \"momentum\"\nkind = \"momentum\"\n"
                 "watchlist = [\"AAPL\", \"MSFT\"]\n");
    file =
        folder
            .write("node.toml",
                   "mode = \"sim\"\n[ops]\nport = 0\n[sim]\nport = " + std::to_string(*port) + "\n")
            .string();
  }
  std::unique_ptr<program> start() const {
    std::filesystem::remove(folder.path() / "state" / "status.json");
    auto node = std::make_unique<program>(std::vector<std::string>{"run", "--config", file});
    EXPECT_TRUE(eventually(seconds{30}, [&] {
      const auto now = nlohmann::json::parse(
          tests::file_text(folder.path() / "state" / "status.json"), nullptr, false);
      return now.is_object() && now.value("state", "") == "ACTIVE";
    })) << node->err();
    return node;
  }
  static void stop(program& node) {
    node.signal(SIGTERM);
    EXPECT_EQ(node.wait(seconds{20}), 0) << node.err();
  }
  auto ask(std::vector<std::string> words) const {
    words.insert(words.end(), {"--config", file});
    return run_program(words);
  }
  /// What `limits list` says of one: as the file has it, and as it is now.
  std::pair<std::string, std::string> limit(const std::string& key) const {
    const auto said = nlohmann::json::parse(ask({"limits", "list", "--json"}).out);
    for (const auto& each : said.at("limits"))
      if (each.at("key") == key) return {each.at("file").dump(), each.at("now").dump()};
    return {};
  }
};

TEST_F(PersonAndLimits, WhatIsLoweredHoldsOverARestart) {
  {
    const auto node = start();
    const auto lowered = ask({"limits", "lower", "risk.max_qty=100", "--why", "thin market"});
    EXPECT_EQ(lowered.code, 0) << lowered.err;
    const auto raised = ask({"limits", "lower", "risk.max_qty=400", "--why", "regret"});
    EXPECT_EQ(raised.code, 8);
    EXPECT_THAT(raised.err, HasSubstr("only lowered"));
    stop(*node);
  }
  const auto [in_file, now] = limit("risk.max_qty");
  EXPECT_THAT(in_file, HasSubstr("500"));
  EXPECT_THAT(now, HasSubstr("100"));
  const auto node = start();
  EXPECT_EQ(ask({"limits", "lower", "risk.max_qty=400", "--why", "regret"}).code, 8);
  EXPECT_EQ(ask({"limits", "lower", "risk.max_qty=50", "--why", "thinner"}).code, 0);
  stop(*node);
  EXPECT_THAT(limit("risk.max_qty").second, HasSubstr("50"));
}

TEST_F(PersonAndLimits, WhatMakesNoSenseIsSaidBeforeAnybodyIsAsked) {
  for (const char* wrong : {"risk.nonsense=5", "mode=5", "risk.max_qty", "risk.max_qty=", "=5"})
    EXPECT_EQ(ask({"limits", "lower", wrong, "--why", "x"}).code, 2) << wrong;
  EXPECT_EQ(ask({"limits", "lower", "risk.max_qty=50", "--why", "x"}).code, 5) << "no node runs";
}

TEST_F(PersonAndLimits, AnOverrideAndAReturnAreRefusedWithTheirReason) {
  const auto node = start();
  const auto passed = ask({"override", "momentum", "AAPL", "buy", "10", "--why", "by hand"});
  EXPECT_EQ(passed.code, 8);
  EXPECT_THAT(passed.err, HasSubstr("risk.override"));
  EXPECT_EQ(ask({"override", "momentum", "AAPL", "hold", "10", "--why", "by hand"}).code, 2);
  const auto back = ask({"strategy", "enable", "momentum", "--why", "mended"});
  EXPECT_EQ(back.code, 8);
  EXPECT_THAT(back.err, HasSubstr("not taken momentum out"));
  EXPECT_EQ(ask({"strategy", "enable", "nobody", "--why", "mended"}).code, 8);
  stop(*node);
  const auto told = run_program(
      {"audit", "export", "--state", (folder.path() / "state").string(), "--format", "jsonl"});
  EXPECT_THAT(told.out, HasSubstr("override momentum AAPL buy 10")) << "it is on record";
}

}  // namespace
}  // namespace bw
