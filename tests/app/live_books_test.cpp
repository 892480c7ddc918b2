// What the logs of paper and live say of the strategies that are to trade with real money.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/live_gate.hpp"
#include "config/config_loader.hpp"
#include "config/state_folder.hpp"
#include "storage/rocksdb_audit_log.hpp"
#include "storage/temporary_folder.hpp"

namespace bw {
namespace {

using ::testing::HasSubstr;

const utc_ns now = *parse_rfc3339("2026-11-02T15:00:00Z");

struct live_books_test : testing::Test {
  temporary_folder folder = *temporary_folder::make("bw-live-books");
  session_calendar calendar = *session_calendar::make();
  node_config config;

  live_books_test() {
    config =
        parse_config(sample_node_toml(), "node.toml", sample_strategies_toml(), "s.toml")->config;
    config.live.paper_state = folder.path() / "paper";
    config.live.state_folder = folder.path() / "live";
    config.strategies.resize(1);
    config.strategies[0].watchlist = {"SPY", "QQQ"};
  }
  void write(const std::filesystem::path& state, std::vector<audit_event> events) {
    std::filesystem::create_directories(state);
    const auto log = open_audit_log({audit_folder(state), audit_sync::process}, 1);
    ASSERT_TRUE(log.ok()) << log.failure().text();
    for (const auto& event : events) {
      const audit_log::entry entries[] = {{{now, mono_ns{1}, {}, short_name{"node"}}, &event}};
      ASSERT_TRUE((*log)->append(entries, sync_mode::no).ok());
    }
  }
  static audit_event trend(const char* symbol, const char* day, market_regime regime) {
    trend_record out{symbol_name{symbol}, day, 272, {}};
    out.trend.regime = regime;
    return out;
  }
  void prove(regime_set regimes) {
    proof_record out{proof_kind::backtest, config.strategies[0].id, true, 120, "", {}};
    out.regimes = regimes;
    write(config.live.state_folder, {out});
  }
  evidence_gate strategies() {
    const auto books = read_live_books(config, calendar, now);
    EXPECT_TRUE(books.ok()) << (books ? "" : books.failure().text());
    if (books)
      for (const auto& each : books->evidence.gates)
        if (each.name == "strategies") return each;
    return {};
  }
};

TEST_F(live_books_test, a_backtest_has_to_have_seen_a_regime_that_a_symbol_is_in_now) {
  write(config.live.paper_state, {trend("SPY", "2026-11-02", market_regime::ranging),
                                  trend("QQQ", "2026-11-02", market_regime::trending),
                                  trend("IBM", "2026-11-02", market_regime::unsettled)});
  prove(regime_bit(market_regime::trending));
  EXPECT_TRUE(strategies().met) << strategies().found;
  config.strategies[0].regimes = regime_bit(market_regime::ranging);
  EXPECT_FALSE(strategies().met) << "in what fits it may not enter";
  EXPECT_THAT(strategies().found, HasSubstr("now ranging, then trending"));
}

TEST_F(live_books_test, what_nobody_watches_does_not_count) {
  write(config.live.paper_state, {trend("IBM", "2026-11-02", market_regime::unsettled)});
  prove(regime_bit(market_regime::unsettled));
  EXPECT_FALSE(strategies().met);
  EXPECT_THAT(strategies().found, HasSubstr("now none, then volatile"));
}

TEST_F(live_books_test, an_old_or_unknown_regime_is_none) {
  write(config.live.paper_state, {trend("SPY", "2026-10-25", market_regime::trending),
                                  trend("QQQ", "2026-11-02", market_regime::unknown)});
  prove(regime_bit(market_regime::trending));
  EXPECT_THAT(strategies().found, HasSubstr("now none"));
}

TEST_F(live_books_test, the_newest_word_of_both_logs_holds) {
  write(config.live.paper_state, {trend("SPY", "2026-10-30", market_regime::ranging)});
  proof_record proof{proof_kind::backtest, config.strategies[0].id, true, 120, "", {}};
  proof.regimes = regime_bit(market_regime::trending);
  write(config.live.state_folder, {proof, trend("SPY", "2026-11-02", market_regime::trending)});
  EXPECT_TRUE(strategies().met) << strategies().found;
}

}  // namespace
}  // namespace bw
