// A strategy of a plugin inside the engine of a symbol: what it wishes arrives, what goes wrong in
// it ends it and nobody else, and every instance that was made is destroyed once.

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace bw
