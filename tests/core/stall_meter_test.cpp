#include "core/stall_meter.hpp"

#include <gtest/gtest.h>

namespace bw {
namespace {

using std::chrono::milliseconds;

TEST(StallMeter, OnlyWhatIsMoreThanTheOrdinaryDelayIsAStall) {
  stall_meter meter{milliseconds{50}};
  mono_ns now{};
  const auto after = [&](nanoseconds span) {
    now = now + span;
    return meter.on_beat(now);
  };
  EXPECT_EQ(after(std::chrono::hours{1}), std::nullopt) << "nothing is known before the first";
  EXPECT_EQ(after(milliseconds{50}), std::nullopt);
  EXPECT_EQ(after(milliseconds{10}), std::nullopt) << "a beat that comes early";
  EXPECT_EQ(after(milliseconds{100}), std::nullopt) << "as late as it may be";
  EXPECT_EQ(after(milliseconds{100} + nanoseconds{1}), milliseconds{50} + nanoseconds{1});
  EXPECT_EQ(after(milliseconds{2'050}), milliseconds{2'000});
  EXPECT_EQ(after(milliseconds{50}), std::nullopt) << "it goes on as before";
}

}  // namespace
}  // namespace bw
