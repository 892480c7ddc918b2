#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "strategies/sdk/bellwether/strategy.h"
#include "strategies/strategy.hpp"

namespace bw {

/// One strategy of a plugin, its texts copied and its functions checked.
struct plugin_strategy_table {
  strategy_metadata metadata;
  std::string author;
  std::uint32_t warm_up_bars = 0;
  /// What this host knows of the plugin's descriptor; what a shorter one lacks is zero.
  bw_strategy_descriptor functions{};
};

struct plugin_table {
  std::string name;
  std::string version;
  std::string build_id;
  std::string licence;
  /// As abi_text takes it.
  std::uint32_t abi = 0;
  std::vector<plugin_strategy_table> strategies;
};

/// Reads what a plugin says of itself, believing nothing: sizes, counts, pointers and texts are
/// checked before they are used. ec::unsupported for another ABI or sizes that cannot be,
/// ec::invalid_argument for a table that lacks something. Parameters are checked by the registry.
result<plugin_table> read_plugin_table(const bw_plugin_descriptor* plugin);

/// Text of a plugin, cut at `length_max`; empty for a null pointer.
std::string text_of(bw_text text, std::size_t length_max);

/// "1.0" of major << 16 | minor.
std::string abi_text(std::uint32_t abi);

}  // namespace bw
