// Several symbols and strategies over a day's end in the single-threaded composition: who takes the
// position slots, and what stays over night.

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "backtest/day_engine.hpp"
#include "config/config_loader.hpp"
#include "venue/market_generator.hpp"

namespace bw {
namespace {

constexpr calendar_date day{2026, 11, 2};
constexpr calendar_date next_day_of_it{2026, 11, 3};
const std::vector<std::string> watched{"AAPL", "MSFT", "QQQ", "SPY"};

const session_calendar& calendar() {
  static const auto made = session_calendar::make();
  return *made;
}
session_day session(calendar_date of = day) { return *calendar().session_on(of); }

/// How sure the probe is of each symbol, and the end of the first bar at which it wants to buy.
struct probe_plan {
  std::map<std::string, std::uint32_t> confidence_ppm;
  utc_ns from;
};

class probe final : public strategy {
 public:
  explicit probe(const probe_plan& plan) : plan_(plan) {}
  const strategy_metadata& metadata() const override { return described(); }
  static const strategy_metadata& described() {
    static const strategy_metadata out{
        .id = "probe",
        .name = "Probe",
        .version = "1.0.0",
        .text = "Buys once.",
        .parameters = {
            {"watchlist", parameter_type::symbols, "", "", "", "", {}, "Symbols to trade."}}};
    return out;
  }
  std::uint32_t warm_up_bars() const override { return 1; }
  result<void> prepare(indicator_board&) override { return {}; }
  void take_place(const symbol_name& symbol, const short_name&) override { symbol_ = symbol.str(); }
  wishes on_bar(const strategy_context& context, const bar& finished) override {
    wishes out;
    if (wanted_ || context.now < plan_.from) return out;
    wanted_ = true;
    const auto sure = plan_.confidence_ppm.find(symbol_);
    wish x;
    x.confidence_ppm = sure == plan_.confidence_ppm.end() ? 500'000 : sure->second;
    x.reference = finished.close;
    out.push(x);
    return out;
  }

 private:
  const probe_plan& plan_;
  std::string symbol_;
  bool wanted_ = false;
};

/// A run with its records.
struct probed_run {
  probed_run(const probe_plan& plan, std::vector<strategy_config> strategies,
             const std::function<void(node_config&)>& change = {}) {
    venue::generator_options market;
    market.seed = 2;
    market.quotes_per_second = 1;
    for (const auto& each : calendar().sessions({2026, 10, 5}, next_day_of_it)) {
      if (each.date < day) ++market.first_session;
      market.sessions.push_back({each.open, each.close});
    }
    day_setup setup{.config = parse_config(sample_node_toml(), "node.toml",
                                           sample_strategies_toml(), "strategies.toml")
                                  ->config,
                    .calendar = calendar(),
                    .market = venue::make_generator(std::move(market))};
    setup.config.strategies = std::move(strategies);
    // By themselves they let one position of the usual size pass in a second.
    setup.config.risk.second_max_usd = std::nullopt;
    setup.config.risk.second_max_equity_bp = 10'000;
    if (change) change(setup.config);
    setup.observers.record = [this](const audit_event& x) {
      const auto* verdict = std::get_if<verdict_record>(&x);
      if (verdict != nullptr && verdict->request.purpose == order_purpose::entry)
        entries.push_back(*verdict);
    };
    auto registry = built_in_strategies();
    EXPECT_TRUE(registry
                    .add({probe::described(),
                          [&plan](const parameter_set&) -> result<std::unique_ptr<strategy>> {
                            return std::unique_ptr<strategy>{std::make_unique<probe>(plan)};
                          }})
                    .ok());
    auto made = day_engine::make(std::move(setup), registry);
    EXPECT_TRUE(made.ok()) << made.failure().text();
    engine = std::move(*made);
  }

  std::set<std::string> entered(const std::string& strategy = "probe") const {
    std::set<std::string> out;
    for (const auto& x : entries)
      if (x.verdict.approved && x.strategy.view() == strategy) out.insert(x.symbol.str());
    return out;
  }

