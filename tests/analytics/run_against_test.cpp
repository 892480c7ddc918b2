// Two runs of the same strategies: which trades are the same ones, and how far they lie apart.

#include "analytics/run_against.hpp"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "analytics/report.hpp"
#include "tests/analytics/html_check.hpp"
#include "tests/analytics/run_fixture.hpp"

namespace bw {
namespace {

using std::chrono::minutes;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr utc_ns ten{1'762'182'000'000'000'000};

const session_calendar& new_york() {
  static const auto calendar = *session_calendar::make();
  return calendar;
}

closed_trade trade_of(const char* symbol, minutes opened, minutes held, int gross_cents) {
  closed_trade out;
  out.strategy = short_name{"momentum"};
  out.symbol = symbol_name{symbol};
  out.qty = quantity::from_int(10);
  out.entry_average = price::from_int(100);
  out.exit_average = price::from_units(100'000'000'000 + gross_cents * 1'000'000LL);
  out.opened_at = ten + opened;
  out.closed_at = ten + opened + held;
  out.entry_value = money::from_int(1'000);
  out.gross = money::from_units(gross_cents * 10'000'000LL);
  return out;
}

TEST(run_against, trades_that_were_open_together_are_the_same_one) {
  const std::vector<closed_trade> own{trade_of("AAPL", minutes{0}, minutes{10}, 500),
                                      trade_of("AAPL", minutes{60}, minutes{5}, -200),
                                      trade_of("SPY", minutes{3}, minutes{10}, 100)};
  const std::vector<closed_trade> other{trade_of("AAPL", minutes{9}, minutes{10}, 400),
                                        trade_of("AAPL", minutes{71}, minutes{5}, 50),
                                        trade_of("MSFT", minutes{3}, minutes{10}, 70)};
  const auto pairs = pair_trades(own, other);
  ASSERT_EQ(pairs.size(), 5u);
  EXPECT_EQ(pairs[0], (trade_pair{own[0], other[0]}));
  EXPECT_EQ(difference_of(pairs[0]), money::from_int(1));
  EXPECT_EQ(pairs[1], (trade_pair{own[2], std::nullopt})) << "at one instant the own one first";
  EXPECT_EQ(pairs[2], (trade_pair{std::nullopt, other[2]})) << "MSFT stands alone";
  EXPECT_EQ(difference_of(pairs[2]).text(), "-0.7");
  EXPECT_EQ(pairs[3], (trade_pair{own[1], std::nullopt})) << "six minutes after its end";
  EXPECT_EQ(pairs[4], (trade_pair{std::nullopt, other[1]}));
}

TEST(run_against, begins_that_lie_close_are_enough_and_each_trade_counts_once) {
  const auto first = trade_of("AAPL", minutes{0}, minutes{1}, 1);
  const auto near = trade_of("AAPL", minutes{5}, minutes{1}, 2);
  const auto far = trade_of("AAPL", minutes{12}, minutes{1}, 3);
  EXPECT_EQ(pair_trades({first}, {near}).size(), 1u);
  EXPECT_EQ(pair_trades({first}, {far}).size(), 2u);
  const auto pairs = pair_trades({first, near}, {near});
  ASSERT_EQ(pairs.size(), 2u);
  EXPECT_EQ(pairs[0].own->gross, first.gross);
  EXPECT_TRUE(pairs[0].other);
  EXPECT_FALSE(pairs[1].other);
}

TEST(run_against, a_run_beside_itself_differs_in_nothing) {
  const auto run = tests::make_sample_run();
  const auto all = pair_strategies(run.trades, run.trades, new_york());
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].strategy, "mean_reversion");
  std::size_t trades = 0;
  for (const auto& each : all) {
    trades += each.trades.size();
    for (const auto& pair : each.trades) {
      ASSERT_TRUE(pair.own && pair.other);
      EXPECT_TRUE(difference_of(pair).is_zero());
    }
    for (const auto& own : each.own) {
      const auto* other = find_figure(each.other, own.id);
      ASSERT_NE(other, nullptr) << own.id;
      if (!own.defined()) continue;
      EXPECT_EQ(difference_of(own, *other), 0.0) << own.id;
    }
  }
  EXPECT_EQ(trades, run.trades.size());
}

TEST(run_against, stands_in_every_form_of_the_report) {
  auto run = tests::make_sample_run();
  run.plugins = {{"my_idea.so", "my_idea", "0.1.0", "1.0", std::string(64, 'a')}};
  run.data_files = {{"SPY_2026.csv.gz", 1'234, std::string(64, 'b')}};
  const auto statistics = statistics_of(run, new_york());
  EXPECT_THAT(report_html(run, statistics, new_york()), Not(HasSubstr("Against the backtest")));
  run_against against;
  against.other = "the backtest of this day";
  against.certificate = "parity/2026-11-02.json";
  against.verdict = "all 12 decisions came out the same.";
  const std::vector<closed_trade> own{trade_of("AAPL", minutes{0}, minutes{10}, 500),
                                      trade_of("<b>", minutes{60}, minutes{5}, -200)};
  const std::vector<closed_trade> other{trade_of("AAPL", minutes{1}, minutes{10}, 400)};
  against.strategies = pair_strategies(own, other, new_york());
  run.against = against;
  const auto page = report_html(run, statistics, new_york());
  EXPECT_THAT(page, HasSubstr("Against the backtest of this day"));
  EXPECT_THAT(page, HasSubstr("parity/2026-11-02.json"));
  EXPECT_THAT(page, HasSubstr("all 12 decisions came out the same."));
  EXPECT_THAT(page, Not(HasSubstr("<td><b></td>")));
  EXPECT_THAT(page, HasSubstr("my_idea 0.1.0, ABI 1.0, SHA-256 " + std::string(64, 'a')));
  EXPECT_THAT(page, HasSubstr("data SPY_2026.csv.gz"));
  EXPECT_THAT(page, HasSubstr(std::string(64, 'b')));
  const auto said = nlohmann::json::parse(report_json(run, statistics));
  const auto& strategy = said.at("against").at("strategies").at(0);
  EXPECT_EQ(strategy.at("difference").at("net_trades"), "-1");
  EXPECT_EQ(strategy.at("difference").at("trades"), 1.0);
  EXPECT_EQ(strategy.at("trades").size(), 2u);
  EXPECT_EQ(strategy.at("trades").at(0).at("net_difference"), "1");
  EXPECT_TRUE(strategy.at("trades").at(1).at("other").is_null());
  EXPECT_EQ(said.at("run").at("plugins").at(0).at("abi"), "1.0");
  EXPECT_EQ(said.at("run").at("plugins").at(0).at("sha256"), std::string(64, 'a'));
  EXPECT_EQ(said.at("run").at("data_files").at(0).at("sha256"), std::string(64, 'b'));
  const auto text = verdict_text(run, statistics);
  EXPECT_THAT(text, HasSubstr("Against the backtest of this day: all 12 decisions"));
  EXPECT_THAT(text, HasSubstr("momentum: 1 of 2 trades in both, net $3.00 against $4.00, "
                              "difference -$1.00"));
}

}  // namespace
}  // namespace bw
