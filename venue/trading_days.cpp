#include "venue/trading_days.hpp"

#include <algorithm>

namespace bw::venue {
namespace {

constexpr nanoseconds day_length = std::chrono::hours{24};

/// Without any given day: 14:30 to 21:00 UTC, from a Thursday in 1970 on.
constexpr session_day plain_day() {
  return {calendar_date{}, utc_ns{} + std::chrono::minutes{870},
          utc_ns{} + std::chrono::minutes{1260}};
}

bool is_weekend(calendar_date date) { return weekday(date) == 0 || weekday(date) == 6; }

session_day shifted(const session_day& day, std::int64_t days) {
  const nanoseconds step = day_length * days;
  return {civil_from_days(days_from_civil(day.date) + days), day.open + step, day.close + step};
}

/// The first weekday after `last` that `wanted` accepts; `from` is an instant it shall not precede
/// by more than a day, so that only a handful of days are tried.
template <class Wanted>
session_day continued(const session_day& last, utc_ns from, Wanted wanted) {
  const auto skipped = std::max<std::int64_t>(0, (from - last.close).count() / day_length.count());
  for (auto step = std::max<std::int64_t>(1, skipped);; ++step) {
    const auto day = shifted(last, step);
    if (!is_weekend(day.date) && wanted(day)) return day;
  }
}

}  // namespace

trading_days::trading_days(std::vector<session_day> days) : days_(std::move(days)) {
  std::sort(days_.begin(), days_.end(),
            [](const session_day& a, const session_day& b) { return a.open < b.open; });
}

session_day trading_days::current_or_next(utc_ns now) const {
  const auto closes_later = [&](const session_day& day) { return day.close > now; };
  const auto found = std::partition_point(
      days_.begin(), days_.end(), [&](const session_day& day) { return !closes_later(day); });
  if (found != days_.end()) return *found;
  return continued(days_.empty() ? plain_day() : days_.back(), now, closes_later);
}

session_day trading_days::next_to_open(utc_ns now) const {
  const auto opens_later = [&](const session_day& day) { return day.open > now; };
  const auto found = std::partition_point(
      days_.begin(), days_.end(), [&](const session_day& day) { return !opens_later(day); });
  if (found != days_.end()) return *found;
  return continued(days_.empty() ? plain_day() : days_.back(), now, opens_later);
}

bool trading_days::is_open(utc_ns now) const { return current_or_next(now).open <= now; }

utc_ns trading_days::next_change(utc_ns now) const {
  const auto day = current_or_next(now);
  return day.open > now ? day.open : day.close;
}

calendar_date trading_days::day_after(calendar_date date) const {
  for (const auto& day : days_)
    if (day.date > date) return day.date;
  auto next = civil_from_days(days_from_civil(date) + 1);
  while (is_weekend(next)) next = civil_from_days(days_from_civil(next) + 1);
  return next;
}

std::optional<calendar_date> trading_days::day_before(calendar_date date) const {
  std::optional<calendar_date> found;
  for (const auto& day : days_)
    if (day.date < date) found = day.date;
  return found;
}

}  // namespace bw::venue
