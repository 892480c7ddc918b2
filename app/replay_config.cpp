#include "app/replay_config.hpp"

#include "app/node_runner.hpp"
#include "config/limits_change.hpp"
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
                                        const other_settings& others,
                                        const strategy_registry& known) {
  config_overrides overrides;
  std::optional<live_stage> stage;
  limits_change lowered;
  for (const auto& [key, value] : recorded.overrides) {
    // A limit never comes from the environment: a person had lowered it.
    if (key.starts_with("risk."))
      lowered.settings.push_back({key, value});
    else if (key != recorded_stage)
      overrides[key] = value;
    else if (value >= "1" && value <= "4" && value.size() == 1)
      stage = static_cast<live_stage>(value[0] - '0');
    else
      return {ec::parse_failed, "the recording names no stage of live trading"};
  }
  auto loaded = parse_config(recorded.node_toml, "recorded node.toml", recorded.strategies_toml,
                             "recorded strategies.toml", overrides, known);
  if (!loaded) return std::move(loaded).failure();
  loaded->config.live.stage = stage;
  if (stage) loaded->config.risk = tightened(std::move(loaded->config.risk), *stage);
  if (!lowered.settings.empty()) {
    auto tighter = with_limits(std::move(loaded->config), lowered);
    if (!tighter) return std::move(tighter).failure();
    loaded->config = std::move(*tighter);
  }
  for (const auto& [key, text] : others)
    if (auto set = set_option(loaded->config, key, text); !set) return std::move(set).failure();
  widen_for_speed(loaded->config, recorded.clock_speed);
  return std::move(loaded->config);
}

}  // namespace bw
