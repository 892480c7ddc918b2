// The regimes on the metrics page: one series a symbol and regime, of a bounded number of symbols.

#include "actors/regime_meter.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace bw {
namespace {

TEST(regime_meter, one_series_of_a_symbol_is_one_and_the_others_are_none) {
  metrics_registry metrics;
  regime_meter meter{metrics};
  meter.show("SPY", market_regime::trending);
  meter.show("SPY", market_regime::unsettled);
  const auto all = metrics.series();
  ASSERT_EQ(all.size(), market_regime_count);
  std::int64_t sum = 0;
  for (const auto& each : all) {
    EXPECT_EQ(each.name, "bellwether_regime");
    const auto is_now =
        std::find(each.labels.begin(), each.labels.end(),
                  metric_labels::value_type{"regime", "volatile"}) != each.labels.end();
    EXPECT_EQ(each.level->units(), is_now ? 1'000'000'000 : 0);
    sum += each.level->units();
  }
  EXPECT_EQ(sum, 1'000'000'000);
}

TEST(regime_meter, the_series_are_bounded) {
  metrics_registry metrics;
  regime_meter meter{metrics};
  for (std::size_t k = 0; k < regime_meter::symbols_max + 50; ++k)
    meter.show("S" + std::to_string(k), market_regime::ranging);
  EXPECT_EQ(metrics.series().size(), regime_meter::symbols_max * market_regime_count);
  meter.show("S0", market_regime::trending);
  EXPECT_EQ(metrics.series().size(), regime_meter::symbols_max * market_regime_count);
}

}  // namespace
}  // namespace bw
