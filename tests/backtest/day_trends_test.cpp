// The regimes of a backtest: from whole days before a session, and from nothing that comes later.

#include "backtest/day_trends.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "backtest/day_engine.hpp"
#include "backtest/market_table.hpp"
#include "backtest/run.hpp"
#include "config/config_loader.hpp"
#include "strategies/market_trend.hpp"
#include "venue/minute_aggregate.hpp"

namespace bw {
namespace {

using std::chrono::minutes;

const session_calendar& calendar() {
  static const auto made = session_calendar::make();
  return *made;
}

constexpr calendar_date first_day{2025, 9, 2};
const symbol_id spy{0};

/// Sessions from the first day on.
std::vector<session_day> sessions(std::size_t count) {
  auto out = calendar().sessions(first_day, {2027, 12, 31});
  out.resize(count);
  return out;
}

/// A close that rises steadily, with a little noise: it trends.
price close_of(std::size_t day) {
  return price::from_units((100'00 + static_cast<std::int64_t>(day) * 20 +
                            static_cast<std::int64_t>(day * 7919 % 101) - 50) *
                           10'000'000);
}

bar minute_at(utc_ns start, price at) {
  bar out;
  out.symbol = spy;
  out.start = start;
  out.open = out.high = out.low = out.close = at;
  out.volume = quantity::from_int(1'000'000);
  return out;
}

/// A market of `days` sessions: before `whole_from` each has its last minute alone, from there on
/// its first two hours and the last minute. `close` may be changed from a day on.
struct table_maker {
  std::size_t days = 280;
  std::size_t whole_from = 276;
  std::function<price(std::size_t)> close = close_of;

