// The strategies file in each stage of a rollout.

#include "backtest/rollout_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bw {
namespace {

using ::testing::HasSubstr;

const loaded_config& sample() {
  static const auto loaded =
      *parse_config(sample_node_toml(), "node.toml", sample_strategies_toml(), "strategies.toml");
  return loaded;
}

proposal change() {
  proposal out;
  out.id = "p-1";
  out.changes = {{"strategy.momentum.rsi_floor", "50", "55"},
                 {"strategy.momentum.vwap_buffer", "0.001", "0.002"}};
  return out;
}

std::string text_in(rollout_stage stage) {
  auto text = rollout_text(change(), sample(), built_in_strategies(), stage, money::from_int(750));
  EXPECT_TRUE(text.ok()) << (text ? "" : text.failure().text());
  return text ? *text : "";
}

/// As a node would read it.
std::vector<strategy_config> strategies_in(rollout_stage stage) {
  const auto read =
      parse_config(sample_node_toml(), "node.toml", text_in(stage), "strategies.toml");
  EXPECT_TRUE(read.ok());
  return read ? read->config.strategies : std::vector<strategy_config>{};
}

TEST(rollout_text, shadow_leaves_the_old_and_adds_a_copy_that_only_shows) {
  const auto text = text_in(rollout_stage::shadow);
  EXPECT_TRUE(text.starts_with(sample().strategies_toml));
  const auto seen = strategies_in(rollout_stage::shadow);
  const auto& before = sample().config.strategies;
  ASSERT_EQ(seen.size(), before.size() + 1);
  const auto& copy = seen.back();
  EXPECT_EQ(copy.id, "momentum_next");
  EXPECT_EQ(copy.kind, "momentum");
  EXPECT_TRUE(copy.shadow);
  EXPECT_EQ(copy.watchlist, before.front().watchlist);
  auto expected = before.front().parameters;
  expected["rsi_floor"] = "55";
  expected["vwap_buffer"] = "0.002";
  EXPECT_EQ(copy.parameters, expected);
  EXPECT_EQ(seen.front().parameters, before.front().parameters);
  EXPECT_FALSE(seen.front().shadow);
}

TEST(rollout_text, canary_has_the_new_values_and_a_small_budget) {
  const auto seen = strategies_in(rollout_stage::canary);
  ASSERT_EQ(seen.size(), sample().config.strategies.size());
  EXPECT_EQ(seen.front().symbol_budget, money::from_int(750));
  EXPECT_EQ(seen.front().parameters.at("rsi_floor"), "55");
  EXPECT_TRUE(seen[1].symbol_budget.is_zero());
  EXPECT_EQ(seen[1].parameters, sample().config.strategies[1].parameters);
}

TEST(rollout_text, a_budget_that_is_smaller_already_stays_and_a_larger_one_is_replaced) {
  for (const auto& [own, expected] : {std::pair{"500", 500}, std::pair{"5000", 750}}) {
    auto text = std::string{sample_strategies_toml()};
    const std::string id = "id = \"momentum\"\n";
    text.insert(text.find(id), "symbol_budget_usd = " + std::string{own} + "\n");
    const auto before = parse_config(sample_node_toml(), "node.toml", text, "strategies.toml");
    ASSERT_TRUE(before.ok()) << before.failure().text();
    const auto canary = rollout_text(change(), *before, built_in_strategies(),
                                     rollout_stage::canary, money::from_int(750));
    ASSERT_TRUE(canary.ok()) << canary.failure().text();
    const auto read = parse_config(sample_node_toml(), "node.toml", *canary, "strategies.toml");
    EXPECT_EQ(read->config.strategies.front().symbol_budget, money::from_int(expected));
  }
}

TEST(rollout_text, full_changes_the_values_alone_and_the_way_back_is_to_the_byte) {
  auto expected = sample().strategies_toml;
  expected.replace(expected.find("rsi_floor = 50"), 14, "rsi_floor = 55");
  expected.replace(expected.find("vwap_buffer = \"0.001\""), 21, "vwap_buffer = \"0.002\"");
  EXPECT_EQ(text_in(rollout_stage::full), expected);
  EXPECT_EQ(text_in(rollout_stage::rolled_back), sample().strategies_toml);
}

TEST(rollout_text, a_copy_needs_its_name) {
  const auto shadow = text_in(rollout_stage::shadow);
  const auto taken = parse_config(sample_node_toml(), "node.toml", shadow, "strategies.toml");
  const auto again = rollout_text(change(), *taken, built_in_strategies(), rollout_stage::shadow,
                                  money::from_int(750));
  ASSERT_FALSE(again.ok());
  EXPECT_THAT(again.failure().context, HasSubstr("momentum_next"));
}

}  // namespace
}  // namespace bw
