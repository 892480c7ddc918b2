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
  enum class form : std::uint8_t { text = 1, whole, fraction, boolean, other } how = form::other;
  /// The text without quotes, the digits, "true".
  std::string text;
};

/// One key of node.toml: the authority for loading, `config show`, samples and documentation.
struct option {
  std::string_view key;
  /// "text", "ms", "bp", "USD", "count", …
  std::string_view unit;
  /// "1 .. 500", "sim | paper | live".
  std::string range;
  std::string_view help;
  std::function<result<void>(node_config&, const option_value&)> set;
  std::function<std::string(const node_config&)> show;
};

/// All keys in the order in which they are shown.
std::span<const option> option_table();
const option* find_option(std::string_view key);
/// The known word that is nearest to `word`, for "did you mean"; empty when none is near.
std::string nearest_word(std::string_view word, std::span<const std::string> known);
std::string nearest_key(std::string_view key);

}  // namespace bw
