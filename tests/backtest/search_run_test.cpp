// Trials on threads: handed over in order and the same on one thread as on many; a stop keeps what
// was handed over, an error ends it.

#include "backtest/search.hpp"

#include <gtest/gtest.h>

#include "backtest/market_table.hpp"
#include "backtest/order_effect.hpp"
#include "config/config_loader.hpp"
#include "core/prng.hpp"

namespace bw {
namespace {

std::shared_ptr<const market_table> walk_of_minutes(const session_calendar& calendar) {
  auto out = std::make_shared<market_table>();
  out->symbols.push_back({.symbol = "SPY", .name = "SPY"});
  prng random{4};
  std::int64_t cents = 10'000;
  for (const auto& day : calendar.sessions({2026, 1, 5}, {2026, 1, 14}))
    for (auto at = day.open; at < day.close; at = at + std::chrono::minutes{1}) {
      const auto open = cents;
      cents = std::clamp<std::int64_t>(cents + random.bell(8), 5'000, 20'000);
      const auto price_of = [](std::int64_t x) { return price::from_units(x * 10'000'000); };
      out->minutes.push_back({.symbol = symbol_id{0},
                              .open = price_of(open),
                              .high = price_of(std::max(open, cents) + 1),
                              .low = price_of(std::min(open, cents) - 1),
                              .close = price_of(cents),
                              .volume = quantity::from_int(random.between(2'000, 60'000)),
                              .start = at});
    }
  return out;
}

search_setup small_search(std::size_t threads) {
  const auto calendar = *session_calendar::make();
  const auto table = walk_of_minutes(calendar);
  auto config =
      parse_config(sample_node_toml(), "node.toml", sample_strategies_toml(), "strategies.toml")
          ->config;
  for (auto& each : config.strategies) each.watchlist = {"SPY"};
  search_setup out;
  out.axes = *make_axes({{"rsi_floor", "30:60:10"}, {"vwap_buffer", "0,0.001"}}, config,
                        built_in_strategies());
  out.points = *draw_points(out.axes, search_method::grid, 0, 0);
  out.known = &built_in_strategies();
  out.threads = threads;
  out.make = [=]() -> result<backtest_setup> {
    backtest_setup made{.config = config, .calendar = calendar};
    made.market = play_table(table, {.start = table->minutes.front().start});
    return made;
  };
  return out;
}

std::vector<search_trial> all_of(const search_setup& setup, std::size_t first) {
  std::vector<search_trial> out;
  std::atomic<bool> stop{false};
  const auto done = run_search(setup, first, stop, [&](search_trial trial) -> result<void> {
    EXPECT_EQ(trial.id, first + out.size());
    out.push_back(std::move(trial));
    return {};
  });
  EXPECT_TRUE(done.ok()) << (done ? "" : done.failure().text());
  return out;
}

TEST(SearchRun, ThreadsAndRestartsChangeNothing) {
  const auto one = all_of(small_search(1), 0);
  ASSERT_EQ(one.size(), 9u);
  EXPECT_EQ(all_of(small_search(3), 0), one);
  auto rest = all_of(small_search(2), 4);
  EXPECT_EQ(rest, std::vector(one.begin() + 4, one.end()));
  std::uint32_t trades = 0;
  for (const auto& trial : one)
    for (const auto& day : trial.sessions) trades += day.trades;
  EXPECT_GT(trades, 0u) << "a test without trades shows nothing";
  EXPECT_NE(one[1].trace, one[8].trace);
}

TEST(SearchRun, AStopKeepsWhatWasHandedOver) {
  std::atomic<bool> stop{false};
  std::size_t kept = 0;
  const auto done = run_search(small_search(2), 0, stop, [&](const search_trial&) -> result<void> {
    if (++kept == 3) stop = true;
    return {};
  });
  ASSERT_FALSE(done.ok());
  EXPECT_EQ(done.failure().code, ec::cancelled);
  EXPECT_EQ(kept, 3u);
}

TEST(SearchRun, AnErrorEndsTheSearchWithItself) {
  std::atomic<bool> stop{false};
  const auto full = run_search(small_search(2), 0, stop, [](const search_trial&) -> result<void> {
    return {ec::storage_failed, "the disk is full"};
  });
  EXPECT_EQ(full.failure().code, ec::storage_failed);
  auto broken = small_search(2);
  broken.make = [] { return result<backtest_setup>{ec::io_failed, "no market"}; };
  stop = false;
  EXPECT_EQ(run_search(broken, 0, stop, [](const search_trial&) { return result<void>{}; })
                .failure()
                .code,
            ec::io_failed);
}

TEST(OrderEffect, TheSameParametersChangeNoOrderAndOthersDo) {
  const auto setup = small_search(1);
  auto axes = setup.axes;
  // The values in force: rsi_floor 50, vwap_buffer 0.001.
  const auto same = order_effect(setup.make, *setup.known, axes, {2, 1});
  ASSERT_TRUE(same.ok());
  EXPECT_GT(same->orders, 0);
  EXPECT_EQ(same->added + same->removed + same->changed, 0);
  // Entries only with more strength than there is in a quiet walk.
  axes[0].values = {"100"};
  axes[0].count = 1;
  const auto other = order_effect(setup.make, *setup.known, axes, {0, 1});
  ASSERT_TRUE(other.ok());
  EXPECT_GT(other->removed, 0);
  EXPECT_EQ(other->orders, same->orders);
}

}  // namespace
}  // namespace bw
