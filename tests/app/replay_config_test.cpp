// The configuration of a recording, with the limits of the stage that lay on top of it.

#include "app/replay_config.hpp"

#include <gtest/gtest.h>

#include "config/config_loader.hpp"

namespace bw {
namespace {

recorded_parameters recording() {
  recorded_parameters out;
  out.node_toml = sample_node_toml();
  out.strategies_toml = sample_strategies_toml();
  return out;
}

TEST(replay_config, the_limits_of_a_stage_come_back) {
  auto recorded = recording();
  EXPECT_EQ(config_of_recording(recorded, {})->risk.max_positions, 5u);
  recorded.overrides.push_back({std::string{recorded_stage}, "1"});
  const auto config = config_of_recording(recorded, {});
  ASSERT_TRUE(config) << config.failure().text();
  EXPECT_EQ(config->risk.max_positions, 2u);
  EXPECT_EQ(config->risk.loss_halt_bp, 100);
}

TEST(replay_config, a_stage_that_is_none_is_an_error) {
  for (const char* bad : {"", "0", "5", "S1", "11", "-1"}) {
    auto recorded = recording();
    recorded.overrides.push_back({std::string{recorded_stage}, bad});
    EXPECT_FALSE(config_of_recording(recorded, {})) << bad;
  }
}

}  // namespace
}  // namespace bw
