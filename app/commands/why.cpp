#include <CLI/CLI.hpp>

#include <charconv>
#include <iostream>
#include <memory>

#include "app/cli.hpp"
#include "app/config_file.hpp"
#include "app/minute_story_text.hpp"
#include "app/order_story_text.hpp"
#include "config/state_folder.hpp"

namespace bw {
namespace {

struct why_arguments {
  state_choice where;
  /// An order, or with --at a symbol.
  std::string subject;
  std::string minute;
  std::string day;
  std::string strategy;
};

/// "10:31" as minutes of the day.
result<std::chrono::minutes> parse_minute(std::string_view text) {
  unsigned hour = 0;
  unsigned minute = 0;
  const auto* end = text.data() + text.size();
  const auto first = std::from_chars(text.data(), end, hour);
  const bool colon = first.ec == std::errc{} && first.ptr != end && *first.ptr == ':';
  const auto second = colon ? std::from_chars(first.ptr + 1, end, minute) : first;
  if (!colon || second.ec != std::errc{} || second.ptr != end || second.ptr - first.ptr != 3 ||
      hour > 23 || minute > 59)
    return {ec::parse_failed, "'" + std::string{text.substr(0, 20)} +
                                  "' is no time of the day; write 10:31 for New York's time"};
  return std::chrono::minutes{hour * 60 + minute};
}

result<minute_question> question_of(const why_arguments& asked, const session_calendar& calendar,
                                    const audit_reader& log) {
  const auto minute = parse_minute(asked.minute);
  if (!minute) return minute.failure();
  if (asked.subject.empty() || !symbol_name::fits(asked.subject) ||
      !short_name::fits(asked.strategy))
    return {ec::invalid_argument, "--at wants a symbol: bellwether why --at 10:31 AAPL"};
  calendar_date day;
  if (asked.day.empty()) {
    // Without a day it is the last one that the log has.
    utc_ns last{};
    const auto read = log.read({.from = log.head().sequence}, [&](const audit_record& record) {
      last = record.wall;
      return true;
    });
    if (!read) return read.failure();
    day = calendar.new_york_date(last);
  } else {
    const auto parsed = parse_date(asked.day);
    if (!parsed) return parsed.failure();
    day = *parsed;
  }
  minute_question out;
  out.symbol = symbol_name{asked.subject};
  out.strategy = short_name{asked.strategy};
  out.from = calendar.utc_from_new_york(day, *minute);
  out.to = out.from + std::chrono::minutes{1};
  return out;
}

int answer_minute(const common_flags& flags, const why_arguments& asked, const audit_reader& log,
                  const session_calendar& calendar) {
  const auto question = question_of(asked, calendar, log);
  if (!question) return fail(flags, question.failure());
  const auto story = tell_minute(log, *question);
  if (!story) return fail(flags, story.failure());
  if (flags.json)
    std::cout << minute_story_json(*story, calendar) << '\n';
  else
    std::cout << minute_story_text(*story, calendar);
  return static_cast<int>(exit_code::ok);
}

int answer_order(const common_flags& flags, const why_arguments& asked, const audit_reader& log,
                 const session_calendar& calendar) {
  const auto story = tell_order(log, {asked.subject});
  if (!story) {
    const auto& why = story.failure();
    return fail(flags, {code_for(why.code), why.context,
                        why.code == ec::not_found ? "list them with `bellwether orders`" : ""});
  }
  if (flags.json)
    std::cout << order_story_json(*story) << '\n';
  else
    std::cout << order_story_text(*story, calendar);
  return static_cast<int>(exit_code::ok);
}

int run_why(const common_flags& flags, const why_arguments& asked) {
  const auto state = find_state_folder(asked.where);
  if (!state) return fail(flags, state.failure());
  const auto calendar = session_calendar::make();
  if (!calendar) return fail(flags, calendar.failure());
  const auto log = open_audit_reader(audit_folder(*state));
  if (!log) return fail(flags, log.failure());
  return asked.minute.empty() ? answer_order(flags, asked, **log, *calendar)
                              : answer_minute(flags, asked, **log, *calendar);
}

}  // namespace

void add_why(CLI::App& program, common_flags& flags, chosen_command& chosen) {
  auto* command = program.add_subcommand(
      "why", "Why an order was sent and what became of it; or why nothing was sent");
  command->footer(
      "Examples:  bellwether why bw-0fgz2k8m-1-7\n"
      "           bellwether why 9be35597              an execution, by its beginning\n"
      "           bellwether why '#812'                the order that record 812 is about\n"
      "           bellwether why --at 10:31 AAPL       New York's time, the last day of the log\n"
      "           bellwether why --at 10:31 AAPL --day 2026-11-02 --strategy momentum --json\n"
      "Reads the audit log alone, beside a running node or without one. Exit code 2 when no order\n"
      "or several answer to that name, 7 when the log is broken.");
  auto asked = std::make_shared<why_arguments>();
  add_state_choice(*command, asked->where);
  command
      ->add_option("ORDER", asked->subject,
                   "Client order id, broker's order id, execution id, a unique beginning of one, "
                   "or #RECORD; with --at a symbol")
      ->required();
  auto* at = command->add_option("--at", asked->minute,
                                 "A minute in New York: why was nothing sent in it?");
  command->add_option("--day", asked->day, "Day of that minute, like 2026-11-02")->needs(at);
  command->add_option("--strategy", asked->strategy, "Only this strategy")->needs(at);
  command->callback(
      [&chosen, &flags, asked] { chosen = [&flags, asked] { return run_why(flags, *asked); }; });
}

}  // namespace bw
