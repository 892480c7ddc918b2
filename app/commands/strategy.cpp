#include <CLI/CLI.hpp>

#include <algorithm>
#include <array>
#include <cstdio>
#include <iostream>

#include "app/cli.hpp"
#include "app/commands/person_command.hpp"
#include "app/config_file.hpp"
#include "app/strategy_project.hpp"
#include "app/strategy_switch.hpp"
#include "config/config_loader.hpp"
#include "core/json_writer.hpp"
#include "storage/event_json.hpp"
#include "strategies/generated_bars.hpp"
#include "strategies/history_check.hpp"

namespace bw {
namespace {

constexpr int schema_version = 1;

struct strategy_arguments {
  std::string state;
  std::string config;
  std::string plugins;
  std::string name;
  std::string folder = ".";
  std::string why;
  bool recursive = false;
};

/// What there is to be looked at: of a plugin folder alone, of a configuration, or of none.
struct known_strategies {
  std::shared_ptr<const plugin_catalog> catalog;
  std::vector<strategy_config> configured;
};

result<known_strategies> look_up(const strategy_arguments& asked) {
  known_strategies out;
  if (!asked.plugins.empty()) {
    plugin_options options;
    options.folder = asked.plugins;
    out.catalog = discover_plugins(options, environment::sim, built_in_strategies());
    return out;
  }
  const auto path = find_config(asked.config);
  std::error_code ignored;
  if (asked.config.empty() && !std::filesystem::exists(path, ignored)) {
    plugin_options none;
    none.folder.clear();
    out.catalog = discover_plugins(none, environment::sim, built_in_strategies());
    return out;
  }
  auto loaded = load_config(path);
  if (!loaded) return std::move(loaded).failure();
  out.catalog = loaded->catalog;
  out.configured = loaded->config.strategies;
  return out;
}

const plugin_finding* origin_of(const plugin_catalog& catalog, const std::string& id) {
  for (const auto& each : catalog.findings)
    if (each.accepted &&
        std::find(each.strategies.begin(), each.strategies.end(), id) != each.strategies.end())
      return &each;
  return nullptr;
}

std::string origin_text(const plugin_catalog& catalog, const std::string& id) {
  const auto* plugin = origin_of(catalog, id);
  return plugin == nullptr ? "built in" : plugin->file.filename().string();
}

void write_plugins(json_writer& out, const plugin_catalog& catalog) {
  out.key("plugins").begin_array();
  for (const auto& each : catalog.findings) {
    out.begin_object();
    out.member("file", each.file.string());
    out.member("sha256", hex_text(each.content));
    out.member("accepted", each.accepted);
    out.member("name", each.name);
    out.member("version", each.version);
    out.member("build_id", each.build_id);
    out.member("reason", each.reason);
    out.end_object();
  }
  out.end_array();
}

std::string list_json(const known_strategies& known) {
  json_writer out;
  out.begin_object();
  out.member("schema_version", schema_version);
  out.key("strategies").begin_array();
  for (const auto* each : known.catalog->registry.list()) {
    out.begin_object();
    out.member("id", each->id);
    out.member("version", each->version);
    out.member("text", each->text);
    out.member("origin", origin_text(*known.catalog, each->id));
    out.key("instances").begin_array();
    for (const auto& instance : known.configured)
      if (instance.kind == each->id) out.value(instance.id);
    out.end_array();
    out.end_object();
  }
  out.end_array();
  write_plugins(out, *known.catalog);
  out.end_object();
  return out.take();
}

std::string list_text(const known_strategies& known) {
  std::vector<std::vector<std::string>> rows{{"id", "version", "origin", "instances", "text"}};
  for (const auto* each : known.catalog->registry.list()) {
    std::string instances;
    for (const auto& instance : known.configured)
      if (instance.kind == each->id)
        instances +=
            (instances.empty() ? "" : " ") + instance.id + (instance.enabled ? "" : "(off)");
    rows.push_back({each->id, each->version, origin_text(*known.catalog, each->id),
                    instances.empty() ? "-" : instances, each->text});
  }
  auto out = format_table(rows);
  for (const auto& each : known.catalog->findings)
    out += "\n" + each.file.string() + ": " +
           (each.accepted ? "accepted, " + each.name + " " + each.version + ", SHA-256 " +
                                hex_text(each.content)
                          : "refused: " + each.reason);
  if (!known.catalog->findings.empty()) out += "\n";
  return out;
}

int list_strategies(const common_flags& flags, const strategy_arguments& asked) {
  const auto known = look_up(asked);
  if (!known) return fail(flags, known.failure());
  std::cout << (flags.json ? list_json(*known) + "\n" : list_text(*known));
  return static_cast<int>(exit_code::ok);
}

std::string info_json(const strategy_metadata& said, const plugin_catalog& catalog,
                      std::uint32_t warm_up_bars) {
  json_writer out;
  out.begin_object();
  out.member("schema_version", schema_version);
  out.member("id", said.id);
  out.member("name", said.name);
  out.member("version", said.version);
  out.member("text", said.text);
  out.member("origin", origin_text(catalog, said.id));
  if (const auto* plugin = origin_of(catalog, said.id)) {
    out.member("file", plugin->file.string());
    out.member("sha256", hex_text(plugin->content));
    out.member("build_id", plugin->build_id);
  }
  out.member("warm_up_bars", warm_up_bars);
  out.key("parameters").begin_array();
  for (const auto& each : said.parameters) {
    out.begin_object();
    out.member("name", each.name);
    out.member("type", to_string(each.type));
    out.member("unit", each.unit);
    out.key("default");
    each.default_text ? out.value(*each.default_text) : out.null();
    out.member("range", each.range_text());
    out.member("text", each.text);
    out.end_object();
  }
  out.end_array();
  out.end_object();
  return out.take();
}

std::string info_text(const strategy_metadata& said, const plugin_catalog& catalog,
                      std::uint32_t warm_up_bars) {
  auto out = said.name + " (" + said.id + " " + said.version + ", " +
             origin_text(catalog, said.id) + ")\n" + said.text + "\n";
  if (const auto* plugin = origin_of(catalog, said.id))
    out += "Plugin " + plugin->name + " " + plugin->version + ", built with " + plugin->build_id +
           ", SHA-256 " + hex_text(plugin->content) + "\n";
  out += "Needs " + std::to_string(warm_up_bars) + " bars before its signals count.\n\n";
  std::vector<std::vector<std::string>> rows{{"parameter", "default", "range", "unit", "meaning"}};
  for (const auto& each : said.parameters)
    rows.push_back({each.name, each.default_text.value_or("(must be given)"), each.range_text(),
                    each.unit, each.text});
  return out + format_table(rows);
}

int show_recursive(const common_flags& flags, const plugin_catalog& catalog,
                   const std::string& name) {
  constexpr std::uint64_t seed = 1;
  constexpr std::size_t bars = 4'000;
  const history_options options{.compared = 1'000};
  const auto report = check_history([&] { return catalog.registry.make(name, {}); },
                                    generated_bars(seed, bars), options);
  if (!report) return fail(flags, report.failure());
  json_writer out;
  std::vector<std::vector<std::string>> rows{
      {"bars of history", "values missing", "largest difference", "decisions that differ"}};
  out.begin_object();
  out.member("schema_version", schema_version);
  out.member("id", name);
  out.key("rows").begin_array();
  for (const auto& each : report->rows) {
    std::array<char, 32> difference{};
    std::snprintf(difference.data(), difference.size(), "%.2e", each.largest_difference);
    rows.push_back({std::to_string(each.bars), std::to_string(each.missing), difference.data(),
                    std::to_string(each.other_decisions)});
    out.begin_object();
    out.member("bars", std::uint64_t{each.bars});
    out.member("missing", std::uint64_t{each.missing});
    out.member("largest_difference", std::string_view{difference.data()});
    out.member("other_decisions", std::uint64_t{each.other_decisions});
    out.end_object();
  }
  out.end_array();
  out.member("compared_bars", std::uint64_t{options.compared});
  out.key("enough");
  report->enough ? out.value(std::uint64_t{*report->enough}) : out.null();
  out.end_object();
  if (flags.json) {
    std::cout << out.take() << '\n';
    return static_cast<int>(exit_code::ok);
  }
  std::cout << format_table(rows) << "Compared over " << options.compared
            << " generated bars with a history of " << report->whole << ".\n";
  if (report->enough)
    std::cout << "From " << *report->enough << " bars of history on nothing changes any more.\n";
  else
    std::cout << "They still change with the longest history: it remembers everything.\n";
  return static_cast<int>(exit_code::ok);
}

int show_strategy(const common_flags& flags, const strategy_arguments& asked) {
  const auto known = look_up(asked);
  if (!known) return fail(flags, known.failure());
  const auto& catalog = *known->catalog;
  const auto* said = catalog.registry.find(asked.name);
  if (said == nullptr) {
    const auto none = catalog.registry.check(asked.name, {});
    return fail(flags,
                {exit_code::usage, none.failure().context, "see `bellwether strategy list`"});
  }
  if (asked.recursive) return show_recursive(flags, catalog, asked.name);
  // One with a parameter that must be given cannot be asked without it.
  const auto made = catalog.registry.make(asked.name, {});
  const auto warm_up_bars = made ? (*made)->warm_up_bars() : 0;
  std::cout << (flags.json ? info_json(*said, catalog, warm_up_bars) + "\n"
                           : info_text(*said, catalog, warm_up_bars));
  return static_cast<int>(exit_code::ok);
}

int new_strategy(const common_flags& flags, const strategy_arguments& asked) {
  const auto written = write_strategy_project(asked.folder, asked.name);
  if (!written) return fail(flags, {exit_code::usage, written.failure().context, ""});
  const auto folder = (std::filesystem::path{asked.folder} / asked.name).lexically_normal();
  if (flags.json) {
    json_writer out;
    out.begin_object();
    out.member("schema_version", schema_version);
    out.member("folder", folder.string());
    out.key("written").begin_array();
    for (const auto& each : *written) out.value(each.filename().string());
    out.end_array();
    out.end_object();
    std::cout << out.take() << '\n';
  } else {
    std::cout << "Wrote " << folder.string() << ". Next:\n  cd " << folder.string()
              << " && cmake --workflow --preset default\n";
  }
  return static_cast<int>(exit_code::ok);
}

int enable_strategy(const common_flags& flags, const strategy_arguments& asked) {
  // A node that runs is asked; otherwise its log is written.
  const auto state = find_state_folder({asked.state, asked.config});
  if (state && read_control_endpoint(*state)) {
    control_request wish;
    wish.verb = control_verb::put_back;
    wish.strategy = asked.name;
    wish.who = person_at_the_terminal();
    wish.why = asked.why;
    const auto answer = ask_node(*state, wish);
    if (answer) return show_answer(flags, *answer);
    if (answer.code() != ec::connection_failed)
      return fail(flags, failure_of_request(answer.failure()));
  }
  const auto loaded = load_config(find_config(asked.config));
  if (!loaded) return fail(flags, loaded.failure());
  const auto done = put_strategy_back(*loaded, asked.name, asked.why);
  if (!done)
    return fail(flags, done.code() == ec::already_exists
                           ? command_failure{exit_code::refused_for_safety, done.failure().context,
                                             "stop the node first: it reads its log at the start"}
                       : done.code() == ec::not_found
                           ? command_failure{exit_code::usage, done.failure().context, ""}
                           : command_failure{code_for(done.code()), done.failure().context, ""});
  if (flags.json) {
    json_writer out;
    out.begin_object();
    out.member("schema_version", schema_version);
    out.member("strategy", asked.name);
    out.member("enabled", true);
    out.end_object();
    std::cout << out.take() << '\n';
  } else {
    std::cout << asked.name << " trades again from the next start on.\n";
  }
  return static_cast<int>(exit_code::ok);
}

using strategy_action = int (*)(const common_flags&, const strategy_arguments&);

}  // namespace

void add_strategy(CLI::App& program, common_flags& flags, chosen_command& chosen) {
  auto* command = program.add_subcommand("strategy", "Strategies: built in, of plugins, your own");
  command->footer(
      "Examples:  bellwether strategy list\n"
      "           bellwether strategy info momentum\n"
      "           bellwether strategy new my_strategy");
  command->require_subcommand(1);
  auto asked = std::make_shared<strategy_arguments>();
  const auto carry_out = [&chosen, &flags, asked](CLI::App* of, strategy_action action) {
    of->callback([&chosen, &flags, asked, action] {
      chosen = [&flags, asked, action] { return action(flags, *asked); };
    });
  };
  const auto add_places = [asked](CLI::App* to) {
    auto* config = to->add_option("-c,--config", asked->config,
                                  "Configuration whose plugins and instances are looked at");
    to->add_option("--plugins", asked->plugins, "Folder with plugins, in place of a configuration")
        ->excludes(config);
  };
  auto* list = command->add_subcommand("list", "Every strategy, and every plugin file");
  list->footer("Example:  bellwether strategy list --plugins plugins");
  add_places(list);
  carry_out(list, &list_strategies);
  auto* info = command->add_subcommand("info", "What a strategy says of itself");
  info->footer("Example:  bellwether strategy info momentum --recursive");
  info->add_option("name", asked->name, "Id of the strategy")->required();
  info->add_flag("--recursive", asked->recursive,
                 "How much history its decisions need before they stop changing");
  add_places(info);
  carry_out(info, &show_strategy);
  auto* fresh = command->add_subcommand("new", "Write a project with a strategy and its test");
  fresh->footer("Example:  bellwether strategy new my_strategy --in ~/strategies");
  fresh->add_option("name", asked->name, "Small letters, digits, underscores")->required();
  fresh->add_option("--in", asked->folder, "Folder that gets the project's folder (default: .)");
  carry_out(fresh, &new_strategy);
  auto* enable = command->add_subcommand("enable", "Put back a strategy that the node took out");
  enable->footer(
      "Example:  bellwether strategy enable momentum --why \"fixed in 1.0.1\" --config node.toml\n"
      "Asks the node when one runs; otherwise it trades again from the next start on. Exit codes:\n"
      "0 done, 2 nothing holds it off, 8 refused by a running node.");
  enable->add_option("name", asked->name, "Its id in strategies.toml")->required();
  enable->add_option("--why", asked->why, "For the log")->required();
  enable->add_option("-c,--config", asked->config, "Configuration of the node");
  enable->add_option("--state", asked->state, "State folder of a running node");
  carry_out(enable, &enable_strategy);
}

}  // namespace bw
