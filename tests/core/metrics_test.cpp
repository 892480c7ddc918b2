#include "core/metrics.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "core/prng.hpp"
#include "tests/support/seed.hpp"

namespace bw {
namespace {

TEST(Metrics, TheSameNameAndLabelsAreTheSameSeries) {
  metrics_registry all;
  auto& buys = all.add_counter("orders_total", "Orders.", {{"side", "buy"}});
  auto& sells = all.add_counter("orders_total", "Orders.", {{"side", "sell"}});
  EXPECT_NE(&buys, &sells);
  EXPECT_EQ(&buys, &all.add_counter("orders_total", "Orders.", {{"side", "buy"}}));
  buys.add(2);
  sells.add();
  EXPECT_EQ(all.total("orders_total"), 3u);
  EXPECT_EQ(all.total("nobody"), 0u);
  EXPECT_EQ(all.series().size(), 2u);
}

TEST(Metrics, SeriesBeyondTheBoundAreCountedAndNotShown) {
  metrics_registry registry;
  for (std::size_t k = 0; k < metrics_registry::series_max; ++k)
    registry.add_gauge("level", "", {{"symbol", std::to_string(k)}}).set(1);
  EXPECT_EQ(registry.series().size(), metrics_registry::series_max);
  registry.add_gauge("level", "", {{"symbol", "one too many"}}).set(7);
  registry.add_counter("sum", "").add(3);
  EXPECT_EQ(registry.add_gauge("level", "", {{"symbol", "0"}}).units(), 1'000'000'000);
  const auto shown = registry.series();
  ASSERT_EQ(shown.size(), metrics_registry::series_max + 1);
  const auto& refused = shown.front();
  ASSERT_EQ(refused.name, metrics_registry::refused_name);
  EXPECT_EQ(refused.count->value(), 2u);
  EXPECT_EQ(registry.total("sum"), 0u);
}

TEST(MetricsDeathTest, AMetricKeepsItsKind) {
  metrics_registry all;
  all.add_counter("x", "X.");
  EXPECT_DEATH(all.add_gauge("x", "X."), "a metric keeps its kind");
}

TEST(Histogram, EverySlotHoldsItsBounds) {
  for (std::uint64_t ns :
       {0ull, 1ull, 31ull, 32ull, 33ull, 63ull, 64ull, 1000ull, 123456789ull, 10'000'000'000ull}) {
    const auto slot = histogram::slot_of(ns);
    EXPECT_GE(histogram::upper_bound_ns(slot), ns);
    if (slot > 0) {
      EXPECT_LT(histogram::upper_bound_ns(slot - 1), ns);
    }
  }
}

TEST(Histogram, QuantilesLieWithinTheirResolution) {
  const auto seed = tests::test_seed(5);
  prng chance{seed};
  histogram measured;
  std::vector<std::uint64_t> exact;
  for (int n = 0; n < 20'000; ++n) {
    const auto ns = chance.below(std::uint64_t{1} << chance.between(1, 34));
    measured.record(nanoseconds{static_cast<std::int64_t>(ns)});
    exact.push_back(ns);
  }
  std::sort(exact.begin(), exact.end());
  EXPECT_EQ(measured.max_ns(), exact.back());
  for (const std::uint64_t ppm : {1'000ull, 500'000ull, 990'000ull, 999'000ull, 1'000'000ull}) {
    const auto wanted = exact[(exact.size() * ppm + 999'999) / 1'000'000 - 1];
    const auto got = measured.quantile_ns(ppm);
    EXPECT_GE(got, wanted) << ppm << ", " << tests::repeat_with(seed);
    EXPECT_LE(got, wanted + wanted / 31 + 1) << ppm << ", " << tests::repeat_with(seed);
  }
}

}  // namespace
}  // namespace bw
