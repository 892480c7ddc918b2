// What paper trading must have shown: each gate at its edge, and nothing met by what is unknown.

#include "domain/live_evidence.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bw {
namespace {

using std::chrono::hours;
using ::testing::HasSubstr;

const utc_ns now = *parse_rfc3339("2026-11-02T15:00:00Z");

paper_evidence enough() {
  paper_evidence out;
  out.sessions = 30;
  out.trades = 50;
  out.wins = 28;
  out.losses = 22;
  out.earned = money::from_int(4'000);
  out.lost = money::from_int(1'000);
  out.equity_first = money::from_int(100'000);
  out.equity_last = money::from_int(103'000);
  out.drawdown_bp = 499;
  out.drill = drill_evidence{now - hours{24 * 7}, true, std::chrono::milliseconds{180}};
  out.parity_same = 5;
  out.anchors = 1;
  const auto trending = regime_bit(market_regime::trending);
  const regime_set both = trending | regime_bit(market_regime::ranging);
  out.strategies = {{"momentum", 100, true, both, trending},
                    {"mean_reversion", 250, true, both, both}};
  return out;
}

const evidence_gate& gate(const evidence_report& report, const std::string& name) {
  for (const auto& each : report.gates)
    if (each.name == name) return each;
  ADD_FAILURE() << name << " is no gate";
  return report.gates.front();
}

TEST(live_evidence, enough_is_enough) {
  const auto report = judge_evidence(enough(), {}, now);
  EXPECT_TRUE(report.complete()) << report.missing();
  EXPECT_EQ(report.missing(), "");
  EXPECT_EQ(report.gates.size(), 12u);
  EXPECT_THAT(gate(report, "kill_drill").found, HasSubstr("flat after 180 ms"));
}

TEST(live_evidence, a_regime_that_does_not_fit_is_named) {
  auto seen = enough();
  seen.strategies[0].present_regimes = regime_bit(market_regime::unsettled);
  EXPECT_EQ(gate(judge_evidence(seen, {}, now), "strategies").found,
            "momentum: 100 trades, no regime that fits: now volatile, then trending or ranging, "
            "mean_reversion: 250 trades");
  seen.strategies[0].present_regimes = 0;
  EXPECT_THAT(gate(judge_evidence(seen, {}, now), "strategies").found, HasSubstr("now none, then"));
}

TEST(live_evidence, nothing_meets_nothing_but_the_absence_of_faults) {
  const auto report = judge_evidence({}, {}, now);
  EXPECT_FALSE(report.complete());
  for (const auto& each : report.gates) EXPECT_EQ(each.met, each.wanted == "none") << each.name;
  EXPECT_FALSE(evidence_report{}.complete()) << "no gate at all is no evidence";
}

TEST(live_evidence, each_gate_alone_keeps_live_shut_just_beyond_its_edge) {
  struct {
    const char* gate;
    void (*spoil)(paper_evidence&);
  } const rows[] = {
      {"sessions",
       [](auto& x) {
         x.sessions = 29;
         x.equity_last = money::from_int(109'000);
       }},
      {"trades", [](auto& x) { x.trades = 49; }},
      // 55 % exactly is not more than 55 %.
      {"win_rate",
       [](auto& x) {
         x.wins = 55;
         x.losses = 45;
       }},
      {"win_rate",
       [](auto& x) {
         x.wins = 0;
         x.losses = 0;
       }},
      {"month_return", [](auto& x) { x.equity_last = money::from_int(102'857); }},
      {"month_return", [](auto& x) { x.equity_last = money::from_int(90'000); }},
      {"drawdown", [](auto& x) { x.drawdown_bp = 500; }},
      {"crashes", [](auto& x) { x.crashes = 1; }},
      {"differences", [](auto& x) { x.differences = 1; }},
      {"limit_breaches", [](auto& x) { x.limit_breaches = 1; }},
      {"kill_drill", [](auto& x) { x.drill.reset(); }},
      {"kill_drill", [](auto& x) { x.drill->passed = false; }},
      {"kill_drill", [](auto& x) { x.drill->to_flat = nanoseconds{0}; }},
      {"kill_drill", [](auto& x) { x.drill->at.value -= 1; }},
      {"kill_drill", [](auto& x) { x.drill->at = now + nanoseconds{1}; }},
      {"parity", [](auto& x) { x.parity_same = 4; }},
      {"parity", [](auto& x) { x.parity_other = 1; }},
      {"anchors", [](auto& x) { x.anchors = 0; }},
      {"strategies", [](auto& x) { x.strategies.clear(); }},
      {"strategies", [](auto& x) { x.strategies[1].backtest_trades = 99; }},
      {"strategies", [](auto& x) { x.strategies[0].backtest_trades.reset(); }},
      {"strategies", [](auto& x) { x.strategies[0].has_exits = false; }},
      {"strategies", [](auto& x) { x.strategies[0].present_regimes = 0; }},
      {"strategies", [](auto& x) { x.strategies[0].backtest_regimes = 0; }},
      {"strategies",
       [](auto& x) { x.strategies[0].present_regimes = regime_bit(market_regime::unsettled); }},
  };
  for (const auto& row : rows) {
    auto seen = enough();
    row.spoil(seen);
    const auto report = judge_evidence(seen, {}, now);
    EXPECT_FALSE(report.complete()) << row.gate;
    for (const auto& each : report.gates)
      EXPECT_EQ(each.met, each.name != row.gate) << row.gate << " / " << each.name;
    EXPECT_THAT(report.missing(), HasSubstr(std::string{row.gate} + ": "));
  }
}

TEST(live_evidence, the_return_is_that_of_21_sessions) {
  paper_evidence seen;
  EXPECT_FALSE(month_return_bp(seen));
  seen.sessions = 42;
  EXPECT_FALSE(month_return_bp(seen)) << "no equity";
  seen.equity_first = money::from_int(100'000);
  seen.equity_last = money::from_int(104'000);
  EXPECT_EQ(month_return_bp(seen), 200);
  seen.equity_last = money::from_int(96'000);
  EXPECT_EQ(month_return_bp(seen), -200);
  seen.equity_last = seen.equity_first + money::from_units(-1);
  EXPECT_EQ(month_return_bp(seen), -1) << "against us";
  seen.equity_first = money::from_units(1);
  seen.equity_last = money::max();
  EXPECT_EQ(month_return_bp(seen), 100'000'000) << "cut at the end of the scale";
}

TEST(live_evidence, a_profit_factor_may_take_the_place_of_the_win_rate) {
  evidence_limits limits;
  limits.profit_factor = true;
  struct {
    std::int64_t earned, lost;
    std::uint64_t trades;
    bool met;
  } const rows[] = {{1'310, 1'000, 100, true},
                    {1'300, 1'000, 100, false},
                    {9'000, 1'000, 99, false},
                    {1, 0, 100, true},
                    {0, 0, 100, false}};
  for (const auto& row : rows) {
    auto seen = enough();
    seen.wins = 1;  // A poor win rate does not matter then.
    seen.trades = row.trades;
    seen.earned = money::from_int(row.earned);
    seen.lost = money::from_int(row.lost);
    const auto report = judge_evidence(seen, limits, now);
    EXPECT_EQ(gate(report, "profit_factor").met, row.met) << row.earned << "/" << row.lost;
    EXPECT_EQ(report.complete(), row.met);
  }
}

}  // namespace
}  // namespace bw
