// The samples load as they are, name every key, and say the defaults that the code has.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "config/config_loader.hpp"
#include "config/option_table.hpp"

namespace bw {
namespace {

loaded_config load_samples() {
  auto loaded =
      parse_config(sample_node_toml(), "node.toml", sample_strategies_toml(), "strategies.toml");
  EXPECT_TRUE(loaded) << loaded.failure().context;
  return loaded ? std::move(*loaded) : loaded_config{};
}

std::string text_of(const char* path) {
  std::ostringstream out;
  out << std::ifstream{path}.rdbuf();
  return out.str();
}

TEST(samples, they_are_the_files_of_the_source_tree) {
  EXPECT_EQ(sample_node_toml(), text_of("config/node.toml"));
  EXPECT_EQ(sample_strategies_toml(), text_of("config/strategies.toml"));
  EXPECT_EQ(sample_environment(), text_of("config/env.example"));
}

TEST(samples, every_key_stands_in_the_node_file_with_the_default_of_the_code) {
  const auto loaded = load_samples();
  const node_config defaults;
  for (const auto& each : option_table()) {
    EXPECT_TRUE(loaded.origins.contains(std::string{each.key})) << each.key << " is missing";
    if (each.key == "mode") continue;
    EXPECT_EQ(each.show(loaded.config), each.show(defaults)) << each.key;
  }
  EXPECT_EQ(loaded.config.mode, environment::sim) << "the one difference: it needs no account";
}

TEST(samples, every_range_of_the_table_stands_in_the_node_file) {
  for (const auto& each : option_table()) {
    if (each.form != option_value::form::whole && !each.range.starts_with("off |")) continue;
    EXPECT_THAT(std::string{sample_node_toml()}, ::testing::HasSubstr(each.range)) << each.key;
  }
}

TEST(samples, every_built_in_strategy_stands_there_with_every_parameter_and_its_default) {
  const auto loaded = load_samples();
  ASSERT_EQ(loaded.config.strategies.size(), built_in_strategies().list().size());
  for (const auto& each : loaded.config.strategies) {
    EXPECT_EQ(each.enabled, each.id == "momentum" || each.id == "mean_reversion") << each.id;
    const auto usual = built_in_strategies().check(each.kind, {});
    const auto given = built_in_strategies().check(each.kind, each.parameters);
    ASSERT_TRUE(usual && given);
    EXPECT_EQ(given->texts(), usual->texts()) << each.id;
    for (const auto& [name, value] : usual->texts())
      EXPECT_TRUE(name == "watchlist" || each.parameters.contains(name)) << each.id << "." << name;
  }
  EXPECT_EQ(loaded.config.symbols().size(), 10u);
}

TEST(samples, the_environment_file_holds_no_value_that_would_pass_as_a_credential) {
  EXPECT_THAT(std::string{sample_environment()},
              ::testing::HasSubstr("ALPACA_BASE_URL=https://paper-api.alpaca.markets\n"));
  EXPECT_THAT(std::string{sample_environment()},
              ::testing::HasSubstr("#ALPACA_BASE_URL=https://api.alpaca.markets\n"));
  for (const char* name :
       {"APCA_API_KEY_ID=", "APCA_API_SECRET_KEY=", "ALPACA_API_KEY=", "ALPACA_SECRET_KEY="})
    EXPECT_THAT(std::string{sample_environment()},
                ::testing::HasSubstr(std::string{name} + "your-"));
}

TEST(samples, the_sizer_has_the_limits_of_the_gate) {
  auto loaded = load_samples();
  loaded.config.risk.max_qty = quantity::from_int(7);
  loaded.config.risk.order_max_usd.reset();
  const auto sizing = loaded.config.sizing();
  EXPECT_EQ(sizing.qty_max, quantity::from_int(7));
  EXPECT_EQ(sizing.order_max, money::max());
  EXPECT_EQ(sizing.trade_risk_bp, 100);
}

}  // namespace
}  // namespace bw
