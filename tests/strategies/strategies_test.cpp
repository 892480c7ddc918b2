// The rules of the built-in strategies at their limits, and their worked confidences.

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "strategies/mean_reversion.hpp"
#include "strategies/momentum.hpp"

namespace bw {
namespace {

template <class Options, class From>
Options options_with(const strategy_type& type, From from, const parameter_texts& given = {}) {
  const auto set = resolve_parameters(type.metadata.id, type.metadata.parameters, given);
  EXPECT_TRUE(set.ok());
  return from(*set).value();
}

momentum_options momentum_with(const parameter_texts& given = {}) {
  return options_with<momentum_options>(momentum_type(), momentum_options_from, given);
}
mean_reversion_options reversion_with(const parameter_texts& given = {}) {
  return options_with<mean_reversion_options>(mean_reversion_type(), mean_reversion_options_from,
                                              given);
}

TEST(confidence, of_momentum_is_the_worked_example) {
  EXPECT_NEAR(momentum_confidence(momentum_with(), {101, 100, 2, 60}), 0.36, 1e-12);
  EXPECT_EQ(confidence_from_fraction(momentum_confidence(momentum_with(), {101, 100, 2, 60})),
            360'000u);
}

TEST(confidence, of_momentum_is_capped_in_every_part) {
  EXPECT_NEAR(momentum_confidence(momentum_with(), {200, 100, 1, 50}), 0.3, 1e-12);
  EXPECT_NEAR(momentum_confidence(momentum_with(), {100, 100, 99, 50}), 0.4, 1e-12);
  EXPECT_NEAR(momentum_confidence(momentum_with(), {100, 100, 1, 100}), 0.3, 1e-12);
  EXPECT_NEAR(momentum_confidence(momentum_with(), {200, 100, 99, 100}), 1.0, 1e-12);
  EXPECT_NEAR(momentum_confidence(momentum_with(), {100, 100, 1, 50}), 0.1, 1e-12);
}

TEST(confidence, of_mean_reversion_is_the_worked_example) {
  const mean_reversion_figures x{.close = 100, .rsi = 31, .previous_rsi = 29, .low = 98};
  EXPECT_NEAR(mean_reversion_confidence(reversion_with(), x), 0.659184, 5e-7);
  EXPECT_EQ(confidence_from_fraction(mean_reversion_confidence(reversion_with(), x)), 659'184u);
}

TEST(confidence, of_mean_reversion_at_its_ends) {
  EXPECT_NEAR(mean_reversion_confidence(reversion_with(), {100, 0, 0, 100}), 1.0, 1e-12);
  EXPECT_NEAR(mean_reversion_confidence(reversion_with(), {150, 39, 0, 100}), 0.3, 1e-12);
  EXPECT_NEAR(mean_reversion_confidence(reversion_with(), {100, 20, 0, 100}), 0.9, 1e-12);
}

TEST(confidence, is_parts_per_million_of_any_number) {
  EXPECT_EQ(confidence_from_fraction(-1), 0u);
  EXPECT_EQ(confidence_from_fraction(std::nan("")), 0u);
  EXPECT_EQ(confidence_from_fraction(7), 1'000'000u);
  EXPECT_EQ(named_value("x", std::nan("")).units, 0);
  EXPECT_EQ(named_value("x", 1.5).units, 1'500'000'000);
  EXPECT_GT(named_value("x", 1e300).units, 9'000'000'000'000'000'000);
  EXPECT_EQ(named_value("a name that is far too long", 1).name.view().size(), 15u);
}

/// One strategy with its indicators; bars come one by one.
class lone_strategy {
 public:
  explicit lone_strategy(std::unique_ptr<strategy> x) : logic(std::move(x)) {
    EXPECT_TRUE(logic->prepare(board).ok());
  }
  wishes add(double close, double volume) {
    const auto units = [](double x) { return static_cast<std::int64_t>(std::llround(x * 1e9)); };
    const auto at = price::from_units(units(close));
    const bar x{.span = bar_span::five_minutes,
                .open = at,
                .high = at,
                .low = at,
                .close = at,
                .volume = quantity::from_units(units(volume))};
    board.add(x, session_open);
    return logic->on_bar({board, position, daily}, x);
  }

  indicator_board board{100};
  own_position position;
  std::optional<quantity> daily = quantity::from_int(5'000'000);
  utc_ns session_open{1};
  std::unique_ptr<strategy> logic;
};

struct breakout {
  const char* what;
  parameter_texts parameters;
  double close;
  double volume;
  bool buys;
};

/// Nineteen quiet bars around 100 with 1,000 shares each, then the bar of the row.
wishes after_quiet_bars(lone_strategy& x, double close, double volume) {
  for (int k = 0; k < 19; ++k) x.add(k % 2 == 0 ? 100.02 : 99.98, 1'000);
  return x.add(close, volume);
}

TEST(momentum_rules, every_condition_must_hold) {
  const std::vector<breakout> rows = {
      {"breakout", {}, 101, 3'000, true},
      {"not above the buffer", {}, 100.05, 3'000, false},
      {"no volume", {}, 101, 1'500, false},  // 1,500 / 1,025 < 1.5
      {"just enough volume", {}, 101, 1'550, true},
      {"weak market", {{"rsi_floor", "99"}}, 101, 3'000, false},
      {"too dear", {{"max_price", "100.99"}}, 101, 3'000, false},
      {"at the highest price", {{"max_price", "101"}}, 101, 3'000, true},
      {"too cheap", {{"min_price", "101.01"}}, 101, 3'000, false},
      {"at the lowest price", {{"min_price", "101"}}, 101, 3'000, true},
      {"window", {{"vwap_anchor", "window"}, {"vwap_window", "5"}}, 101, 3'000, true},
      {"window of the bar itself",
       {{"vwap_anchor", "window"}, {"vwap_window", "1"}},
       101,
       3'000,
       false},
  };
  for (const auto& row : rows) {
    lone_strategy x{std::make_unique<momentum>(momentum_with(row.parameters))};
    const auto wanted = after_quiet_bars(x, row.close, row.volume);
    ASSERT_EQ(wanted.size(), row.buys ? 1u : 0u) << row.what;
    if (!row.buys) continue;
    EXPECT_EQ(wanted[0].side, side::buy);
    EXPECT_EQ(wanted[0].purpose, order_purpose::entry);
    EXPECT_EQ(wanted[0].reason, signal_reason::momentum_breakout);
    EXPECT_EQ(wanted[0].inputs.size(), 4u);
    EXPECT_GT(wanted[0].confidence_ppm, 100'000u);
  }
}

TEST(momentum_rules, a_held_position_is_left_and_not_enlarged) {
  struct row {
    double close;
    std::optional<signal_reason> exit;
  };
  const std::vector<row> rows = {
      {101, signal_reason::overbought}, {100.02, std::nullopt}, {99.45, signal_reason::below_vwap}};
  for (const auto& row : rows) {
    lone_strategy x{std::make_unique<momentum>(momentum_with())};
    x.position = {quantity::from_int(5), price::from_int(100)};
    const auto wanted = after_quiet_bars(x, row.close, 1'000);
    ASSERT_EQ(wanted.size(), row.exit ? 1u : 0u) << row.close;
    if (!row.exit) continue;
    EXPECT_EQ(wanted[0].reason, *row.exit);
    EXPECT_EQ(wanted[0].side, side::sell);
    EXPECT_EQ(wanted[0].purpose, order_purpose::exit);
  }
}

TEST(momentum_rules, says_nothing_before_its_indicators_are_there) {
  lone_strategy x{std::make_unique<momentum>(momentum_with())};
  for (int k = 0; k < 19; ++k) EXPECT_TRUE(x.add(100 + 5.0 * k, 1'000.0 * (k + 1)).empty());
  lone_strategy no_volume{std::make_unique<momentum>(momentum_with())};
  for (int k = 0; k < 30; ++k) EXPECT_TRUE(no_volume.add(100 + k, 0).empty());
}

/// Falls for a while, so that the index is far below 30, then rises by `rise`.
wishes after_a_fall(lone_strategy& x, double rise) {
  double at = 100;
  wishes last;
  for (int k = 0; k < 20; ++k) last = x.add(at -= 0.5, 1'000);
  EXPECT_TRUE(last.empty());
  return x.add(at + rise, 1'000);
}

TEST(mean_reversion_rules, buys_when_the_index_comes_back) {
  // All losses were 0.5: a rise of r gives 100 r / (r + 6.5), so 30 is crossed at 2.7857.
  for (const auto& [rise, buys] : {std::pair{2.7, false}, std::pair{2.8, true}}) {
    lone_strategy x{std::make_unique<mean_reversion>(reversion_with())};
    const auto wanted = after_a_fall(x, rise);
    ASSERT_EQ(wanted.size(), buys ? 1u : 0u) << rise;
    if (!buys) continue;
    EXPECT_EQ(wanted[0].reason, signal_reason::rsi_turned_up);
    EXPECT_EQ(wanted[0].side, side::buy);
    // Once above, it is no crossing any more.
    EXPECT_TRUE(x.add(92.9, 1'000).empty());
  }
}

TEST(mean_reversion_rules, asks_for_symbols_that_trade_enough) {
  struct row {
    parameter_texts parameters;
    std::optional<quantity> daily;
    bool buys;
  };
  const std::vector<row> rows = {{{}, quantity::from_int(1'000'000), true},
                                 {{}, quantity::from_int(999'999), false},
                                 {{}, std::nullopt, false},
                                 {{{"min_avg_daily_volume", "0"}}, std::nullopt, true}};
  for (const auto& row : rows) {
    lone_strategy x{std::make_unique<mean_reversion>(reversion_with(row.parameters))};
    x.daily = row.daily;
    EXPECT_EQ(after_a_fall(x, 2.8).size(), row.buys ? 1u : 0u);
  }
}

TEST(mean_reversion_rules, leaves_when_overbought_and_only_with_a_position) {
  for (const bool holds : {false, true}) {
    lone_strategy x{std::make_unique<mean_reversion>(reversion_with())};
    if (holds) x.position = {quantity::from_int(5), price::from_int(90)};
    wishes last;
    for (int k = 0; k < 20; ++k) last = x.add(100 + k, 1'000);
    ASSERT_EQ(last.size(), holds ? 1u : 0u);
    if (!holds) continue;
    EXPECT_EQ(last[0].reason, signal_reason::overbought);
  }
}

}  // namespace
}  // namespace bw
