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

TEST(ClockSync, SaysInWordsWhatIsWrong) {
  using std::chrono::milliseconds;
  EXPECT_EQ(complaint_of(clock_sync{true, milliseconds{500}}), "");
  EXPECT_NE(complaint_of(clock_sync{true, milliseconds{501}}).find("off by 501 ms"),
            std::string::npos);
  EXPECT_NE(complaint_of(clock_sync{false, milliseconds{1}}).find("nobody"), std::string::npos);
  EXPECT_EQ(complaint_of(error{ec::unsupported, "it does not tell"}), "it does not tell");
}

}  // namespace
}  // namespace bw
