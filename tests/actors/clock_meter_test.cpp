#include "actors/clock_meter.hpp"

#include <gtest/gtest.h>

namespace bw {
namespace {

using std::chrono::milliseconds;

std::int64_t units_of(const metrics_registry& metrics, std::string_view name) {
  for (const auto& each : metrics.series())
    if (each.name == name) return each.level->units();
  ADD_FAILURE() << "there is no " << name;
  return -1;
}

TEST(clock_meter, shows_what_the_kernel_says) {
  metrics_registry metrics;
  result<clock_sync> now{clock_sync{true, milliseconds{3}}};
  clock_meter meter{metrics, [&] { return now; }};
  const auto looks = [&](std::int64_t kept, std::int64_t error_ns) {
    meter.look();
    EXPECT_EQ(units_of(metrics, "bellwether_clock_kept"), kept * 1'000'000'000);
    EXPECT_EQ(units_of(metrics, "bellwether_clock_error_max_seconds"), error_ns);
  };
  looks(1, 3'000'000);
  now = clock_sync{false, milliseconds{9}};
  looks(0, 9'000'000);
  now = clock_sync{true, milliseconds{501}};
  looks(0, 501'000'000);
  now = error{ec::unsupported, "it does not tell"};
  looks(0, 501'000'000);
  now = clock_sync{true, milliseconds{500}};
  looks(1, 500'000'000);
}

TEST(clock_meter, a_clock_that_is_not_the_machines_has_no_series) {
  metrics_registry metrics;
  clock_meter meter{metrics, {}};
  meter.look();
  EXPECT_TRUE(metrics.series().empty());
}

}  // namespace
}  // namespace bw
