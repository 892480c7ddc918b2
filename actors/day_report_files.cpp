#include "actors/day_report_files.hpp"

#include "analytics/report.hpp"
#include "config/state_folder.hpp"

namespace bw {

std::filesystem::path day_report_folder(const std::filesystem::path& state, calendar_date day) {
  return state / "reports" / format_date(day);
}

result<run_result> run_of_days(const audit_reader& log, const books_period& period,
                               const std::string& name, const std::function<bool()>& goes_on) {
  node_books books{period};
  bool left = false;
  // Fees are posted after the day that they are of.
  const bool ends = period.to < utc_ns{INT64_MAX} - node_books::fees_within;
  const auto last = ends ? period.to + node_books::fees_within : period.to;
  const auto read = log.read({}, [&](const audit_record& x) {
    left = !goes_on();
    if (!left) books.apply(x.wall, x.event);
    return !left && x.wall < last;
  });
  if (!read) return read.failure();
  if (left) return {ec::halted, "the report of the day was not wanted any more"};
  return books.result_of(name);
}

result<std::filesystem::path> write_day_report(const std::filesystem::path& state,
                                               const day_report_question& asked,
                                               const session_calendar& calendar,
                                               const std::function<bool()>& goes_on,
                                               const std::optional<result<run_against>>& against) {
  const auto log = open_audit_reader(audit_folder(state));
  if (!log) return log.failure();
  const auto period = period_of_days(asked.mode, asked.day, asked.day, calendar);
  auto run = run_of_days(**log, period, asked.mode + " node, " + format_date(asked.day), goes_on);
  if (!run) return run.failure();
  if (against && *against)
    run->against = **against;
  else if (against)
    run->warnings.push_back("The day was not decided again: " + against->failure().context);
  const auto folder = day_report_folder(state, asked.day);
  if (auto written = write_report(*run, calendar, folder); !written) return written.failure();
  return folder;
}

}  // namespace bw
