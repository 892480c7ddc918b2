// Runs over daily bars, half days, and files that meet at one instant.

#include "backtest/daily_bars.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "backtest/run.hpp"
#include "config/config_loader.hpp"
#include "core/int128.hpp"
#include "tests/backtest/bare_config.hpp"
#include "tests/support/data_folder.hpp"
#include "venue/market_replayer.hpp"

namespace bw {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

const session_calendar& calendar() {
  static const auto made = session_calendar::make();
  return *made;
}

std::filesystem::path bars() { return tests::data_folder() / "bars"; }

#define NEEDS_DATA() \
  if (!std::filesystem::exists(bars())) GTEST_SKIP() << tests::data_hint()

scripted_order buy_at(utc_ns at, std::int64_t shares, price limit = {}) {
  scripted_order out;
  out.at = at;
  out.request.symbol = symbol_id{0};
  out.request.type = limit.is_zero() ? order_type::market : order_type::limit;
  out.request.limit = limit;
  out.request.purpose = order_purpose::entry;
  out.request.qty = quantity::from_int(shares);
  out.request.header.ts_init = at;
  return out;
}

backtest_answer run(backtest_setup setup) {
  auto answer = backtest_run(std::move(setup), built_in_strategies());
  EXPECT_TRUE(answer.ok()) << (answer ? "" : answer.failure().text());
  return answer ? std::move(*answer) : backtest_answer{};
}

/// To the nearest cent.
std::int64_t cents(money x) { return (x.units() + 5'000'000) / 10'000'000; }

/// 100 shares of Apple from May 2014 to the end of the year: four dividends and the split of seven
/// to one, against the arithmetic of shares, last close and what was paid.
TEST(DailyBars, BuyAndHoldWithSplitAndDividendsEqualsTheArithmetic) {
  NEEDS_DATA();
  const auto file = bars() / "lean_daily" / "AAPL.csv.gz";
  const auto table = load_daily_bars(file, "AAPL", calendar());
  ASSERT_TRUE(table.ok()) << table.failure().text();
  const auto first = *calendar().session_on({2014, 5, 1});
  const auto last = *calendar().session_on({2014, 12, 31});
  backtest_setup setup{.config = tests::bare_config(), .calendar = calendar()};
  setup.market = play_table(*table, {.start = first.open - minutes{5}});
  const auto actions =
      load_corporate_actions(bars() / "lean_corporate_actions", {"AAPL"}, calendar());
  ASSERT_TRUE(actions.ok()) << actions.failure().text();
  setup.actions = *actions;
  setup.until = last.close;
  setup.script = {buy_at(first.open + minutes{1}, 100)};
  const auto answer = run(std::move(setup));
  ASSERT_EQ(answer.result.fills.size(), 1u) << answer.result.orders.denied << " denied";
  const auto paid = answer.result.fills[0].at_price;

  std::int64_t shares = 100;
  int128 cash =
      static_cast<int128>(100'000) * decimal_scale - static_cast<int128>(shares) * paid.units();
  std::size_t dividends = 0;
  for (const auto& each : *actions) {
    if (each.ex_date <= first.date || each.ex_date > last.date) continue;
    if (const auto* by = std::get_if<split_ratio>(&each.what)) {
      shares = shares * by->after / by->before;
    } else {
      cash += static_cast<int128>(shares) * std::get<cash_dividend>(each.what).per_share.units();
      ++dividends;
    }
  }
  EXPECT_EQ(shares, 700);
  EXPECT_EQ(dividends, 3u);  // 8 May, 7 August and 6 November.
  price close;
  for (const auto& event : (*table)->events)
    if (const auto* x = std::get_if<trade>(&event); x != nullptr && x->ts_event < last.close)
      close = x->last;
  const auto worth = cash + static_cast<int128>(shares) * close.units();
  EXPECT_EQ(cents(answer.outcome.equity),
            cents(money::from_units(static_cast<std::int64_t>(worth))));
}

/// The exits of a scripted bracket are orders of their own, and their fills end the trade.
TEST(DailyBars, AScriptedBracketTakesItsProfit) {
  NEEDS_DATA();
  const auto table = load_daily_bars(bars() / "lean_daily" / "AAPL.csv.gz", "AAPL", calendar());
  ASSERT_TRUE(table.ok()) << table.failure().text();
  const auto first = *calendar().session_on({2014, 5, 1});
  backtest_setup setup{.config = tests::bare_config(), .calendar = calendar()};
  setup.config.backtest.partial_percent = 0;
  setup.market = play_table(*table, {.start = first.open - minutes{5}});
  setup.until = calendar().session_on({2014, 5, 30})->close;
  auto order = buy_at(first.open + minutes{1}, 10);
  order.request.tif = time_in_force::day;
  order.shape = {.order_class = venue::order_class::bracket,
                 .take_profit = price::from_int(594),
                 .stop_loss = price::from_int(500)};
  setup.script = {order};
  const auto answer = run(std::move(setup));
  EXPECT_EQ(answer.result.orders.submitted, 1u) << answer.result.orders.denied << " denied";
  ASSERT_EQ(answer.result.fills.size(), 2u) << answer.result.orders.expired << " expired, "
                                            << answer.result.orders.rejected << " rejected";
  ASSERT_EQ(answer.result.trades.size(), 1u);
  EXPECT_GE(answer.result.trades[0].exit_average, price::from_int(594));
  EXPECT_EQ(answer.result.trades[0].exit_reason.view(), "target_hit");
  EXPECT_TRUE(answer.outcome.positions.empty());
  EXPECT_EQ(answer.outcome.open_orders, 0u);
}

TEST(DailyBars, NameFileAndLineOfWhatIsWrong) {
  const auto folder = std::filesystem::path{testing::TempDir()};
  const auto written = [&](const std::string& text) {
    const auto file = folder / "bw_daily.csv";
    std::FILE* out = std::fopen(file.c_str(), "w");
    std::fputs(text.c_str(), out);
    std::fclose(out);
    const auto read = load_daily_bars(file, "AAPL", calendar());
    return read ? std::string{} : read.failure().text();
  };
  const std::string head = "date,open,high,low,close,volume\n";
  EXPECT_EQ(written(head + "2014-06-09,10,12,9,11,100\n"), "");
  EXPECT_NE(written("ts_ns,open\n1,2\n").find(":1:"), std::string::npos);
  EXPECT_NE(written(head + "2014-06-09,10,12,9,11,100\n2014-06-09,10,12,9,11,100\n").find(":3:"),
            std::string::npos);
  EXPECT_NE(written(head + "2014-06-08,10,12,9,11,100\n").find("no session"), std::string::npos);
  EXPECT_NE(written(head + "2014-06-09,10,9,9,11,100\n").find(":2:"), std::string::npos);
  EXPECT_NE(written(head + "2014-06-09,10,12,x,11,100\n").find("'low'"), std::string::npos);
}

TEST(HalfDay, EndsAtOneWithItsDayOrders) {
  NEEDS_DATA();
  const auto file = bars() / "lean_minute" / "GOOG_20151224_trade.csv.gz";
  if (!std::filesystem::exists(file)) GTEST_SKIP() << file << " is not here";
  const auto day = *calendar().session_on({2015, 12, 24});
  EXPECT_EQ(day.close - day.open, minutes{210});
  backtest_setup setup{.config = tests::bare_config(), .calendar = calendar()};
  setup.config.risk.collar_mid_bp = setup.config.risk.collar_last_bp = 10'000;
  auto market = venue::open_replay({.files = {file}, .start = day.open - minutes{5}});
  ASSERT_TRUE(market.ok()) << market.failure().text();
  setup.market = std::move(*market);
  setup.until = day.close;
  // So far below the market that it rests until the close.
  setup.script = {buy_at(day.open + minutes{10}, 10, price::from_int(700))};
  const auto answer = run(std::move(setup));
  EXPECT_EQ(answer.result.orders.submitted, 1u) << answer.result.orders.denied << " denied";
  EXPECT_EQ(answer.result.orders.expired, 1u);
  EXPECT_EQ(answer.outcome.open_orders, 0u);
}

}  // namespace
}  // namespace bw
