// The node that the SDK gives to tests of plugins: it plays the same part as the real one.

#include "strategies/sdk/bellwether/testing.hpp"

#include <gtest/gtest.h>

namespace {

using bw::sdk::decimal;

class echo final : public bw::sdk::strategy {
 public:
  static bw::sdk::description describe() {
    return {.id = "echo",
            .name = "Echo",
            .version = "1",
            .text = "Buys what it is told to.",
            .parameters = {bw::sdk::parameter::number("above", "10.5", "0", "100", "USD", "Least."),
                           bw::sdk::parameter::integer("most", "3", "1", "9", "shares", "Most.")}};
  }
  explicit echo(const bw::sdk::setup& given)
      : strategy(given), above_(given.amount("above")), most_(given.integer("most")) {}
  void initialise() override { average_ = request_indicator("ema", 9); }
  void on_bar(const bw::sdk::bar& x) override {
    seen_regime = regime();
    if (x.close == decimal::of(13)) throw std::runtime_error{"thirteen"};
    log(bw::sdk::log_level::info, "seen");
    if (x.close > above_ && value(average_))
      accepted = hold(held().quantity.is_zero() ? decimal::of(most_) : decimal::of(most_ + 1),
                      {.entry = x.close, .reason = "up"});
  }
  bool accepted = false;
  inline static std::optional<std::uint32_t> seen_regime;

 private:
  decimal above_;
  std::int64_t most_;
  bw::sdk::indicator_id average_ = 0;
};

const bw_plugin_descriptor* plugin() {
  return bw::sdk::detail::describe_plugin<echo>(BW_PLUGIN_ABI, "echo", "1", "none", "test");
}

TEST(sdk_test_host, plays_the_node) {
  bw::sdk::test_host node{plugin(), "echo", {{"most", "4"}}};
  EXPECT_EQ(node.on_bar({.close = decimal::of(12)}), BW_OK);
  EXPECT_TRUE(node.wanted.empty()) << "the average is not there yet";
  node.indicators[{"ema", 9}] = 11;
  EXPECT_EQ(node.on_bar({.close = decimal::of(12)}), BW_OK);
  ASSERT_EQ(node.wanted.size(), 1u);
  EXPECT_TRUE(node.wanted[0].buys);
  EXPECT_EQ(node.wanted[0].quantity_max, decimal::of(4));
  EXPECT_EQ(node.wanted[0].reason, "up");
  EXPECT_EQ(node.lines.size(), 2u);
  node.held = {decimal::of(4), decimal::of(12)};
  EXPECT_EQ(node.on_bar({.close = decimal::of(12)}), BW_OK);
  EXPECT_EQ(node.wanted.size(), 1u) << "a position is not enlarged";
}

TEST(sdk_test_host, says_the_regime_of_the_symbol) {
  bw::sdk::test_host node{plugin(), "echo"};
  EXPECT_EQ(node.on_bar({.close = decimal::of(12)}), BW_OK);
  EXPECT_FALSE(echo::seen_regime) << "nobody can say";
  node.regime = BW_REGIME_VOLATILE;
  EXPECT_EQ(node.on_bar({.close = decimal::of(12)}), BW_OK);
  EXPECT_EQ(echo::seen_regime, BW_REGIME_VOLATILE);
}

TEST(sdk_test_host, an_exception_ends_at_the_border) {
  bw::sdk::test_host node{plugin(), "echo"};
  EXPECT_EQ(node.on_bar({.close = decimal::of(13)}), BW_FAILED);
  ASSERT_EQ(node.lines.size(), 1u);
  EXPECT_EQ(node.lines[0], "thirteen");
}

TEST(sdk_decimal, is_exact_and_bounded) {
  EXPECT_EQ(decimal::of(3).units, 3'000'000'000);
  EXPECT_EQ(decimal::nearest(0.1).units, 100'000'000);
  EXPECT_EQ(decimal::nearest(-0.1).units, -100'000'000);
  EXPECT_EQ(decimal::nearest(1e300), decimal::of(9'200'000'000));
  EXPECT_EQ(decimal::nearest(0.0 / 0.0).units, 0);
}

}  // namespace
