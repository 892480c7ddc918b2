#include <fstream>
#include <sstream>

#include "actors/session_actor.hpp"
#include "core/log.hpp"
#include "domain/calendar_text.hpp"

namespace bw {

namespace {

constexpr const char* calendar_file = "calendar.txt";
constexpr const char* schedule_file = "schedule.txt";
/// An older calendar is not taken up: closures are announced days ahead.
constexpr nanoseconds kept_calendar_age_max = std::chrono::hours{7 * 24};
/// Missed jobs that one alert names; the rest is counted.
constexpr std::size_t named_max = 5;

std::string text_of(const std::filesystem::path& path) {
  std::ifstream in{path, std::ios::binary};
  std::ostringstream out;
  out << in.rdbuf();
  return in ? out.str() : std::string{};
}

std::optional<brief_slot> brief_of(const short_name& job) {
  if (job.view() == job_checkin_morning) return brief_slot::morning;
  if (job.view() == job_checkin_midday) return brief_slot::midday;
  if (job.view() == job_checkin_eod) return brief_slot::end_of_day;
  return std::nullopt;
}

}  // namespace

void session_actor_state::take_up_kept() {
  auto all = usual_jobs(args->schedule, args->options);
  if (!all) return args->on_fatal(exit_code::usage, all.failure().text());
  jobs.emplace(std::move(*all), args->schedule.late_max);
  if (args->state_folder.empty()) return;
  auto looked = text_of(args->state_folder / schedule_file);
  while (!looked.empty() && looked.back() == '\n') looked.pop_back();
  if (const auto until = parse_rfc3339(looked)) jobs->resume(*until);

  const auto text = text_of(args->state_folder / calendar_file);
  if (text.empty()) return;
  auto kept = parse_calendar(text);
  const auto now = args->time->utc_now();
  if (!kept) return log_line(log_level::warning, name, "exception", kept.failure().text());
  const auto age = now - kept->fetched;
  if (age < nanoseconds{0} || age > kept_calendar_age_max) return;
  const auto used = args->calendar.use_broker_days(kept->first, kept->last, kept->days);
  if (!used) return log_line(log_level::warning, name, "exception", used.failure().text());
  calendar_kept = true;
  log_line(log_level::info, name, "schedule",
           "the calendar of " + format_rfc3339(kept->fetched) + " serves until the broker answers");
}

void session_actor_state::keep_calendar(const calendar_report& x) {
  if (args->state_folder.empty()) return;
  const kept_calendar kept{time->at(args->time->mono_now()), x.days.front().date,
                           x.days.back().date, x.days};
  tell(self, members.status, kept_file{calendar_file, to_text(kept)});
}

void session_actor_state::check_calendar() {
  std::string found;
  for (const auto& each : args->calendar.cross_check())
    found += (found.empty() ? "" : "; ") + each.text();
  if (found == differences) return;
  differences = found;
  if (found.empty()) return;
  log_line(log_level::warning, name, "exception", "calendar: " + found);
  note(alert_record{
      alert_level::critical, "calendar_differs", {}, "no entries on these days: " + found});
}

void session_actor_state::keep_schedule() {
  if (args->state_folder.empty() || !jobs || !jobs->looked_until()) return;
  tell(self, members.status,
       kept_file{schedule_file, format_rfc3339(*jobs->looked_until()) + "\n"});
}

void session_actor_state::run_jobs(utc_ns now) {
  if (!jobs) return;
  std::string missed;
  std::size_t missed_count = 0;
  const auto due = jobs->take_due(now, args->calendar);
  for (const auto& job : due) {
    // One that nobody could write is one that nobody has read.
    if (const auto slot = brief_of(job.name)) tell(self, members.gate, brief_due{*slot});
    if (!job.missed) {
      run_job(job, now);
      continue;
    }
    if (++missed_count > named_max) continue;
    missed += (missed.empty() ? "" : ", ") + job.name.str() + " of " + format_date(job.day);
  }
  if (missed_count > named_max)
    missed += " and " + std::to_string(missed_count - named_max) + " more";
  if (missed_count > 0) {
    log_line(log_level::warning, name, "schedule", "missed: " + missed);
    note(alert_record{alert_level::warning, "job_missed", {}, missed});
  }
  if (!due.empty()) keep_schedule();
}

void session_actor_state::run_job(const due_job& job, utc_ns now) {
  const auto late = std::chrono::duration_cast<std::chrono::seconds>(now - job.due).count();
  log_line(log_level::info, name, "schedule",
           job.name.str() + " of " + format_date(job.day) +
               (late > 60 ? ", " + std::to_string(late) + " s late" : ""));
  if (job.name.str().starts_with("checkin_"))
    return tell(self, members.status, checkin_request{job.name, job.day, now});
  if (job.name.str() == job_pre_open) return before_open();
  if (job.name.str() == job_open) return at_open();
  if (job.name.str() == job_pre_close) return end_intraday_entries();
  if (job.name.str() == job_overnight_guard) return end_entries();
  if (job.name.str() == job_close) return after_close();
}

}  // namespace bw
