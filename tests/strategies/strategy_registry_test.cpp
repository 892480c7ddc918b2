// Strategies are found by id; a second one with the same id, and wrong parameters, are refused.

#include "strategies/strategy_registry.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "strategies/momentum.hpp"

namespace bw {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class strategy_registry_test : public testing::Test {
 protected:
  strategy_registry_test() { EXPECT_TRUE(add_built_in_strategies(registry).ok()); }
  strategy_registry registry;
};

TEST_F(strategy_registry_test, makes_the_built_in_strategies) {
  std::vector<std::string> ids;
  for (const auto* metadata : registry.list()) ids.push_back(metadata->id);
  EXPECT_EQ(ids, (std::vector<std::string>{"average_crossover", "mean_reversion", "momentum",
                                           "opening_range"}));
  const auto momentum = registry.make("momentum", {});
  ASSERT_TRUE(momentum.ok()) << momentum.failure().text();
  EXPECT_EQ((*momentum)->metadata().id, "momentum");
  EXPECT_EQ((*momentum)->warm_up_bars(), 20u);
  EXPECT_EQ(registry.make("mean_reversion", {}).value()->warm_up_bars(), 19u);
  EXPECT_EQ(registry.make("mean_reversion", {{"lookback_period", "10"}}).value()->warm_up_bars(),
            15u);
}

TEST_F(strategy_registry_test, every_parameter_is_explained) {
  for (const auto* metadata : registry.list())
    for (const auto& spec : metadata->parameters) {
      EXPECT_FALSE(spec.text.empty()) << metadata->id << "." << spec.name;
      EXPECT_TRUE(spec.default_text.has_value()) << metadata->id << "." << spec.name;
    }
}

TEST_F(strategy_registry_test, refuses_an_id_that_is_taken) {
  const auto again = registry.add(momentum_type());
  EXPECT_EQ(again.code(), ec::already_exists);
  EXPECT_THAT(again.failure().context, HasSubstr("'momentum'"));
  EXPECT_EQ(registry.list().size(), 4u);
}

TEST_F(strategy_registry_test, names_the_strategies_there_are) {
  const auto none = registry.make("momentun", {});
  EXPECT_EQ(none.code(), ec::not_found);
  EXPECT_THAT(none.failure().context, HasSubstr("mean_reversion, momentum, opening_range"));
  EXPECT_EQ(registry.find("momentun"), nullptr);
}

TEST_F(strategy_registry_test, refuses_parameters_by_name) {
  const auto unknown = registry.make("momentum", {{"vwap_bufer", "0.1"}});
  EXPECT_EQ(unknown.code(), ec::unknown_key);
  EXPECT_THAT(unknown.failure().context,
              AllOf(HasSubstr("'vwap_bufer'"), HasSubstr("vwap_buffer (0 … 0.1)")));
  EXPECT_EQ(registry.make("momentum", {{"rsi_floor", "101"}}).code(), ec::out_of_range);
  EXPECT_EQ(registry.make("momentum", {{"min_price", "600"}}).code(), ec::out_of_range);
  EXPECT_EQ(registry.make("mean_reversion", {{"rsi_oversold", "70"}}).code(), ec::out_of_range);
  EXPECT_EQ(registry.check("momentum", {{"rsi_floor", "55"}})->number("rsi_floor"), 55);
}

TEST_F(strategy_registry_test, refuses_types_that_cannot_be_used) {
  auto type = momentum_type();
  for (const char* id :
       {"", "Momentum", "two words", "a_name_of_more_than_thirty_one_characters"}) {
    type.metadata.id = id;
    EXPECT_EQ(registry.add(type).code(), ec::invalid_argument) << id;
  }
  type.metadata.id = "other";
  const auto refuses = [&](auto change) {
    auto changed = type;
    change(changed);
    return registry.add(changed).code() == ec::invalid_argument;
  };
  EXPECT_TRUE(refuses([](auto& x) { x.make = nullptr; }));
  EXPECT_TRUE(refuses([](auto& x) { x.metadata.parameters[1].minimum = "low"; }));
  EXPECT_TRUE(refuses([](auto& x) { x.metadata.parameters[1].default_text = "5"; }));
  EXPECT_TRUE(refuses([](auto& x) { x.metadata.parameters[1].name = "Bad name"; }));
  EXPECT_TRUE(refuses([](auto& x) { x.metadata.parameters[1].name = "watchlist"; }));
  EXPECT_TRUE(registry.add(type).ok());
}

TEST(strategy_registry_limit, is_kept) {
  strategy_registry registry;
  auto type = momentum_type();
  for (std::size_t k = 0; k < strategy_registry::types_max; ++k) {
    type.metadata.id = "s" + std::to_string(k);
    ASSERT_TRUE(registry.add(type).ok());
  }
  type.metadata.id = "one_more";
  EXPECT_EQ(registry.add(type).code(), ec::out_of_range);
}

}  // namespace
}  // namespace bw
