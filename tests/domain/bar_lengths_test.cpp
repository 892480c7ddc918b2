// Minute bars made into bars of any length, on whole days, half days and over changes of the clock.

#include <gtest/gtest.h>

#include <vector>

#include "domain/bar_builder.hpp"
#include "domain/session_calendar.hpp"

namespace bw {
namespace {

using std::chrono::minutes;

bar minute_at(utc_ns start, std::int64_t dollars) {
  const auto at = price::from_int(dollars);
  return {.span = bar_span::minute,
          .open = at,
          .high = at + price::from_int(1),
          .low = at - price::from_int(1),
          .close = at,
          .volume = quantity::from_int(10),
          .vwap = at,
          .trades = 1,
          .start = start};
}

/// Every minute of the day, and one before and after.
std::vector<session_bar> bars_of(const session_day& day, std::uint32_t length) {
  bar_builder builder{{.minutes = length}};
  builder.add_session(day.open, day.close);
  std::vector<session_bar> out;
  std::int64_t dollars = 100;
  for (auto at = day.open - minutes{1}; at <= day.close; at = at + minutes{1}) {
    session_bars finished;
    builder.add(minute_at(at, dollars++), finished);
    out.insert(out.end(), finished.begin(), finished.end());
  }
  EXPECT_EQ(builder.counts().outside_session, 2u);
  return out;
}

TEST(bar_lengths, cover_a_day_from_its_open_without_gap_or_overlap) {
  const auto calendar = session_calendar::make();
  ASSERT_TRUE(calendar.ok());
  struct row {
    calendar_date date;
    const char* open;
    std::size_t minutes;
  };
  // Winter, the first day of summer time, a half day.
  const row rows[] = {{{2026, 3, 6}, "2026-03-06T14:30:00Z", 390},
                      {{2026, 3, 9}, "2026-03-09T13:30:00Z", 390},
                      {{2026, 11, 27}, "2026-11-27T14:30:00Z", 210}};
  for (const auto& row : rows) {
    const auto day = calendar->session_on(row.date);
    ASSERT_TRUE(day);
    EXPECT_EQ(format_rfc3339(day->open), row.open);
    for (const std::uint32_t length : {1u, 5u, 7u, 15u, 60u, 390u, whole_session}) {
      const auto bars = bars_of(*day, length);
      const std::size_t per_bar = length == whole_session ? row.minutes : length;
      ASSERT_EQ(bars.size(), (row.minutes + per_bar - 1) / per_bar) << length;
      auto expected = day->open;
      quantity volume;
      for (const auto& each : bars) {
        EXPECT_EQ(each.value.start, expected);
        EXPECT_EQ(each.session_open, day->open);
        expected = each.end;
        volume += each.value.volume;
      }
      EXPECT_EQ(expected, day->close) << length;
      EXPECT_EQ(volume, quantity::from_int(10 * static_cast<std::int64_t>(row.minutes)));
      EXPECT_EQ(bars.front().value.open, price::from_int(101));
      EXPECT_EQ(bars.back().value.close, price::from_int(100 + std::int64_t(row.minutes)));
    }
  }
}

TEST(bar_lengths, have_their_names) {
  const auto day = session_calendar::make()->session_on({2026, 3, 6});
  EXPECT_EQ(bars_of(*day, 5)[0].value.span, bar_span::five_minutes);
  EXPECT_EQ(bars_of(*day, whole_session)[0].value.span, bar_span::day);
  EXPECT_EQ(bars_of(*day, 1'000)[0].value.span, bar_span::day) << "no session is that long";
}

TEST(bar_lengths, a_correction_reaches_a_bar_of_any_length) {
  const auto day = session_calendar::make()->session_on({2026, 3, 6});
  bar_builder builder{{.minutes = 15}};
  builder.add_session(day->open, day->close);
  session_bars out;
  for (int k = 0; k < 16; ++k) builder.add(minute_at(day->open + minutes{k}, 100), out);
  ASSERT_EQ(out.size(), 1u);
  out.clear();
  auto mended = minute_at(day->open + minutes{14}, 100);
  mended.high = price::from_int(150);
  mended.origin = bar_origin::correction;
  builder.add(mended, out);
  ASSERT_EQ(out.size(), 1u);
  EXPECT_EQ(out[0].value.high, price::from_int(150));
  EXPECT_EQ(out[0].value.origin, bar_origin::correction);
  EXPECT_EQ(out[0].end, day->open + minutes{15});
}

}  // namespace
}  // namespace bw
