// For the .cpp files of this folder: it names toml++.
#pragma once

#include <toml++/toml.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/config_loader.hpp"
#include "config/option_table.hpp"

namespace bw::detail {

/// One TOML text on its way into a configuration: where its errors go and what they begin with.
struct toml_reader {
  std::string origin;
  config_errors& errors;

  void complain(const toml::source_region& where, const std::string& what) const;
  /// Empty after a syntax error, which is among the errors then.
  std::optional<toml::table> parse(std::string_view text) const;
};

option_value value_of(const toml::node& node);
/// "; did you mean X?", or nothing.
std::string did_you_mean(const std::string& near);
/// A key of the file for an error text: short, and without control characters.
std::string shown_key(std::string_view key);

/// The [[strategy]] tables.
void read_strategies(const toml::table& file, const toml_reader& in, const strategy_registry& known,
                     node_config& config);

}  // namespace bw::detail
