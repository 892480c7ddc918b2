#include "app/replay_config.hpp"

#include "app/node_runner.hpp"
#include "config/option_table.hpp"

namespace bw {
namespace {

result<void> set_option(node_config& config, const std::string& key, const std::string& text) {
  const auto* known = find_option(key);
  if (known == nullptr) {
    const auto near = nearest_key(key);
    return {ec::unknown_key, "'" + key + "' is no key of node.toml" +
                                 (near.empty() ? "" : "; did you mean '" + near + "'?")};
  }
  option_value value{known->form, text, {}};
  if (auto set = known->set(config, value); !set)
    return {ec::invalid_argument, key + ": " + set.failure().context};
  return {};
}

}  // namespace

result<node_config> config_of_recording(const recorded_parameters& recorded,
                                        const other_settings& others) {
  config_overrides overrides;
  for (const auto& [key, value] : recorded.overrides) overrides[key] = value;
  auto loaded = parse_config(recorded.node_toml, "recorded node.toml", recorded.strategies_toml,
                             "recorded strategies.toml", overrides);
  if (!loaded) return std::move(loaded).failure();
  for (const auto& [key, text] : others)
    if (auto set = set_option(loaded->config, key, text); !set) return std::move(set).failure();
  widen_for_speed(loaded->config, recorded.clock_speed);
  return std::move(loaded->config);
}

}  // namespace bw
