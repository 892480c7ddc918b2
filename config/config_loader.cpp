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

/// Walks the tables: what is a table may hold options, everything else must be one.
void read_options(const toml::table& table, const std::string& prefix, const toml_reader& in,
                  loaded_config& out) {
  for (const auto& [name, node] : table) {
    const auto key = prefix + std::string{name.str()};
    if (const auto* inner = node.as_table()) {
      read_options(*inner, key + ".", in, out);
      continue;
    }
    const auto* known = find_option(key);
    if (known == nullptr) {
      in.complain(name.source(),
                  shown_key(key) + ": unknown key" +
                      (names_secret(key) ? "; credentials never stand in this file, see "
                                           ".env.example"
                                         : did_you_mean(nearest_key(key))));
      continue;
    }
    if (const auto set = known->set(out.config, value_of(node)); !set) {
      in.complain(node.source(), key + ": " + set.failure().context);
      continue;
    }
    out.origins[key] = in.origin + ":" + std::to_string(node.source().begin.line);
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
  if (const auto table = node.parse(node_toml)) read_options(*table, "", node, out);
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

result<loaded_config> load_config(const std::filesystem::path& path,
                                  const strategy_registry& known) {
  const auto node = read_file(path, "make one with `bellwether init`");
  if (!node) return node.failure();
  const auto overrides = environment_overrides();
  // The name of the second file stands in the first one: look only for that, errors come later.
  loaded_config first;
  config_errors ignored;
  const toml_reader quiet{path.string(), ignored};
  if (const auto table = quiet.parse(*node)) read_options(*table, "", quiet, first);
  apply_overrides(overrides, first, ignored);
  auto strategies_path = first.config.strategies_file;
  if (strategies_path.is_relative()) strategies_path = path.parent_path() / strategies_path;
  const auto strategies = read_file(strategies_path, "strategies_file in node.toml names it");
  if (!strategies) return strategies.failure();
  auto loaded =
      parse_config(*node, path.string(), *strategies, strategies_path.string(), overrides, known);
  if (!loaded) return loaded;
  // Relative names belong to the configuration, not to whatever folder one stands in.
  loaded->config.strategies_file = strategies_path;
  auto& state = loaded->config.state_folder;
  if (state.is_relative()) state = path.parent_path() / state;
  return loaded;
}

}  // namespace bw
