// What the market data actor passes on, to whom, and what it keeps back.

#include "actors/market_data_actor.hpp"

#include <gtest/gtest.h>

#include "tests/support/actor_fixture.hpp"

namespace bw {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr symbol_id first{0};

struct MarketDataActor : testing::Test {
  tests::actor_fixture world;
  ingress source{[] {}};
  std::vector<quote> quotes;
  std::vector<trade> trades;
  std::vector<bar> bars;
  std::vector<trading_status> statuses;
  std::vector<market_marks> marks;
  market_data_actor here;

  void SetUp() override {
    here = world.keep(world.system().spawn(market_data, market_data_args{&source, 1, &world.time}));
    directory members;
    members.strategies.push_back(caf::actor_cast<strategy_actor>(
        world.fake({[this](const quote& x) { quotes.push_back(x); },
                    [this](const trade& x) { trades.push_back(x); },
                    [this](const bar& x) { bars.push_back(x); }, [](const trading_status&) {}})));
    members.gate = caf::actor_cast<risk_gate_actor>(world.fake(
        {[this](const market_marks& x) { marks.push_back(x); },
         [this](const trading_status& x) { statuses.push_back(x); }, [](const feed_status&) {}}));
    world.send(here, members);
    world.run();
  }

  void comes(const market_event& event) {
    ASSERT_TRUE(source.push(event));
    source.flush();
    world.send(here, atom::doorbell_v);
    world.run();
  }
  price last_price() {
    world.pass(milliseconds{50});
    for (auto at = marks.rbegin(); at != marks.rend(); ++at)
      if (!at->trades.empty()) return at->trades.back().last;
    return {};
  }

  static utc_ns at(int second) {
    return utc_ns{seconds{1'793'629'800 + second}.count() * 1'000'000'000};
  }
  static quote quote_at(int second, const char* bid, tick_origin origin = tick_origin::live) {
    quote x;
    x.symbol = first;
    x.bid = *price::parse(bid);
    x.ask = *price::parse("900");
    x.bid_size = x.ask_size = quantity::from_int(1);
    x.ts_event = at(second);
    x.origin = origin;
    return x;
  }
  static trade trade_at(int second, std::uint64_t id, const char* last,
                        tick_origin origin = tick_origin::live) {
    trade x;
    x.symbol = first;
    x.last = *price::parse(last);
    x.size = quantity::from_int(10);
    x.venue_trade_id = id;
    x.ts_event = at(second);
    x.origin = origin;
    return x;
  }
};

TEST_F(MarketDataActor, QuotesThatAreOlderOrTheSameAreKeptBack) {
  comes(quote_at(2, "10"));
  comes(quote_at(2, "10"));
  comes(quote_at(1, "9"));
  comes(quote_at(2, "11"));
  ASSERT_EQ(quotes.size(), 2U);
  EXPECT_EQ(quotes[1].bid, *price::parse("11")) << "another one of the same instant is news";
}

TEST_F(MarketDataActor, ASnapshotGoesBeforeWhatIsLiveAndNeverBehindIt) {
  comes(quote_at(5, "10", tick_origin::snapshot));
  comes(quote_at(6, "11"));
  comes(quote_at(4, "8", tick_origin::snapshot));
  ASSERT_EQ(quotes.size(), 2U);
  EXPECT_EQ(quotes[0].origin, tick_origin::snapshot);
  EXPECT_EQ(quotes[1].bid, *price::parse("11"));
}

TEST_F(MarketDataActor, ATradeOfASnapshotSetsThePriceAndIsNotCountedAgain) {
  comes(trade_at(1, 7, "10", tick_origin::snapshot));
  EXPECT_TRUE(trades.empty()) << "the fetched bars hold its volume";
  EXPECT_EQ(last_price(), *price::parse("10"));
  comes(trade_at(1, 7, "10"));
  EXPECT_EQ(trades.size(), 1U) << "told by the stream, it counts";
  comes(trade_at(2, 8, "11"));
  comes(trade_at(1, 7, "10", tick_origin::snapshot));
  EXPECT_EQ(trades.size(), 2U);
  EXPECT_EQ(last_price(), *price::parse("11")) << "a snapshot undoes nothing";
}

TEST_F(MarketDataActor, ALateTradeCountsInVolumeAndSetsNoPrice) {
  comes(trade_at(5, 1, "10"));
  comes(trade_at(4, 2, "99"));
  ASSERT_EQ(trades.size(), 2U);
  EXPECT_EQ(trades[1].eligible, price_eligible::no);
  EXPECT_EQ(last_price(), *price::parse("10"));
  comes(trade_at(4, 2, "99"));
  EXPECT_EQ(trades.size(), 2U) << "twice is once";
}

TEST_F(MarketDataActor, TheLastTradesCorrectionCorrectsTheLastPrice) {
  comes(trade_at(1, 1, "10"));
  comes(trade_at(2, 2, "20"));
  comes(trade_at(3, 1, "11", tick_origin::correction));
  EXPECT_EQ(last_price(), *price::parse("20")) << "an earlier trade sets nothing any more";
  comes(trade_at(3, 2, "19", tick_origin::correction));
  EXPECT_EQ(last_price(), *price::parse("19"));
  EXPECT_EQ(trades.size(), 2U) << "no new trades";
  comes(trade_at(4, 2, "19", tick_origin::cancellation));
  EXPECT_EQ(last_price(), *price::parse("10")) << "what held before it";
}

TEST_F(MarketDataActor, HaltsAndBandsReachTheGate) {
  trading_status x;
  x.symbol = first;
  x.state = halt_state::halted;
  comes(x);
  x.state = halt_state::banded;
  x.band_low = *price::parse("1");
  x.band_high = *price::parse("2");
  comes(x);
  ASSERT_EQ(statuses.size(), 2U);
  EXPECT_EQ(statuses[0].state, halt_state::halted);
  EXPECT_EQ(statuses[1].band_high, *price::parse("2"));
}

TEST_F(MarketDataActor, CorrectedBarsArePassedOnAsSuch) {
  bar x;
  x.symbol = first;
  comes(x);
  x.origin = bar_origin::correction;
  comes(x);
  ASSERT_EQ(bars.size(), 2U);
  EXPECT_EQ(bars[1].origin, bar_origin::correction);
}

}  // namespace
}  // namespace bw
