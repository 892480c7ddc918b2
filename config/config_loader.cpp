#include "config/config_loader.hpp"

#include <algorithm>
#include <cstdio>
#include <fstream>

#include "config/environment_overrides.hpp"
#include "config/secret_form.hpp"
#include "config/toml_reader.ipp"

namespace bw {

using namespace detail;

namespace {

/// Largest configuration file that is read.
constexpr std::size_t file_bytes_max = 64 * 1024;

/// A limit that counts in one mode only: "live.risk.loss.halt_bp".
struct mode_limit {
  environment mode;
  const option* what;
  option_value value;
  std::string origin;
};

/// The mode and the limit that a key below [paper.risk] or [live.risk] names.
std::optional<mode_limit> mode_limit_of(std::string_view key) {
  for (const auto mode : {environment::paper, environment::live}) {
    const auto section = std::string{to_string(mode)} + ".";
    if (!key.starts_with(section + "risk.")) continue;
    const auto* known = find_option(key.substr(section.size()));
    if (known != nullptr) return mode_limit{mode, known, {}, {}};
  }
  return std::nullopt;
}

/// Walks the tables: what is a table may hold options, everything else must be one.
void read_options(const toml::table& table, const std::string& prefix, const toml_reader& in,
                  loaded_config& out, std::vector<mode_limit>& limits) {
  for (const auto& [name, node] : table) {
    const auto key = prefix + std::string{name.str()};
    if (const auto* inner = node.as_table()) {
      read_options(*inner, key + ".", in, out, limits);
      continue;
    }
    auto limit = mode_limit_of(key);
    const auto* known = limit ? limit->what : find_option(key);
    if (known == nullptr) {
      in.complain(name.source(),
                  shown_key(key) + ": unknown key" +
                      (names_secret(key) ? "; credentials never stand in this file, see "
                                           ".env.example"
                                         : did_you_mean(nearest_key(key))));
      continue;
    }
    const auto origin = in.origin + ":" + std::to_string(node.source().begin.line);
    // The limit of the other mode is checked as well, and goes nowhere.
    node_config elsewhere;
    if (const auto set = known->set(limit ? elsewhere : out.config, value_of(node)); !set) {
      in.complain(node.source(), key + ": " + set.failure().context);
      continue;
    }
    if (limit)
      limits.push_back({limit->mode, known, value_of(node), origin});
    else
      out.origins[key] = origin;
  }
}

/// The file, once it is known which mode it is about.
void read_node_file(const toml::table& table, const toml_reader& in, loaded_config& out) {
  std::vector<mode_limit> limits;
  read_options(table, "", in, out, limits);
  for (const auto& limit : limits) {
    if (limit.mode != out.config.mode) continue;
    const auto set = limit.what->set(out.config, limit.value);
    BW_ASSERT(set.ok(), "a value that was checked can be set");
    out.origins[std::string{limit.what->key}] = limit.origin;
  }
}

std::string fnv1a(const std::vector<std::string_view>& texts) {
  std::uint64_t hash = 0xcbf29ce484222325ULL;
  for (const auto text : texts)
    for (const char c : text) {
      hash ^= static_cast<unsigned char>(c);
      hash *= 0x100000001b3ULL;
    }
  char buffer[17];
  std::snprintf(buffer, sizeof buffer, "%016llx", static_cast<unsigned long long>(hash));
  return buffer;
}

std::string hash_of(const loaded_config& loaded, const config_overrides& overrides) {
  std::vector<std::string_view> texts{loaded.node_toml, loaded.strategies_toml};
  for (const auto& [key, value] : overrides) {
    texts.push_back(key);
    texts.push_back(value);
  }
  return fnv1a(texts);
}

result<std::string> read_file(const std::filesystem::path& path, const char* hint) {
  std::ifstream in{path, std::ios::binary};
  std::error_code ignored;
  if (!in || std::filesystem::is_directory(path, ignored))
    return {ec::not_found, path.string() + ": cannot be read; " + hint};
  std::string text(file_bytes_max + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  if (text.size() > file_bytes_max)
    return {ec::out_of_range, path.string() + ": is larger than 64 KiB"};
  return text;
}

/// Relative names belong to the configuration, not to whatever folder one stands in; and a live
/// node keeps its state apart from that of paper.
void settle_places(node_config& config, const std::filesystem::path& home) {
  const auto settle = [&](std::filesystem::path& place) {
    if (place.is_relative()) place = home / place;
  };
  settle(config.state_folder);
  settle(config.live.state_folder);
  config.live.paper_state = config.state_folder;
  if (config.mode == environment::live) config.state_folder = config.live.state_folder;
  for (auto* keys : {&config.live.paper_keys, &config.live.live_keys})
    for (auto* each : {&keys->key_id, &keys->secret_key})
      if (*each != "off" && !each->starts_with("op://") && !each->starts_with("/"))
        *each = (home / *each).string();
}

strategy_registry make_built_in() {
  strategy_registry out;
  const auto added = add_built_in_strategies(out);
  BW_ASSERT(added.ok(), "the built-in strategies fit into an empty registry");
  return out;
}

}  // namespace

void config_errors::add(std::string line) {
  if (lines_.size() < lines_max)
    lines_.push_back(std::move(line));
  else
    ++dropped_;
}

std::string config_errors::text() const {
  std::string out;
  for (const auto& line : lines_) out += (out.empty() ? "" : "\n") + line;
  if (dropped_ > 0) out += "\nand " + std::to_string(dropped_) + " more";
  return out;
}

const strategy_registry& built_in_strategies() {
  static const strategy_registry registry = make_built_in();
  return registry;
}

result<loaded_config> parse_config(std::string_view node_toml, std::string_view origin,
                                   std::string_view strategies_toml,
                                   std::string_view strategies_origin,
                                   const config_overrides& overrides,
                                   const strategy_registry& known) {
  config_errors errors;
  loaded_config out;
  const toml_reader node{std::string{origin}, errors};
  if (const auto table = node.parse(node_toml)) read_node_file(*table, node, out);
  apply_overrides(overrides, out, errors);
  const toml_reader strategies{std::string{strategies_origin}, errors};
  if (const auto table = strategies.parse(strategies_toml))
    read_strategies(*table, strategies, known, out.config);
  if (errors.empty())
    for (const auto& line : check_config(out.config)) errors.add(node.origin + ": " + line);
  if (!errors.empty()) return {ec::invalid_argument, errors.text()};
  out.node_toml = node_toml;
  out.strategies_toml = strategies_toml;
  out.overrides = overrides;
  out.hash = hash_of(out, overrides);
  return out;
}

const strategy_registry& loaded_config::strategies() const {
  return catalog ? catalog->registry : built_in_strategies();
}

result<loaded_config> load_config(const std::filesystem::path& path) {
  const auto node = read_file(path, "make one with `bellwether init`");
  if (!node) return node.failure();
  const auto overrides = environment_overrides();
  // The name of the second file stands in the first one: look only for that, errors come later.
  loaded_config first;
  config_errors ignored;
  const toml_reader quiet{path.string(), ignored};
  if (const auto table = quiet.parse(*node)) read_node_file(*table, quiet, first);
  apply_overrides(overrides, first, ignored);
  auto strategies_path = first.config.strategies_file;
  if (strategies_path.is_relative()) strategies_path = path.parent_path() / strategies_path;
  const auto strategies = read_file(strategies_path, "strategies_file in node.toml names it");
  if (!strategies) return strategies.failure();
  auto plugins = first.config.plugins;
  if (plugins.folder.is_relative()) plugins.folder = path.parent_path() / plugins.folder;
  auto catalog = discover_plugins(plugins, first.config.mode, built_in_strategies());
  auto loaded = parse_config(*node, path.string(), *strategies, strategies_path.string(), overrides,
                             catalog->registry);
  if (!loaded) return with_refused_plugins(std::move(loaded).failure(), *catalog);
  loaded->catalog = std::move(catalog);
  loaded->config.plugins.folder = plugins.folder;
  loaded->config.strategies_file = strategies_path;
  settle_places(loaded->config, path.parent_path());
  return loaded;
}

}  // namespace bw
