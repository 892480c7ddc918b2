#include "core/time.hpp"

#include <gtest/gtest.h>

#include "core/clock.hpp"
#include "core/prng.hpp"
#include "tests/support/seed.hpp"

namespace bw {
namespace {

TEST(Time, ReadsEveryFormAlpacaSends) {
  struct row {
    const char* text;
    std::int64_t ns;
  };
  // Seconds from `date -u -d … +%s`.
  const row table[] = {
      {"2026-11-02T14:31:04Z", 1793629864'000000000},
      {"2026-11-02T14:31:04.9Z", 1793629864'900000000},
      {"2026-11-02T14:31:05.123456789Z", 1793629865'123456789},
      {"2026-11-02T09:31:04.912345678-05:00", 1793629864'912345678},
      {"2026-11-02t14:31:04z", 1793629864'000000000},
      {"1970-01-01T00:00:00Z", 0},
      {"1969-12-31T23:59:59.5Z", -500000000},
      {"2024-02-29T00:00:00+05:30", 1709145000'000000000},
  };
  for (const auto& row : table) {
    const auto got = parse_rfc3339(row.text);
    ASSERT_TRUE(got.ok()) << row.text;
    EXPECT_EQ(got->value, row.ns) << row.text;
  }
}

TEST(Time, RefusesWhatIsNoTime) {
  for (const char* text :
       {"", "2026-11-02", "2026-11-02T14:31:04", "2026-13-02T14:31:04Z", "2026-02-30T14:31:04Z",
        "2026-11-02T24:31:04Z", "2026-11-02T14:61:04Z", "2026-11-02T14:31:04.Z",
        "2026-11-02T14:31:04.1234567890Z", "2026-11-02T14:31:04+0500", "2026-11-02T14:31:04Zx",
        "9999999-11-02T14:31:04Z", "2026-11-02X14:31:04Z", "0001-01-01T00:00:00Z"})
    EXPECT_FALSE(parse_rfc3339(text).ok()) << text;
}

TEST(Time, WritesWhatItReads) {
  const auto seed = tests::test_seed(3);
  prng chance{seed};
  for (std::uint64_t n = 0; n < tests::test_size(20'000); ++n) {
    const utc_ns t{chance.between(0, 4'000'000'000) * 1'000'000'000 +
                   (chance.chance(1, 2) ? chance.between(0, 999) * 1'000'000
                                        : chance.between(0, 999'999'999))};
    ASSERT_EQ(parse_rfc3339(format_rfc3339(t))->value, t.value) << tests::repeat_with(seed);
  }
  EXPECT_EQ(format_rfc3339(utc_ns{1793629864'912300000}), "2026-11-02T14:31:04.9123Z");
}

TEST(Time, CountsDaysAsTheCalendarDoes) {
  EXPECT_EQ(days_from_civil({1970, 1, 1}), 0);
  EXPECT_EQ(days_from_civil({2000, 3, 1}), 11'017);
  EXPECT_EQ(weekday({2026, 11, 2}), 1);
  EXPECT_EQ(weekday({2000, 1, 1}), 6);
  // Every day of 200 years follows the one before it.
  calendar_date before = civil_from_days(days_from_civil({1900, 1, 1}) - 1);
  for (auto day = days_from_civil({1900, 1, 1}); day < days_from_civil({2100, 1, 1}); ++day) {
    const auto date = civil_from_days(day);
    ASSERT_EQ(days_from_civil(date), day);
    ASSERT_LT(before, date);
    ASSERT_EQ(*parse_date(format_date(date)), date);
    before = date;
  }
}

TEST(Dates, DaysThatNoInstantCanSayAreRefused) {
  for (const char* far : {"0001-01-01", "1677-01-01", "2263-01-01", "4052-11-02", "9999-12-31"})
    EXPECT_EQ(parse_date(far).code(), ec::parse_failed) << far;
  for (const char* near : {"1678-01-01", "2261-12-31"}) EXPECT_TRUE(parse_date(near).ok()) << near;
}

TEST(ManualClock, MovesOnlyWhenTold) {
  manual_clock time{utc_ns{1000}};
  EXPECT_EQ(time.utc_now(), utc_ns{1000});
  time.advance(nanoseconds{5});
  EXPECT_EQ(time.utc_now(), utc_ns{1005});
  EXPECT_EQ(time.mono_now() - mono_ns{1000}, nanoseconds{5});
  time.set(utc_ns{900});
  EXPECT_EQ(time.utc_now(), utc_ns{900});
  EXPECT_EQ(time.mono_now(), mono_ns{1005});  // A wall clock set back takes no elapsed time back.
}

TEST(ScaledClock, TwoWithTheSameAnchorShowTheSameTime) {
  const system_clock real;
  const clock_anchor anchor{real.mono_now(), utc_ns{1'000'000}, 60};
  const scaled_clock one{anchor};
  const scaled_clock other{anchor};
  const auto first = one.utc_now();
  const auto second = other.utc_now();
  const auto third = one.utc_now();
  EXPECT_LE(first, second);
  EXPECT_LE(second, third);
  EXPECT_EQ(one.speed(), 60);
}

TEST(ScaledClock, StandsStillWhileHeld) {
  const scaled_clock held{{mono_ns{0}, utc_ns{42}, 0}};
  EXPECT_EQ(held.utc_now(), utc_ns{42});
  EXPECT_EQ(held.real_until(utc_ns{43}), nanoseconds::max());
  EXPECT_EQ(held.real_until(utc_ns{42}), nanoseconds{0});
}

}  // namespace
}  // namespace bw
