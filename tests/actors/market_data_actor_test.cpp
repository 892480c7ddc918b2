// What the market data actor passes on, to whom, and what it keeps back.

#include "actors/market_data_actor.hpp"

#include <gtest/gtest.h>

#include <array>

#include "actors/strategy_actor.hpp"
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
                    [this](const bar& x) { bars.push_back(x); }, [](const trading_status&) {},
                    [](atom::beat) {}})));
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

TEST_F(MarketDataActor, EveryMinuteReachesTheGateInItsOrderAndInPartsOfABoundedSize) {
  constexpr std::size_t past = 3 * market_data_state::minutes_at_once / 2;
  for (std::size_t k = 0; k < past; ++k) {
    bar x;
    x.symbol = first;
    x.origin = bar_origin::history;
    x.start = at(60 * static_cast<int>(k));
    ASSERT_TRUE(source.push(x));
  }
  bar day;
  day.symbol = first;
  day.span = bar_span::day;
  comes(day);
  world.pass(milliseconds{50});
  std::vector<bar> seen;
  for (const auto& each : marks) {
    EXPECT_LE(each.bars.size(), market_data_state::minutes_at_once);
    seen.insert(seen.end(), each.bars.begin(), each.bars.end());
  }
  ASSERT_EQ(seen.size(), past) << "those of other lengths are none";
  for (std::size_t k = 0; k < past; ++k) EXPECT_EQ(seen[k].start, at(60 * static_cast<int>(k)));
  EXPECT_EQ(bars.size(), past + 1);
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

TEST_F(MarketDataActor, TheBarOfTheDayIsKeptBesideTheMinutesAndGivenToASuccessor) {
  const auto comes_bar = [this](bar_span span, int second, const char* close) {
    bar x;
    x.symbol = first;
    x.span = span;
    x.start = at(second);
    x.open = x.high = x.low = x.close = *price::parse(close);
    comes(x);
  };
  comes_bar(bar_span::day, 0, "10");
  comes_bar(bar_span::minute, 60, "11");
  comes_bar(bar_span::day, 0, "12");
  comes_bar(bar_span::day, -86'400, "9");
  ASSERT_EQ(bars.size(), 3u) << "one of a day before is late";
  EXPECT_EQ(bars[2].close, *price::parse("12"));

  std::vector<bar> told;
  directory members;
  members.strategies.push_back(caf::actor_cast<strategy_actor>(
      world.fake({[&](const bar& x) { told.push_back(x); }, [](atom::beat) {}})));
  world.send(here, members);
  world.run();
  ASSERT_EQ(told.size(), 2u);
  EXPECT_EQ(told[0].span, bar_span::minute);
  EXPECT_EQ(told[0].origin, bar_origin::history);
  EXPECT_EQ(told[1].span, bar_span::day);
  EXPECT_EQ(told[1].close, *price::parse("12"));
}

TEST_F(MarketDataActor, EachStrategyHearsABeatInEachOfItsSpans) {
  constexpr std::uint32_t count = 7;
  const auto of_seven =
      world.keep(world.system().spawn(market_data, market_data_args{&source, count, &world.time}));
  std::array<int, count> heard{};
  directory members;
  for (std::size_t k = 0; k < count; ++k)
    members.strategies.push_back(
        caf::actor_cast<strategy_actor>(world.fake({[&heard, k](atom::beat) { ++heard[k]; }})));
  world.send(of_seven, members);
  world.run();
  for (int spans = 1; spans <= 3; ++spans) {
    world.pass(strategy_actor_state::beat_every);
    for (const int beats : heard) EXPECT_EQ(beats, spans);
  }
}

TEST_F(MarketDataActor, TheQualityOfTheBarsIsShown) {
  metrics_registry metrics;
  // Monday 2026-11-02, 14:30 UTC is the open.
  const auto open = parse_rfc3339("2026-11-02T14:30:00Z").value();
  market_data_args with{&source, 1, &world.time};
  with.quality =
      std::make_shared<data_meter>(metrics, name_table{"AAPL"}, session_calendar::make().value());
  auto& meter = *with.quality;
  const auto gauge_of = [&](const char* name, metric_labels labels) {
    return metrics.add_gauge(name, "", std::move(labels)).units() / 1'000'000'000;
  };
  const auto judged = [&](const char* check) {
    return static_cast<quality>(
        gauge_of("bellwether_data_quality", {{"symbol", "AAPL"}, {"check", check}}));
  };
  std::deque<bar> kept;
  for (const int minute : {-1'440, 0, 1, 2, 9, 9}) {
    bar x;
    x.start = open + std::chrono::minutes{minute};
    kept.push_back(x);
  }
  auto better = kept.back();
  better.origin = bar_origin::correction;
  kept.push_back(better);
  meter.look(first, kept, open + std::chrono::minutes{12});
  EXPECT_EQ(judged("freshness"), quality::good);
  EXPECT_EQ(judged("gaps"), quality::warning);
  EXPECT_EQ(judged("duplicates"), quality::warning);
  EXPECT_EQ(gauge_of("bellwether_data_repeated_bars", {{"symbol", "AAPL"}}), 1)
      << "a better version is none that came twice";
  EXPECT_EQ(gauge_of("bellwether_data_bar_age_seconds", {{"symbol", "AAPL"}}), 120);
  EXPECT_EQ(gauge_of("bellwether_data_missing_minutes", {{"symbol", "AAPL"}}), 7);
  meter.look(first, kept, open + std::chrono::minutes{16});
  EXPECT_EQ(judged("freshness"), quality::failed);
}

TEST_F(MarketDataActor, OfManySymbolsOnlyTheFirstHaveSeriesAndAllAreCounted) {
  metrics_registry metrics;
  const auto open = parse_rfc3339("2026-11-02T14:30:00Z").value();
  const auto last = data_meter::symbols_shown_max;
  std::vector<std::string> names;
  for (std::uint32_t k = 0; k <= last; ++k) names.push_back("S" + std::to_string(k));
  data_meter meter{metrics, name_table{names}, session_calendar::make().value()};
  const auto marked = [&] {
    return metrics.add_gauge("bellwether_data_symbols_marked", "", {{"check", "freshness"}})
               .units() /
           1'000'000'000;
  };
  std::deque<bar> kept(1);
  kept.front().start = open;
  for (std::uint32_t k = 0; k <= last; ++k)
    meter.look(symbol_id{k}, kept, open + std::chrono::minutes{9});
  EXPECT_EQ(marked(), last + 1);
  const auto series = metrics.series().size();
  kept.front().start = open + std::chrono::minutes{8};
  meter.look(symbol_id{last}, kept, open + std::chrono::minutes{9});
  EXPECT_EQ(marked(), last);
  EXPECT_EQ(metrics.series().size(), series);
  EXPECT_EQ(
      std::ranges::count(metrics.series(), "bellwether_data_bar_age_seconds", &metric_series::name),
      last);
}

}  // namespace
}  // namespace bw
