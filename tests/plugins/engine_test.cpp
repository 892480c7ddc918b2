// A strategy of a plugin inside the engine of a symbol: what it wishes arrives, what goes wrong in
// it ends it and nobody else, and every instance that was made is destroyed once.

#include <gtest/gtest.h>

#include <map>

#include "strategies/sdk/bellwether/strategy.h"
#include "tests/plugins/plugin_folder.hpp"
#include "tests/strategies/engine_fixture.hpp"

namespace bw {
namespace {

/// Each look at it is `step` later than the one before: a call that is measured takes so long.
class stepping_clock final : public clock {
 public:
  utc_ns utc_now() const override { return utc_ns{mono_now().value}; }
  mono_ns mono_now() const override {
    at_ += step.count();
    return mono_ns{at_};
  }
  nanoseconds step{0};

 private:
  mutable std::int64_t at_ = 1'000'000'000;
};

struct plugin_engine : testing::Test {
  tests::plugin_folder folder;
  std::filesystem::path file = folder.add("faulty");
  std::shared_ptr<plugin_catalog> catalog = folder.discover();

  std::unique_ptr<strategy> make(const parameter_texts& given, const char* kind = "faulty") const {
    auto made = catalog->registry.make(kind, given);
    EXPECT_TRUE(made.ok()) << (made ? "" : made.failure().context);
    return made ? std::move(*made) : nullptr;
  }
  /// Two seats: the plugin, and a scripted one that buys on every bar.
  struct world {
    engine_fixture engine;
    scripted_strategy* other;
  };
  world make_world(std::unique_ptr<strategy> logic) const {
    auto scripted = std::make_unique<scripted_strategy>();
    auto* other = scripted.get();
    std::vector<strategy_instance> all;
    all.push_back({strategy_id{0}, short_name{"plugin"}, std::move(logic)});
    all.push_back({strategy_id{1}, short_name{"other"}, std::move(scripted)});
    return {engine_fixture{std::move(all)}, other};
  }
  int alive() const { return tests::counter_of(file, "bw_test_alive"); }

