// The judgements of the preflight, each at its edges.

#include "app/preflight.hpp"
#include "app/preflight_node.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "app/trial.hpp"

namespace bw {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using ::testing::HasSubstr;
using grade = preflight_result;

const utc_ns now = *parse_rfc3339("2026-11-02T15:00:00Z");

void expect_hint(const preflight_item& item, preflight_result result) {
  EXPECT_EQ(to_string(item.result), to_string(result)) << item.name << ": " << item.value;
  EXPECT_EQ(item.hint.empty(), result == grade::pass) << item.name << ": " << item.hint;
  EXPECT_FALSE(item.value.empty()) << item.name;
}

TEST(preflight, accounts) {
  account_report good;
  good.status = "ACTIVE";
  good.equity = money::from_int(1'000);
  good.buying_power = money::from_int(10);
  struct {
    void (*spoil)(account_report&);
    const char* currency;
    preflight_result result;
  } const rows[] = {
      {[](auto&) {}, "USD", grade::pass},
      {[](auto&) {}, "EUR", grade::fail},
      {[](auto& x) { x.status = "INACTIVE"; }, "USD", grade::fail},
      {[](auto& x) { x.status = ""; }, "USD", grade::fail},
      {[](auto& x) { x.trading_blocked = true; }, "USD", grade::fail},
      {[](auto& x) { x.equity = money{}; }, "USD", grade::fail},
      {[](auto& x) { x.buying_power = money::from_units(9'999'999'999); }, "USD", grade::fail},
  };
  for (const auto& row : rows) {
    auto account = good;
    row.spoil(account);
    expect_hint(judge_account(account, row.currency, money::from_int(10)), row.result);
  }
}

TEST(preflight, clocks) {
  struct {
    int offset_ms, uncertainty_ms;
    preflight_result result;
  } const rows[] = {{0, 10, grade::pass},     {250, 0, grade::pass},   {-250, 0, grade::pass},
                    {251, 0, grade::warn},    {-251, 0, grade::warn},  {300, 100, grade::pass},
                    {2'000, 0, grade::warn},  {2'001, 0, grade::fail}, {-2'001, 0, grade::fail},
                    {2'100, 100, grade::warn}};
  for (const auto& row : rows)
    expect_hint(judge_clock(milliseconds{row.offset_ms}, milliseconds{row.uncertainty_ms}),
                row.result);
}

TEST(preflight, clocks_that_somebody_keeps_right) {
  expect_hint(judge_clock_sync(clock_sync{true, milliseconds{500}}), grade::pass);
  expect_hint(judge_clock_sync(clock_sync{true, milliseconds{501}}), grade::warn);
  expect_hint(judge_clock_sync(clock_sync{false, milliseconds{1}}), grade::warn);
  expect_hint(judge_clock_sync({ec::unsupported, "it does not tell"}), grade::warn);
}

TEST(preflight, disks) {
  expect_hint(judge_disk(511ULL << 20), grade::fail);
  expect_hint(judge_disk(512ULL << 20), grade::warn);
  expect_hint(judge_disk(4'095ULL << 20), grade::warn);
  expect_hint(judge_disk(4'096ULL << 20), grade::pass);
  expect_hint(judge_sync_time({}), grade::fail);
  expect_hint(judge_sync_time({milliseconds{1}, milliseconds{50}}), grade::pass);
  expect_hint(judge_sync_time({milliseconds{1}, milliseconds{51}}), grade::warn);
  expect_hint(judge_sync_time({milliseconds{501}, milliseconds{1}}), grade::fail);
}

TEST(preflight, market_data) {
  expect_hint(judge_data(price::from_int(150), "iex", "AAPL"), grade::pass);
  expect_hint(judge_data({ec::not_found, "there is no quote"}, "iex", "AAPL"), grade::warn);
  const auto refused = judge_data({ec::unsupported, "answered 403"}, "sip", "AAPL");
  expect_hint(refused, grade::fail);
  EXPECT_THAT(refused.hint, HasSubstr("subscribe"));
  expect_hint(judge_data({ec::timed_out, "no answer"}, "iex", "AAPL"), grade::fail);
}

TEST(preflight, calendars) {
  const session_day today{{2026, 11, 2}, now - hours{1}, now + hours{5}};
  const session_day far{{2026, 11, 9}, now + hours{24 * 7}, now + hours{24 * 7 + 6}};
  expect_hint(judge_calendar(now, today, {}), grade::pass);
  expect_hint(judge_calendar(now, today, {"2026-11-27: differs"}), grade::warn);
  expect_hint(judge_calendar(now, std::nullopt, {}), grade::fail);
  expect_hint(judge_calendar(now, far, {}), grade::fail);
}

TEST(preflight, limits) {
  node_config config;
  expect_hint(judge_risk_limits(config), grade::pass);
  expect_hint(judge_position_limits(config), grade::pass);
  config.risk.max_positions = 6;
  expect_hint(judge_position_limits(config), grade::warn);
  config.loss_flatten = false;
  expect_hint(judge_risk_limits(config), grade::warn);
  config.risk.entries_need_stop = false;
  expect_hint(judge_risk_limits(config), grade::warn);
}

TEST(preflight, the_emergency_stop) {
  drill_outcome done;
  done.done = true;
  done.record.passed = true;
  done.record.cancelled_ns = done.record.flat_ns = 1'000'000;
  expect_hint(judge_drill(done, std::nullopt, 7, now), grade::pass);
  done.record.passed = false;
  done.record.flat_ns = 0;
  expect_hint(judge_drill(done, std::nullopt, 7, now), grade::warn);
  done.record.open_orders_after = 1;
  expect_hint(judge_drill(done, std::nullopt, 7, now), grade::fail);
  const drill_outcome none;
  struct {
    std::optional<drill_evidence> last;
    preflight_result result;
  } const rows[] = {
      {std::nullopt, grade::fail},
      {drill_evidence{now - hours{24 * 7}, true, milliseconds{5}}, grade::pass},
      {drill_evidence{now - hours{24 * 7} - nanoseconds{1}, true, milliseconds{5}}, grade::fail},
      {drill_evidence{now + nanoseconds{1}, true, milliseconds{5}}, grade::fail},
      {drill_evidence{now, false, milliseconds{5}}, grade::fail},
  };
  for (const auto& row : rows) expect_hint(judge_drill(none, row.last, 7, now), row.result);
}

TEST(preflight, the_time_to_flat_grows_with_positions_and_the_way) {
  expect_hint(judge_time_to_flat(0, milliseconds{10}), grade::pass);
  expect_hint(judge_time_to_flat(10, milliseconds{10}), grade::pass);
  expect_hint(judge_time_to_flat(59, milliseconds{5'000}), grade::fail);
  EXPECT_THAT(judge_time_to_flat(4, milliseconds{10}).value, HasSubstr("4 s estimated for 4"));
}

TEST(preflight, a_report_without_items_has_not_passed) {
  preflight_report report;
  EXPECT_FALSE(report.passed());
  report.items = {{"a", grade::pass, "1", ""}, {"b", grade::warn, "2", "mend \"it\""}};
  EXPECT_TRUE(report.passed());
  const auto json = nlohmann::json::parse(to_json(report, "sim", now));
  EXPECT_EQ(json["passed"], true);
  EXPECT_EQ(json["items"][1]["hint"], "mend \"it\"");
  EXPECT_EQ(json["items"][1]["result"], "warn");
  EXPECT_THAT(to_text(report), HasSubstr("warn  b  2\n      -> mend \"it\"\n"));
  EXPECT_THAT(to_text(report), HasSubstr("1 passed, 1 warnings, 0 failed"));
  report.items.push_back({"c", grade::fail, "3", "x"});
  EXPECT_FALSE(report.passed());
}

TEST(trial, has_eight_tests_whatever_is_known) {
  preflight_outcome nothing;
  const auto lost = quick_trial(nothing);
  EXPECT_EQ(lost.items.size(), 8u);
  EXPECT_EQ(lost.count(grade::fail), 8u);
}

TEST(preflight, a_plugin_is_shown_by_its_hash_and_a_refused_one_fails) {
  expect_hint(judge_plugins({}), grade::pass);
  plugin_record good;
  good.file = "plugins/a.so";
  good.name = "a";
  good.version = "1.2";
  good.content.fill(0xab);
  const auto shown = judge_plugins({good});
  expect_hint(shown, grade::pass);
  EXPECT_EQ(shown.value, "a 1.2 abababababab");
  auto bad = good;
  bad.step = plugin_step::refused;
  bad.reason = "its hash is not allowed";
  const auto refused = judge_plugins({good, bad});
  expect_hint(refused, grade::fail);
  EXPECT_NE(refused.value.find("plugins/a.so: its hash is not allowed"), std::string::npos);
}

TEST(preflight, there_are_no_alert_channels_and_it_says_so) {
  const auto said = judge_alert_channels();
  expect_hint(said, grade::warn);
  EXPECT_NE(said.value.find("not configured"), std::string::npos);
}

TEST(preflight, the_record_names_what_did_not_pass) {
  preflight_report report;
  report.items = {
      {"a", grade::pass, "1", ""}, {"b", grade::warn, "2", "x"}, {"c", grade::fail, "3", "y"}};
  const auto record = to_record(report, "open");
  EXPECT_EQ(record.cause, "open");
  EXPECT_FALSE(record.passed);
  EXPECT_EQ(record.warnings, 1u);
  EXPECT_EQ(record.failures, 1u);
  EXPECT_EQ(record.lines, (std::vector<std::string>{"warn b: 2", "fail c: 3"}));
}

TEST(preflight, a_running_node_looks_at_its_start_and_before_each_open) {
  using std::chrono::minutes;
  using std::chrono::seconds;
  preflight_times looks;
  looks.begin(mono_ns{0});
  node_status status;
  status.lifecycle = "reconciling";
  status.session.open = utc_ns{0} + hours{10};
  const auto at = [](nanoseconds x) { return utc_ns{0} + x; };
  EXPECT_EQ(looks.due(status, mono_ns{0} + seconds{29}, at(hours{1})), "");
  status.lifecycle = "running";
  EXPECT_EQ(looks.due(status, mono_ns{0} + seconds{29}, at(hours{1})), "start");
  EXPECT_EQ(looks.due(status, mono_ns{0} + seconds{30}, at(hours{1})), "") << "once";
  EXPECT_EQ(looks.due(status, mono_ns{0} + hours{9}, at(hours{10} - minutes{1})), "")
      << "this open was looked at with the start";
  status.session.open = at(hours{34});
  EXPECT_EQ(looks.due(status, mono_ns{0}, at(hours{34} - minutes{6})), "");
  EXPECT_EQ(looks.due(status, mono_ns{0}, at(hours{34} - minutes{5})), "open");
  EXPECT_EQ(looks.due(status, mono_ns{0}, at(hours{34} - minutes{4})), "");
  preflight_times late;
  late.begin(mono_ns{0});
  status.lifecycle = "reconciling";
  EXPECT_EQ(late.due(status, mono_ns{0} + seconds{30}, at(hours{1})), "start") << "as it is";
}

}  // namespace
}  // namespace bw
