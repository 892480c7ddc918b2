#include "core/clock_sync.hpp"

#include <gtest/gtest.h>

namespace bw {
namespace {

TEST(ClockSync, TheKernelTellsOfItsClockAndNothingIsSet) {
  const auto first = read_clock_sync();
  if (!first) GTEST_SKIP() << first.failure().context;
  EXPECT_GE(first->error_max.count(), 0);
  const auto again = read_clock_sync();
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again->is_kept, first->is_kept);
}

}  // namespace
}  // namespace bw
