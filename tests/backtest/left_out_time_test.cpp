// Seconds and minutes that a run leaves out change nothing: against a run that plays every minute
// and looks at its clock every second.

#include <gtest/gtest.h>

#include <algorithm>

#include "backtest/market_table.hpp"
#include "backtest/run.hpp"
#include "config/config_loader.hpp"
#include "core/prng.hpp"
#include "tests/support/open_limits.hpp"
#include "tests/support/seed.hpp"

namespace bw {
namespace {

const session_calendar& calendar() {
  static const auto made = session_calendar::make();
  return *made;
}

constexpr calendar_date first_day{2026, 1, 5};
constexpr calendar_date last_day{2026, 1, 16};

price cents(std::int64_t x) { return price::from_units(x * 10'000'000); }

/// Two symbols that walk, at times wildly, and pause now and then.
std::shared_ptr<const market_table> walks(prng& random) {
  auto out = std::make_shared<market_table>();
  out->symbols = {{.symbol = "AAPL", .name = "AAPL"}, {.symbol = "SPY", .name = "SPY"}};
  std::int64_t at_cents[] = {10'000, 20'000};
  for (const auto& day : calendar().sessions(first_day, last_day)) {
    const auto width = random.between(2, 40);
    for (auto at = day.open; at < day.close; at = at + std::chrono::minutes{1}) {
      for (std::uint32_t k = 0; k < 2; ++k) {
        auto& now = at_cents[k];
        const auto open = now;
        now = std::clamp<std::int64_t>(now + random.bell(width), 5'000, 40'000);
        if (random.chance(3, 100)) continue;
        out->minutes.push_back({.symbol = symbol_id{k},
                                .open = cents(open),
                                .high = cents(std::max(open, now) + random.between(0, width)),
                                .low = cents(std::min(open, now) - random.between(0, width)),
                                .close = cents(now),
                                .volume = quantity::from_int(random.between(0, 60'000)),
                                .start = at});
      }
    }
  }
  return out;
}

node_config some_config(prng& random) {
  auto out =
      parse_config(sample_node_toml(), "node.toml", sample_strategies_toml(), "strategies.toml")
          ->config;
  for (auto& each : out.strategies) {
    each.watchlist = {"AAPL", "SPY"};
    each.enabled = random.chance(3, 4);
  }
  out.strategies.front().enabled = true;
  if (random.chance(1, 2)) tests::open_limits(out.risk);
  auto& keep = out.holding.protection;
  if (random.chance(1, 4)) keep.kind = protective_stop::node;
  keep.step_interval = std::chrono::milliseconds{random.between(100, 9'000)};
  out.holding.trail.activate_bp = random.between(10, 100);
  out.holding.trail.distance_bp = random.between(10, 100);
  out.holding.stop_loss_bp = random.between(20, 150);
  out.holding.entry_timeout = std::chrono::milliseconds{random.between(500, 90'000)};
  auto& world = out.backtest;
  world.seed = static_cast<std::uint64_t>(random.between(1, 1'000'000));
  world.hold_overnight = random.chance(1, 2);
  world.partial_percent = random.chance(1, 2) ? 30 : 0;
  world.reject_percent = random.chance(1, 3) ? 20 : 0;
  world.queue_ahead_ticks = random.chance(1, 3) ? 3 : 0;
  if (random.chance(1, 2)) world.fill = simulated_fill::displayed;
  if (random.chance(1, 2)) {
    world.latency = simulated_latency::uniform;
    world.latency_spread = std::chrono::seconds{random.between(1, 8)};
  }
  return out;
}

day_outcome play(const node_config& config, std::shared_ptr<const market_table> table,
                 bool every_second) {
  backtest_setup setup{.config = config, .calendar = calendar()};
  setup.market = play_table(std::move(table), {.start = calendar().session_on(first_day)->open});
  auto day = day_setup_of(setup);
  EXPECT_TRUE(day.ok());
  day->every_second = every_second;
  day->fills_max = 100'000;
  auto engine = day_engine::make(std::move(*day), built_in_strategies());
  EXPECT_TRUE(engine.ok()) << (engine ? "" : engine.failure().text());
  EXPECT_TRUE((*engine)->run(calendar().session_on(last_day)->close).ok());
  return (*engine)->outcome();
}

TEST(LeftOutTime, SecondsAndMinutesThatAreLeftOutChangeNothing) {
  const auto seed = tests::test_seed(20260105);
  prng random{seed};
  std::uint64_t fills = 0;
  std::uint64_t denied = 0;
  for (std::uint64_t k = 0; k < tests::test_size(12); ++k) {
    const auto table = walks(random);
    const auto config = some_config(random);
    const auto quick = play(config, table, false);
    const auto plain = play(config, table, true);
    const auto where = "case " + std::to_string(k) + ", " + tests::repeat_with(seed);
    ASSERT_EQ(quick.trace, plain.trace) << where;
    EXPECT_EQ(quick.market_events, plain.market_events) << where;
    EXPECT_EQ(quick.signals, plain.signals) << where;
    EXPECT_EQ(quick.denied, plain.denied) << where;
    EXPECT_EQ(quick.rejected, plain.rejected) << where;
    EXPECT_EQ(quick.open_orders, plain.open_orders) << where;
    EXPECT_EQ(quick.fees, plain.fees) << where;
    EXPECT_EQ(quick.cash, plain.cash) << where;
    EXPECT_EQ(quick.equity, plain.equity) << where;
    fills += plain.fill_count;
    for (const auto count : plain.denied) denied += count;
  }
  EXPECT_GT(fills, 100u) << "the cases are about positions and orders";
  EXPECT_GT(denied, 0u);
}

}  // namespace
}  // namespace bw
