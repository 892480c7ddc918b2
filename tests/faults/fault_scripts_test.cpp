// Every built-in fault script against the production node, over sockets, with a log on disk: each
// in a process of its own, so that a crash is seen as one.

#include <gtest/gtest.h>

#include <cstdlib>
#include <deque>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

#include "config/fault_file.hpp"
#include "tests/support/program.hpp"

namespace bw::tests {
namespace {

using json = nlohmann::json;
using std::chrono::seconds;

/// Rehearsals at one time: they mostly wait.
constexpr std::size_t side_by_side = 4;
constexpr seconds longest{150};

std::string runner_path() {
  const char* path = std::getenv("BW_FAULT_RUN");
  return path ? path : "build/release/tests/bw_fault_run";
}

/// BW_FAULTS names one script or the beginning of some; BW_FAULTS_SPEED the market's speed.
std::string wanted() {
  const char* name = std::getenv("BW_FAULTS");
  return name ? name : "";
}
std::string speed_for(std::string_view name) {
  if (const char* speed = std::getenv("BW_FAULTS_SPEED")) return speed;
  // An hour of the market in a few seconds.
  if (name.starts_with("f39")) return "900";
  // It takes longer than what is left of a fast session.
  if (name == "f01-data-stream-away") return "60";
  // What changed within five of the machine's seconds is not compared, and everything is traded
  // every five of the market's minutes: there must be time between.
  return name == "f35-position-differs" ? "15" : "300";
}

struct rehearsal {
  explicit rehearsal(std::string_view script)
      : name(script),
        node(std::make_unique<program>(
            runner_path(),
            std::vector<std::string>{name, (state / "state").string(), speed_for(script)})) {}

  std::string name;
  scratch_folder state;
  std::unique_ptr<program> node;
};

json result_of(rehearsal& each) {
  const auto code = each.node->wait(longest);
  EXPECT_TRUE(code.has_value()) << each.name << " never ended";
  EXPECT_EQ(code.value_or(-1), 0) << each.name << ": " << each.node->err().substr(0, 4000);
  const auto said = each.node->out();
  const auto at = said.find("{\"name\"");
  return json::parse(said.substr(std::min(at, said.size())), nullptr, false);
}

void judge(const json& x) {
  const auto all = x.dump();
  EXPECT_TRUE(x.at("begun").get<bool>()) << all;
  EXPECT_TRUE(x.at("over").get<bool>()) << all;
  EXPECT_GT(x.at("acted").get<int>(), 0) << "no rule acted: " << all;
  EXPECT_FALSE(x.at("failed").get<bool>()) << "the node ended by itself: " << all;
  EXPECT_TRUE(x.at("verified").get<bool>() && x.at("whole").get<bool>()) << all;
  EXPECT_EQ(x.at("twice").get<int>(), 0) << "an id or an execution counted twice: " << all;
  EXPECT_EQ(x.at("strangers").get<int>(), 0) << "an order without an intent: " << all;
  EXPECT_TRUE(x.at("ready").get<bool>()) << "not ready, or a fill is lost: " << all;
  EXPECT_TRUE(x.at("trades").get<bool>()) << "ready, and no order was filled since: " << all;
  EXPECT_GT(x.value("counted", 1), 0) << "nothing of what was expected was counted: " << all;
  EXPECT_LE(x.at("took_ms").get<int>(), x.at("within_ms").get<int>()) << all;
}

void print(const std::vector<json>& all) {
  std::cout << "| script | what goes wrong | ends | recovered after | stated |\n"
               "| --- | --- | --- | --- | --- |\n";
  for (const auto& x : all) {
    const auto reasons = x.at("reasons").get<std::string>();
    std::cout << "| " << x.at("name").get<std::string>() << " | "
              << x.at("title").get<std::string>() << " | "
              << (reasons.empty() ? "trades" : "halted: " + reasons) << " | "
              << x.at("took_ms").get<double>() / 1000 << " s | "
              << x.at("within_ms").get<double>() / 1000 << " s |\n";
  }
}

TEST(FaultScripts, TheNodeSurvivesEachOfThem) {
  std::deque<std::string_view> waiting;
  for (const auto& each : fault_samples())
    if (each.name.starts_with(wanted())) waiting.push_back(each.name);
  ASSERT_FALSE(waiting.empty());
  std::deque<std::unique_ptr<rehearsal>> running;
  std::vector<json> results;
  while (!waiting.empty() || !running.empty()) {
    if (!waiting.empty() && running.size() < side_by_side) {
      running.push_back(std::make_unique<rehearsal>(waiting.front()));
      waiting.pop_front();
      continue;
    }
    // Whoever is done makes room; one that never ends is judged as such.
    auto at = running.begin();
    eventually(longest, [&] {
      at = std::find_if(running.begin(), running.end(),
                        [](const auto& each) { return each->node->wait(seconds{0}).has_value(); });
      return at != running.end();
    });
    if (at == running.end()) at = running.begin();
    auto result = result_of(**at);
    if (result.is_object()) {
      judge(result);
      results.push_back(std::move(result));
    } else {
      ADD_FAILURE() << (*at)->name << " said nothing";
    }
    running.erase(at);
  }
  std::sort(results.begin(), results.end(),
            [](const json& a, const json& b) { return a.at("name") < b.at("name"); });
  print(results);
}

TEST(FaultScripts, ThereIsOneForEachFaultOfTheCatalogue) {
  std::string missing;
  for (int number = 1; number <= 39; ++number) {
    if (number == 18 || number == 19) continue;
    const auto prefix = (number < 10 ? "f0" : "f") + std::to_string(number) + "-";
    bool found = false;
    for (const auto& each : fault_samples()) found = found || each.name.starts_with(prefix);
    if (!found) missing += prefix + " ";
  }
  EXPECT_EQ(missing, "");
}

TEST(FaultScripts, EachIsAGoodScriptThatSaysWhatIsExpected) {
  for (const auto& each : fault_samples()) {
    const auto script = parse_fault_script(each.toml, each.name);
    ASSERT_TRUE(script.ok()) << script.failure().context;
    EXPECT_NE(script->title, "") << each.name;
    EXPECT_NE(script->expect.text, "") << each.name;
  }
}

}  // namespace
}  // namespace bw::tests
