// What the regime of its symbol does to an engine: it stands in orders, in what strategies see, and
// in sizes.

#include <gtest/gtest.h>

#include "tests/strategies/engine_fixture.hpp"

namespace bw {
namespace {

symbol_trend trend_of_symbol(market_regime regime, symbol_id symbol = engine_fixture::symbol) {
  symbol_trend out{symbol, {}};
  out.trend.regime = regime;
  return out;
}

TEST(symbol_engine, an_order_says_which_regimes_its_strategy_is_for) {
  engine_fixture x;
  x.quote_at("99.98", "100");
  x.scripted[0]->say = always(buy_wish());
  const auto usual = x.order_in(x.bar_of(100));
  EXPECT_EQ(usual.regimes, 0);
  x.deny(usual);
  auto settings = x.engine.settings_of(strategy_id{0});
  settings.regimes = regime_bit(market_regime::trending);
  ASSERT_TRUE(x.engine.change(settings, nullptr).ok());
  EXPECT_EQ(x.engine.settings_of(strategy_id{0}).regimes, settings.regimes);
  EXPECT_EQ(x.order_in(x.bar_of(100)).regimes, settings.regimes);
}

TEST(symbol_engine, a_strategy_sees_the_regime_of_its_symbol) {
  engine_fixture x;
  std::vector<market_regime> seen;
  x.scripted[0]->say = [&](const strategy_context& context, const bar&) {
    seen.push_back(context.trend.regime);
    return wishes{};
  };
  x.bar_of(100);
  x.engine.on_trend(trend_of_symbol(market_regime::ranging));
  x.engine.on_trend(trend_of_symbol(market_regime::trending, symbol_id{4}));
  x.bar_of(100);
  x.engine.on_trend(trend_of_symbol(market_regime::unknown));
  x.bar_of(100);
  EXPECT_EQ(seen,
            (std::vector{market_regime::unknown, market_regime::ranging, market_regime::unknown}));
  EXPECT_EQ(x.engine.view().regime, market_regime::unknown);
}

TEST(symbol_engine, sizes_shrink_in_a_volatile_market_where_that_is_wanted) {
  const auto size_in = [](market_regime regime, std::int64_t factor_ppm) {
    std::vector<strategy_instance> one;
    auto logic = std::make_unique<scripted_strategy>();
    logic->say = always(buy_wish());
    one.push_back({strategy_id{0}, short_name{"one"}, std::move(logic)});
    symbol_engine_options options;
    options.volatile_factor_ppm = factor_ppm;
    engine_fixture x{std::move(one), options};
    x.engine.on_trend(trend_of_symbol(regime));
    x.quote_at("99.98", "100");
    return x.order_in(x.bar_of(100)).qty;
  };
  const auto whole = size_in(market_regime::unsettled, 1'000'000);
  EXPECT_GT(whole, shares(10));
  for (const auto other : {market_regime::trending, market_regime::ranging, market_regime::unknown})
    EXPECT_EQ(size_in(other, 500'000), whole);
  const auto half = size_in(market_regime::unsettled, 500'000);
  EXPECT_GE(half, shares(whole.units() / decimal_scale / 2 - 1));
  EXPECT_LE(half, shares(whole.units() / decimal_scale / 2));
}

}  // namespace
}  // namespace bw
