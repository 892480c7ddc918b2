#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "config/node_config.hpp"
#include "config/plugin_catalog.hpp"
#include "core/result.hpp"
#include "strategies/strategy_registry.hpp"

namespace bw {

/// Everything that is wrong with a configuration, one line each:
/// "node.toml:12:7: risk.max_qty: expected 1 .. 10000, got -5".
class config_errors {
 public:
  /// Lines that are kept; the rest is counted.
  static constexpr std::size_t lines_max = 50;

  void add(std::string line);
  bool empty() const { return lines_.empty(); }
  /// The lines, in order, and how many more there were.
  std::string text() const;

 private:
  std::vector<std::string> lines_;
  std::size_t dropped_ = 0;
};

/// Values by key that stand above the file: from BELLWETHER__SECTION__KEY in the environment.
using config_overrides = std::map<std::string, std::string>;

struct loaded_config {
  node_config config;
  /// Strategies that there are, those of plugins included; null: the built-in ones alone.
  std::shared_ptr<const plugin_catalog> catalog{};
  const strategy_registry& strategies() const;
  /// FNV-1a (64 bit, hexadecimal) of both texts and the overrides: tells whether two runs had the
  /// same configuration, proves nothing.
  std::string hash;
  /// The texts as read, for the audit log.
  std::string node_toml;
  std::string strategies_toml;
  /// What stood above the file, for the recording.
  config_overrides overrides;
  /// Where each value comes from that is not a default: "node.toml:12", "environment".
  std::map<std::string, std::string> origins;
};

/// Momentum and mean reversion.
const strategy_registry& built_in_strategies();

/// Reads node.toml and the strategies file it names (relative to it), at most 64 KiB each, and the
/// environment's overrides, and loads the plugins of the folder that it names: a refused plugin is
/// no error, the catalog says why. On any error the answer is ec::invalid_argument or ec::not_found
/// with all lines in the context.
result<loaded_config> load_config(const std::filesystem::path& node_toml);

/// The same from texts; `origin` stands in front of the line numbers.
result<loaded_config> parse_config(std::string_view node_toml, std::string_view origin,
                                   std::string_view strategies_toml,
                                   std::string_view strategies_origin,
                                   const config_overrides& overrides = {},
                                   const strategy_registry& known = built_in_strategies());

/// Checks between fields, and of what no single option can see; empty when all is well.
std::vector<std::string> check_config(const node_config& config);
/// What is allowed and seldom meant.
std::vector<std::string> config_warnings(const node_config& config);

/// The samples that `init` writes; they load unchanged and run on the embedded venue.
std::string_view sample_node_toml();
std::string_view sample_strategies_toml();
/// Every environment variable that the node looks at, with placeholders.
std::string_view sample_environment();

}  // namespace bw
