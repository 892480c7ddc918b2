#include "app/cli.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

#include "config/option_table.hpp"
#include "core/version.hpp"

namespace bw {
namespace {

constexpr add_command commands[] = {
    add_demo,      add_run,    add_venue,  add_backtest, add_optimize,  add_proposals,  add_compare,
    add_status,    add_halt,   add_resume, add_flatten,  add_close,     add_cancel_all, add_resolve,
    add_watchdog,  add_why,    add_trades, add_orders,   add_positions, add_pnl,        add_export,
    add_reconcile, add_replay, add_audit,  add_report,   add_strategy,  add_check,      add_live,
    add_arm,       add_disarm, add_broker, add_init,     add_config,    add_version,    add_limits,
    add_override,  add_data};

/// The command that the words lead to, and how a person would type it.
struct reached_command {
  const CLI::App* app;
  std::string path;
  /// The first word that is no command where a command must stand.
  std::string stray;
};

reached_command follow(const CLI::App& program, int argc, const char* const* argv) {
  reached_command out{&program, program.get_name(), ""};
  for (int k = 1; k < argc; ++k) {
    const std::string word = argv[k];
    if (word.empty() || word[0] == '-') continue;
    const auto inner = out.app->get_subcommands({});
    if (inner.empty()) break;  // What follows are its arguments.
    const auto next = std::find_if(inner.begin(), inner.end(), [&word](const CLI::App* each) {
      return each->get_name() == word;
    });
    if (next == inner.end()) {
      out.stray = word;
      break;
    }
    out.app = *next;
    out.path += " " + word;
  }
  return out;
}

std::vector<std::string> command_names(const CLI::App& app) {
  std::vector<std::string> out;
  for (const auto* command : app.get_subcommands({})) out.push_back(command->get_name());
  return out;
}

std::vector<std::string> flag_names(const CLI::App& app) {
  std::vector<std::string> out;
  for (const auto* at = &app; at != nullptr; at = at->get_parent())
    for (const auto* each : at->get_options())
      for (const auto& name : each->get_lnames()) out.push_back("--" + name);
  return out;
}

/// The first flag among the words that the command does not have.
std::string stray_flag(const std::vector<std::string>& known, int argc, const char* const* argv) {
  for (int k = 1; k < argc; ++k) {
    const std::string_view word = argv[k];
    if (!word.starts_with("--") || word == "--") continue;
    const auto name = std::string{word.substr(0, word.find('='))};
    if (std::find(known.begin(), known.end(), name) == known.end()) return name;
  }
  return "";
}

/// CLI11 has its own exit codes and little to say about a mistyped word; ours are 2 and a guess.
int explain(const CLI::App& program, const CLI::ParseError& failure, const common_flags& flags,
            int argc, const char* const* argv) {
  const auto reached = follow(program, argc, argv);
  const auto known = flag_names(*reached.app);
  command_failure why{exit_code::usage, failure.what(), "try `" + reached.path + " --help`"};
  std::string near;
  if (!reached.stray.empty()) {
    why.message = "'" + reached.stray + "' is no command of `" + reached.path + "`";
    near = nearest_word(reached.stray, command_names(*reached.app));
    if (!near.empty()) near = reached.path + " " + near;
  } else if (const auto flag = stray_flag(known, argc, argv); !flag.empty()) {
    why.message = flag + " is no flag of `" + reached.path + "`";
    near = nearest_word(flag, known);
  }
  if (!near.empty()) why.hint = "did you mean `" + near + "`?";
  return fail(flags, why);
}

}  // namespace

int run_command_line(int argc, const char* const* argv) {
  CLI::App program{"Bellwether: an automated trading node for US equities, on paper by default.",
                   "bellwether"};
  program.footer(
      "First steps:  bellwether demo        trade on the built-in exchange, no account\n"
      "              bellwether init DIR    write a configuration to start from");
  program.set_version_flag("--version", std::string{version()});
  program.require_subcommand(1);
  program.failure_message(CLI::FailureMessage::simple);
  common_flags flags;
  chosen_command chosen;
  for (const auto add : commands) add(program, flags, chosen);
  for (auto* command : program.get_subcommands({})) {
    for (auto* each : command->get_subcommands({})) each->fallthrough();
    command->add_flag("--json", flags.json, "JSON on stdout, errors as JSON on stderr");
    command->add_flag("-q,--quiet", flags.quiet, "No progress on stderr");
    command->add_flag("--no-color", flags.no_color, "No colours and no live tables");
  }
  try {
    program.parse(argc, argv);
  } catch (const CLI::Success& wanted) {
    return program.exit(wanted, std::cout, std::cerr);
  } catch (const CLI::ParseError& failure) {
    for (int k = 1; k < argc; ++k)
      if (std::string_view{argv[k]} == "--json") flags.json = true;
    return explain(program, failure, flags, argc, argv);
  }
  return chosen ? chosen() : static_cast<int>(exit_code::usage);
}

}  // namespace bw
