// A short session of the real program; afterwards every order of its log is told completely, what
// the tables say is what the ledger says, and the live tables are those of a rebuild.

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "config/state_folder.hpp"
#include "core/prng.hpp"
#include "storage/recovery.hpp"
#include "storage/rocksdb_audit_log.hpp"
#include "storage/trade_database.hpp"
#include "tests/support/program.hpp"
#include "tests/support/seed.hpp"

namespace bw {
namespace {

using std::chrono::seconds;
using tests::run_program;

struct WhyAfterASession : testing::Test {
  static void SetUpTestSuite() {
    folder = new tests::scratch_folder;
    demo = run_program({"demo", "--for", "15s", "--speed", "200", "--state", state(), "--json"},
                       seconds{90});
  }
  static void TearDownTestSuite() { delete folder; }
  void SetUp() override { ASSERT_EQ(demo.code, 0) << demo.err; }

  static std::string state() { return (folder->path() / "state").string(); }
  static nlohmann::json json_of(std::vector<std::string> words) {
    words.insert(words.end(), {"--state", state(), "--json"});
    const auto said = run_program(words);
    EXPECT_EQ(said.code, 0) << words[0] << " " << words[1] << ": " << said.err;
    return nlohmann::json::parse(said.out, nullptr, false);
  }

  static tests::scratch_folder* folder;
  static tests::finished demo;
};
tests::scratch_folder* WhyAfterASession::folder = nullptr;
tests::finished WhyAfterASession::demo;

TEST_F(WhyAfterASession, EveryOrderIsToldCompletely) {
  const auto orders = json_of({"orders"}).at("orders");
  ASSERT_GT(orders.size(), 0u) << demo.out;
  for (const auto& order : orders) {
    const auto id = order.at("client_order_id").get<std::string>();
    const auto story = json_of({"why", id});
    ASSERT_TRUE(story.is_object()) << id;
    for (const char* part : {"boot", "setup", "decision", "verdict", "intent", "sending",
                             "exchange", "submit", "stations"})
      EXPECT_TRUE(story.at(part).is_object()) << id << " lacks " << part;
    const bool entry = story.at("purpose") == "entry";
    if (entry) {
      EXPECT_TRUE(story.at("signal").is_object()) << id;
      EXPECT_TRUE(story.at("evaluation").is_object()) << id;
      EXPECT_FALSE(story.at("decision").at("record").at("sizes").empty()) << id;
    }
    EXPECT_EQ(story.at("verdict").at("record").at("verdict").at("checks").size(), risk_rule_count);
    EXPECT_GE(story.at("hops").size(), 6u) << id << story.at("hops");
    EXPECT_EQ(story.at("filled"), order.at("filled")) << id;
    if (order.at("filled") != "0") {
      EXPECT_FALSE(story.at("trade").empty()) << id;
    }
    const auto text = run_program({"why", id, "--state", state()});
    EXPECT_EQ(text.code, 0) << text.err;
    EXPECT_EQ(text.out.find("nothing was recorded"), std::string::npos) << text.out;
  }
}

TEST_F(WhyAfterASession, AnUnknownOrderIsOneClearLine) {
  const auto none = run_program({"why", "bw-nobody", "--state", state()});
  EXPECT_EQ(none.code, 2);
  EXPECT_NE(none.err.find("near are"), std::string::npos) << none.err;
  const auto minute = run_program({"why", "--at", "25:00", "AAPL", "--state", state()});
  EXPECT_EQ(minute.code, 2) << minute.err;
}

TEST_F(WhyAfterASession, EveryMinuteHasAReason) {
  const auto seed = tests::test_seed(5);
  SCOPED_TRACE(tests::repeat_with(seed));
  prng chance{seed};
  for (int k = 0; k < 6; ++k) {
    const auto minute = "1" + std::to_string(2 + chance.below(2)) + ":" +
                        std::to_string(1 + chance.below(5)) + std::to_string(chance.below(10));
    const auto story = json_of({"why", "--at", minute, "AAPL"});
    ASSERT_TRUE(story.is_object()) << minute;
    EXPECT_FALSE(story.at("reasons").empty()) << minute;
  }
}

TEST_F(WhyAfterASession, TheTablesAreThoseOfARebuildAndTheLedgers) {
  const auto file = std::filesystem::path{state()};
  const auto live = trade_database::open(trades_file(file), sqlite_access::read_only);
  ASSERT_TRUE(live.ok()) << live.failure().text();
  const auto log = open_audit_reader(audit_folder(file));
  ASSERT_TRUE(log.ok()) << log.failure().text();
  EXPECT_EQ((*live)->last()->value, (*log)->head().sequence.value) << "it was kept up to the end";
  EXPECT_TRUE((*live)->check().ok());
  const auto anew = trade_database::open(folder->path() / "anew.db", sqlite_access::read_write);
  ASSERT_TRUE(anew.ok());
  ASSERT_TRUE((*anew)->rebuild(**log).ok());
  EXPECT_EQ(*(*live)->dump(), *(*anew)->dump());

  recovered_state ledger;
  money realized;
  ASSERT_TRUE((*log)
                  ->read({},
                         [&](const audit_record& record) {
                           if (const auto* fill = std::get_if<fill_record>(&record.event))
                             realized += fill->realized;
                           return ledger.apply(record).ok();
                         })
                  .ok());
  money of_days;
  const auto days = (*live)->daily({}).value();
  for (const auto& day : days) of_days += day.realized;
  EXPECT_EQ(of_days, realized);
  EXPECT_EQ(of_days, ledger.day().realized);
}

}  // namespace
}  // namespace bw
