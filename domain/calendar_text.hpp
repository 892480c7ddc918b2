#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "messages/account.hpp"

namespace bw {

/// The broker's calendar as it was last heard of, for a start at which the broker does not answer.
struct kept_calendar {
  utc_ns fetched;
  calendar_date first;
  calendar_date last;
  std::vector<session_day> days;
};

/// Days kept at most.
inline constexpr std::size_t kept_calendar_days_max = 1'000;

/// A few lines of text, one for each session.
std::string to_text(const kept_calendar& calendar);
/// ec::parse_failed with the line that cannot be read; a file that was cut off is refused as a
/// whole.
result<kept_calendar> parse_calendar(std::string_view text);

}  // namespace bw
