#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "core/time.hpp"

namespace bw {

/// Years for which the built-in rules hold.
inline constexpr std::int32_t us_holidays_first_year = 1998;
inline constexpr std::int32_t us_holidays_last_year = 2035;

enum class us_day : std::uint8_t { closed = 1, half, full };

/// What the New York Stock Exchange's rules and its unscheduled closures make of a day: weekends,
/// holidays with their substitutes, half days. Empty outside the years that the rules cover.
std::optional<us_day> us_trading_day(calendar_date date);

/// Easter Sunday of a year of the Gregorian calendar.
calendar_date easter_sunday(std::int32_t year);

}  // namespace bw
