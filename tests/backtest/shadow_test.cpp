// Strategies in shadow: their trades are simulated on the quotes that came in, and nobody else's
// orders are other than without them.

#include <gtest/gtest.h>

#include <memory>

#include "backtest/shadow_exchange.hpp"
#include "tests/strategies/engine_fixture.hpp"

namespace bw {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

backtest_options plain_options() {
  backtest_options out;
  out.slippage = venue::slippage_model::none;
  out.partial_percent = 0;
  return out;
}

struct shadow_engine : engine_fixture {
  explicit shadow_engine(std::size_t strategies = 1) : engine_fixture(strategies) {
    engine.simulate_shadows(shadow_markets_of(plain_options()));
    phase(session_phase::entries);
  }
  void put_into_shadow(std::uint16_t which, bool shadow = true) {
    auto settings = engine.settings_of(strategy_id{which});
    settings.shadow = shadow;
    EXPECT_TRUE(engine.change(settings, nullptr).ok());
  }
  /// Orders are on their way for 50 ms and acknowledged 20 ms later.
  engine_outputs let_trade(const char* bid, const char* ask) {
    engine_outputs out;
    for (int k = 0; k < 4; ++k) {
      pass(milliseconds{100});
      for (const auto& part : {quote_at(bid, ask), timer_after(milliseconds{1})})
        out.insert(out.end(), part.begin(), part.end());
    }
    return out;
  }
  engine_outputs enter_in_shadow(std::size_t who = 0) {
    quote_at("99.98", "100");
    scripted[who]->say = always(buy_wish());
    const auto out = bar_of(100);
    scripted[who]->say = nullptr;
    return out;
  }
  shadow_figures figures(std::size_t who = 0) const {
    return engine.view().seats.at(who).simulated;
  }
};

std::vector<shadow_fill> fills_in(const engine_outputs& x) {
  return engine_fixture::only<shadow_fill>(x);
}
std::size_t orders_in(const engine_outputs& x) {
  return engine_fixture::only<order_request>(x).size() +
         engine_fixture::only<cancel_request>(x).size();
}

TEST(Shadow, ATradeIsSimulatedFromTheSignalToItsTarget) {
  shadow_engine x;
  x.put_into_shadow(0);
  const auto decided = x.enter_in_shadow();
  EXPECT_EQ(x.fate_in(decided), signal_fate::shadow);
  EXPECT_EQ(orders_in(decided), 0u);

  const auto bought = fills_in(x.let_trade("99.98", "100"));
  ASSERT_EQ(bought.size(), 1u);
  EXPECT_EQ(bought[0].side, side::buy);
  EXPECT_EQ(bought[0].at_price, p("100")) << "the ask of the live quote";
  EXPECT_EQ(bought[0].qty, shares(99)) << "as many as the real account allows";
  ASSERT_EQ(x.scripted[0]->fills.size(), 1u) << "the strategy is told";
  EXPECT_EQ(x.scripted[0]->fills[0].position.qty, shares(99));
  EXPECT_TRUE(x.engine.view().positions.empty()) << "nothing is really held";
  EXPECT_EQ(x.engine.covered().position, quantity{});
  EXPECT_EQ(x.figures().trades, 0u);

  x.let_trade("101", "101.02");
  EXPECT_EQ(x.figures().unrealized, money::from_int(99));
  // The target lies 4 % above.
  const auto sold = fills_in(x.let_trade("104.2", "104.22"));
  ASSERT_EQ(sold.size(), 1u);
  EXPECT_EQ(sold[0].reason, signal_reason::target_hit);
  EXPECT_EQ(x.figures().trades, 1u);
  EXPECT_EQ(x.figures().wins, 1u);
  EXPECT_EQ(x.figures().realized, money::from_units((p("104.2") - p("100")).units() * 99));
  EXPECT_EQ(x.figures().unrealized, money{});
  EXPECT_EQ(orders_in(x.all), 0u) << "no order left";
}

TEST(Shadow, AStopIsALossAndTheEndOfTheDayCloses) {
  shadow_engine x;
  x.put_into_shadow(0);
  x.enter_in_shadow();
  x.let_trade("99.98", "100");
  x.let_trade("98", "98.02");
  x.let_trade("98", "98.02");
  EXPECT_EQ(x.figures().trades, 1u);
  EXPECT_EQ(x.figures().wins, 0u);
  EXPECT_TRUE(x.figures().realized.is_negative());

  x.enter_in_shadow();
  x.let_trade("99.98", "100");
  x.phase(session_phase::flatten);
  x.timer_after(seconds{1});
  x.let_trade("99.98", "100");
  EXPECT_EQ(x.figures().trades, 2u);
  EXPECT_EQ(orders_in(x.all), 0u);
}

TEST(Shadow, OthersDoNotNoticeIt) {
  // The first strategy trades, the second does the opposite in shadow.
  const auto run = [](bool beside) {
    shadow_engine x{2};
    x.put_into_shadow(1);
    x.quote_at("99.98", "100");
    x.scripted[0]->say = always(buy_wish());
    if (beside) x.scripted[1]->say = always(buy_wish(900'000));
    const auto order = x.order_in(x.bar_of(100));
    x.fill(order);
    x.let_trade("99.98", "100");
    if (beside) x.scripted[1]->say = always(sell_wish(900'000));
    x.scripted[0]->say = nullptr;
    x.bar_of(100);
    x.let_trade("97", "97.02");
    std::vector<std::pair<quantity, price>> out;
    for (const auto& each : x.only<order_request>(x.all)) out.push_back({each.qty, each.limit});
    return out;
  };
  EXPECT_EQ(run(true), run(false));
}

TEST(Shadow, OutOfItOrdersAreRealAndIntoItThePositionStaysWatched) {
  shadow_engine x;
  x.enter();
  x.put_into_shadow(0);
  EXPECT_EQ(x.order_in(x.quote_at("98", "98.02")).reason, signal_reason::stop_hit)
      << "what was bought before is given up at its stop";
  shadow_engine y;
  y.put_into_shadow(0);
  y.enter_in_shadow();
  y.let_trade("99.98", "100");
  y.put_into_shadow(0, false);
  EXPECT_EQ(y.figures().unrealized, money{});
  y.scripted[0]->say = always(buy_wish());
  y.quote_at("99.98", "100");
  EXPECT_EQ(orders_in(y.bar_of(100)), 1u);
}

TEST(Shadow, ASplitEndsWhatWasOpenAndKeepsTheFigures) {
  shadow_engine x;
  x.put_into_shadow(0);
  x.enter_in_shadow();
  x.let_trade("99.98", "100");
  x.let_trade("104.2", "104.22");
  const auto earned = x.figures().realized;
  ASSERT_TRUE(earned.is_positive());
  x.enter_in_shadow();
  x.let_trade("99.98", "100");
  x.engine.on_split({2, 1});
  EXPECT_EQ(x.figures().trades, 1u);
  EXPECT_EQ(x.figures().realized, earned);
  x.let_trade("49.98", "50");
  EXPECT_EQ(x.figures().realized, earned);
}

TEST(Shadow, WithoutAMarketSignalsAreOnlyRecorded) {
  engine_fixture x;
  auto settings = x.engine.settings_of(strategy_id{0});
  settings.shadow = true;
  ASSERT_TRUE(x.engine.change(settings, nullptr).ok());
  x.quote_at("99.98", "100");
  x.scripted[0]->say = always(buy_wish());
  const auto out = x.bar_of(100);
  EXPECT_EQ(x.fate_in(out), signal_fate::shadow);
  EXPECT_EQ(orders_in(x.all), 0u);
}

}  // namespace
}  // namespace bw
