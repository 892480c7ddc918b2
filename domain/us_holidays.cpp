#include "domain/us_holidays.hpp"

#include <algorithm>
#include <array>

namespace bw {
namespace {

enum weekday_number : int { sunday, monday, tuesday, wednesday, thursday, friday, saturday };

/// Closures that no rule foretells.
constexpr std::array<calendar_date, 10> closed_once{{
    {2001, 9, 11},
    {2001, 9, 12},
    {2001, 9, 13},
    {2001, 9, 14},  // Attack on New York.
    {2004, 6, 11},  // Mourning for a president.
    {2007, 1, 2},   // The same.
    {2012, 10, 29},
    {2012, 10, 30},  // Hurricane.
    {2018, 12, 5},   // Mourning.
    {2025, 1, 9},    // Mourning.
}};
constexpr std::array<calendar_date, 3> half_once{{{1999, 12, 31}, {2003, 12, 26}, {2002, 7, 5}}};

/// The first year in which the day of emancipation closed the exchange.
constexpr std::int32_t juneteenth_first_year = 2022;
/// Until then the half day of a Thursday's Independence Day was the Friday after it.
constexpr std::int32_t wednesday_july_3_first_year = 2013;

calendar_date plus_days(calendar_date date, int days) {
  return civil_from_days(days_from_civil(date) + days);
}

/// The n-th such weekday of a month.
calendar_date nth(int n, weekday_number day, calendar_date first_of_month) {
  const int ahead = (day - weekday(first_of_month) + 7) % 7;
  return plus_days(first_of_month, ahead + 7 * (n - 1));
}

/// A holiday on a Saturday closes the Friday before, one on a Sunday the Monday after.
calendar_date observed(calendar_date date) {
  const int day = weekday(date);
  if (day == saturday) return plus_days(date, -1);
  if (day == sunday) return plus_days(date, 1);
  return date;
}

bool is_new_year(calendar_date date) {
  // A Saturday's New Year closes nothing: the Friday before ends the books of a year.
  if (date.month == 1 && date.day == 1) return true;
  return date.month == 1 && date.day == 2 && weekday(date) == monday;
}

bool is_holiday(calendar_date date) {
  const auto year = date.year;
  if (is_new_year(date)) return true;
  const calendar_date holidays[] = {
      nth(3, monday, {year, 1, 1}),                 // Martin Luther King
      nth(3, monday, {year, 2, 1}),                 // Washington
      plus_days(easter_sunday(year), -2),           // Good Friday
      plus_days(nth(1, monday, {year, 6, 1}), -7),  // Memorial: the last Monday of May
      observed({year, 7, 4}),                       // Independence
      nth(1, monday, {year, 9, 1}),                 // Labor
      nth(4, thursday, {year, 11, 1}),              // Thanksgiving
      observed({year, 12, 25}),                     // Christmas
  };
  if (std::find(std::begin(holidays), std::end(holidays), date) != std::end(holidays)) return true;
  return year >= juneteenth_first_year && date == observed({year, 6, 19});
}

bool is_half(calendar_date date) {
  const auto year = date.year;
  const int day = weekday(date);
  if (date == plus_days(nth(4, thursday, {year, 11, 1}), 1)) return true;
  if (date.month == 12 && date.day == 24) return day >= monday && day <= thursday;
  if (date.month == 7 && date.day == 3) {
    if (day == wednesday) return year >= wednesday_july_3_first_year;
    return day == monday || day == tuesday || day == thursday;
  }
  return false;
}

template <std::size_t Count>
bool contains(const std::array<calendar_date, Count>& dates, calendar_date date) {
  return std::find(dates.begin(), dates.end(), date) != dates.end();
}

}  // namespace

calendar_date easter_sunday(std::int32_t year) {
  // The anonymous Gregorian algorithm (Nature, 1876).
  const int a = year % 19;
  const int b = year / 100;
  const int c = year % 100;
  const int d = (19 * a + b - b / 4 - (b - (b + 8) / 25 + 1) / 3 + 15) % 30;
  const int e = (32 + 2 * (b % 4) + 2 * (c / 4) - d - c % 4) % 7;
  const int f = d + e - 7 * ((a + 11 * d + 22 * e) / 451) + 114;
  return {year, static_cast<std::uint8_t>(f / 31), static_cast<std::uint8_t>(f % 31 + 1)};
}

std::optional<us_day> us_trading_day(calendar_date date) {
  if (date.year < us_holidays_first_year || date.year > us_holidays_last_year) return std::nullopt;
  const int day = weekday(date);
  if (day == saturday || day == sunday || contains(closed_once, date) || is_holiday(date))
    return us_day::closed;
  return is_half(date) || contains(half_once, date) ? us_day::half : us_day::full;
}

}  // namespace bw
