#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config/node_config.hpp"
#include "core/result.hpp"

namespace bw {

/// A value as the file has it, before the option's type looks at it.
struct option_value {
  enum class form : std::uint8_t { text = 1, whole, fraction, boolean, list, other };

  form how = form::other;
  /// The text without quotes, the digits, "true".
  std::string text;
  /// Of a list.
  std::vector<std::string> items;

  friend bool operator==(const option_value&, const option_value&) = default;
};

/// As TOML, and for these kinds as JSON too, has it: "iex" in quotes, 5, true, ["limit", "stop"].
std::string to_toml(const option_value& value);

/// One key of node.toml: the authority for loading, `config show`, the samples and the schema.
struct option {
  std::string_view key;
  /// "text", "ms", "bp", "USD", "count", …
  std::string_view unit;
  /// "1 .. 500", "sim | paper | live".
  std::string range;
  /// One sentence.
  std::string_view help;
  /// How a file writes it.
  option_value::form form;
  /// Members of a JSON Schema: "type":"integer","minimum":1,"maximum":500.
  std::string schema;
  std::function<result<void>(node_config&, const option_value&)> set;
  std::function<option_value(const node_config&)> show;
};

/// All keys in the order in which they are shown.
std::span<const option> option_table();
const option* find_option(std::string_view key);

/// The known word that is nearest to `word`, for "did you mean"; empty when none is near.
std::string nearest_word(std::string_view word, std::span<const std::string> known);
std::string nearest_key(std::string_view key);

/// JSON Schema (draft 2020-12) of node.toml, for editors.
std::string node_schema_json();

}  // namespace bw
