#include "app/cli.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <iostream>

#include "config/option_table.hpp"
#include "core/version.hpp"

namespace bw {
namespace {

constexpr add_command commands[] = {add_demo,   add_run,   add_venue,  add_status,
                                    add_audit,  add_init,  add_config, add_version};

std::vector<std::string> command_names(const CLI::App& program) {
  std::vector<std::string> out;
  for (const auto* command : program.get_subcommands({})) out.push_back(command->get_name());
  return out;
}

/// CLI11 has its own exit codes and little to say about a mistyped command; ours are 2 and a guess.
int explain(const CLI::App& program, const CLI::ParseError& failure, const common_flags& flags,
            int argc, const char* const* argv) {
  command_failure why;
  why.code = exit_code::usage;
  why.message = failure.what();
  why.hint = "try `bellwether --help`";
  const auto names = command_names(program);
  for (int k = 1; k < argc; ++k) {
    const std::string word = argv[k];
    if (word.empty() || word[0] == '-') continue;
    if (std::find(names.begin(), names.end(), word) != names.end()) {
      why.hint = "try `bellwether " + word + " --help`";
    } else {
      why.message = "'" + word + "' is no command";
      const auto near = nearest_word(word, names);
      if (!near.empty()) why.hint = "did you mean `bellwether " + near + "`?";
    }
    break;
  }
  return fail(flags, why);
}

}  // namespace

int run_command_line(int argc, const char* const* argv) {
  CLI::App program{"Bellwether: an automated trading node for US equities, on paper by default.",
                   "bellwether"};
  program.footer("First steps:  bellwether demo        trade on the built-in exchange, no account\n"
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
