// The schedule that latencies are counted from.

#include "perf/open_loop.hpp"

#include <gtest/gtest.h>

namespace bw::perf {
namespace {

constexpr std::int64_t second_ns = 1'000'000'000;
constexpr arrivals all_patterns[] = {arrivals::constant, arrivals::poisson, arrivals::burst};

TEST(OpenLoop, EachSecondHasItsTicksInOrder) {
  for (const auto pattern : all_patterns)
    for (const std::uint64_t rate : {1, 3, 1'000, 99'999}) {
      SCOPED_TRACE(std::to_string(static_cast<int>(pattern)) + " at " + std::to_string(rate));
      const open_loop schedule{pattern, rate, 7};
      std::int64_t before = -1;
      for (std::uint64_t tick = 0; tick < rate * 10; ++tick) {
        const auto due = schedule.due(tick).value;
        ASSERT_GE(due, before);
        ASSERT_EQ(static_cast<std::uint64_t>(due / second_ns), tick / rate);
        before = due;
      }
    }
}

TEST(OpenLoop, ConstantTicksHaveEqualDistances) {
  const open_loop schedule{arrivals::constant, 8, 0};
  for (std::uint64_t tick = 0; tick < 40; ++tick)
    EXPECT_EQ(schedule.due(tick).value, static_cast<std::int64_t>(tick) * 125'000'000);
}

TEST(OpenLoop, ABurstIsTenTimesAsDense) {
  const open_loop schedule{arrivals::burst, 10'000, 0};
  EXPECT_EQ((schedule.due(1) - schedule.due(0)).count(), 10'000);
  EXPECT_EQ(schedule.due(5'000).value, 50'000'000);
  EXPECT_EQ((schedule.due(5'001) - schedule.due(5'000)).count(), 190'000);
}

/// Of a Poisson process the share of distances above the mean is 1/e, and the variance of the
/// distance the square of its mean.
TEST(OpenLoop, PoissonDistancesAreExponential) {
  constexpr std::uint64_t rate = 50'000;
  const open_loop schedule{arrivals::poisson, rate, 7};
  const double mean = static_cast<double>(second_ns) / static_cast<double>(rate);
  double squares = 0;
  double above = 0;
  constexpr std::uint64_t count = rate * 8 - 1;
  for (std::uint64_t tick = 0; tick < count; ++tick) {
    const auto gap = static_cast<double>((schedule.due(tick + 1) - schedule.due(tick)).count());
    squares += (gap - mean) * (gap - mean);
    above += gap > mean ? 1 : 0;
  }
  EXPECT_NEAR(above / count, 0.3679, 0.005);
  EXPECT_NEAR(squares / count / (mean * mean), 1.0, 0.03);
}

TEST(OpenLoop, TheSameSeedGivesTheSameInstants) {
  const open_loop one{arrivals::poisson, 100, 7};
  const open_loop same{arrivals::poisson, 100, 7};
  const open_loop other{arrivals::poisson, 100, 8};
  bool differs = false;
  for (std::uint64_t tick = 0; tick < 800; ++tick) {
    EXPECT_EQ(one.due(tick), same.due(tick));
    differs = differs || one.due(tick) != other.due(tick);
  }
  EXPECT_TRUE(differs);
}

TEST(OpenLoop, IsMovedToATick) {
  for (const auto pattern : all_patterns) {
    const auto moved = open_loop{pattern, 1'000, 7}.with_due(1'234, mono_ns{5'000'000'000});
    EXPECT_EQ(moved.due(1'234).value, 5'000'000'000);
    EXPECT_EQ((moved.due(4'000) - moved.due(1'234)).count(),
              (open_loop{pattern, 1'000, 7}.due(4'000) - open_loop{pattern, 1'000, 7}.due(1'234))
                  .count());
  }
}

}  // namespace
}  // namespace bw::perf
