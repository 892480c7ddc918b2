#include <CLI/CLI.hpp>

#include <algorithm>
#include <iostream>

#include "app/cli.hpp"
#include "app/commands/person_command.hpp"
#include "app/config_file.hpp"
#include "app/lowered_limits.hpp"
#include "config/config_loader.hpp"
#include "config/limits_change.hpp"
#include "config/limits_text.hpp"
#include "config/option_table.hpp"
#include "core/json_writer.hpp"
#include "storage/event_json.hpp"

namespace bw {
namespace {

struct limits_arguments {
  person_arguments person;
  std::vector<std::string> settings;
  std::string config;
};

int lower(const common_flags& flags, limits_arguments& asked) {
  auto& limits = asked.person.request.limits.settings;
  for (const auto& each : asked.settings) {
    const auto equals = each.find('=');
    if (equals == std::string::npos || equals == 0 || equals + 1 == each.size())
      return fail(flags, {exit_code::usage, "'" + each + "' is no limit with its new value",
                          "write it as risk.max_qty=100"});
    const auto key = each.substr(0, equals);
    const auto known = lowerable_limits();
    if (std::find(known.begin(), known.end(), key) == known.end())
      return fail(flags, {exit_code::usage, "'" + key + "' is no limit that can be lowered",
                          "`bellwether limits list` names them"});
    limits.push_back({key, each.substr(equals + 1)});
  }
  return ask_and_show(flags, asked.person);
}

/// Every limit that can be lowered: in the file, and as a person has lowered it.
int list(const common_flags& flags, const limits_arguments& asked) {
  const auto loaded = load_config(find_config(asked.config));
  if (!loaded) return fail(flags, loaded.failure());
  auto lowered = loaded->config;
  const auto hash = hex_text(limits_in_force(loaded->config, "").hash);
  const auto applied = apply_lowered_limits(lowered, hash);
  if (!applied) return fail(flags, applied.failure());
  json_writer out;
  out.begin_object().member("schema_version", 1).member("hash", hash).key("limits").begin_array();
  std::vector<std::vector<std::string>> rows{{"limit", "node.toml", "lowered to"}};
  for (const auto key : lowerable_limits()) {
    const auto* option = find_option(key);
    const auto before = to_toml(option->show(loaded->config));
    const auto now = to_toml(option->show(lowered));
    out.begin_object().member("key", key).key("file").raw(before);
    out.key("now").raw(now).end_object();
    rows.push_back({std::string{key}, before, now == before ? std::string{} : now});
  }
  out.end_array().end_object();
  std::cout << (flags.json ? out.take() + "\n" : format_table(rows));
  return static_cast<int>(exit_code::ok);
}

}  // namespace

void add_limits(CLI::App& program, common_flags& flags, chosen_command& chosen) {
  auto* command = program.add_subcommand("limits", "Limits of the risk gate: see and lower them");
  command->footer(
      "Examples:  bellwether limits list --config node.toml\n"
      "           bellwether limits lower risk.max_qty=100 --why \"thin market\"");
  command->require_subcommand(1);
  auto asked = std::make_shared<limits_arguments>();
  auto* show = command->add_subcommand("list", "Every limit that can be lowered while a node runs");
  show->footer("Example:  bellwether limits list --config node.toml --json");
  show->add_option("-c,--config", asked->config,
                   "Configuration; else ./node.toml, then /etc/bellwether/node.toml");
  show->callback(
      [&chosen, &flags, asked] { chosen = [&flags, asked] { return list(flags, *asked); }; });
  auto* down = command->add_subcommand("lower", "Lower limits of the running node");
  down->footer(
      "Example:  bellwether limits lower risk.max_qty=100 risk.max_positions=2 --why \"news day\"\n"
      "All of them or none. They hold over restarts until the limits in node.toml are edited; no\n"
      "command raises one. Exit codes: 0 done, 2 no such value, 5 no node, 8 refused.");
  add_person(*down, asked->person);
  down->add_option("limits", asked->settings, "KEY=VALUE, as node.toml would have it")->required();
  down->callback([&chosen, &flags, asked] {
    asked->person.request.verb = control_verb::lower_limits;
    chosen = [&flags, asked] { return lower(flags, *asked); };
  });
}

void add_override(CLI::App& program, common_flags& flags, chosen_command& chosen) {
  auto* command = program.add_subcommand(
      "override", "Let one named order go beyond limits on how much and how often");
  command->footer(
      "Example:  bellwether override momentum AAPL buy 10 --why \"checked by hand\"\n"
      "Needs risk.override = true. It ends with that order, or after 60 s of the node's clock. "
      "What\n"
      "the node does not know, what the law or a halt forbids is never let pass. Exit codes: 0 "
      "done,\n"
      "5 no node, 8 refused.");
  auto asked = std::make_shared<person_arguments>();
  add_person(*command, *asked);
  command->add_option("strategy", asked->request.strategy, "Id of the strategy that will send it")
      ->required();
  command->add_option("symbol", asked->request.symbol, "Its symbol")->required();
  command->add_option("side", asked->request.side, "buy or sell")
      ->required()
      ->check(CLI::IsMember({"buy", "sell"}));
  command->add_option("qty", asked->request.qty, "How many shares")->required();
  command->callback([&chosen, &flags, asked] {
    asked->request.verb = control_verb::let_pass;
    chosen = [&flags, asked] { return ask_and_show(flags, *asked); };
  });
}

}  // namespace bw
