#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "config/node_config.hpp"
#include "core/result.hpp"

namespace bw {

/// Everything that is wrong with a configuration, one line each:
/// "node.toml:12:7: risk.max_qty: expected 1 .. 1000000, got -5".
struct config_errors {
  std::vector<std::string> lines;
  std::string text() const;
};

struct loaded_config {
  node_config config;
  /// SHA-less digest of both texts (FNV-1a, 64 bit, hexadecimal): tells whether two runs had the
  /// same configuration, proves nothing.
  std::string hash;
  /// The texts as read, for the audit log.
  std::string node_toml;
  std::string strategies_toml;
};

/// Reads node.toml and the strategies file it names (relative to it), at most 64 KiB each.
/// On any error the answer is ec::invalid_argument or ec::not_found with all lines in the context.
result<loaded_config> load_config(const std::filesystem::path& node_toml);

/// The same from texts; `origin` stands in front of the line numbers.
result<loaded_config> parse_config(std::string_view node_toml, std::string_view origin,
                                   std::string_view strategies_toml,
                                   std::string_view strategies_origin);

/// Checks between fields, and of what no single option can see; empty when all is well.
std::vector<std::string> check_config(const node_config& config);

/// The samples that `init` writes; they load unchanged and run on the embedded venue.
std::string_view sample_node_toml();
std::string_view sample_strategies_toml();

}  // namespace bw
