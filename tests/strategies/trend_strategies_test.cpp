// The opening-range breakout and the moving-average crossover: each rule at its limit, and what
// becomes of their own stop, target, risk and trail in the engine.

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "strategies/average_crossover.hpp"
#include "strategies/opening_range_breakout.hpp"
#include "tests/strategies/engine_fixture.hpp"

namespace bw {
namespace {

using std::chrono::minutes;

template <class Strategy, class From>
std::unique_ptr<strategy> made_with(const strategy_type& type, From from,
                                    const parameter_texts& given) {
  const auto set = resolve_parameters(type.metadata.id, type.metadata.parameters, given);
  EXPECT_TRUE(set.ok()) << set.failure().text();
  auto options = from(*set);
  EXPECT_TRUE(options.ok());
  return std::make_unique<Strategy>(*options);
}
std::unique_ptr<strategy> opening_range(const parameter_texts& given = {}) {
  return made_with<opening_range_breakout>(opening_range_breakout_type(),
                                           opening_range_options_from, given);
}
std::unique_ptr<strategy> crossover(const parameter_texts& given = {}) {
  return made_with<average_crossover>(average_crossover_type(), average_crossover_options_from,
                                      given);
}

/// A strategy on a day of five-minute bars.
class day_of {
 public:
  explicit day_of(std::unique_ptr<strategy> x) : logic(std::move(x)) {
    EXPECT_TRUE(logic->prepare(board).ok());
  }
  wishes add(double close, double volume = 1'000, double reach = 0) {
    const auto units = [](double x) { return static_cast<std::int64_t>(std::llround(x * 1e9)); };
    const auto at = [&](double x) { return price::from_units(units(x)); };
    newest = bar{.span = bar_span::five_minutes,
                 .open = at(close),
                 .high = at(close + reach),
                 .low = at(close - reach),
                 .close = at(close),
                 .volume = quantity::from_units(units(volume)),
                 .start = open + minutes{5 * number++}};
    board.add(newest, open);
    return logic->on_bar({board, position, {}}, newest);
  }
  rule_conditions explain() const { return logic->explain({board, position, {}}, newest); }
  void next_day() {
    open = open + std::chrono::hours{24};
    number = 0;
  }

