#include <CLI/CLI.hpp>

#include <iostream>

#include "app/cli.hpp"
#include "app/preflight_run.hpp"
#include "app/trial.hpp"

namespace bw {
namespace {

struct check_arguments {
  preflight_request request;
  bool no_drill = false;
  std::string trial;
};

int check_node(const common_flags& flags, const check_arguments& asked) {
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
      "Rehearses the emergency stop with one far-off share, on paper and on the embedded venue,\n"
      "when no node runs and no order is open; --no-drill leaves that out.\n"
      "Exit codes: 0 nothing failed, 3 something did.");
  auto asked = std::make_shared<check_arguments>();
  command->add_option("-c,--config", asked->request.config_file,
                      "Configuration; else ./node.toml, then /etc/bellwether/node.toml");
  command->add_flag("--live", asked->request.live, "Judge the way to real money as well");
  command->add_flag("--no-drill", asked->no_drill, "Do not rehearse the emergency stop");
  command->add_option("--trial", asked->trial, "Eight tests with a JSON result in the state folder")
      ->check(CLI::IsMember({"quick"}));
  command->callback(
      [&chosen, &flags, asked] { chosen = [&flags, asked] { return check_node(flags, *asked); }; });
}

}  // namespace bw