  std::vector<verdict_record> entries;
  std::unique_ptr<day_engine> engine;
};

std::vector<strategy_config> one_probe() { return {{"probe", "probe", true, watched, {}}}; }

TEST(EntryOrder, TheSurestSymbolsTakeTheSlotsWhicheverComesFirst) {
  const auto from = session().open + std::chrono::minutes{60};
  const std::map<std::string, std::uint32_t> rising{
      {"AAPL", 200'000}, {"MSFT", 300'000}, {"QQQ", 400'000}, {"SPY", 500'000}};
  const std::map<std::string, std::uint32_t> falling{
      {"AAPL", 500'000}, {"MSFT", 400'000}, {"QQQ", 300'000}, {"SPY", 200'000}};
  const auto two = [](node_config& x) { x.risk.max_positions = 2; };
  const auto until = from + std::chrono::minutes{10};
  for (const auto& [sure, expected] :
       {std::pair{rising, std::set<std::string>{"QQQ", "SPY"}},
        std::pair{falling, std::set<std::string>{"AAPL", "MSFT"}},
        // Nobody is surer: by symbol.
        std::pair{std::map<std::string, std::uint32_t>{}, std::set<std::string>{"AAPL", "MSFT"}}}) {
    const probe_plan plan{sure, from};
    probed_run run{plan, one_probe(), two};
    ASSERT_TRUE(run.engine->run(until).ok());
    EXPECT_EQ(run.entered(), expected);
    ASSERT_EQ(run.entries.size(), 4u);
    EXPECT_EQ(run.entries[2].verdict.reason, risk_rule::positions);
    EXPECT_EQ(run.entries[3].verdict.reason, risk_rule::positions);
    EXPECT_EQ(run.entries[0].request.header.ts_init, run.entries[3].request.header.ts_init)
        << "no time has passed";
  }
  // Switched off, the first symbols of the market are the first, however sure anybody is.
  const probe_plan plan{falling, from};
  probed_run run{plan, one_probe(), [&](node_config& x) {
                   two(x);
                   x.entry_gather = nanoseconds{0};
                 }};
  ASSERT_TRUE(run.engine->run(until).ok());
  EXPECT_EQ(run.entered(), (std::set<std::string>{"QQQ", "SPY"}));
}

TEST(EntryOrder, ABudgetOverAllSymbolsGoesToTheSurest) {
  const auto from = session().open + std::chrono::minutes{60};
  const probe_plan plan{{{"AAPL", 200'000}, {"MSFT", 300'000}, {"QQQ", 400'000}, {"SPY", 500'000}},
                        from};
  auto strategies = one_probe();
  strategies[0].budget = money::from_int(11'000);
  probed_run run{plan, strategies};
  ASSERT_TRUE(run.engine->run(from + std::chrono::minutes{10}).ok());
  EXPECT_EQ(run.entered(), (std::set<std::string>{"SPY"}))
      << "each was sized to nearly 10,000, and there is money for one";
  for (const auto& x : run.entries)
    if (!x.verdict.approved) {
      EXPECT_EQ(x.verdict.reason, risk_rule::strategy_budget);
    }
}

TEST(EntryOrder, OnlyOvernightStrategiesEnterLateAndKeepTheirPositions) {
  const probe_plan plan{{}, session().close - std::chrono::minutes{10}};
  std::vector<strategy_config> strategies{{"stays", "probe", true, {"AAPL", "MSFT"}, {}},
                                          {"goes", "probe", true, {"QQQ", "SPY"}, {}}};
  strategies[0].overnight = true;
  probed_run run{plan, strategies};
  ASSERT_TRUE(run.engine->run(session().close).ok());
  EXPECT_EQ(run.entered("stays"), (std::set<std::string>{"AAPL", "MSFT"}));
  EXPECT_TRUE(run.entered("goes").empty());
  for (const auto& x : run.entries)
    if (!x.verdict.approved) {
      EXPECT_EQ(x.verdict.reason, risk_rule::session);
    }

  auto held = run.engine->outcome();
  ASSERT_EQ(held.positions.size(), 2u);
  EXPECT_EQ(held.open_orders, 2u) << "their stops";
  // At night, and into the next session: the same stops, the same shares.
  const auto entries = run.entries.size();
  ASSERT_TRUE(run.engine->run(session(next_day_of_it).open - std::chrono::seconds{1}).ok());
  EXPECT_EQ(run.entries.size(), entries);
  held = run.engine->outcome();
  EXPECT_EQ(held.positions.size(), 2u);
  EXPECT_EQ(held.open_orders, 2u);
}

TEST(EntryOrder, WhatWasEnteredEarlierGoesWithTheDayUnlessItIsMarked) {
  const probe_plan plan{{}, session().close - std::chrono::minutes{30}};
  std::vector<strategy_config> strategies{{"stays", "probe", true, {"AAPL"}, {}},
                                          {"goes", "probe", true, {"QQQ"}, {}}};
  strategies[0].overnight = true;
  probed_run run{plan, strategies};
  ASSERT_TRUE(run.engine->run(session().close).ok());
  EXPECT_EQ(run.entered("stays").size() + run.entered("goes").size(), 2u);
  const auto held = run.engine->outcome();
  ASSERT_EQ(held.positions.size(), 1u);
  EXPECT_EQ(held.positions[0].strategy, strategy_id{0});
  EXPECT_EQ(held.open_orders, 1u);
}

}  // namespace
}  // namespace bw
