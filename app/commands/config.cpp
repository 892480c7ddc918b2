#include <CLI/CLI.hpp>

#include <iostream>

#include "app/cli.hpp"
#include "app/config_file.hpp"
#include "config/config_loader.hpp"
#include "config/option_table.hpp"
#include "core/json_writer.hpp"

namespace bw {
namespace {

constexpr int schema_version = 1;

std::string origin_of(const loaded_config& loaded, const option& each) {
  const auto at = loaded.origins.find(std::string{each.key});
  return at == loaded.origins.end() ? "default" : at->second;
}

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const auto& word : words) out += (out.empty() ? "" : " ") + word;
  return out;
}

std::string shown_json(const loaded_config& loaded) {
  json_writer out;
  out.begin_object();
  out.member("schema_version", schema_version);
  out.member("hash", loaded.hash);
  out.key("options").begin_array();
  for (const auto& each : option_table()) {
    out.begin_object();
    out.member("key", each.key);
    out.key("value").raw(to_toml(each.show(loaded.config)));
    out.member("unit", each.unit);
    out.member("range", each.range);
    out.member("origin", origin_of(loaded, each));
    out.end_object();
  }
  out.end_array();
  out.key("strategies").begin_array();
  for (const auto& each : loaded.config.strategies) {
    out.begin_object();
    out.member("id", each.id);
    out.member("kind", each.kind);
    out.member("enabled", each.enabled);
    out.key("watchlist").begin_array();
    for (const auto& symbol : each.watchlist) out.value(symbol);
    out.end_array();
    out.key("parameters").begin_object();
    if (const auto all = loaded.strategies().check(each.kind, each.parameters))
      for (const auto& [name, value] : all->texts())
        if (name != "watchlist") out.member(name, value);
    out.end_object();
    out.end_object();
  }
  out.end_array();
  out.end_object();
  return out.take();
}

std::string shown_text(const loaded_config& loaded) {
  std::vector<std::vector<std::string>> rows{{"key", "value", "unit", "origin"}};
  for (const auto& each : option_table())
    rows.push_back({std::string{each.key}, to_toml(each.show(loaded.config)),
                    std::string{each.unit}, origin_of(loaded, each)});
  auto out = format_table(rows);
  for (const auto& each : loaded.config.strategies) {
    out += "\nstrategy " + each.id + " (" + each.kind + (each.enabled ? "" : ", off") +
           "): " + joined(each.watchlist) + "\n";
    const auto all = loaded.strategies().check(each.kind, each.parameters);
    if (!all) continue;
    rows.clear();
    for (const auto& [name, value] : all->texts())
      if (name != "watchlist")
        rows.push_back({"  " + name, value, each.parameters.contains(name) ? "file" : "default"});
    out += format_table(rows);
  }
  return out;
}

int show_config(const common_flags& flags, const std::string& file) {
  const auto loaded = load_config(find_config(file));
  if (!loaded) return fail(flags, loaded.failure());
  std::cout << (flags.json ? shown_json(*loaded) + "\n" : shown_text(*loaded));
  return static_cast<int>(exit_code::ok);
}

int validate_config(const common_flags& flags, const std::string& file) {
  const auto path = find_config(file);
  const auto loaded = load_config(path);
  if (!loaded) return fail(flags, loaded.failure());
  const auto warnings = config_warnings(loaded->config);
  if (flags.json) {
    json_writer out;
    out.begin_object();
    out.member("schema_version", schema_version);
    out.member("file", path.string());
    out.member("valid", true);
    out.member("hash", loaded->hash);
    out.key("warnings").begin_array();
    for (const auto& line : warnings) out.value(line);
    out.end_array();
    out.end_object();
    std::cout << out.take() << '\n';
  } else {
    std::cout << path.string() << ": valid, mode " << to_string(loaded->config.mode) << ", "
              << loaded->config.strategies.size() << " strategies, "
              << loaded->config.symbols().size() << " symbols\n";
    for (const auto& line : warnings) std::cerr << "warning: " << line << '\n';
  }
  return static_cast<int>(exit_code::ok);
}

}  // namespace

void add_config(CLI::App& program, common_flags& flags, chosen_command& chosen) {
  auto* command = program.add_subcommand("config", "Look at a configuration before it is used");
  command->footer(
      "Examples:  bellwether config show --config node.toml\n"
      "           bellwether config validate && bellwether run\n"
      "           bellwether config schema > node.schema.json");
  command->require_subcommand(1);
  auto file = std::make_shared<std::string>();
  command->add_option("-c,--config", *file,
                      "Configuration (default: ./node.toml, then /etc/bellwether/node.toml)");
  auto* show = command->add_subcommand("show", "Every value in force, and where it comes from");
  show->footer("Example:  bellwether config show --json");
  show->callback(
      [&chosen, &flags, file] { chosen = [&flags, file] { return show_config(flags, *file); }; });
  auto* validate = command->add_subcommand("validate", "All errors at once, without any network");
  validate->footer("Example:  bellwether config validate --config node.toml");
  validate->callback([&chosen, &flags, file] {
    chosen = [&flags, file] { return validate_config(flags, *file); };
  });
  auto* schema = command->add_subcommand("schema", "JSON Schema of node.toml, for editors");
  schema->footer("Example:  bellwether config schema > node.schema.json");
  schema->callback([&chosen] {
    chosen = [] {
      std::cout << node_schema_json() << '\n';
      return static_cast<int>(exit_code::ok);
    };
  });
}

}  // namespace bw
