#include "config/config_loader.hpp"

#include <toml++/toml.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>

#include "config/option_table.hpp"
#include "core/json_writer.hpp"
#include "strategies/strategy_registry.hpp"

namespace bw {
namespace {

/// Largest configuration file that is read.
constexpr std::size_t file_bytes_max = 64 * 1024;
/// Strategies of one node at most.
constexpr std::size_t strategies_max = 32;

struct reader {
  std::string origin;
  std::vector<std::string>* errors;

  void complain(const toml::source_region& where, const std::string& what) const {
    errors->push_back(origin + ":" + std::to_string(where.begin.line) + ":" +
                      std::to_string(where.begin.column) + ": " + what);
  }
};

std::optional<toml::table> parse(std::string_view text, const reader& in) {
  try {
    return toml::parse(text, std::string_view{in.origin});
  } catch (const toml::parse_error& failure) {
    in.complain(failure.source(), std::string{failure.description()});
    return std::nullopt;
  }
}

option_value value_of(const toml::node& node) {
  using form = option_value::form;
  if (const auto* text = node.as_string()) return {form::text, text->get()};
  if (const auto* number = node.as_integer()) return {form::whole, std::to_string(number->get())};
  if (const auto* truth = node.as_boolean()) return {form::boolean, truth->get() ? "true" : "false"};
  if (const auto* fraction = node.as_floating_point()) {
    std::ostringstream out;
    out << fraction->get();
    return {form::fraction, out.str()};
  }
  return {form::other, "a value of another kind"};
}

std::string did_you_mean(const std::string& near) {
  return near.empty() ? "" : "; did you mean " + near + "?";
}

/// Walks the tables: what is a table may hold options, everything else must be one.
void read_options(const toml::table& table, const std::string& prefix, const reader& in,
                  node_config& config) {
  for (const auto& [name, node] : table) {
    const auto key = prefix + std::string{name.str()};
    if (const auto* inner = node.as_table()) {
      read_options(*inner, key + ".", in, config);
      continue;
    }
    const auto* known = find_option(key);
    if (known == nullptr) {
      in.complain(name.source(), key + ": unknown key" + did_you_mean(nearest_key(key)));
      continue;
    }
    auto given = value_of(node);
    if (const auto set = known->set(config, given); !set)
      in.complain(node.source(), key + ": " + set.failure().context);
  }
}

void read_watchlist(const toml::node& node, const reader& in, strategy_config& out) {
  const auto* list = node.as_array();
  if (list == nullptr) {
    in.complain(node.source(), "watchlist: expected a list of symbols");
    return;
  }
  for (const auto& entry : *list) {
    const auto* text = entry.as_string();
    const bool good = text != nullptr && !text->get().empty() && symbol_name::fits(text->get()) &&
                      std::all_of(text->get().begin(), text->get().end(), [](char c) {
                        return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.';
                      });
    if (!good) {
      in.complain(entry.source(), "watchlist: expected symbols in capital letters, like \"AAPL\"");
      continue;
    }
    out.watchlist.push_back(text->get());
  }
}

void read_parameters(const toml::node& node, const reader& in, strategy_config& out) {
  const auto* table = node.as_table();
  if (table == nullptr) {
    in.complain(node.source(), "parameters: expected a table");
    return;
  }
  for (const auto& [name, value] : *table) {
    const auto given = value_of(value);
    if (given.how == option_value::form::fraction || given.how == option_value::form::other)
      in.complain(value.source(), "parameters." + std::string{name.str()} +
                                      ": write numbers with a fraction as text, like \"0.001\"");
    else
      out.parameters[std::string{name.str()}] = given.text;
  }
}

/// One [[strategy]] of the strategies file.
void read_strategy(const toml::table& table, const reader& in, node_config& config) {
  static const std::vector<std::string> keys = {"id", "kind", "enabled", "watchlist", "parameters"};
  strategy_config out;
  for (const auto& [name, node] : table) {
    const auto key = name.str();
    if (key == "id" && node.is_string() && !node.as_string()->get().empty() &&
        short_name::fits(node.as_string()->get())) {
      out.id = node.as_string()->get();
    } else if (key == "kind" && node.is_string()) {
      out.kind = node.as_string()->get();
    } else if (key == "enabled" && node.is_boolean()) {
      out.enabled = node.as_boolean()->get();
    } else if (key == "watchlist") {
      read_watchlist(node, in, out);
    } else if (key == "parameters") {
      read_parameters(node, in, out);
    } else if (std::find(keys.begin(), keys.end(), key) != keys.end()) {
      in.complain(node.source(), std::string{key} + ": the value has the wrong kind");
    } else {
      in.complain(name.source(), "strategy." + std::string{key} + ": unknown key" +
                                     did_you_mean(nearest_word(key, keys)));
    }
  }
  if (out.id.empty()) in.complain(table.source(), "strategy: id is missing");
  if (out.kind.empty()) in.complain(table.source(), "strategy: kind is missing");
  for (const auto& other : config.strategies)
    if (other.id == out.id)
      in.complain(table.source(), "strategy: the id " + out.id + " stands twice");
  if (!out.kind.empty())
    if (const auto fits = check_strategy(out.kind, out.parameters); !fits)
      in.complain(table.source(), "strategy " + out.id + ": " + fits.failure().context);
  if (config.strategies.size() < strategies_max)
    config.strategies.push_back(std::move(out));
  else
    in.complain(table.source(), "more than 32 strategies");
}

void read_strategies(const toml::table& file, const reader& in, node_config& config) {
  for (const auto& [name, node] : file) {
    const auto* list = node.as_array();
    if (name.str() != "strategy" || list == nullptr || !list->is_array_of_tables()) {
      in.complain(name.source(),
                  std::string{name.str()} + ": unknown key; strategies stand as [[strategy]]");
      continue;
    }
    for (const auto& entry : *list) read_strategy(*entry.as_table(), in, config);
  }
}

std::string fnv1a(std::string_view one, std::string_view other) {
  std::uint64_t hash = 0xcbf29ce484222325ULL;
  for (const auto text : {one, other})
    for (const char c : text) {
      hash ^= static_cast<unsigned char>(c);
      hash *= 0x100000001b3ULL;
    }
  char buffer[17];
  std::snprintf(buffer, sizeof buffer, "%016llx", static_cast<unsigned long long>(hash));
  return buffer;
}

result<std::string> read_file(const std::filesystem::path& path, const char* hint) {
  std::ifstream in{path, std::ios::binary};
  if (!in)
    return {ec::not_found, path.string() + ": cannot be read; " + hint};
  std::string text(file_bytes_max + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  if (text.size() > file_bytes_max)
    return {ec::out_of_range, path.string() + ": is larger than 64 KiB"};
  return text;
}

}  // namespace

std::string config_errors::text() const {
  std::string out;
  for (const auto& line : lines) out += (out.empty() ? "" : "\n") + line;
  return out;
}

result<loaded_config> parse_config(std::string_view node_toml, std::string_view origin,
                                   std::string_view strategies_toml,
                                   std::string_view strategies_origin) {
  config_errors errors;
  loaded_config out;
  const reader node{std::string{origin}, &errors.lines};
  if (const auto table = parse(node_toml, node)) read_options(*table, "", node, out.config);
  const reader strategies{std::string{strategies_origin}, &errors.lines};
  if (const auto table = parse(strategies_toml, strategies))
    read_strategies(*table, strategies, out.config);
  if (errors.lines.empty())
    for (auto& line : check_config(out.config)) errors.lines.push_back(node.origin + ": " + line);
  if (!errors.lines.empty()) return {ec::invalid_argument, errors.text()};
  out.hash = fnv1a(node_toml, strategies_toml);
  out.node_toml = node_toml;
  out.strategies_toml = strategies_toml;
  return out;
}

result<loaded_config> load_config(const std::filesystem::path& path) {
  auto node = read_file(path, "make one with `bellwether init`");
  if (!node) return std::move(node).failure();
  // The name of the second file stands in the first one: look only for that, errors come later.
  node_config first;
  config_errors ignored;
  const reader quiet{path.string(), &ignored.lines};
  if (const auto table = parse(*node, quiet)) read_options(*table, "", quiet, first);
  auto strategies_path = first.strategies_file;
  if (strategies_path.is_relative()) strategies_path = path.parent_path() / strategies_path;
  auto strategies = read_file(strategies_path, "strategies_file in node.toml names it");
  if (!strategies) return std::move(strategies).failure();
  auto loaded = parse_config(*node, path.string(), *strategies, strategies_path.string());
  if (!loaded) return loaded;
  // A relative state folder belongs to the configuration, not to whatever folder one stands in.
  auto& state = loaded->config.state_folder;
  if (state.is_relative()) state = path.parent_path() / state;
  return loaded;
}

std::vector<std::string> check_config(const node_config& config) {
  std::vector<std::string> out;
  if (config.symbols().empty())
    out.push_back("no enabled strategy has a symbol in its watchlist: nothing would be traded");
  if (config.symbols().size() > 30 && config.feed.name == "iex")
    out.push_back("the watchlists name " + std::to_string(config.symbols().size()) +
                  " symbols; the iex feed takes 30");
  return out;
}

}  // namespace bw
