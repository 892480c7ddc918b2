// Limits by their keys, as a person lowers them while a node runs.

#include "config/limits_change.hpp"

#include <gtest/gtest.h>

#include "config/config_loader.hpp"
#include "config/option_table.hpp"
#include "domain/risk_lowering.hpp"

namespace bw {
namespace {

node_config sample() {
  return parse_config(sample_node_toml(), "node.toml", sample_strategies_toml(), "strategies.toml")
      ->config;
}

TEST(limits_change, puts_the_values_in) {
  const auto next =
      with_limits(sample(), {{{"risk.max_qty", "100"}, {"risk.order.max_usd", "2500.50"}}});
  ASSERT_TRUE(next.ok()) << next.failure().context;
  EXPECT_EQ(next->risk.max_qty, quantity::from_int(100));
  EXPECT_EQ(next->risk.order_max_usd, money::parse("2500.50").value());
  EXPECT_EQ(next->risk.max_positions, node_config{}.risk.max_positions);
}

TEST(limits_change, every_key_names_an_option_and_is_watched_by_the_rule_against_raising) {
  const node_config now;
  for (const auto key : lowerable_limits()) {
    const auto* known = find_option(key);
    ASSERT_NE(known, nullptr) << key;
    // The widest value that the option takes is no lowering, unless it has that value already.
    const auto range = known->range;
    const auto high = range.substr(range.rfind("..") + 2);
    const auto low = range.substr(0, range.find(".."));
    bool named = false;
    for (auto text : {high, low}) {
      std::erase(text, ' ');
      text = text.substr(text.find('|') + 1);  // "off | 1 .. 10000"
      node_config moved;
      if (!known->set(moved, {known->form, text, {}})) continue;
      named = named || first_raised(now.risk, moved.risk) == key;
      named = named || first_raised(moved.risk, now.risk) == key;
    }
    EXPECT_TRUE(named) << key << " of " << range;
  }
}

TEST(limits_change, says_what_is_wrong) {
  const auto why = [](const char* key, const char* value) {
    const auto tried = with_limits(sample(), {{{key, value}}});
    return tried ? std::string{} : tried.failure().context;
  };
  EXPECT_NE(why("risk.max_qtty", "5").find("did you mean 'risk.max_qty'"), std::string::npos);
  EXPECT_NE(why("risk.max_qty", "-5").find("risk.max_qty"), std::string::npos);
  EXPECT_NE(why("risk.max_qty", "").find("risk.max_qty"), std::string::npos);
  EXPECT_NE(why("risk.short", "true").find("edit node.toml"), std::string::npos);
  EXPECT_NE(why("mode", "live").find("edit node.toml"), std::string::npos);
  EXPECT_FALSE(with_limits(sample(), {}).ok());
  EXPECT_NE(why("risk.loss.halt_bp", "50"), "") << "the order of the three thresholds stays";
}

}  // namespace
}  // namespace bw