  indicator_board board{300};
  own_position position;
  utc_ns open{0};
  int number = 0;
  bar newest;
  std::unique_ptr<strategy> logic;
};

/// Yesterday's quiet bars, then half an hour between 99.5 and 100.5.
void after_the_range(day_of& x) {
  for (int k = 0; k < 20; ++k) x.add(100);
  x.next_day();
  for (int k = 0; k < 6; ++k) EXPECT_TRUE(x.add(100, 1'000, 0.5).empty());
}

TEST(opening_range, buys_the_first_close_above_the_range) {
  day_of x{opening_range()};
  after_the_range(x);
  EXPECT_TRUE(x.add(100.55, 2'000).empty()) << "within the buffer";
  const auto wanted = x.add(100.6, 2'000);
  ASSERT_EQ(wanted.size(), 1u);
  EXPECT_EQ(wanted[0].side, side::buy);
  EXPECT_EQ(wanted[0].purpose, order_purpose::entry);
  EXPECT_EQ(wanted[0].stop, p("99.5"));
  EXPECT_EQ(wanted[0].target, p("102.6"));
  EXPECT_EQ(wanted[0].inputs.size(), 4u);
  for (const auto& each : x.explain()) EXPECT_TRUE(each.met) << each.name.view();
  EXPECT_TRUE(x.add(101, 5'000).empty()) << "a second close above is no crossing";
}

TEST(opening_range, every_condition_must_hold) {
  struct row {
    const char* what;
    parameter_texts parameters;
    double close;
    double volume;
    bool buys;
  };
  const row rows[] = {
      {"breakout", {}, 100.6, 2'000, true},
      {"no volume", {}, 100.6, 1'200, false},  // 1,200 / 1,010 < 1.2
      {"below the range", {}, 99, 2'000, false},
      {"too low a range", {{"range_min", "0.01"}}, 100.6, 2'000, false},
      {"too high a range", {{"range_max", "0.009"}}, 100.6, 2'000, false},
      {"too late", {{"entry_minutes", "31"}}, 100.6, 2'000, false},
      {"in time", {{"entry_minutes", "35"}}, 100.6, 2'000, true},
      {"the range still grows", {{"range_minutes", "60"}}, 100.6, 2'000, false},
  };
  for (const auto& row : rows) {
    day_of x{opening_range(row.parameters)};
    after_the_range(x);
    EXPECT_EQ(x.add(row.close, row.volume).size(), row.buys ? 1u : 0u) << row.what;
  }
}

TEST(opening_range, leaves_when_a_close_falls_back_into_the_range) {
  day_of x{opening_range()};
  after_the_range(x);
  x.position = {quantity::from_int(10), p("100.6")};
  EXPECT_TRUE(x.add(100).empty());  // The middle itself.
  const auto wanted = x.add(99.99);
  ASSERT_EQ(wanted.size(), 1u);
  EXPECT_EQ(wanted[0].side, side::sell);
  EXPECT_EQ(wanted[0].purpose, order_purpose::exit);
}

TEST(opening_range, parameters_that_contradict_each_other_are_refused) {
  const auto& type = opening_range_breakout_type();
  for (const parameter_texts& given :
       {parameter_texts{{"range_minutes", "60"}, {"entry_minutes", "60"}},
        parameter_texts{{"range_min", "0.05"}, {"range_max", "0.04"}}}) {
    const auto set = resolve_parameters(type.metadata.id, type.metadata.parameters, given);
    ASSERT_TRUE(set.ok());
    EXPECT_EQ(type.make(*set).code(), ec::out_of_range);
  }
}

const parameter_texts short_averages{
    {"fast_period", "2"}, {"slow_period", "4"}, {"rsi_period", "2"}, {"rsi_ceiling", "95"}};

/// Falls, then turns: the bar with which the fast average comes to lie above the slow one.
wishes turn_upwards(day_of& x) {
  for (const double close : {104.0, 103.0, 102.0, 101.0, 100.0}) EXPECT_TRUE(x.add(close).empty());
  EXPECT_TRUE(x.add(100.5).empty());
  return x.add(102);
}

TEST(average_crossover_rules, buys_the_crossing_once) {
  day_of x{crossover(short_averages)};
  const auto wanted = turn_upwards(x);
  ASSERT_EQ(wanted.size(), 1u);
  EXPECT_EQ(wanted[0].side, side::buy);
  EXPECT_EQ(wanted[0].stop, p("100.98"));
  EXPECT_EQ(wanted[0].target, p("117.3"));
  for (const auto& each : x.explain()) EXPECT_TRUE(each.met) << each.name.view();
  EXPECT_TRUE(x.add(103).empty());
}

TEST(average_crossover_rules, strength_must_lie_in_its_band) {
  auto hot = short_averages;
  hot["rsi_ceiling"] = "60";
  day_of overheated{crossover(hot)};
  EXPECT_TRUE(turn_upwards(overheated).empty());
  auto weak = short_averages;
  weak["rsi_floor"] = "94";
  day_of weak_market{crossover(weak)};
  EXPECT_TRUE(turn_upwards(weak_market).empty());
}

TEST(average_crossover_rules, leaves_when_the_fast_average_falls_below) {
  day_of x{crossover(short_averages)};
  turn_upwards(x);
  x.position = {quantity::from_int(10), p("102")};
  EXPECT_TRUE(x.add(103).empty());
  EXPECT_TRUE(x.add(102).empty());
  const auto wanted = x.add(97);
  ASSERT_EQ(wanted.size(), 1u);
  EXPECT_EQ(wanted[0].purpose, order_purpose::exit);
}

TEST(average_crossover_rules, defaults_are_the_named_numbers) {
  const auto usual = crossover();
  EXPECT_EQ(usual->warm_up_bars(), 201u);
  EXPECT_EQ(usual->rules().trade_risk_bp, 50);
  ASSERT_TRUE(usual->rules().trail);
  EXPECT_EQ(usual->rules().trail->activate_bp, 500);
  EXPECT_EQ(usual->rules().trail->distance_bp, 50);
}

/// A strategy that buys at once and lays down its own risk and trail.
class with_own_rules final : public strategy {
 public:
  const strategy_metadata& metadata() const override {
    static const strategy_metadata metadata{.id = "own", .name = "Own"};
    return metadata;
  }
  std::uint32_t warm_up_bars() const override { return 0; }
  position_rules rules() const override {
    return {risk_bp, trailing_stop_options{.activate_bp = 500, .distance_bp = 50}};
  }
  result<void> prepare(indicator_board&) override { return {}; }
  wishes on_bar(const strategy_context& context, const bar&) override {
    wishes out;
    if (context.position.qty.is_zero()) {
      auto what = buy_wish();
      what.stop = p("99");
      what.target = p("115");
      out.push(what);
    }
    return out;
  }

  std::int64_t risk_bp = 5;
};

engine_fixture engine_with(std::int64_t risk_bp) {
  auto logic = std::make_unique<with_own_rules>();
  logic->risk_bp = risk_bp;
  std::vector<strategy_instance> all;
  all.push_back({strategy_id{0}, short_name{"own"}, std::move(logic)});
  return engine_fixture{std::move(all)};
}

TEST(own_rules, risk_makes_the_size_smaller_and_never_larger) {
  const auto bought = [](std::int64_t risk_bp) {
    auto x = engine_with(risk_bp);
    x.quote_at("99.98", "100");
    return x.order_in(x.bar_of(100)).qty;
  };
  // 0.05 % of 100,000 is 50 dollars; the limit 100.10 lies 1.10 above the stop.
  EXPECT_EQ(bought(5), shares(45));
  EXPECT_EQ(bought(500), bought(0));
}

TEST(own_rules, a_late_tight_trail_takes_the_place_of_the_configured_one) {
  auto x = engine_with(5);
  x.quote_at("99.98", "100");
  const auto order = x.order_in(x.bar_of(100));
  x.fill(order, "100");
  // The configured trail would be at work from 102 on.
  EXPECT_TRUE(x.only<order_request>(x.quote_at("104", "104.02")).empty());
  EXPECT_TRUE(x.only<order_request>(x.quote_at("101", "101.02")).empty());
  EXPECT_TRUE(x.only<order_request>(x.quote_at("106", "106.02")).empty());
  const auto left = x.quote_at("105.4", "105.42");  // 0.5 % below 106 is 105.47.
  EXPECT_EQ(x.order_in(left).reason, signal_reason::trailing_stop_hit);
}

}  // namespace
}  // namespace bw
