#include "core/time.hpp"

#include <cstdio>

namespace bw {
namespace {

constexpr std::int64_t ns_per_second = 1'000'000'000;
constexpr std::int64_t ns_per_day = 86'400 * ns_per_second;

std::int64_t floor_div(std::int64_t a, std::int64_t b) {
  const auto quotient = a / b;
  return a % b < 0 ? quotient - 1 : quotient;
}

/// Reads exactly `count` digits at `at`; -1 when something else stands there.
int digits(std::string_view text, std::size_t at, std::size_t count) {
  if (at + count > text.size()) return -1;
  int out = 0;
  for (std::size_t k = at; k < at + count; ++k) {
    if (text[k] < '0' || text[k] > '9') return -1;
    out = out * 10 + (text[k] - '0');
  }
  return out;
}

int days_in_month(int year, int month) {
  static constexpr int table[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return month == 2 && leap ? 29 : table[month - 1];
}

void put(char*& at, std::int64_t value, int width) {
  for (int k = width - 1; k >= 0; --k) {
    at[k] = static_cast<char>('0' + value % 10);
    value /= 10;
  }
  at += width;
}

error bad_time(std::string_view text) {
  return {ec::parse_failed,
          "'" + std::string{text.substr(0, 40)} + "' is no RFC 3339 time (2026-11-02T14:31:04.5Z)"};
}

}  // namespace

std::int64_t days_from_civil(calendar_date d) {
  const std::int64_t year = d.year - (d.month <= 2 ? 1 : 0);
  const std::int64_t era = floor_div(year, 400);
  const std::int64_t year_of_era = year - era * 400;
  const std::int64_t month_from_march = (d.month + 9) % 12;
  const std::int64_t day_of_year = (153 * month_from_march + 2) / 5 + d.day - 1;
  const std::int64_t day_of_era =
      year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146'097 + day_of_era - 719'468;
}

calendar_date civil_from_days(std::int64_t days) {
  days += 719'468;
  const auto era = floor_div(days, 146'097);
  const auto day_of_era = days - era * 146'097;
  const auto year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const auto day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const auto month_from_march = (5 * day_of_year + 2) / 153;
  const auto day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
  const auto month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
  const auto year = year_of_era + era * 400 + (month <= 2 ? 1 : 0);
  return {static_cast<std::int32_t>(year), static_cast<std::uint8_t>(month),
          static_cast<std::uint8_t>(day)};
}

int weekday(calendar_date d) {
  const auto days = days_from_civil(d);
  return static_cast<int>(days - floor_div(days + 4, 7) * 7 + 4);
}

calendar_date utc_date(utc_ns t) { return civil_from_days(floor_div(t.value, ns_per_day)); }

std::string format_date(calendar_date d) {
  char buffer[16];
  char* at = buffer;
  put(at, d.year, 4);
  *at++ = '-';
  put(at, d.month, 2);
  *at++ = '-';
  put(at, d.day, 2);
  return {buffer, at};
}

/// Whether every time of that day, anywhere on earth, is an instant that 64 bits can say.
constexpr bool has_instants(std::int64_t days) {
  constexpr std::int64_t days_max = INT64_MAX / ns_per_day - 2;
  return -days_max <= days && days <= days_max;
}

result<calendar_date> parse_date(std::string_view text) {
  const int year = digits(text, 0, 4);
  const int month = digits(text, 5, 2);
  const int day = digits(text, 8, 2);
  if (text.size() != 10 || text[4] != '-' || text[7] != '-' || year < 0 || month < 1 ||
      month > 12 || day < 1 || day > days_in_month(year, month))
    return {ec::parse_failed, "'" + std::string{text.substr(0, 40)} + "' is no date (2026-11-02)"};
  const calendar_date out{year, static_cast<std::uint8_t>(month), static_cast<std::uint8_t>(day)};
  if (!has_instants(days_from_civil(out)))
    return {ec::parse_failed, "'" + std::string{text} + "' lies outside of 1678 to 2261"};
  return out;
}

result<utc_ns> parse_rfc3339(std::string_view text) {
  const auto date = parse_date(text.substr(0, 10));
  if (!date) return bad_time(text);
  const int hour = digits(text, 11, 2);
  const int minute = digits(text, 14, 2);
  const int second = digits(text, 17, 2);
  if (text.size() < 20 || (text[10] != 'T' && text[10] != 't' && text[10] != ' ') ||
      text[13] != ':' || text[16] != ':' || hour < 0 || hour > 23 || minute < 0 || minute > 59 ||
      second < 0 || second > 60)
    return bad_time(text);
  std::size_t at = 19;
  std::int64_t fraction = 0;
  if (text[at] == '.') {
    std::int64_t weight = ns_per_second / 10;
    const auto begin = ++at;
    for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at) {
      fraction += weight * (text[at] - '0');
      weight /= 10;
    }
    if (at == begin || at - begin > 9) return bad_time(text);
  }
  std::int64_t offset_seconds = 0;
  if (at < text.size() && (text[at] == 'Z' || text[at] == 'z')) {
    ++at;
  } else if (at < text.size() && (text[at] == '+' || text[at] == '-')) {
    const int hours = digits(text, at + 1, 2);
    const int minutes = digits(text, at + 4, 2);
    if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59 || text[at + 3] != ':')
      return bad_time(text);
    offset_seconds = (hours * 60 + minutes) * 60;
    if (text[at] == '-') offset_seconds = -offset_seconds;
    at += 6;
  } else {
    return bad_time(text);
  }
  if (at != text.size()) return bad_time(text);
  const auto days = days_from_civil(*date);
  const auto seconds = std::int64_t{hour} * 3600 + minute * 60 + second - offset_seconds;
  return utc_ns{days * ns_per_day + seconds * ns_per_second + fraction};
}

std::size_t format_rfc3339(utc_ns t, char* out) noexcept {
  const auto days = floor_div(t.value, ns_per_day);
  const auto date = civil_from_days(days);
  const auto rest = t.value - days * ns_per_day;
  const auto seconds = rest / ns_per_second;
  auto fraction = rest % ns_per_second;
  char* at = out;
  put(at, date.year, 4);
  *at++ = '-';
  put(at, date.month, 2);
  *at++ = '-';
  put(at, date.day, 2);
  *at++ = 'T';
  put(at, seconds / 3600, 2);
  *at++ = ':';
  put(at, seconds / 60 % 60, 2);
  *at++ = ':';
  put(at, seconds % 60, 2);
  if (fraction != 0) {
    int places = 9;
    while (fraction % 10 == 0) {
      fraction /= 10;
      --places;
    }
    *at++ = '.';
    put(at, fraction, places);
  }
  *at++ = 'Z';
  return static_cast<std::size_t>(at - out);
}

std::string format_rfc3339(utc_ns t) {
  char buffer[40];
  return {buffer, format_rfc3339(t, buffer)};
}

}  // namespace bw
