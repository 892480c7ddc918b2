#include "strategies/plugin_table.hpp"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <iterator>

namespace bw {

namespace {

constexpr std::size_t word_max = 63;
constexpr std::size_t sentence_max = 500;

// What ABI 1.0 had: a plugin's struct is never shorter.
constexpr std::size_t plugin_size_min = sizeof(bw_plugin_descriptor);
constexpr std::size_t strategy_size_min = sizeof(bw_strategy_descriptor);
constexpr std::size_t parameter_size_min = sizeof(bw_parameter_descriptor);
/// What a plugin of each minor version was compiled with, by its number.
struct abi_sizes {
  std::size_t strategy;
  std::size_t host;
};
constexpr abi_sizes sizes_of_minor[] = {{strategy_size_min, offsetof(bw_host, regime)},
                                        {sizeof(bw_strategy_descriptor), sizeof(bw_host)}};
static_assert(std::size(sizes_of_minor) == BW_PLUGIN_ABI_MINOR + 1,
              "a minor version grows a struct: its sizes belong here");
/// No struct grows beyond this within a major version; a larger size is no size.
constexpr std::size_t struct_size_max = 4'096;

result<void> check_size(std::string_view what, std::uint32_t size, std::size_t least) {
  if (size >= least && size <= struct_size_max) return {};
  return {ec::unsupported, std::string{what} + " has a struct_size of " + std::to_string(size) +
                               ", and this node needs at least " + std::to_string(least) +
                               ": build the plugin against this node's SDK"};
}

/// The part of `from` that both sides know; the rest is zero.
template <class Struct>
Struct known_part(const Struct& from) {
  Struct out{};
  std::memcpy(&out, &from, std::min<std::size_t>(sizeof out, from.struct_size));
  return out;
}

result<parameter_spec> read_parameter(const bw_parameter_descriptor& x) {
  parameter_spec out;
  out.name = text_of(x.name, word_max);
  switch (x.type) {
    case BW_PARAMETER_INTEGER: out.type = parameter_type::integer; break;
    case BW_PARAMETER_NUMBER: out.type = parameter_type::number; break;
    case BW_PARAMETER_CHOICE: out.type = parameter_type::choice; break;
    case BW_PARAMETER_SYMBOLS: out.type = parameter_type::symbols; break;
    default:
      return {ec::unsupported, "parameter '" + out.name + "' is of type " + std::to_string(x.type) +
                                   ", which this node does not know"};
  }
  out.unit = text_of(x.unit, word_max);
  if (x.required == 0) out.default_text = text_of(x.default_text, sentence_max);
  out.minimum = text_of(x.minimum, word_max);
  out.maximum = text_of(x.maximum, word_max);
  out.text = text_of(x.text, sentence_max);
  const auto choices = text_of(x.choices, sentence_max);
  for (std::size_t at = 0; at < choices.size();) {
    const auto end = std::min(choices.find('|', at), choices.size());
    out.choices.push_back(choices.substr(at, end - at));
    at = end + 1;
  }
  if (out.type == parameter_type::choice && out.choices.empty())
    return {ec::invalid_argument, "parameter '" + out.name + "' is a choice of nothing"};
  return out;
}

result<plugin_strategy_table> read_strategy(const bw_strategy_descriptor& given) {
  if (auto fits = check_size("a strategy", given.struct_size, strategy_size_min); !fits)
    return std::move(fits).failure();
  plugin_strategy_table out;
  out.functions = known_part(given);
  const auto& x = out.functions;
  auto& said = out.metadata;
  said.id = text_of(x.id, word_max);
  said.name = text_of(x.name, word_max);
  said.version = text_of(x.version, word_max);
  said.text = text_of(x.text, sentence_max);
  out.author = text_of(x.author, word_max);
  out.warm_up_bars = x.warm_up_bars;
  if (x.create == nullptr || x.destroy == nullptr || x.on_bar == nullptr)
    return {ec::invalid_argument, "strategy '" + said.id + "' lacks create, destroy or on_bar"};
  if (x.parameter_count > BW_PARAMETERS_MAX || (x.parameter_count > 0 && x.parameters == nullptr))
    return {ec::invalid_argument, "strategy '" + said.id + "' declares " +
                                      std::to_string(x.parameter_count) + " parameters; at most " +
                                      std::to_string(BW_PARAMETERS_MAX) + " are allowed"};
  for (std::uint64_t k = 0; k < x.parameter_count; ++k) {
    const auto* row = x.parameters[k];
    if (row == nullptr)
      return {ec::invalid_argument, "strategy '" + said.id + "' has a null parameter"};
    if (auto fits = check_size("a parameter", row->struct_size, parameter_size_min); !fits)
      return std::move(fits).failure();
    auto parameter = read_parameter(known_part(*row));
    if (!parameter) return std::move(parameter).failure().within("strategy '" + said.id + "'");
    said.parameters.push_back(std::move(*parameter));
  }
  return out;
}

}  // namespace

std::string text_of(bw_text text, std::size_t length_max) {
  if (text.data == nullptr) return {};
  std::string out{text.data,
                  static_cast<std::size_t>(std::min<std::uint64_t>(text.size, length_max))};
  // It ends up in logs, tables and records: one line, without what a terminal would obey.
  for (auto& c : out)
    if (static_cast<unsigned char>(c) < ' ' || c == 0x7f) c = ' ';
  return out;
}

std::string abi_text(std::uint32_t abi) {
  return std::to_string(abi >> 16) + "." + std::to_string(abi & 0xffff);
}

result<plugin_table> read_plugin_table(const bw_plugin_descriptor* plugin) {
  if (plugin == nullptr)
    return {ec::unsupported, "it does not serve ABI " + abi_text(BW_PLUGIN_ABI) +
                                 ": build it against this node's SDK"};
  if (auto fits = check_size("the plugin", plugin->struct_size, plugin_size_min); !fits)
    return std::move(fits).failure();
  const auto x = known_part(*plugin);
  if (x.abi >> 16 != BW_PLUGIN_ABI_MAJOR)
    return {ec::unsupported, "it is of ABI " + abi_text(x.abi) + ", and this node is of " +
                                 abi_text(BW_PLUGIN_ABI) + ": build it against this node's SDK"};
  if (x.abi > BW_PLUGIN_ABI)
    return {ec::unsupported, "it is of the newer ABI " + abi_text(x.abi) +
                                 " and did not come down to this node's " +
                                 abi_text(BW_PLUGIN_ABI) + ": use a newer node"};
  // A plugin of a minor version was compiled with the very structs of it.
  const auto& sizes = sizes_of_minor[x.abi & 0xffff];
  if (x.strategy_size != sizes.strategy || x.host_size != sizes.host)
    return {ec::unsupported, "its structs have sizes " + std::to_string(x.strategy_size) + " and " +
                                 std::to_string(x.host_size) + ", and those of ABI " +
                                 abi_text(x.abi) + " have " + std::to_string(sizes.strategy) +
                                 " and " + std::to_string(sizes.host) + ": its header was changed"};
  if (x.strategies == nullptr || x.strategy_count < 1 ||
      x.strategy_count > BW_PLUGIN_STRATEGIES_MAX)
    return {ec::invalid_argument, "it says that it has " + std::to_string(x.strategy_count) +
                                      " strategies; allowed are 1 to " +
                                      std::to_string(BW_PLUGIN_STRATEGIES_MAX)};
  plugin_table out;
  out.name = text_of(x.name, word_max);
  out.version = text_of(x.version, word_max);
  out.build_id = text_of(x.build_id, sentence_max);
  out.licence = text_of(x.licence, word_max);
  out.abi = x.abi;
  for (std::uint64_t k = 0; k < x.strategy_count; ++k) {
    if (x.strategies[k] == nullptr)
      return {ec::invalid_argument, "strategy " + std::to_string(k + 1) + " of it is null"};
    auto strategy = read_strategy(*x.strategies[k]);
    if (!strategy) return std::move(strategy).failure();
    out.strategies.push_back(std::move(*strategy));
  }
  return out;
}

}  // namespace bw
