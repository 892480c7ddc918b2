#include "domain/session_calendar.hpp"

#include <algorithm>
#include <string>

#include "domain/us_holidays.hpp"

namespace bw {
namespace {

using namespace std::chrono_literals;

constexpr auto open_of_day = 9h + 30min;
constexpr auto close_of_day = 16h + 0min;
constexpr auto close_of_half_day = 13h + 0min;
/// The longest pause between two sessions within memory was four days; twice that is plenty.
constexpr int days_ahead_max = 14;
/// Longest range of days that is looked at in one call.
constexpr std::int64_t range_days_max = 20'000;

calendar_date next_day(calendar_date date) { return civil_from_days(days_from_civil(date) + 1); }

std::string span_text(const std::optional<session_day>& day) {
  if (!day) return "closed";
  const auto clock_time = [](utc_ns at) { return format_rfc3339(at).substr(11, 5); };
  return clock_time(day->open) + "-" + clock_time(day->close) + "Z";
}

}  // namespace

std::string calendar_difference::text() const {
  return format_date(date) + ": broker " + span_text(broker) + ", built-in " + span_text(built_in);
}

result<session_calendar> session_calendar::make() {
  auto zone = zone_time::make("America/New_York");
  if (!zone) return std::move(zone).failure();
  return session_calendar{std::move(*zone)};
}

std::optional<session_day> session_calendar::built_in_session(calendar_date date) const {
  const auto kind = us_trading_day(date);
  if (!kind || *kind == us_day::closed) return std::nullopt;
  const auto close = *kind == us_day::half ? close_of_half_day : close_of_day;
  return session_day{date, utc_from_new_york(date, open_of_day), utc_from_new_york(date, close)};
}

bool session_calendar::is_broker_day(calendar_date date) const {
  return broker_first_ <= date && date <= broker_last_;
}

result<void> session_calendar::use_broker_days(calendar_date first, calendar_date last,
                                               std::vector<session_day> days) {
  const auto bad = [](const session_day& day, const char* why) {
    return error{ec::invalid_argument, "the broker's calendar day " + format_date(day.date) + why};
  };
  if (days_from_civil(last) - days_from_civil(first) > range_days_max)
    return {ec::invalid_argument, "a calendar of more than " + std::to_string(range_days_max) +
                                      " days is more than anybody needs"};
  for (std::size_t k = 0; k < days.size(); ++k) {
    const auto& day = days[k];
    if (day.date < first || last < day.date) return bad(day, " was not asked for");
    if (k > 0 && !(days[k - 1].date < day.date)) return bad(day, " is out of order");
    if (!(day.open < day.close)) return bad(day, " ends before it begins");
    if (new_york_date(day.open) != day.date || new_york_date(day.close) != day.date)
      return bad(day, " has times of another day");
  }
  broker_first_ = first;
  broker_last_ = last;
  broker_days_ = std::move(days);
  return {};
}

bool session_calendar::differs(calendar_date date) const {
  return is_broker_day(date) && us_trading_day(date).has_value() &&
         session_on(date) != built_in_session(date);
}

std::vector<calendar_difference> session_calendar::cross_check() const {
  std::vector<calendar_difference> out;
  for (auto date = broker_first_; date <= broker_last_; date = next_day(date))
    if (differs(date)) out.push_back({date, session_on(date), built_in_session(date)});
  return out;
}

bool session_calendar::covers(calendar_date date) const {
  return is_broker_day(date) || us_trading_day(date).has_value();
}

std::optional<session_day> session_calendar::session_on(calendar_date date) const {
  if (!is_broker_day(date)) return built_in_session(date);
  const auto at = std::lower_bound(
      broker_days_.begin(), broker_days_.end(), date,
      [](const session_day& day, calendar_date wanted) { return day.date < wanted; });
  if (at == broker_days_.end() || at->date != date) return std::nullopt;
  return *at;
}

bool session_calendar::is_half_day(const session_day& day) const {
  return day.close < utc_from_new_york(day.date, close_of_day);
}

std::vector<session_day> session_calendar::sessions(calendar_date first, calendar_date last) const {
  std::vector<session_day> out;
  const auto end = std::min(last, civil_from_days(days_from_civil(first) + range_days_max));
  for (auto date = first; date <= end; date = next_day(date))
    if (const auto day = session_on(date)) out.push_back(*day);
  return out;
}

std::optional<session_day> session_calendar::current_or_next(utc_ns at) const {
  auto date = new_york_date(at);
  for (int k = 0; k < days_ahead_max; ++k, date = next_day(date)) {
    const auto day = session_on(date);
    if (day && at < day->close) return day;
  }
  return std::nullopt;
}

session_state session_calendar::phase(utc_ns now, const session_options& options) const {
  session_state out;
  const auto today = new_york_date(now);
  if (!covers(today)) return out;
  const auto session = current_or_next(now);
  if (!session) return out;
  out.open = session->open;
  out.close = session->close;
  if (now < session->open) {
    out.phase = session_phase::closed;
    return out;
  }
  if (!differs(today)) out.overnight_entries_end = session->close - options.overnight_end_before;
  if (now >= session->close - options.flatten_before) {
    out.phase = session_phase::flatten;
  } else if (now >= session->close - options.entries_end_before || differs(today)) {
    out.phase = session_phase::exits_only;
  } else if (now < session->open + options.open_guard) {
    out.phase = session_phase::open_guard;
  } else {
    out.phase = session_phase::entries;
  }
  return out;
}

utc_ns end_of_phase(const session_state& session, const session_options& options, utc_ns now) {
  if (session.phase == session_phase::unknown) return now + std::chrono::hours{1};
  utc_ns out{INT64_MAX};
  for (const auto boundary :
       {session.open, session.open + options.open_guard, session.close - options.entries_end_before,
        session.close - options.flatten_before, session.close})
    if (boundary > now) out = std::min(out, boundary);
  return out;
}

}  // namespace bw
