// Briefs of the day: what each slot holds, and that what is not known is said.

#include "analytics/checkin.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace bw {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

std::vector<std::string> titles(const checkin_brief& brief) {
  std::vector<std::string> out;
  for (const auto& each : brief.sections) out.push_back(each.title);
  return out;
}

checkin_facts facts_of(checkin_slot slot) {
  checkin_facts out;
  out.slot = slot;
  out.day = {2026, 11, 27};
  out.at = parse_rfc3339("2026-11-27T18:30:00Z").value();
  out.session = session_day{out.day, parse_rfc3339("2026-11-27T14:30:00Z").value(),
                            parse_rfc3339("2026-11-27T18:00:00Z").value()};
  out.half_day = true;
  out.status_json = R"({"mode":"paper","state":"REDUCING","reasons":["LOSS"],
    "timestamp":"2026-11-27T18:29:59Z","daily_pnl":"-120.5","daily_pnl_pct":"-0.12",
    "account":{"portfolio_value":"99879.5","cash":"50000","buying_power":"50000"},
    "positions":[{"symbol":"SPY","qty":"5","avg_price":"600","stop":"591","strategy":"momentum"}],
    "trades_today":1,"unknown_orders":2,"restarts":0,"market_data":{"dropped":3,"conflated":0},
    "components":[{"name":"feed","state":"degraded","text":"connecting"},
                  {"name":"gate","state":"ok","text":""}],
    "reconcile_texts":["AAPL: 3 shares more at the broker"],"last_reconcile":null})";
  out.today = {{"AAPL", "momentum", "10", "200", "198", "-20", "stop_hit", false}};
  out.overnight = {{"SPY", "momentum", "5", "600", "", "", "", true}};
  out.refusals = {{"denied by STALE", 4}};
  out.limits = {{"risk.max_positions", "5"}};
  out.proposals = {"p1 by search: better"};
  out.reconciliation = {"clean"};
  return out;
}

TEST(checkin, each_slot_has_its_parts) {
  EXPECT_THAT(titles(make_checkin(facts_of(checkin_slot::morning))),
              ElementsAre("Preflight", "Since the last close", "Account", "Today", "Limits"));
  EXPECT_THAT(
      titles(make_checkin(facts_of(checkin_slot::midday))),
      ElementsAre("State", "Profit", "Trades of today", "Orders denied or rejected", "Anomalies"));
  EXPECT_THAT(titles(make_checkin(facts_of(checkin_slot::eod))),
              ElementsAre("State", "Profit", "Trades of today", "Reconciliation",
                          "Orders denied or rejected", "Anomalies", "Strategies, seven days",
                          "Notes, three days", "Open proposals"));
}

TEST(checkin, tells_what_the_node_knows) {
  const auto morning = to_text(make_checkin(facts_of(checkin_slot::morning)));
  EXPECT_THAT(morning, HasSubstr("trading REDUCING (LOSS), mode paper"));
  EXPECT_THAT(morning, HasSubstr("feed is degraded: connecting"));
  EXPECT_THAT(morning, Not(HasSubstr("gate is")));
  EXPECT_THAT(morning, HasSubstr("SPY 5 bought at 600, open, momentum"));
  EXPECT_THAT(morning, HasSubstr("2026-11-27T18:00:00Z, a half day"));
  EXPECT_THAT(morning, HasSubstr("risk.max_positions = 5"));
  const auto evening = to_text(make_checkin(facts_of(checkin_slot::eod)));
  EXPECT_THAT(evening, HasSubstr("of the day -120.5 (-0.12 %)"));
  EXPECT_THAT(evening, HasSubstr("sold at 198, profit -20 (stop_hit), momentum"));
  EXPECT_THAT(evening, HasSubstr("4 x denied by STALE"));
  EXPECT_THAT(evening, HasSubstr("2 orders of which nobody knows"));
  EXPECT_THAT(evening, HasSubstr("3 messages of market data lost"));
  EXPECT_THAT(evening, HasSubstr("AAPL: 3 shares more at the broker"));
  EXPECT_THAT(evening, HasSubstr("p1 by search: better"));
}

TEST(checkin, says_what_it_does_not_know) {
  for (const char* status : {"", "no json", "[]", "{\"account\":7,\"positions\":{\"a\":1}}"}) {
    auto facts = facts_of(checkin_slot::morning);
    facts.status_json = status;
    facts.limits.clear();
    facts.session.reset();
    facts.overnight.clear();
    facts.unknown = {"trades: the file is no database"};
    const auto text = to_text(make_checkin(facts));
    EXPECT_THAT(text, HasSubstr("portfolio value unknown")) << status;
    EXPECT_THAT(text, HasSubstr("unknown: the configuration was not found"));
    EXPECT_THAT(text, HasSubstr("the exchange is closed"));
    EXPECT_THAT(text, HasSubstr("Since the last close\n  unknown\n"));
    EXPECT_THAT(text, HasSubstr("trades: the file is no database"));
  }
}

TEST(checkin, an_empty_list_is_none_only_when_it_was_read) {
  auto facts = facts_of(checkin_slot::eod);
  facts.today.clear();
  facts.refusals.clear();
  facts.status_json.clear();
  const auto unknown = to_text(make_checkin(facts));
  EXPECT_THAT(unknown, HasSubstr("Trades of today\n  unknown\n"));
  EXPECT_THAT(unknown, HasSubstr("Anomalies\n  unknown\n"));
  EXPECT_THAT(unknown, HasSubstr("realised by the log unknown"));
  facts.trades_known = true;
  EXPECT_THAT(to_text(make_checkin(facts)), HasSubstr("Trades of today\n  none\n"));
  EXPECT_THAT(unknown, HasSubstr("Notes, three days\n  unknown\n"));
  EXPECT_THAT(to_text(make_checkin(facts)), HasSubstr("Notes, three days\n  nothing stands out\n"));
  facts.notes = {"momentum lost"};
  EXPECT_THAT(to_text(make_checkin(facts)), HasSubstr("Notes, three days\n  momentum lost\n"));
}

TEST(checkin, is_the_same_for_programs) {
  const auto brief = make_checkin(facts_of(checkin_slot::midday));
  EXPECT_EQ(brief.stem(), "checkin-2026-11-27-midday");
  const auto json = nlohmann::json::parse(to_json(brief));
  EXPECT_EQ(json["schema_version"], 1);
  EXPECT_EQ(json["slot"], "midday");
  EXPECT_EQ(json["date"], "2026-11-27");
  ASSERT_EQ(json["sections"].size(), brief.sections.size());
  EXPECT_EQ(json["sections"][0]["lines"].size(), brief.sections[0].lines.size());
}

TEST(checkin, slots_have_names) {
  for (const auto slot : {checkin_slot::morning, checkin_slot::midday, checkin_slot::eod})
    EXPECT_EQ(checkin_slot_from(to_string(slot)), slot);
  EXPECT_FALSE(checkin_slot_from("noon"));
}

}  // namespace
}  // namespace bw