  template <class Record>
  static std::vector<Record> of(const engine_outputs& all) {
    std::vector<Record> out;
    for (const auto& each : all)
      if (const auto* x = std::get_if<Record>(&each)) out.push_back(*x);
    return out;
  }
};

TEST_F(plugin_engine, what_it_wishes_arrives_with_reason_and_values) {
  auto w = make_world(make({{"level", "50"}, {"period", "1"}}));
  w.engine.quote_at("100", "100.02");
  const auto out = w.engine.bar_of(100);
  const auto signals = of<signal_record>(out);
  ASSERT_EQ(signals.size(), 1u);
  EXPECT_EQ(signals[0].what.reason, signal_reason::strategy_rule);
  EXPECT_EQ(signals[0].note.view(), "above_level");
  EXPECT_EQ(signals[0].what.confidence_ppm, 250'000u);
  ASSERT_EQ(signals[0].what.inputs.size(), 2u);
  EXPECT_EQ(signals[0].what.inputs[0].units, 100 * decimal_scale);
  const auto orders = of<order_request>(out);
  ASSERT_EQ(orders.size(), 1u);
  EXPECT_EQ(orders[0].qty, shares(7)) << "a target position is the most that is bought";
}

TEST_F(plugin_engine, it_sees_the_regime_of_its_symbol) {
  const std::pair<market_regime, std::uint32_t> rows[] = {
      {market_regime::trending, BW_REGIME_TRENDING},
      {market_regime::ranging, BW_REGIME_RANGING},
      {market_regime::unsettled, BW_REGIME_VOLATILE},
      {market_regime::unknown, 0}};
  for (const auto& [regime, seen] : rows) {
    auto w = make_world(make({{"below", "200"}}, "listener"));
    symbol_trend told{engine_fixture::symbol, {}};
    told.trend.regime = regime;
    w.engine.engine.on_trend(told);
    w.engine.bar_of(100);
    const auto signals = of<signal_record>(w.engine.quote_at("100", "100.02"));
    ASSERT_EQ(signals.size(), 1u) << to_string(regime);
    ASSERT_EQ(signals[0].what.inputs.size(), 1u);
    EXPECT_EQ(signals[0].what.inputs[0].units, std::int64_t{seen} * decimal_scale);
  }
}

TEST_F(plugin_engine, one_of_the_first_abi_signals_trades_and_keeps_its_state) {
  tests::plugin_folder old;
  old.add("first_abi_0");
  const auto loaded = old.discover();
  ASSERT_TRUE(loaded->findings[0].accepted) << loaded->findings[0].reason;
  const auto make_old = [&](const parameter_texts& given) {
    return loaded->registry.make("first_abi", given).value();
  };
  auto w = make_world(make_old({{"above", "50"}}));
  w.engine.quote_at("100", "100.02");
  EXPECT_TRUE(of<signal_record>(w.engine.bar_of(100)).empty()) << "no average of two bars yet";
  w.engine.quote_at("102", "102.02");
  const auto in = w.engine.bar_of(102);
  const auto signals = of<signal_record>(in);
  ASSERT_EQ(signals.size(), 1u);
  EXPECT_EQ(signals[0].note.view(), "above");
  ASSERT_EQ(signals[0].what.inputs.size(), 2u);
  EXPECT_EQ(signals[0].what.inputs[0].units, 101 * decimal_scale);
  EXPECT_EQ(signals[0].what.inputs[1].units, 2 * decimal_scale);
  const auto entries = of<order_request>(in);
  ASSERT_EQ(entries.size(), 1u);
  EXPECT_EQ(entries[0].qty, shares(3));
  w.engine.report(entries[0], order_state::filled, 3, "100.05");
  const auto kept = w.engine.engine.save();
  w.engine.quote_at("102", "102.02");
  const auto exits = of<order_request>(w.engine.bar_of(102));
  ASSERT_EQ(exits.size(), 1u);
  EXPECT_EQ(exits[0].purpose, order_purpose::exit);
  EXPECT_EQ(exits[0].qty, shares(3));
  EXPECT_FALSE(w.engine.engine.view().seats[0].latched);

  auto next = make_world(make_old({{"above", "50"}}));
  next.engine.quote_at("100", "100.02");
  ASSERT_EQ(kept.size(), 1u);
  ASSERT_TRUE(next.engine.engine.restore(kept[0]));
  next.engine.bar_of(100);
  next.engine.quote_at("102", "102.02");
  const auto later = of<signal_record>(next.engine.bar_of(102));
  ASSERT_EQ(later.size(), 1u);
  EXPECT_EQ(later[0].what.inputs[1].units, 4 * decimal_scale) << "it goes on counting";
}

TEST_F(plugin_engine, every_instance_that_was_made_is_destroyed_once) {
  EXPECT_EQ(alive(), 0);
  {
    auto w = make_world(make({}));
    EXPECT_EQ(alive(), 1);
    for (int k = 0; k < 5; ++k) {
      strategy_change x;
      x.strategy = strategy_id{0};
      ASSERT_TRUE(w.engine.engine.change(x, make({})).ok());
      EXPECT_EQ(alive(), 1) << "the old one went";
    }
  }
  EXPECT_EQ(alive(), 0);
  EXPECT_EQ(tests::counter_of(file, "bw_test_made"), 6);
}

TEST_F(plugin_engine, an_exception_ends_the_strategy_and_no_other) {
  for (const char* fault : {"throw", "throw_int"}) {
    SCOPED_TRACE(fault);
    auto w = make_world(make({{"fault", fault}, {"from_bar", "2"}}));
    w.other->say = always(buy_wish());
    w.engine.quote_at("100", "100.02");
    EXPECT_TRUE(of<strategy_switch_record>(w.engine.bar_of(100)).empty());
    const auto off = of<strategy_switch_record>(w.engine.bar_of(100));
    ASSERT_EQ(off.size(), 1u);
    EXPECT_EQ(off[0].strategy.view(), "plugin");
    EXPECT_TRUE(off[0].latched);
    EXPECT_NE(off[0].cause.find("on_bar answered 1"), std::string::npos) << off[0].cause;
    EXPECT_TRUE(of<strategy_switch_record>(w.engine.bar_of(100)).empty()) << "said once";
    EXPECT_EQ(w.other->bars, 3u);
    const auto view = w.engine.engine.view();
    EXPECT_FALSE(view.seats[0].enabled);
    EXPECT_TRUE(view.seats[0].latched);
    EXPECT_TRUE(view.seats[1].enabled);
  }
}

TEST_F(plugin_engine, no_file_puts_a_latched_strategy_back) {
  auto w = make_world(make({{"fault", "throw"}}));
  w.engine.bar_of(100);
  strategy_change x;
  x.strategy = strategy_id{0};
  ASSERT_TRUE(w.engine.engine.change(x, make({})).ok());
  EXPECT_TRUE(w.engine.engine.view().seats[0].latched);
  EXPECT_FALSE(w.engine.engine.view().seats[0].enabled);
}

TEST_F(plugin_engine, its_position_stays_protected_after_a_fault) {
  auto w = make_world(make({{"level", "50"}, {"fault", "throw"}, {"from_bar", "2"}}));
  w.engine.quote_at("100", "100.02");
  const auto orders = of<order_request>(w.engine.bar_of(100));
  ASSERT_EQ(orders.size(), 1u);
  w.engine.report(orders[0], order_state::filled, 7, "100.05");
  ASSERT_EQ(of<strategy_switch_record>(w.engine.bar_of(100)).size(), 1u);
  EXPECT_TRUE(of<order_request>(w.engine.quote_at("99.9", "99.95")).empty()) << "it is not sold";
  const auto exits = of<order_request>(w.engine.quote_at("97", "97.05"));
  ASSERT_EQ(exits.size(), 1u) << "its stop still holds";
  EXPECT_EQ(exits[0].side, side::sell);
  EXPECT_EQ(exits[0].qty, shares(7));
}

TEST_F(plugin_engine, three_late_calls_in_a_row_switch_it_off_and_two_do_not) {
  stepping_clock time;
  catalog->watch->time = &time;
  auto w = make_world(make({}));
  w.engine.bar_of(100);
  time.step = std::chrono::milliseconds{60};
  EXPECT_TRUE(of<strategy_switch_record>(w.engine.bar_of(100)).empty());
  EXPECT_TRUE(of<strategy_switch_record>(w.engine.bar_of(100)).empty());
  time.step = std::chrono::milliseconds{1};
  w.engine.bar_of(100);
  time.step = std::chrono::milliseconds{60};
  EXPECT_TRUE(of<strategy_switch_record>(w.engine.bar_of(100)).empty());
  EXPECT_TRUE(of<strategy_switch_record>(w.engine.bar_of(100)).empty());
  const auto off = of<strategy_switch_record>(w.engine.bar_of(100));
  ASSERT_EQ(off.size(), 1u);
  EXPECT_NE(off[0].cause.find("3 calls in a row took longer than 50 ms"), std::string::npos)
      << off[0].cause;
}

TEST_F(plugin_engine, the_slot_names_who_is_inside_and_is_free_afterwards) {
  plugin_call_slots slots{};
  catalog->watch->slots = &slots;
  auto w = make_world(make({}));
  w.engine.bar_of(100);
  EXPECT_EQ(slots[0].taken, 0u);
  EXPECT_STREQ(slots[0].strategy.data(), "plugin");
}

TEST_F(plugin_engine, one_that_listens_to_quotes_buys_on_a_quote) {
  auto w = make_world(make({{"below", "50"}}, "listener"));
  EXPECT_TRUE(of<order_request>(w.engine.quote_at("60", "60.02")).empty());
  const auto orders = of<order_request>(w.engine.quote_at("49", "49.02"));
  ASSERT_EQ(orders.size(), 1u);
  EXPECT_EQ(orders[0].strategy, strategy_id{0});
  EXPECT_TRUE(of<order_request>(w.engine.quote_at("49", "49.02")).empty()) << "one at a time";
}

TEST_F(plugin_engine, new_parameters_keep_indicators_state_and_position) {
  auto w = make_world(make({{"level", "500"}, {"period", "5"}}));
  w.engine.quote_at("100", "100.02");
  for (int k = 1; k <= 6; ++k) w.engine.bar_of(100 + k);
  strategy_change x;
  x.strategy = strategy_id{0};
  ASSERT_TRUE(w.engine.engine.change(x, make({{"level", "50"}, {"period", "5"}})).ok());
  const auto signals = of<signal_record>(w.engine.bar_of(107));
  ASSERT_EQ(signals.size(), 1u);
  EXPECT_EQ(signals[0].what.inputs[0].units, 105 * decimal_scale) << "the average went on";
  EXPECT_EQ(signals[0].what.inputs[1].units, 7 * decimal_scale) << "what it counts went over";
}

TEST_F(plugin_engine, an_indicator_that_is_not_there_is_warmed_up_from_kept_bars) {
  auto w = make_world(make({{"level", "500"}, {"period", "5"}}));
  w.engine.quote_at("100", "100.02");
  for (int k = 1; k <= 6; ++k) w.engine.bar_of(100 + k);
  strategy_change x;
  x.strategy = strategy_id{0};
  ASSERT_TRUE(w.engine.engine.change(x, make({{"level", "50"}, {"period", "3"}})).ok());
  auto signals = of<signal_record>(w.engine.bar_of(107));
  ASSERT_EQ(signals.size(), 1u);
  EXPECT_EQ(signals[0].what.inputs[0].units, 106 * decimal_scale);
  EXPECT_EQ(w.engine.engine.view().bars, 7u);
}

TEST_F(plugin_engine, a_change_that_does_not_work_changes_nothing) {
  auto w = make_world(make({{"level", "50"}, {"period", "5"}}));
  strategy_change x;
  x.strategy = strategy_id{9};
  EXPECT_EQ(w.engine.engine.change(x, nullptr).code(), ec::not_found);
  EXPECT_TRUE(w.engine.engine.view().seats[0].enabled);
}

TEST_F(plugin_engine, one_that_is_switched_off_closes_or_keeps_as_it_was_told) {
  for (const auto what : {on_disable::close, on_disable::keep}) {
    auto w = make_world(make({{"level", "50"}}));
    w.engine.quote_at("100", "100.02");
    const auto orders = of<order_request>(w.engine.bar_of(100));
    ASSERT_EQ(orders.size(), 1u);
    w.engine.report(orders[0], order_state::filled, 7, "100.05");
    strategy_change x;
    x.strategy = strategy_id{0};
    x.enabled = false;
    x.positions = what;
    ASSERT_TRUE(w.engine.engine.change(x, nullptr).ok());
    const auto exits = of<order_request>(w.engine.quote_at("99.9", "99.95"));
    EXPECT_EQ(exits.size(), what == on_disable::close ? 1u : 0u);
  }
}

TEST_F(plugin_engine, a_budget_of_its_own_makes_a_size_smaller) {
  auto w = make_world(make({{"level", "50"}}));
  w.engine.quote_at("100", "100.02");
  strategy_change x;
  x.strategy = strategy_id{0};
  x.symbol_budget = money::from_int(350);
  ASSERT_TRUE(w.engine.engine.change(x, nullptr).ok());
  const auto orders = of<order_request>(w.engine.bar_of(100));
  ASSERT_EQ(orders.size(), 1u);
  EXPECT_EQ(orders[0].qty, shares(3));
}

TEST_F(plugin_engine, one_that_comes_later_is_warm_from_the_bars_that_are_there) {
  auto w = make_world(make({{"level", "500"}, {"period", "5"}}));
  w.engine.quote_at("100", "100.02");
  for (int k = 1; k <= 6; ++k) w.engine.bar_of(100 + k);
  strategy_change x;
  x.strategy = strategy_id{7};
  EXPECT_EQ(w.engine.engine.change(x, make({})).code(), ec::not_found) << "it has no name";
  x.name = short_name{"third"};
  ASSERT_TRUE(w.engine.engine.change(x, make({{"level", "50"}, {"period", "4"}})).ok());
  const auto out = w.engine.bar_of(107);
  const auto signals = of<signal_record>(out);
  ASSERT_EQ(signals.size(), 1u);
  EXPECT_EQ(signals[0].strategy.view(), "third");
  EXPECT_EQ(signals[0].what.inputs[0].units, 1'055 * decimal_scale / 10) << "104 … 107";
  EXPECT_EQ(of<order_request>(out).at(0).strategy, strategy_id{7});
  EXPECT_EQ(w.engine.engine.view().seats.size(), 3u);
  for (std::uint16_t id = 8; w.engine.engine.view().seats.size() < symbol_engine::strategies_max;
       ++id) {
    x.strategy = strategy_id{id};
    x.name = cut<short_name>("more" + std::to_string(id));
    ASSERT_TRUE(w.engine.engine.change(x, make({})).ok());
  }
  x.strategy = strategy_id{99};
  EXPECT_EQ(w.engine.engine.change(x, make({})).code(), ec::out_of_range);
}

TEST_F(plugin_engine, a_person_puts_back_what_a_fault_took_out_with_a_new_instance) {
  auto w = make_world(make({{"fault", "throw"}}));
  w.engine.quote_at("100", "100.02");
  w.engine.bar_of(100);
  ASSERT_TRUE(w.engine.engine.view().seats[0].latched);
  strategy_change x;
  x.strategy = strategy_id{0};
  x.scope = change_scope::put_back;
  ASSERT_TRUE(w.engine.engine.change(x, make({{"level", "50"}})).ok());
  EXPECT_FALSE(w.engine.engine.view().seats[0].latched);
  EXPECT_TRUE(w.engine.engine.view().seats[0].enabled);
  EXPECT_EQ(of<order_request>(w.engine.bar_of(100)).size(), 1u) << "it trades again";
  // And the rules take it out by the same latch.
  x.scope = change_scope::take_out;
  x.cause = "too fast";
  ASSERT_TRUE(w.engine.engine.change(x, nullptr).ok());
  EXPECT_TRUE(w.engine.engine.view().seats[0].latched);
  EXPECT_EQ(w.engine.engine.view().seats[0].cause.view(), "too fast");
}

TEST_F(plugin_engine, what_a_file_says_of_a_latched_strategy_holds_once_it_is_put_back) {
  auto w = make_world(make({{"fault", "throw"}}));
  w.engine.bar_of(100);
  strategy_change off;
  off.strategy = strategy_id{0};
  off.enabled = false;
  ASSERT_TRUE(w.engine.engine.change(off, nullptr).ok());
  strategy_change back;
  back.strategy = strategy_id{0};
  back.scope = change_scope::put_back;
  ASSERT_TRUE(w.engine.engine.change(back, make({})).ok());
  EXPECT_FALSE(w.engine.engine.view().seats[0].latched);
  EXPECT_FALSE(w.engine.engine.view().seats[0].enabled) << "the file switched it off meanwhile";
}

TEST_F(plugin_engine, in_shadow_its_signals_are_recorded_and_none_is_ordered) {
  auto w = make_world(make({{"level", "50"}}));
  w.engine.quote_at("100", "100.02");
  strategy_change x;
  x.strategy = strategy_id{0};
  x.shadow = true;
  ASSERT_TRUE(w.engine.engine.change(x, nullptr).ok());
  const auto out = w.engine.bar_of(100);
  ASSERT_EQ(of<signal_record>(out).size(), 1u);
  EXPECT_EQ(of<signal_record>(out)[0].fate, signal_fate::shadow);
  EXPECT_TRUE(of<order_request>(out).empty());
}

TEST_F(plugin_engine, what_it_saves_goes_over_to_the_engine_of_the_next_run) {
  auto first = make_world(make({}));
  for (int k = 0; k < 5; ++k) first.engine.bar_of(100);
  const auto kept = first.engine.engine.save();
  ASSERT_EQ(kept.size(), 1u);
  EXPECT_EQ(kept[0].strategy.view(), "plugin");
  auto next = make_world(make({{"level", "50"}}));
  next.engine.quote_at("100", "100.02");
  ASSERT_TRUE(next.engine.engine.restore(kept[0]));
  const auto signals = of<signal_record>(next.engine.bar_of(100));
  ASSERT_EQ(signals.size(), 1u);
  EXPECT_EQ(signals[0].what.inputs[1].units, 6 * decimal_scale) << "its sixth bar";
  for (const auto& bad : {kept_strategy{short_name{"plugin"}, "faulty\n1\nxx"},
                          kept_strategy{short_name{"plugin"}, "other\n2\nxx"},
                          kept_strategy{short_name{"plugin"}, "faulty\n2\nx"},
                          kept_strategy{short_name{"plugin"}, ""},
                          kept_strategy{short_name{"nobody"}, kept[0].bytes}})
    EXPECT_FALSE(next.engine.engine.restore(bad)) << bad.bytes;
}

TEST_F(plugin_engine, its_bars_can_be_made_of_trades) {
  auto w = make_world(make({{"level", "500"}}));
  w.engine.quote_at("100", "100.02");
  strategy_change x;
  x.strategy = strategy_id{0};
  x.bars = "ticks:3";
  ASSERT_TRUE(w.engine.engine.change(x, make({{"level", "50"}, {"period", "2"}})).ok());
  EXPECT_TRUE(of<signal_record>(w.engine.bar_of(100)).empty()) << "minute bars are not its own";
  std::vector<signal_record> signals;
  for (const char* last : {"100", "101", "102", "103", "104", "105", "106"})
    for (const auto& each : of<signal_record>(w.engine.trade_at(last))) signals.push_back(each);
  // A bar is given out with its third trade, or with the first behind it.
  ASSERT_EQ(signals.size(), 2u);
  EXPECT_EQ(signals[1].what.inputs[0].units, 1'035 * decimal_scale / 10) << "closes 102 and 105";
  x.bars = "ticks:none";
  EXPECT_EQ(w.engine.engine.change(x, make({})).code(), ec::parse_failed);
}

TEST_F(plugin_engine, every_indicator_is_offered_by_its_name) {
  struct row {
    const char* name;
    double value;
  };
  // Closes 1 … 60, each bar at one price with 5,000 shares: what the formulas come to by hand.
  const row known[] = {
      {"sma", 58},
      {"wma", 58 + 2.0 / 3},
      {"rsi", 100},
      {"highest", 60},
      {"lowest", 56},
      {"donchian_upper", 60},
      {"donchian_middle", 58},
      {"donchian_lower", 56},
      {"volume_sma", 5000},
      {"stddev", 1.414213562},
      {"slope", 1},
      {"vwap", 58},
      {"williams_r", 0},
      {"stochastic_k", 100},
      {"stochastic_d", 100},
      {"mfi", 100},
      {"roc", 100 * 5.0 / 55},
  };
  std::map<std::string, double> seen;
  for (const char* name : {"sma",
                           "ema",
                           "wma",
                           "rsi",
                           "macd",
                           "macd_signal",
                           "macd_histogram",
                           "macd:10:3",
                           "atr",
                           "adx",
                           "bollinger_upper",
                           "bollinger_lower",
                           "bollinger_upper:2.5",
                           "donchian_upper",
                           "donchian_middle",
                           "donchian_lower",
                           "keltner_upper",
                           "keltner_middle",
                           "keltner_lower",
                           "keltner_upper:5:1.5",
                           "stochastic_k",
                           "stochastic_d",
                           "obv",
                           "mfi",
                           "cci",
                           "roc",
                           "williams_r",
                           "session_vwap",
                           "vwap",
                           "volume_sma",
                           "zscore",
                           "highest",
                           "lowest",
                           "stddev",
                           "slope",
                           "opening_high",
                           "opening_low"}) {
    SCOPED_TRACE(name);
    auto w = make_world(make({{"level", "59.5"}, {"indicator", name}}));
    w.engine.quote_at("60", "60.02");
    std::vector<signal_record> signals;
    for (int k = 1; k <= 60; ++k) signals = of<signal_record>(w.engine.bar_of(k));
    ASSERT_EQ(signals.size(), 1u);
    seen[name] = static_cast<double>(signals[0].what.inputs[0].units) / decimal_scale;
    EXPECT_NE(seen[name], -1) << "it is not known";
  }
  for (const auto& [name, value] : known) EXPECT_NEAR(seen[name], value, 1e-6) << name;
  EXPECT_NEAR(seen["bollinger_upper"] - seen["bollinger_lower"], 4 * seen["stddev"], 1e-6);
  EXPECT_NEAR(seen["bollinger_upper:2.5"] - seen["sma"], 2.5 * seen["stddev"], 1e-6);
  EXPECT_NEAR(seen["macd"] - seen["macd_signal"], seen["macd_histogram"], 1e-6);
  EXPECT_NEAR(seen["keltner_upper"] - seen["keltner_middle"],
              seen["keltner_middle"] - seen["keltner_lower"], 1e-6);
  EXPECT_NEAR(seen["keltner_upper:5:1.5"] - seen["keltner_middle"], 1.5 * seen["atr"], 1e-6);
  for (const char* name : {"unheard_of", "macd:x", "macd:1:2:3", "sma:0"}) {
    const auto logic = make({{"indicator", name}});
    indicator_board board{100};
    EXPECT_FALSE(logic->prepare(board).ok()) << name;
  }
}

}  // namespace
}  // namespace bw
