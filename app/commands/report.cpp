#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <iostream>
#include <memory>

#include "actors/checkin_files.hpp"
#include "app/cli.hpp"
#include "app/commands/report_command.hpp"
#include "app/config_file.hpp"
#include "config/config_loader.hpp"
#include "core/clock.hpp"

namespace bw {
namespace {

struct checkin_arguments {
  state_choice where;
  std::string slot;
  std::string day;
};

/// The node's own time: in a simulation the times of its status follow the venue's clock.
utc_ns time_of_node(const std::string& status_json) {
  const auto status = nlohmann::json::parse(status_json, nullptr, false);
  if (status.is_object() && status.value("mode", std::string{}) == "sim" &&
      status.contains("timestamp") && status["timestamp"].is_string())
    if (const auto at = parse_rfc3339(status["timestamp"].get<std::string>())) return *at;
  return system_clock{}.utc_now();
}

int show_checkin(const common_flags& flags, const checkin_arguments& asked) {
  const auto slot = checkin_slot_from(asked.slot);
  if (!slot)
    return fail(flags, {exit_code::usage, "'" + asked.slot + "' is no slot",
                        "there are morning, midday and eod"});
  const auto state = find_state_folder(asked.where);
  if (!state) return fail(flags, state.failure());
  if (std::error_code ignored; !std::filesystem::is_directory(*state, ignored))
    return fail(flags, {exit_code::usage, state->string() + ": there is no such folder",
                        "name a node's state folder with --state"});
  const auto calendar = session_calendar::make();
  if (!calendar) return fail(flags, calendar.failure());

  // A first look for the time; the day follows from it.
  auto now = time_of_node(gather_checkin(*state, {*slot, {}, {}}, *calendar).status_json);
  auto day = calendar->new_york_date(now);
  if (!asked.day.empty()) {
    const auto wanted = parse_date(asked.day);
    if (!wanted)
      return fail(flags, {exit_code::usage, "'" + asked.day + "' is no day", "as 2026-11-02 is"});
    if (*wanted < day) now = calendar->utc_from_new_york(*wanted, std::chrono::hours{23});
    day = *wanted;
  }
  auto facts = gather_checkin(*state, {*slot, day, now}, *calendar);
  if (const auto config = load_config(find_config(asked.where.config)))
    facts.limits = limits_of(config->config);
  const auto brief = make_checkin(facts);
  std::cout << (flags.json ? to_json(brief) + "\n" : to_text(brief));
  const auto written = write_checkin(*state, brief);
  if (!written) return fail(flags, written.failure());
  if (!flags.quiet && !flags.json) std::cerr << "written to " << written->string() << "\n";
  return static_cast<int>(exit_code::ok);
}

}  // namespace

void add_report(CLI::App& program, common_flags& flags, chosen_command& chosen) {
  auto* command = program.add_subcommand("report", "Reports of a node's days");
  command->require_subcommand(1);
  add_report_of_days(*command, flags, chosen);
  auto* checkin = command->add_subcommand("checkin", "A brief of the day, as the node writes it");
  checkin->footer(
      "Example:  bellwether report checkin --slot morning\n"
      "It is printed, and written as text and JSON into reports/ of the state folder. The node\n"
      "writes all three by itself; see [schedule] in node.toml.\n"
      "Exit codes: 0 written, 2 usage or configuration, 1 it could not be written.");
  auto asked = std::make_shared<checkin_arguments>();
  checkin->add_option("--slot", asked->slot, "morning, midday or eod")->required();
  checkin->add_option("--day", asked->day, "Trading day, YYYY-MM-DD; today by default");
  add_state_choice(*checkin, asked->where);
  checkin->callback([&chosen, &flags, asked] {
    chosen = [&flags, asked] { return show_checkin(flags, *asked); };
  });
}

}  // namespace bw
