#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/result.hpp"
#include "core/strong_type.hpp"

namespace bw {

using nanoseconds = std::chrono::nanoseconds;

/// A fact's time: nanoseconds since 1970-01-01T00:00:00Z. Explains, never orders a replay.
using utc_ns = strong<struct utc_ns_tag, std::int64_t>;
/// A measurement's time: nanoseconds of the monotonic clock. Never shown, never stored as a fact.
using mono_ns = strong<struct mono_ns_tag, std::int64_t>;

constexpr nanoseconds operator-(utc_ns a, utc_ns b) { return nanoseconds{a.value - b.value}; }
constexpr nanoseconds operator-(mono_ns a, mono_ns b) { return nanoseconds{a.value - b.value}; }
constexpr utc_ns operator+(utc_ns t, nanoseconds d) { return utc_ns{t.value + d.count()}; }
constexpr utc_ns operator-(utc_ns t, nanoseconds d) { return utc_ns{t.value - d.count()}; }
constexpr mono_ns operator+(mono_ns t, nanoseconds d) { return mono_ns{t.value + d.count()}; }
constexpr mono_ns operator-(mono_ns t, nanoseconds d) { return mono_ns{t.value - d.count()}; }

/// A day of the Gregorian calendar, without a time zone.
struct calendar_date {
  std::int32_t year = 1970;
  std::uint8_t month = 1;
  std::uint8_t day = 1;

  friend constexpr auto operator<=>(const calendar_date&, const calendar_date&) = default;
};

/// Days since 1970-01-01 and back (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms").
std::int64_t days_from_civil(calendar_date d);
calendar_date civil_from_days(std::int64_t days);
/// 0 Sunday … 6 Saturday.
int weekday(calendar_date d);
/// The UTC day of an instant.
calendar_date utc_date(utc_ns t);
/// "2026-11-02"; reading takes the years 1678 to 2261 only: those that utc_ns can say.
std::string format_date(calendar_date d);
result<calendar_date> parse_date(std::string_view text);

/// RFC 3339 with any number of fraction digits up to nine and any offset. ec::parse_failed
/// otherwise.
result<utc_ns> parse_rfc3339(std::string_view text);
/// "2026-11-02T14:31:04.9123Z": UTC, fraction without trailing zeros.
std::string format_rfc3339(utc_ns t);
/// Writes the same into `out` (room for 32 characters) and answers the length.
std::size_t format_rfc3339(utc_ns t, char* out) noexcept;

}  // namespace bw