  std::shared_ptr<market_table> make() const {
    auto out = std::make_shared<market_table>();
    out->symbols.push_back({.symbol = "SPY", .name = "SPY"});
    const auto all = sessions(days);
    for (std::size_t k = 0; k < all.size(); ++k) {
      if (k >= whole_from)
        for (int minute = 0; minute < 120; ++minute)
          out->minutes.push_back(minute_at(all[k].open + minutes{minute}, close(k)));
      out->minutes.push_back(minute_at(all[k].close - minutes{1}, close(k)));
    }
    return out;
  }
};

std::vector<price> closes_up_to(std::size_t day) {
  std::vector<price> out;
  for (std::size_t k = 0; k < day; ++k) out.push_back(close_of(k));
  return out;
}

TEST(day_trends, a_day_counts_from_the_next_session_on) {
  day_trends trends{1};
  const auto days = sessions(3);
  const auto closes = [&](std::size_t day) {
    return trends.trend(spy, symbol_name{"SPY"}, format_date(days[day].date)).closes;
  };
  EXPECT_TRUE(trends.begin_session(days[0].open, days[0].close));
  trends.on_bar(minute_at(days[0].open, price::from_int(9)));
  trends.on_bar(minute_at(days[0].close - minutes{1}, price::from_int(10)));
  EXPECT_FALSE(trends.begin_session(days[0].open, days[0].close)) << "it goes on";
  EXPECT_EQ(closes(0), 0u);
  EXPECT_TRUE(trends.begin_session(days[1].open, days[1].close));
  EXPECT_EQ(closes(1), 1u);
  // Neither after the close nor before the open.
  trends.on_bar(minute_at(days[1].close, price::from_int(99)));
  trends.on_bar(minute_at(days[1].open - minutes{1}, price::from_int(99)));
  EXPECT_TRUE(trends.begin_session(days[2].open, days[2].close));
  EXPECT_EQ(closes(2), 1u) << "a day without a price is none";
}

TEST(day_trends, the_last_price_of_a_session_is_its_close_whoever_told_it) {
  const auto days = sessions(market_trend::closes_needed + 1);
  day_trends trends{1};
  std::vector<price> closes;
  for (std::size_t k = 0; k + 1 < days.size(); ++k) {
    trends.begin_session(days[k].open, days[k].close);
    trends.on_bar(minute_at(days[k].open, close_of(k + 5)));
    trade last;
    last.symbol = spy;
    last.last = close_of(k);
    last.ts_event = days[k].close - std::chrono::seconds{1};
    trends.on_trade(last);
    last.last = price::from_int(1);
    last.eligible = price_eligible::no;
    trends.on_trade(last);
    closes.push_back(close_of(k));
  }
  trends.begin_session(days.back().open, days.back().close);
  EXPECT_EQ(trends.trend(spy, symbol_name{"SPY"}, "2026-11-02"),
            trend_record_of(symbol_name{"SPY"}, "2026-11-02", closes));
}

TEST(day_trends, days_before_the_start_come_from_the_market) {
  const auto table = table_maker{}.make();
  const auto days = sessions(280);
  const auto market = play_table(table, {.start = days[278].open});
  day_trends trends{1};
  trends.load(*market, calendar(), days[278].open);
  auto expected = closes_up_to(278);
  const auto found = trends.trend(spy, symbol_name{"SPY"}, "x");
  EXPECT_EQ(found.closes, market_trend::closes_needed) << "more are not kept";
  EXPECT_EQ(found.trend, trend_of(expected));
  EXPECT_EQ(found.trend.regime, market_regime::trending);
}

TEST(day_trends, a_split_is_taken_out_of_the_past) {
  const auto days = sessions(market_trend::closes_needed + 1);
  day_trends plain{1};
  day_trends split{1};
  const std::size_t at = 200;
  for (std::size_t k = 0; k + 1 < days.size(); ++k) {
    plain.begin_session(days[k].open, days[k].close);
    split.begin_session(days[k].open, days[k].close);
    if (k == at) split.on_split(spy, {2, 1});
    plain.on_bar(minute_at(days[k].open, price::from_units(close_of(k).units() / 2)));
    split.on_bar(
        minute_at(days[k].open, k < at ? close_of(k) : price::from_units(close_of(k).units() / 2)));
  }
  plain.begin_session(days.back().open, days.back().close);
  split.begin_session(days.back().open, days.back().close);
  EXPECT_EQ(plain.trend(spy, {}, "x"), split.trend(spy, {}, "x"));
}

/// Wants to buy at each bar.
class eager final : public strategy {
 public:
  static const strategy_metadata& described() {
    static const strategy_metadata out{
        .id = "eager", .name = "Eager", .version = "1.0.0", .text = "Buys.", .parameters = {}};
    return out;
  }
  const strategy_metadata& metadata() const override { return described(); }
  std::uint32_t warm_up_bars() const override { return 1; }
  result<void> prepare(indicator_board&) override { return {}; }
  wishes on_bar(const strategy_context& context, const bar& finished) override {
    wishes out;
    wish x;
    if (!context.position.qty.is_zero()) {
      x.side = side::sell;
      x.purpose = order_purpose::exit;
    }
    x.confidence_ppm = 500'000;
    x.reference = finished.close;
    out.push(x);
    return out;
  }
};

struct seen_run {
  std::vector<trend_record> trends;
  std::vector<verdict_record> entries;
  std::uint64_t exits_denied = 0;
  run_result result;
};

seen_run run_from(const std::shared_ptr<market_table>& table, utc_ns start, regime_set regimes) {
  seen_run out;
  auto registry = built_in_strategies();
  EXPECT_TRUE(registry
                  .add({eager::described(),
                        [](const parameter_set&) -> result<std::unique_ptr<strategy>> {
                          return std::unique_ptr<strategy>{std::make_unique<eager>()};
                        }})
                  .ok());
  backtest_setup setup{.config = parse_config(sample_node_toml(), "node.toml",
                                              sample_strategies_toml(), "strategies.toml")
                                     ->config,
                       .calendar = calendar(),
                       .market = play_table(table, {.start = start})};
  strategy_config one;
  one.id = one.kind = "eager";
  one.watchlist = {"SPY"};
  one.regimes = regimes;
  setup.config.strategies = {one};
  setup.config.feed.history_days = 0;
  setup.on_record = [&out](const audit_event& x) {
    if (const auto* trend = std::get_if<trend_record>(&x)) out.trends.push_back(*trend);
    const auto* verdict = std::get_if<verdict_record>(&x);
    if (verdict == nullptr) return;
    if (verdict->request.purpose == order_purpose::entry)
      out.entries.push_back(*verdict);
    else
      out.exits_denied += verdict->verdict.approved ? 0 : 1;
  };
  auto answer = backtest_run(std::move(setup), registry);
  EXPECT_TRUE(answer.ok()) << (answer ? "" : answer.failure().text());
  if (answer) out.result = std::move(answer->result);
  return out;
}

std::size_t denied_by_regime(const seen_run& x) {
  return static_cast<std::size_t>(
      std::count_if(x.entries.begin(), x.entries.end(), [](const verdict_record& each) {
        return !each.verdict.approved && each.verdict.reason == risk_rule::regime;
      }));
}
std::size_t approved(const seen_run& x) {
  return static_cast<std::size_t>(
      std::count_if(x.entries.begin(), x.entries.end(),
                    [](const verdict_record& each) { return each.verdict.approved; }));
}

TEST(backtest_regimes, each_session_has_a_record_of_the_days_before_it) {
  const auto table = table_maker{}.make();
  const auto days = sessions(280);
  const auto seen = run_from(table, days[277].open - minutes{30}, 0);
  ASSERT_EQ(seen.trends.size(), 3u);
  for (std::size_t k = 0; k < 3; ++k) {
    EXPECT_EQ(seen.trends[k].day, format_date(days[277 + k].date));
    EXPECT_EQ(seen.trends[k].trend, trend_of(closes_up_to(277 + k)));
  }
  ASSERT_EQ(seen.result.regimes.size(), 1u);
  EXPECT_EQ(seen.result.regimes[0], seen.trends.back());
  ASSERT_FALSE(seen.result.trades.empty());
  for (const auto& trade : seen.result.trades) EXPECT_EQ(trade.regime, market_regime::trending);
}

TEST(backtest_regimes, nothing_of_the_day_itself_or_later_is_known) {
  const auto days = sessions(280);
  const auto usual = run_from(table_maker{}.make(), days[277].open - minutes{30}, 0);
  table_maker other;
  other.close = [](std::size_t day) {
    return day < 278 ? close_of(day) : price::from_units(close_of(day).units() * 2);
  };
  const auto changed = run_from(other.make(), days[277].open - minutes{30}, 0);
  ASSERT_EQ(changed.trends.size(), 3u);
  EXPECT_EQ(changed.trends[0], usual.trends[0]);
  EXPECT_EQ(changed.trends[1], usual.trends[1]) << "the day on which it differs";
  EXPECT_NE(changed.trends[2], usual.trends[2]);
}

TEST(backtest_regimes, outside_of_its_regimes_a_strategy_enters_nothing) {
  const auto table = table_maker{}.make();
  const auto start = sessions(280)[277].open - minutes{30};
  const auto free = run_from(table, start, 0);
  EXPECT_GT(approved(free), 0u);
  const auto fits = run_from(table, start, regime_bit(market_regime::trending));
  EXPECT_EQ(denied_by_regime(fits), 0u);
  EXPECT_EQ(approved(fits), approved(free));
  const auto wrong = run_from(
      table, start, regime_bit(market_regime::ranging) | regime_bit(market_regime::unsettled));
  EXPECT_EQ(approved(wrong), 0u);
  EXPECT_GT(denied_by_regime(wrong), 0u);
  for (const auto& each : wrong.entries)
    for (const auto& check : each.verdict.checks)
      if (check.rule == risk_rule::regime) {
        EXPECT_EQ(check.outcome, check_outcome::denied);
        EXPECT_EQ(check.value, regime_bit(market_regime::trending));
        EXPECT_EQ(check.limit,
                  regime_bit(market_regime::ranging) | regime_bit(market_regime::unsettled));
      }
  EXPECT_EQ(fits.exits_denied, 0u);
}

TEST(backtest_regimes, an_unknown_regime_denies_where_one_is_asked_for) {
  table_maker young;
  young.days = 20;
  young.whole_from = 16;
  const auto start = sessions(20)[17].open - minutes{30};
  const auto seen = run_from(young.make(), start, regime_bit(market_regime::trending));
  ASSERT_FALSE(seen.trends.empty());
  EXPECT_EQ(seen.trends[0].closes, 17u);
  EXPECT_EQ(seen.trends[0].trend.regime, market_regime::unknown);
  EXPECT_EQ(approved(seen), 0u);
  EXPECT_GT(denied_by_regime(seen), 0u);
  EXPECT_GT(approved(run_from(young.make(), start, 0)), 0u) << "nobody asks";
}

TEST(backtest_regimes, the_same_run_has_the_same_records) {
  const auto table = table_maker{}.make();
  const auto start = sessions(280)[277].open - minutes{30};
  EXPECT_EQ(run_from(table, start, 0).trends, run_from(table, start, 0).trends);
}

}  // namespace
}  // namespace bw
