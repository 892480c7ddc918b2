// The rules of the exchange year by year: substitutes, half days, and the days no rule foretells.

#include "domain/us_holidays.hpp"

#include <gtest/gtest.h>

namespace bw {
namespace {

struct row {
  calendar_date date;
  us_day kind;
  const char* why;
};

const row rows[] = {
    {{2026, 1, 1}, us_day::closed, "New Year"},
    {{2021, 12, 31}, us_day::full, "a Saturday's New Year closes nothing"},
    {{2023, 1, 2}, us_day::closed, "a Sunday's New Year closes Monday"},
    {{2026, 1, 19}, us_day::closed, "Martin Luther King"},
    {{2026, 2, 16}, us_day::closed, "Washington"},
    {{2026, 4, 3}, us_day::closed, "Good Friday"},
    {{2026, 4, 6}, us_day::full, "Easter Monday"},
    {{2026, 5, 25}, us_day::closed, "Memorial Day"},
    {{2021, 6, 18}, us_day::full, "Juneteenth before its first year"},
    {{2022, 6, 20}, us_day::closed, "a Sunday's Juneteenth"},
    {{2027, 6, 18}, us_day::closed, "a Saturday's Juneteenth"},
    {{2026, 7, 3}, us_day::closed, "a Saturday's Independence Day"},
    {{2026, 7, 2}, us_day::full, "the day before its substitute"},
    {{2021, 7, 5}, us_day::closed, "a Sunday's Independence Day"},
    {{2024, 7, 3}, us_day::half, "Wednesday before a Thursday's Independence Day"},
    {{2002, 7, 3}, us_day::full, "the same before the rule changed"},
    {{2002, 7, 5}, us_day::half, "the Friday after it, then"},
    {{2025, 7, 3}, us_day::half, "Thursday before a Friday's"},
    {{2026, 9, 7}, us_day::closed, "Labor Day"},
    {{2026, 11, 26}, us_day::closed, "Thanksgiving"},
    {{2026, 11, 27}, us_day::half, "the day after Thanksgiving"},
    {{2026, 12, 24}, us_day::half, "Christmas Eve on a Thursday"},
    {{2027, 12, 24}, us_day::closed, "a Saturday's Christmas"},
    {{2022, 12, 23}, us_day::full, "the Friday before a Saturday's Christmas Eve"},
    {{2022, 12, 26}, us_day::closed, "a Sunday's Christmas"},
    {{2001, 9, 13}, us_day::closed, "attack"},
    {{2012, 10, 29}, us_day::closed, "hurricane"},
    {{2025, 1, 9}, us_day::closed, "mourning"},
    {{2026, 11, 21}, us_day::closed, "Saturday"},
    {{2026, 11, 22}, us_day::closed, "Sunday"},
    {{2026, 11, 23}, us_day::full, "Monday"},
};

TEST(us_holidays, days_and_why) {
  for (const auto& row : rows)
    EXPECT_EQ(us_trading_day(row.date), row.kind) << format_date(row.date) << ": " << row.why;
}

TEST(us_holidays, nothing_is_said_of_years_without_rules) {
  EXPECT_FALSE(us_trading_day({1997, 12, 31}));
  EXPECT_TRUE(us_trading_day({1998, 1, 2}));
  EXPECT_TRUE(us_trading_day({2035, 12, 31}));
  EXPECT_FALSE(us_trading_day({2036, 1, 2}));
}

TEST(us_holidays, easter) {
  EXPECT_EQ(easter_sunday(2008), (calendar_date{2008, 3, 23}));
  EXPECT_EQ(easter_sunday(2011), (calendar_date{2011, 4, 24}));
  EXPECT_EQ(easter_sunday(2026), (calendar_date{2026, 4, 5}));
  EXPECT_EQ(easter_sunday(2035), (calendar_date{2035, 3, 25}));
}

TEST(us_holidays, every_year_has_about_252_sessions) {
  for (std::int32_t year = us_holidays_first_year; year <= us_holidays_last_year; ++year) {
    int sessions = 0;
    for (auto day = days_from_civil({year, 1, 1}); day < days_from_civil({year + 1, 1, 1}); ++day)
      sessions += us_trading_day(civil_from_days(day)) == us_day::closed ? 0 : 1;
    EXPECT_GE(sessions, 248) << year;
    EXPECT_LE(sessions, 253) << year;
  }
}

}  // namespace
}  // namespace bw
