#include "actors/day_report_files.hpp"

#include "actors/status_actor.hpp"
#include "analytics/node_books.hpp"
#include "analytics/report.hpp"
#include "config/state_folder.hpp"
#include "storage/audit_reader.hpp"

namespace bw {

std::filesystem::path day_report_folder(const std::filesystem::path& state, calendar_date day) {
  return state / "reports" / format_date(day);
}

result<std::filesystem::path> write_day_report(const std::filesystem::path& state,
                                               const day_report_question& asked,
                                               const session_calendar& calendar,
                                               const std::function<bool()>& goes_on) {
  const auto log = open_audit_reader(audit_folder(state));
  if (!log) return log.failure();
  const auto period = period_of_days(asked.mode, asked.day, asked.day, calendar);
  node_books books{period};
  bool left = false;
  const auto read = (*log)->read({}, [&](const audit_record& x) {
    left = !goes_on();
    if (!left) books.apply(x.wall, x.event);
    return !left && x.wall < period.to;
  });
  if (!read) return read.failure();
  if (left) return {ec::halted, "the report of the day was not wanted any more"};
  const auto run = books.result_of(asked.mode + " node, " + format_date(asked.day));
  if (!run) return run.failure();
  const auto folder = day_report_folder(state, asked.day);
  if (auto written = write_report(*run, calendar, folder); !written) return written.failure();
  const auto text = verdict_text(*run, statistics_of(*run, calendar));
  if (auto written = replace_file(folder / "report.txt", text); !written) return written.failure();
  return folder;
}

}  // namespace bw
