// What a node did on some days, told as a backtest is told, and how its orders were executed.

#include <CLI/CLI.hpp>

#include <iostream>
#include <memory>

#include "actors/day_report_files.hpp"
#include "analytics/execution_figures.hpp"
#include "analytics/report.hpp"
#include "app/commands/report_command.hpp"
#include "app/config_file.hpp"
#include "config/state_folder.hpp"

namespace bw {
namespace {

struct days_asked {
  state_choice where;
  std::string day;
  std::string week;
  std::string from;
  std::string to;
  std::string mode;
  std::string out;
};

/// The log's last run and last instant: what is meant when nothing is named.
struct log_end {
  std::string mode;
  utc_ns at{};
};

result<log_end> end_of(const audit_reader& log) {
  log_end out;
  audit_filter boots;
  boots.type = *parse_audit_type("boot");
  auto read = log.read(boots, [&](const audit_record& x) {
    if (const auto* boot = std::get_if<boot_record>(&x.event)) out.mode = boot->mode;
    return true;
  });
  if (!read) return read.failure();
  audit_filter last;
  last.from = log.head().sequence;
  read = log.read(last, [&](const audit_record& x) {
    out.at = x.wall;
    return true;
  });
  if (!read) return read.failure();
  if (out.mode.empty()) return {ec::not_found, "the log has no run of a node"};
  return out;
}

struct day_range {
  calendar_date first;
  calendar_date last;
};

result<day_range> range_of(const days_asked& asked, calendar_date last_day) {
  const auto shifted = [](calendar_date day, std::int64_t by) {
    return civil_from_days(days_from_civil(day) + by);
  };
  if (!asked.week.empty()) {
    const auto day = parse_date(asked.week);
    if (!day) return day.failure();
    // 1970-01-01 was a Thursday; weeks begin on Monday.
    const auto since_monday = (days_from_civil(*day) % 7 + 10) % 7;
    return day_range{shifted(*day, -since_monday), shifted(*day, 6 - since_monday)};
  }
  const auto& from = asked.day.empty() ? asked.from : asked.day;
  const auto& to = asked.day.empty() ? asked.to : asked.day;
  const auto first = from.empty() ? result<calendar_date>{last_day} : parse_date(from);
  if (!first) return first.failure();
  const auto last = to.empty() ? result<calendar_date>{std::max(last_day, *first)} : parse_date(to);
  if (!last) return last.failure();
  if (*last < *first) return {ec::invalid_argument, "--to " + to + " lies before --from " + from};
  return day_range{*first, *last};
}

/// Everything a report of days begins with.
struct opened_days {
  session_calendar calendar;
  std::unique_ptr<audit_reader> log;
  books_period period;
  day_range days;
};

result<opened_days> open_days(const days_asked& asked) {
  auto calendar = session_calendar::make();
  if (!calendar) return calendar.failure();
  const auto state = find_state_folder(asked.where);
  if (!state) return state.failure();
  auto log = open_audit_reader(audit_folder(*state));
  if (!log) return log.failure();
  const auto end = end_of(**log);
  if (!end) return end.failure();
  const auto days = range_of(asked, calendar->new_york_date(end->at));
  if (!days) return days.failure();
  auto period = period_of_days(asked.mode.empty() ? end->mode : asked.mode, days->first, days->last,
                               *calendar);
  return opened_days{std::move(*calendar), std::move(*log), std::move(period), *days};
}

int say(const common_flags& flags, const error& why) {
  if (why.code == ec::parse_failed || why.code == ec::invalid_argument)
    return fail(flags, {exit_code::usage, why.context, "days are written as 2026-11-02"});
  return fail(flags, why);
}

int show_days(const common_flags& flags, const days_asked& asked) {
  const auto opened = open_days(asked);
  if (!opened) return say(flags, opened.failure());
  const auto first = format_date(opened->days.first);
  const auto last = format_date(opened->days.last);
  const auto name = opened->period.mode + " node, " + first + (first == last ? "" : " to " + last);
  const auto run = run_of_days(*opened->log, opened->period, name, [] { return true; });
  if (!run) return fail(flags, run.failure());
  const auto statistics = statistics_of(*run, opened->calendar);
  std::cout << (flags.json ? report_json(*run, statistics) : verdict_text(*run, statistics));
  if (asked.out.empty()) return static_cast<int>(exit_code::ok);
  if (const auto written = write_report(*run, opened->calendar, asked.out); !written)
    return fail(flags, written.failure());
  if (!flags.quiet)
    std::cerr << "written: " << (std::filesystem::path{asked.out} / "report.html").string() << '\n';
  return static_cast<int>(exit_code::ok);
}

int show_execution(const common_flags& flags, const days_asked& asked) {
  const auto opened = open_days(asked);
  if (!opened) return say(flags, opened.failure());
  execution_figures figures{opened->period.mode, opened->period.from, opened->period.to};
  const auto read = opened->log->read({}, [&](const audit_record& x) {
    figures.apply(x.wall, x.event);
    return x.wall < opened->period.to;
  });
  if (!read) return fail(flags, read.failure());
  std::cout << (flags.json ? to_json(figures) + "\n" : execution_text(figures));
  return static_cast<int>(exit_code::ok);
}

std::shared_ptr<days_asked> add_days(CLI::App& command) {
  auto asked = std::make_shared<days_asked>();
  add_state_choice(command, asked->where);
  auto* day = command.add_option("--day", asked->day, "One day of New York; the log's last one");
  auto* week = command.add_option("--week", asked->week, "The week, Monday to Sunday, of this day");
  week->excludes(day);
  command.add_option("--from", asked->from, "From this day on")->excludes(day)->excludes(week);
  command.add_option("--to", asked->to, "Up to and including this day")
      ->excludes(day)
      ->excludes(week);
  command.add_option("--mode", asked->mode, "sim, paper or live; that of the last run")
      ->check(CLI::IsMember({"sim", "paper", "live"}));
  return asked;
}

}  // namespace

void add_report_of_days(CLI::App& report, common_flags& flags, chosen_command& chosen) {
  auto* days = report.add_subcommand("days", "What came of some days, as a backtest tells it");
  days->footer(
      "Examples:  bellwether report days --day 2026-11-02\n"
      "           bellwether report days --week 2026-11-02 --out week     writes report.html\n"
      "Reads the audit log, beside a running node or without one.\n"
      "Exit codes: 0 shown, 2 usage or nothing to report, 7 the log is broken");
  auto asked = add_days(*days);
  days->add_option("--out", asked->out,
                   "Folder for report.html, report.json, report.txt, trades.csv and equity.csv");
  days->callback(
      [&chosen, &flags, asked] { chosen = [&flags, asked] { return show_days(flags, *asked); }; });
  auto* execution =
      report.add_subcommand("execution", "How orders were executed, denied, rejected");
  execution->footer(
      "Example:  bellwether report execution --from 2026-11-01 --to 2026-11-30 --json\n"
      "Slippage is what executions were worse than the prices decided at.\n"
      "Exit codes: 0 shown, 2 usage or nothing to report, 7 the log is broken");
  auto wanted = add_days(*execution);
  execution->callback([&chosen, &flags, wanted] {
    chosen = [&flags, wanted] { return show_execution(flags, *wanted); };
  });
}

}  // namespace bw
