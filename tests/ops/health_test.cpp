#include "ops/health.hpp"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

namespace bw {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// A node that may trade, in session.
node_status good_status() {
  node_status status;
  status.lifecycle = "running";
  status.trading = {trading_mode::active, 0};
  status.session.phase = session_phase::entries;
  status.market_open = true;
  status.feed.state = feed_state::synced;
  status.order_stream.state = feed_state::synced;
  status.data_age_ms = {{"AAPL", 40000}, {"MSFT", 100}};
  status.last_reconcile = utc_ns{1};
  return status;
}

std::vector<std::string> failing(const health_report& report) {
  std::vector<std::string> out;
  for (const auto& check : report.checks)
    if (check.result == check_result::fail) out.push_back(check.name);
  return out;
}

TEST(health, a_node_that_works_passes_all_probes) {
  const auto status = good_status();
  for (const auto asked : {probe::live, probe::ready, probe::started}) {
    const auto report = judge_health(asked, {.status = &status});
    EXPECT_TRUE(report.passed) << to_lines(report);
  }
}

TEST(health, live_depends_on_threads_and_published_status_alone) {
  // All that can be wrong outside the process is wrong.
  node_status status;
  status.trading = {trading_mode::halted, ~0u};
  const auto passes = [&](std::chrono::milliseconds age, bool alive, bool published) {
    return judge_health(
               probe::live,
               {.status = published ? &status : nullptr, .status_age = age, .alive = alive})
        .passed;
  };
  using std::chrono::milliseconds;
  EXPECT_TRUE(passes(milliseconds{4999}, true, true));
  EXPECT_FALSE(passes(milliseconds{5000}, true, true));
  EXPECT_FALSE(passes(milliseconds{0}, false, true));
  // Before the first status the audit log is read, which may take longer.
  EXPECT_TRUE(passes(milliseconds{5000}, true, false));
  EXPECT_FALSE(passes(milliseconds{120000}, true, false));
}

TEST(health, started_waits_for_the_first_reconciliation) {
  auto status = good_status();
  status.trading.mode = trading_mode::halted;
  EXPECT_TRUE(judge_health(probe::started, {.status = &status}).passed);
  status.last_reconcile = {};
  EXPECT_FALSE(judge_health(probe::started, {.status = &status}).passed);
  EXPECT_FALSE(judge_health(probe::started, {}).passed);
}

TEST(health, ready_names_each_check_that_fails) {
  const struct {
    const char* check;
    std::function<void(node_status&)> spoil;
  } table[] = {
      {"state", [](auto& s) { s.trading.mode = trading_mode::reducing; }},
      {"state", [](auto& s) { s.trading.mode = trading_mode::halted; }},
      {"feed", [](auto& s) { s.feed.state = feed_state::suspect; }},
      {"feed", [](auto& s) { s.feed.state = feed_state::latched; }},
      {"market_data",
       [](auto& s) {
         s.data_age_ms = {{"A", 30001}, {"B", 30002}};
       }},
      {"market_data", [](auto& s) { s.data_age_ms.clear(); }},
      {"order_stream", [](auto& s) { s.order_stream.state = feed_state::connecting; }},
      {"broker", [](auto& s) { s.trading.reasons = reason_bit(halt_reason::auth); }},
      {"broker", [](auto& s) { s.trading.reasons = reason_bit(halt_reason::breaker); }},
      {"broker",
       [](auto& s) {
         s.components.push_back(
             {"broker", health::degraded, "synced; breakers: orders open", {{"orders_wait", 1}}});
       }},
      {"audit", [](auto& s) { s.trading.reasons = reason_bit(halt_reason::audit); }},
      {"reconciled", [](auto& s) { s.last_reconcile = {}; }},
      {"reconciled",
       [](auto& s) { s.trading.reasons = reason_bit(halt_reason::position_mismatch); }},
      {"calendar", [](auto& s) { s.session.phase = session_phase::unknown; }},
  };
  for (const auto& row : table) {
    auto status = good_status();
    row.spoil(status);
    EXPECT_THAT(failing(judge_health(probe::ready, {.status = &status})), ElementsAre(row.check));
  }
  const auto status = good_status();
  EXPECT_THAT(failing(judge_health(probe::ready, {&status, std::chrono::milliseconds{5000}})),
              ElementsAre("status"));
  EXPECT_THAT(failing(judge_health(probe::ready, {})), ElementsAre("status"));
}

TEST(health, market_data_is_judged_in_session_only) {
  auto status = good_status();
  status.market_open = false;
  status.feed.state = feed_state::down;
  status.data_age_ms.clear();
  const auto report = judge_health(probe::ready, {.status = &status});
  EXPECT_TRUE(report.passed);
  EXPECT_THAT(to_lines(report), HasSubstr("[+]feed down, market closed"));
}

TEST(health, an_excluded_check_is_shown_and_does_not_count) {
  auto status = good_status();
  status.feed.state = feed_state::down;
  status.trading.mode = trading_mode::reducing;
  EXPECT_FALSE(judge_health(probe::ready, {.status = &status}, {}, {"feed"}).passed);
  const auto report = judge_health(probe::ready, {.status = &status}, {}, {"feed", "state", "x"});
  EXPECT_TRUE(report.passed);
  EXPECT_THAT(to_lines(report), HasSubstr("[+]feed down, excluded"));
}

TEST(health, lists_state_and_reasons_for_people_and_programs) {
  auto status = good_status();
  status.trading = {trading_mode::halted,
                    reason_bit(halt_reason::boot) | reason_bit(halt_reason::feed)};
  status.feed.state = feed_state::down;
  status.feed.reason = short_text{"no \"frame\" for 41s"};
  const auto report = judge_health(probe::ready, {.status = &status});
  const auto json = nlohmann::json::parse(to_json(report, utc_ns{0}));
  EXPECT_EQ(json["status"], "fail");
  EXPECT_EQ(json["state"], "HALTED");
  EXPECT_EQ(json["reasons"], (nlohmann::json{"BOOT", "FEED"}));
  EXPECT_EQ(json["checks"]["feed"][0]["status"], "fail");
  EXPECT_EQ(json["checks"]["feed"][0]["output"], "down: no \"frame\" for 41s");
  EXPECT_EQ(json["checks"]["audit"][0]["status"], "pass");
  const auto lines = to_lines(report);
  EXPECT_THAT(lines, HasSubstr("[-]state HALTED: BOOT, FEED\n"));
  EXPECT_THAT(lines, HasSubstr("[-]feed down: no \"frame\" for 41s\n"));
  EXPECT_THAT(lines, HasSubstr("[+]audit ok\n"));
  EXPECT_THAT(lines, testing::EndsWith("ready check failed\n"));
}

}  // namespace
}  // namespace bw
