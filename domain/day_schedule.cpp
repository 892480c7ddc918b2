#include "domain/day_schedule.hpp"

#include <algorithm>

namespace bw {

namespace {

/// Longest way to the next trading day that is looked ahead.
constexpr std::int64_t days_ahead = 14;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

result<local_time> parse_local_time(std::string_view text) {
  const auto bad = [&] {
    return error{ec::parse_failed, "'" + std::string{text} +
                                       "' is no time of day with its zone, as 08:30 "
                                       "America/Chicago is"};
  };
  constexpr std::string_view form = "hh:mm ";
  if (text.size() <= form.size() || text[2] != ':' || text[5] != ' ') return bad();
  for (const auto place : {0u, 1u, 3u, 4u})
    if (!is_digit(text[place])) return bad();
  const auto number = [&](std::size_t at) { return (text[at] - '0') * 10 + (text[at + 1] - '0'); };
  if (number(0) > 23 || number(3) > 59) return bad();
  auto zone = zone_time::make(std::string{text.substr(form.size())});
  if (!zone) return std::move(zone).failure();
  return local_time{std::chrono::hours{number(0)} + std::chrono::minutes{number(3)},
                    std::move(*zone)};
}

result<std::vector<daily_job>> usual_jobs(const schedule_options& options,
                                          const session_options& session) {
  using from = daily_job::anchor;
  const auto named = [](std::string_view name) { return cut<short_name>(name); };
  std::vector<daily_job> out{
      {named(job_pre_open), from::open, -options.pre_open, {}, {}},
      {named(job_open), from::open, nanoseconds{0}, {}, {}},
      {named(job_pre_close), from::close, -session.entries_end_before, {}, {}},
      {named(job_overnight_guard), from::close, -session.overnight_end_before, {}, {}},
      {named(job_close), from::close, nanoseconds{0}, {}, {}},
  };
  const std::pair<std::string_view, const std::string*> briefs[] = {
      {job_checkin_morning, &options.checkin_morning},
      {job_checkin_midday, &options.checkin_midday},
      {job_checkin_eod, &options.checkin_eod}};
  for (const auto& [name, text] : briefs) {
    auto at = parse_local_time(*text);
    if (!at) return std::move(at).failure().within("schedule." + std::string{name});
    daily_job job{named(name), from::wall_clock, {}, std::move(*at), {}};
    if (name == job_checkin_eod) job.half_day_after_close = options.half_day_eod;
    out.push_back(std::move(job));
  }
  return out;
}

day_schedule::day_schedule(std::vector<daily_job> jobs, nanoseconds late_max)
    : jobs_(std::move(jobs)), late_max_(late_max) {
  if (jobs_.size() > jobs_max) jobs_.erase(jobs_.begin() + jobs_max, jobs_.end());
}

utc_ns day_schedule::due_on(const daily_job& job, const session_day& day,
                            const session_calendar& calendar) {
  if (job.half_day_after_close && calendar.is_half_day(day))
    return day.close + *job.half_day_after_close;
  if (job.from == daily_job::anchor::wall_clock && job.at)
    return job.at->zone.instant_of(day.date, job.at->of_day);
  return (job.from == daily_job::anchor::close ? day.close : day.open) + job.offset;
}

std::vector<due_job> day_schedule::take_due(utc_ns now, const session_calendar& calendar) {
  std::vector<due_job> out;
  if (!looked_until_ || *looked_until_ - now > back_max) {
    looked_until_ = now;
    return out;
  }
  if (now <= *looked_until_) return out;
  const auto last = days_from_civil(calendar.new_york_date(now)) + 1;
  // A wall clock far to the west or east of New York belongs to the day before or after.
  const auto since = days_from_civil(calendar.new_york_date(*looked_until_)) - 1;
  for (auto each = std::max(since, last - days_back_max); each <= last; ++each) {
    const auto day = calendar.session_on(civil_from_days(each));
    if (!day) continue;
    for (const auto& job : jobs_) {
      const auto due = due_on(job, *day, calendar);
      if (due <= *looked_until_ || due > now) continue;
      out.push_back({job.name, day->date, due, now - due > late_max_});
    }
  }
  std::stable_sort(out.begin(), out.end(),
                   [](const due_job& a, const due_job& b) { return a.due < b.due; });
  looked_until_ = now;
  return out;
}

std::optional<due_job> day_schedule::next(utc_ns now, const session_calendar& calendar) const {
  std::optional<due_job> out;
  const auto today = days_from_civil(calendar.new_york_date(now));
  for (auto each = today - 1; each <= today + days_ahead; ++each) {
    const auto day = calendar.session_on(civil_from_days(each));
    if (!day) continue;
    for (const auto& job : jobs_) {
      const auto due = due_on(job, *day, calendar);
      if (due > now && (!out || due < out->due)) out = due_job{job.name, day->date, due, false};
    }
  }
  return out;
}

}  // namespace bw
