#include <CLI/CLI.hpp>

#include <iostream>

#include "app/cli.hpp"
#include "app/preflight_run.hpp"
#include "app/signals.hpp"
#include "app/trial.hpp"

namespace bw {
namespace {

struct check_arguments {
  preflight_request request;
  bool no_drill = false;
  std::string trial;
  std::string length = "24h";
  std::string pause = "15m";
};

/// Looks until the time is over or somebody ends it, and writes the report of a day as soon as the
/// day has one.
int extended(const common_flags& flags, const check_arguments& asked) {
  const auto length = parse_duration(asked.length);
  if (!length) return fail(flags, length.failure());
  const auto pause = parse_duration(asked.pause);
  if (!pause) return fail(flags, pause.failure());
  if (*length > extended_trial::longest || *pause < std::chrono::seconds{1} || *length < *pause)
    return fail(flags, {exit_code::usage, "a trial lasts at most 48h, with looks 1s apart at least",
                        "as --for 24h --every 15m"});
  const auto calendar = session_calendar::make();
  if (!calendar) return fail(flags, calendar.failure());
  stop_signals stop;
  const system_clock time;
  const auto began = time.mono_now();
  const auto began_at = time.utc_now();
  extended_trial trial;
  auto request = asked.request;
  request.drill = !asked.no_drill;
  while (true) {
    const auto outcome = run_preflight(request);
    keep_preflight(request, outcome);
    request.drill = false;  // Once; the log keeps it.
    const auto day = calendar->new_york_date(outcome.at);
    trial.add(outcome.report, day);
    const auto today = trial.report(day);
    if (!outcome.state_folder.empty())
      if (const auto kept = keep_trial_day(outcome.state_folder, today, day, outcome, began_at);
          !kept)
        return fail(flags, kept.failure());
    const bool over = time.mono_now() - began + *pause > *length;
    if (!over && !stop.wait_for(*pause)) continue;
    const auto all = trial.report();
    std::cout << (flags.json ? to_json(all, outcome.mode, outcome.at) + "\n" : to_text(all));
    if (!over) return fail(flags, {exit_code::not_ready, "the trial was ended early", ""});
    return static_cast<int>(all.passed() ? exit_code::ok : exit_code::not_ready);
  }
}

int check_node(const common_flags& flags, const check_arguments& asked) {
  if (asked.trial == "extended") return extended(flags, asked);
  auto request = asked.request;
  request.drill = !asked.no_drill;
  const auto outcome = run_preflight(request);
  keep_preflight(request, outcome);
  if (!asked.trial.empty()) {
    const auto trial = quick_trial(outcome);
    const auto kept = keep_trial(trial, outcome);
    std::cout << (flags.json ? to_json(trial, outcome.mode, outcome.at) + "\n" : to_text(trial));
    if (!kept) return fail(flags, kept.failure());
    if (!flags.quiet && !kept->empty()) std::cerr << "written to " << kept->string() << '\n';
    return static_cast<int>(trial.passed() ? exit_code::ok : exit_code::not_ready);
  }
  std::cout << (flags.json ? to_json(outcome.report, outcome.mode, outcome.at) + "\n"
                           : to_text(outcome.report));
  return static_cast<int>(outcome.report.passed() ? exit_code::ok : exit_code::not_ready);
}

}  // namespace

void add_check(CLI::App& program, common_flags& flags, chosen_command& chosen) {
  auto* command = program.add_subcommand("check", "Preflight: is everything there to trade?");
  command->footer(
      "Examples:  bellwether check --config node.toml\n"
      "           bellwether check --live --json\n"
      "           bellwether check --trial quick\n"
      "           bellwether check --trial extended --for 48h\n"
      "Rehearses the emergency stop with one far-off share, on paper and on the embedded venue,\n"
      "when no node runs and no order is open; --no-drill leaves that out.\n"
      "Exit codes: 0 nothing failed, 3 something did.");
  auto asked = std::make_shared<check_arguments>();
  command->add_option("-c,--config", asked->request.config_file,
                      "Configuration; else ./node.toml, then /etc/bellwether/node.toml");
  command->add_flag("--live", asked->request.live, "Judge the way to real money as well");
  command->add_flag("--no-drill", asked->no_drill, "Do not rehearse the emergency stop");
  auto* trial =
      command
          ->add_option("--trial", asked->trial,
                       "quick: eight tests; extended: looks over days, a report for each of them. "
                       "JSON results in the state folder")
          ->check(CLI::IsMember({"quick", "extended"}));
  command->add_option("--for", asked->length, "How long an extended trial lasts")
      ->needs(trial)
      ->capture_default_str();
  command->add_option("--every", asked->pause, "Between two of its looks")
      ->needs(trial)
      ->capture_default_str();
  command->callback(
      [&chosen, &flags, asked] { chosen = [&flags, asked] { return check_node(flags, *asked); }; });
}

}  // namespace bw
