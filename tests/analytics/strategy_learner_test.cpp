// What the learner says of signals and trades, at each of its thresholds and beside it.

#include "analytics/strategy_learner.hpp"

#include <gtest/gtest.h>

namespace bw {
namespace {

using std::chrono::hours;
using texts = std::vector<std::string>;

const utc_ns now = *parse_rfc3339("2026-11-20T21:30:00Z");

money usd(const char* text) { return *money::parse(text); }

/// So many signals a few hours ago, the first `executed` of them executed.
strategy_learner with_signals(std::uint64_t count, std::uint64_t executed) {
  strategy_learner out;
  for (std::uint64_t k = 0; k < count; ++k)
    out.add(learner_signal{now - hours{3}, "momentum", "AAPL", 400'000, k < executed});
  return out;
}
void trade(strategy_learner& to, const char* symbol, const char* pnl, nanoseconds ago = hours{2}) {
  to.add(learner_trade{now - ago, "momentum", symbol, usd(pnl)});
}
texts notes_of(const strategy_learner& x) { return note_lines(x.lessons(now)); }

TEST(StrategyLearner, FiguresAreThoseOfSevenDays) {
  strategy_learner x;
  x.add(learner_signal{now - hours{7 * 24}, "momentum", "AAPL", 900'000, true});
  x.add(learner_signal{now - hours{7 * 24} + nanoseconds{1}, "momentum", "AAPL", 200'000, true});
  x.add(learner_signal{now, "momentum", "MSFT", 400'000, false});
  x.add(learner_signal{now + nanoseconds{1}, "momentum", "MSFT", 900'000, true});
  x.add(learner_signal{now, "reversion", "SPY", 500'000, false});
  trade(x, "AAPL", "30");
  trade(x, "MSFT", "-10");
  trade(x, "AAPL", "-5");
  trade(x, "SPY", "0");
  const auto found = x.lessons(now);
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0].strategy, "momentum");
  EXPECT_EQ(found[0].generated, 2u);
  EXPECT_EQ(found[0].executed, 1u);
  EXPECT_EQ(found[0].confidence_ppm, 300'000u);
  EXPECT_EQ(found[0].trades, 4u);
  EXPECT_EQ(found[0].wins, 1u) << "nothing earned is nothing won";
  EXPECT_EQ(found[0].pnl, usd("15"));
  ASSERT_EQ(found[0].best.size(), 3u);
  EXPECT_EQ(found[0].best[0].symbol, "AAPL");
  EXPECT_EQ(found[0].best[0].pnl, usd("25"));
  EXPECT_EQ(found[0].worst[0].symbol, "MSFT");
  EXPECT_EQ(found[1].trades, 0u);
  EXPECT_EQ(figure_lines(found)[0],
            "momentum: 2 signals, 1 executed, 4 trades, 25 % won, 15 USD, mean confidence 30 %");
}

TEST(StrategyLearner, FiveSymbolsAreNamedAndAThousandSignalsKept) {
  strategy_learner x;
  const char* symbols[] = {"A", "B", "C", "D", "E", "F", "G"};
  for (const auto* each : symbols) trade(x, each, "1");
  trade(x, "G", "1");
  EXPECT_EQ(x.lessons(now)[0].best.size(), strategy_learner::symbols_named);
  EXPECT_EQ(x.lessons(now)[0].best[0].symbol, "G");
  x = with_signals(strategy_learner::signals_max, 0);
  x.add(learner_signal{now, "late", "SPY", 1, false});
  EXPECT_EQ(x.signals(), strategy_learner::signals_max);
  EXPECT_EQ(x.lessons(now).size(), 2u) << "the oldest went";
}

TEST(StrategyLearner, AFewWinsAskForTighterEntries) {
  auto x = with_signals(5, 5);
  for (const auto* pnl : {"100", "100", "-1", "-1", "-1"}) trade(x, "AAPL", pnl);
  EXPECT_EQ(notes_of(x), texts{}) << "40 % is enough";
  trade(x, "AAPL", "-1");
  EXPECT_EQ(notes_of(x), texts{"momentum won 2 of 6 trades in three days: tighten the entries"});
  // Four signals say nothing.
  auto few = with_signals(4, 4);
  trade(few, "AAPL", "-1");
  EXPECT_EQ(notes_of(few), texts{});
}

TEST(StrategyLearner, SignalsThatNeverExecuteAskForTheLimits) {
  EXPECT_EQ(notes_of(with_signals(10, 0)), texts{});
  EXPECT_EQ(notes_of(with_signals(11, 1)), texts{});
  EXPECT_EQ(notes_of(with_signals(11, 0)),
            texts{"momentum none of 11 signals was executed in three days: do the limits block "
                  "it?"});
}

TEST(StrategyLearner, ALossAsksForTheStopsAndOnlyThreeDaysCount) {
  auto x = with_signals(5, 5);
  trade(x, "AAPL", "1");
  trade(x, "AAPL", "-1.5");
  EXPECT_EQ(notes_of(x), texts{"momentum came to -0.5 USD in three days: review the stops"});
  auto old = with_signals(5, 5);
  trade(old, "AAPL", "-100", hours{3 * 24});
  EXPECT_EQ(notes_of(old), texts{});
}

}  // namespace
}  // namespace bw
