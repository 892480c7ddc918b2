// The table of options: every row loads what it shows, knows its ends, and guesses what was meant.

#include "config/option_table.hpp"

#include <gtest/gtest.h>

#include <set>

namespace bw {
namespace {

using form = option_value::form;

TEST(option_table, every_default_is_a_value_that_the_option_takes) {
  for (const auto& each : option_table()) {
    SCOPED_TRACE(std::string{each.key});
    const node_config defaults;
    const auto shown = each.show(defaults);
    EXPECT_EQ(shown.how, each.form);
    node_config config;
    const auto set = each.set(config, shown);
    EXPECT_TRUE(set.ok()) << set.failure().context;
    EXPECT_EQ(each.show(config), shown);
  }
}

TEST(option_table, every_row_is_complete_and_stands_once) {
  std::set<std::string_view> keys;
  for (const auto& each : option_table()) {
    SCOPED_TRACE(std::string{each.key});
    EXPECT_TRUE(keys.insert(each.key).second);
    EXPECT_FALSE(each.unit.empty());
    EXPECT_FALSE(each.range.empty());
    ASSERT_FALSE(each.help.empty());
    EXPECT_EQ(each.help.back(), '.');
    EXPECT_EQ(find_option(each.key), &each);
  }
}

TEST(option_table, whole_numbers_end_at_both_ends_of_their_range) {
  for (const auto& each : option_table()) {
    if (each.form != form::whole) continue;
    SCOPED_TRACE(std::string{each.key});
    const auto dots = each.range.find(" .. ");
    ASSERT_NE(dots, std::string::npos);
    const auto low = std::stoll(each.range.substr(0, dots));
    const auto high = std::stoll(each.range.substr(dots + 4));
    node_config config;
    for (const auto good : {low, high}) {
      const option_value given{form::whole, std::to_string(good), {}};
      ASSERT_TRUE(each.set(config, given).ok());
      EXPECT_EQ(each.show(config), given);
    }
    for (const auto bad : {low - 1, high + 1}) {
      const auto before = each.show(config);
      EXPECT_FALSE(each.set(config, {form::whole, std::to_string(bad), {}}).ok());
      EXPECT_EQ(each.show(config), before) << "a refused value changes nothing";
    }
  }
}

TEST(option_table, no_row_takes_a_value_of_another_kind) {
  const std::vector<option_value> strange = {{form::other, "a value of another kind", {}},
                                             {form::fraction, "1.5", {}},
                                             {form::text, "", {}},
                                             {form::text, "definitely not", {}},
                                             {form::list, "", {"definitely not"}},
                                             {form::list, "", {}}};
  for (const auto& each : option_table()) {
    for (const auto& given : strange) {
      if (each.range == "path" && given.text == "definitely not") continue;
      if (each.key == "ops.address" && given.text == "definitely not") continue;
      // Nobody may be traded with real money unless he is named.
      if (each.key == "live.accounts" && given == option_value{form::list, "", {}}) continue;
      node_config config;
      const auto set = each.set(config, given);
      EXPECT_FALSE(set.ok()) << each.key << " took " << to_toml(given);
    }
  }
}

TEST(option_table, the_ceilings_hold) {
  const struct {
    const char* key;
    option_value above;
  } rows[] = {
      {"risk.position.max_equity_bp", {form::whole, "1001", {}}},
      {"risk.max_positions", {form::whole, "11", {}}},
      {"risk.trade_risk_bp", {form::whole, "201", {}}},
      {"risk.stop_loss_bp", {form::whole, "201", {}}},
      {"risk.take_profit_bp", {form::whole, "2001", {}}},
      {"risk.trail.activate_bp", {form::whole, "1001", {}}},
      {"risk.trail.distance_bp", {form::whole, "501", {}}},
      {"risk.loss.halt_bp", {form::whole, "201", {}}},
      {"risk.max_entries_per_day", {form::whole, "21", {}}},
      {"risk.order.max_usd", {form::text, "10000.01", {}}},
      {"risk.order.max_equity_bp", {form::whole, "1001", {}}},
      {"risk.gross.max_equity_bp", {form::whole, "10001", {}}},
      {"risk.buying_power_bp", {form::whole, "10001", {}}},
  };
  for (const auto& row : rows) {
    node_config config;
    ASSERT_NE(find_option(row.key), nullptr) << row.key;
    EXPECT_FALSE(find_option(row.key)->set(config, row.above).ok()) << row.key;
  }
}

TEST(option_table, amounts_are_text_or_whole_and_can_be_off_where_that_is_allowed) {
  node_config config;
  const auto* limit = find_option("risk.loss.halt_usd");
  ASSERT_TRUE(limit->set(config, {form::text, "12.50", {}}).ok());
  EXPECT_EQ(config.risk.loss_halt_usd, *money::parse("12.5"));
  ASSERT_TRUE(limit->set(config, {form::whole, "40", {}}).ok());
  EXPECT_EQ(config.risk.loss_halt_usd, money::from_int(40));
  ASSERT_TRUE(limit->set(config, {form::text, "off", {}}).ok());
  EXPECT_FALSE(config.risk.loss_halt_usd);
  EXPECT_EQ(limit->show(config).text, "off");
  EXPECT_FALSE(find_option("risk.max_qty")->set(config, {form::text, "off", {}}).ok());
}

TEST(option_table, the_minute_rate_may_come_at_once) {
  node_config config;
  ASSERT_TRUE(find_option("risk.rate.minute")->set(config, {form::whole, "7", {}}).ok());
  EXPECT_EQ(config.risk.rate_long.tokens, 7);
  EXPECT_EQ(config.risk.rate_long.burst, 7);
}

TEST(option_table, lists_hold_known_words_once) {
  node_config config;
  const auto* types = find_option("risk.types.entry");
  ASSERT_TRUE(types->set(config, {form::list, "", {"limit", "market"}}).ok());
  EXPECT_EQ(config.risk.entry_types, (std::vector{order_type::limit, order_type::market}));
  EXPECT_EQ(to_toml(types->show(config)), "[\"limit\", \"market\"]");
  EXPECT_FALSE(types->set(config, {form::list, "", {"limit", "limit"}}).ok());
}

TEST(option_table, a_guess_is_near_or_there_is_none) {
  const std::vector<std::string> commands = {"demo", "run", "venue", "status", "audit"};
  const struct {
    const char* word;
    const char* guess;
  } rows[] = {
      {"venu", "venue"}, {"stauts", "status"}, {"rn", "run"}, {"demo", "demo"}, {"backtest", ""},
      {"", ""},          {"audti", "audit"},   {"x", ""}};
  for (const auto& row : rows) EXPECT_EQ(nearest_word(row.word, commands), row.guess) << row.word;
  EXPECT_EQ(nearest_word(std::string(100'000, 'a'), commands), "");
}

TEST(option_table, a_key_in_the_wrong_table_is_found_too) {
  EXPECT_EQ(nearest_key("risk.max_qt"), "risk.max_qty");
  EXPECT_EQ(nearest_key("limits.stop_loss_bp"), "risk.stop_loss_bp");
  EXPECT_EQ(nearest_key("something.else"), "");
}

}  // namespace
}  // namespace bw
