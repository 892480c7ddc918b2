// The figures of a day: trades from flat to flat, fees once each, the deepest fall.

#include "analytics/day_figures.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace bw {
namespace {

/// 2026-11-02, 14:30 to 21:00 UTC.
constexpr utc_ns opened{1'793'629'800'000'000'000};
constexpr utc_ns closes{opened.value + 23'400'000'000'000};
const short_name momentum{"momentum"};
const short_name reversion{"mean_reversion"};
const symbol_name aapl{"AAPL"};
const symbol_name msft{"MSFT"};

struct day : testing::Test {
  day_figures figures;
  utc_ns now = opened;

  void SetUp() override { figures.begin("2026-11-02", opened, closes); }
  void trade(const short_name& strategy, const symbol_name& symbol, side way, std::int64_t shares,
             std::int64_t held, const char* realized = "0") {
    now = now + std::chrono::seconds{1};
    figures.on_execution({strategy, symbol, way, quantity::from_int(shares), price::from_int(100),
                          *money::parse(realized), quantity::from_int(held), now});
  }
  void fee(const char* id, const char* amount, utc_ns at) {
    fee_record x;
    x.id = id;
    x.amount = *money::parse(amount);
    x.at = at;
    figures.on_fee(x);
  }
  performance_line line_of(const char* strategy) {
    for (const auto& each : figures.record(trade_type::paper).lines)
      if (each.strategy.view() == strategy) return each;
    ADD_FAILURE() << "no line of " << strategy;
    return {};
  }
};

TEST_F(day, counts_trades_from_flat_to_flat) {
  trade(momentum, aapl, side::buy, 10, 10);
  trade(momentum, aapl, side::sell, 4, 6, "8");
  trade(reversion, aapl, side::buy, 5, 5);
  trade(momentum, aapl, side::sell, 6, 0, "-3");
  trade(reversion, aapl, side::sell, 5, 0, "-2.5");
  trade(momentum, msft, side::buy, 1, 1);
  trade(momentum, msft, side::sell, 1, 0, "0");
  trade(momentum, msft, side::buy, 2, 2);
  const auto record = figures.record(trade_type::paper);
  EXPECT_EQ(record.day, "2026-11-02");
  EXPECT_EQ(record.opened_at, opened);
  EXPECT_EQ(record.closed_at, closes);
  ASSERT_EQ(record.lines.size(), 3u);
  const auto& all = record.lines[0];
  EXPECT_TRUE(all.strategy.empty());
  EXPECT_EQ(all.fills, 8u);
  EXPECT_EQ(all.trades, 3u);
  EXPECT_EQ(all.wins, 1u);
  EXPECT_EQ(all.losses, 1u);
  EXPECT_EQ(all.win_rate_ppm, 500'000);
  EXPECT_EQ(all.realized, *money::parse("2.5"));
  EXPECT_EQ(all.won, money::from_int(5));
  EXPECT_EQ(all.lost, *money::parse("-2.5"));
  EXPECT_EQ(all.profit_factor_ppm, 2'000'000);
  const auto own = line_of("momentum");
  EXPECT_EQ(own.trades, 2u) << "one came to nothing and is neither won nor lost";
  EXPECT_EQ(own.win_rate_ppm, 1'000'000);
  EXPECT_EQ(own.profit_factor_ppm, performance_line::none) << "nothing was lost";
  EXPECT_EQ(line_of("mean_reversion").profit_factor_ppm, 0);
}

TEST_F(day, a_trade_that_turns_ends_one_and_begins_the_next) {
  trade(momentum, aapl, side::buy, 10, 10);
  trade(momentum, aapl, side::sell, 15, -5, "7");
  trade(momentum, aapl, side::buy, 5, 0, "-1");
  const auto own = line_of("momentum");
  EXPECT_EQ(own.trades, 2u);
  EXPECT_EQ(own.wins, 1u);
  EXPECT_EQ(own.losses, 1u);
}

TEST_F(day, the_deepest_fall_is_below_the_highest_before_it) {
  const auto worth = [&](const char* gain) { figures.on_worth({{momentum, *money::parse(gain)}}); };
  trade(momentum, aapl, side::buy, 10, 10);
  worth("-4");
  EXPECT_EQ(line_of("momentum").max_drawdown, money::from_int(4)) << "the day began at nothing";
  worth("10");
  worth("3");
  worth("5");
  EXPECT_EQ(line_of("momentum").max_drawdown, money::from_int(7));
  trade(momentum, aapl, side::sell, 10, 0, "6");
  figures.on_worth({});
  const auto all = line_of("");
  EXPECT_EQ(all.max_drawdown, money::from_int(7));
  EXPECT_TRUE(all.unrealized.is_zero());
}

TEST_F(day, what_was_held_over_night_begins_with_its_first_price) {
  figures.begin("2026-11-03", opened, closes);
  figures.hold(momentum, aapl, quantity::from_int(10));
  figures.on_worth({{momentum, money::from_int(50)}});
  EXPECT_TRUE(line_of("").max_drawdown.is_zero());
  figures.on_worth({{momentum, money::from_int(48)}});
  EXPECT_EQ(line_of("").max_drawdown, money::from_int(2));
  trade(momentum, aapl, side::sell, 10, 0, "48");
  EXPECT_EQ(line_of("momentum").trades, 1u);
}

TEST_F(day, a_fee_counts_once_on_its_day_for_who_caused_it) {
  trade(momentum, aapl, side::buy, 10, 10);
  trade(momentum, aapl, side::sell, 10, 0, "5");
  const auto sold = now;
  trade(reversion, msft, side::sell, 30, -30);
  fee("1", "0.02", sold);
  fee("1", "0.02", sold);
  fee("2", "0.04", utc_ns{opened.value - opened.value % 86'400'000'000'000});
  fee("3", "9", opened + std::chrono::hours{24});
  EXPECT_EQ(line_of("").fees, *money::parse("0.06"));
  EXPECT_EQ(line_of("momentum").fees, *money::parse("0.03"));
  EXPECT_EQ(line_of("mean_reversion").fees, *money::parse("0.03"));
}

TEST_F(day, the_next_day_begins_anew) {
  trade(momentum, aapl, side::buy, 10, 10);
  fee("1", "0.02", now);
  figures.on_worth({{momentum, money::from_int(-4)}});
  figures.begin("2026-11-03", opened + std::chrono::hours{24}, closes);
  const auto record = figures.record(trade_type::live);
  EXPECT_EQ(record.day, "2026-11-03");
  EXPECT_EQ(record.type, trade_type::live);
  ASSERT_EQ(record.lines.size(), 1u);
  EXPECT_EQ(record.lines[0], performance_line{});
}

TEST_F(day, a_line_for_the_log_has_null_for_what_does_not_exist) {
  auto json = nlohmann::json::parse(to_json(line_of("")));
  EXPECT_TRUE(json["win_rate"].is_null());
  EXPECT_TRUE(json["profit_factor"].is_null());
  trade(momentum, aapl, side::buy, 10, 10);
  trade(momentum, aapl, side::sell, 10, 0, "-5");
  json = nlohmann::json::parse(to_json(line_of("momentum")));
  EXPECT_EQ(json["win_rate"], "0");
  EXPECT_EQ(json["profit_factor"], "0");
  EXPECT_EQ(json["trades"], 1);
  EXPECT_EQ(json["realized"], "-5");
}

}  // namespace
}  // namespace bw
