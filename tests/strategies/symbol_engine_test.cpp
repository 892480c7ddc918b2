// A symbol from the first bar to the last exit; then each rule of the engine at its limits.

#include "strategies/symbol_engine.hpp"

#include <gtest/gtest.h>

#include "strategies/strategy_registry.hpp"
#include "tests/strategies/engine_fixture.hpp"

namespace bw {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

std::vector<strategy_instance> momentum_alone(const parameter_texts& given) {
  strategy_registry registry;
  EXPECT_TRUE(add_built_in_strategies(registry).ok());
  std::vector<strategy_instance> out;
  out.push_back({strategy_id{0}, short_name{"momentum"}, registry.make("momentum", given).value()});
  return out;
}

TEST(symbol_engine, trades_a_breakout_from_signal_to_trailing_exit) {
  engine_fixture x{momentum_alone({})};
  for (int k = 0; k < 24; ++k)
    EXPECT_TRUE(x.bar_of(k % 2 == 0 ? 100.02 : 99.98, 5'000, bar_origin::history).empty());
  EXPECT_TRUE(x.engine.view().warm);
  x.quote_at("100.98", "101");

  // The breakout: a bar at 101 with three times the volume.
  const auto outputs = x.bar_of(101, 15'000);
  ASSERT_EQ(outputs.size(), 2u);
  const auto& record = std::get<signal_record>(outputs[0]);
  EXPECT_EQ(record.symbol, symbol_name{"SPY"});
  EXPECT_EQ(record.strategy, short_name{"momentum"});
  EXPECT_EQ(record.fate, signal_fate::ordered);
  const auto& entry = std::get<order_request>(outputs[1]);
  EXPECT_EQ(entry.side, side::buy);
  EXPECT_EQ(entry.type, order_type::limit);
  EXPECT_EQ(entry.tif, time_in_force::day);
  EXPECT_EQ(entry.purpose, order_purpose::entry);
  EXPECT_EQ(entry.reason, signal_reason::momentum_breakout);
  EXPECT_EQ(entry.limit, p("101.11"));  // 101 and 10 basis points are 101.101.
  EXPECT_EQ(entry.planned_stop, p("99.60"));
  EXPECT_EQ(entry.planned_target, p("105.15"));
  EXPECT_EQ(entry.qty, shares(98));
  EXPECT_EQ(entry.seen_bid, p("100.98"));
  EXPECT_EQ(entry.seen_ask, p("101"));
  EXPECT_EQ(entry.header.trace, trace_id{x.trace});
  EXPECT_EQ(entry.header.received, x.now.mono);
  EXPECT_EQ(entry.header.ts_event, x.now.utc);
  EXPECT_EQ(record.what.header.trace, entry.header.trace);

  x.fill(entry, "101");
  ASSERT_EQ(x.engine.view().positions.size(), 1u);
  EXPECT_EQ(x.engine.view().positions[0].average, p("101"));
  EXPECT_EQ(x.engine.view().positions[0].stop, p("99.60"));

  // The gain reaches two percent and more, then the price comes back to the trailing stop.
  EXPECT_TRUE(x.quote_at("104", "104.02").empty());
  EXPECT_EQ(x.engine.view().positions[0].stop, p("102.96"));
  EXPECT_TRUE(x.quote_at("102.97", "102.99").empty());
  const auto exit = x.order_in(x.quote_at("102.96", "102.98"));
  EXPECT_EQ(exit.side, side::sell);
  EXPECT_EQ(exit.type, order_type::market);
  EXPECT_EQ(exit.tif, time_in_force::day);
  EXPECT_EQ(exit.purpose, order_purpose::exit);
  EXPECT_EQ(exit.reason, signal_reason::trailing_stop_hit);
  EXPECT_EQ(exit.qty, shares(98));
  EXPECT_EQ(exit.reference, p("102.96"));
  EXPECT_EQ(exit.header.trace, trace_id{x.trace});
  EXPECT_TRUE(x.quote_at("102.90", "102.92").empty());
  x.fill(exit, "102.95");
  EXPECT_TRUE(x.engine.view().positions.empty());
  EXPECT_EQ(x.engine.counts().entries, 1u);
  EXPECT_EQ(x.engine.counts().exits, 1u);
  EXPECT_EQ(x.engine.counts().fills, 2u);
}

TEST(symbol_engine, history_warms_up_and_causes_no_signal) {
  engine_fixture x;
  x.scripted[0]->say = always(buy_wish());
  x.quote_at("99.98", "100");
  EXPECT_TRUE(x.bar_of(100, 5'000, bar_origin::history).empty());
  EXPECT_EQ(x.scripted[0]->bars, 0u);
  EXPECT_EQ(x.engine.view().bars, 1u);
}

TEST(symbol_engine, signals_before_the_warm_up_are_recorded_and_not_ordered) {
  engine_fixture x{1, 3};
  x.scripted[0]->say = always(buy_wish());
  x.quote_at("99.98", "100");
  EXPECT_EQ(x.fate_in(x.bar_of(100)), signal_fate::not_warm);
  EXPECT_FALSE(x.engine.view().warm);
  const auto second = x.bar_of(100);
  EXPECT_EQ(x.fate_in(second), signal_fate::not_warm);
  EXPECT_TRUE(x.only<order_request>(second).empty());
  EXPECT_EQ(x.fate_in(x.bar_of(100)), signal_fate::ordered);
  EXPECT_EQ(x.engine.counts().signals, 3u);
  EXPECT_EQ(x.engine.counts().fates[static_cast<std::size_t>(signal_fate::not_warm)], 2u);
}

TEST(symbol_engine, an_entry_needs_a_quote_and_money) {
  engine_fixture x;
  x.scripted[0]->say = always(buy_wish());
  EXPECT_EQ(x.fate_in(x.bar_of(100)), signal_fate::no_quote);
  x.quote_at("100", "0");
  EXPECT_EQ(x.fate_in(x.bar_of(100)), signal_fate::no_quote);
  x.quote_at("99.98", "100");
  x.engine.on_account({});
  EXPECT_EQ(x.fate_in(x.bar_of(100)), signal_fate::too_small);
  x.engine.on_account({.equity_for_limits = money::from_int(900),
                       .cash_available = money::from_int(900),
                       .gross_room = money::from_int(900),
                       .valid = true});
  EXPECT_EQ(x.fate_in(x.bar_of(100)), signal_fate::too_small);
}

TEST(symbol_engine, a_strategy_can_make_its_order_smaller_and_tighter_only) {
  struct row {
    const char* stop;
    const char* target;
    std::int64_t wish;
    const char* planned_stop;
    const char* planned_target;
    std::int64_t qty;
  };
  // The limit is 100.10: stop at 98.60, target at 104.10, 99 shares.
  for (const auto& row :
       {row{"0", "0", 0, "98.60", "104.10", 99}, row{"99", "103", 7, "99", "103", 7},
        row{"90", "110", 500, "98.60", "110", 99}, row{"101", "99", 1, "98.60", "104.10", 1}}) {
    engine_fixture x;
    auto what = buy_wish();
    what.stop = p(row.stop);
    what.target = p(row.target);
    what.qty_max = shares(row.wish);
    x.scripted[0]->say = always(what);
    x.quote_at("99.98", "100");
    const auto order = x.order_in(x.bar_of(100));
    EXPECT_EQ(order.planned_stop, p(row.planned_stop)) << row.stop;
    EXPECT_EQ(order.planned_target, p(row.planned_target)) << row.target;
    EXPECT_EQ(order.qty, shares(row.qty)) << row.wish;
  }
}

TEST(symbol_engine, one_entry_is_under_way_at_a_time) {
  engine_fixture x;
  x.quote_at("99.98", "100");
  x.scripted[0]->say = always(buy_wish());
  const auto order = x.order_in(x.bar_of(100));
  EXPECT_EQ(x.fate_in(x.bar_of(100)), signal_fate::not_free);
  x.report(order, order_state::working);
  EXPECT_EQ(x.fate_in(x.bar_of(100)), signal_fate::not_free);
  x.report(order, order_state::unknown);
  EXPECT_EQ(x.fate_in(x.bar_of(100)), signal_fate::not_free);
  x.report(order, order_state::rejected);
  EXPECT_EQ(x.fate_in(x.bar_of(100)), signal_fate::ordered);
}

TEST(symbol_engine, a_denied_entry_waits_for_the_next_bar) {
  engine_fixture x;
  x.quote_at("99.98", "100");
  x.scripted[0]->say = always(buy_wish());
  const auto order = x.order_in(x.bar_of(100));
  EXPECT_TRUE(x.deny(order, risk_rule::wide).empty());
  ASSERT_EQ(x.scripted[0]->denials.size(), 1u);
  EXPECT_EQ(x.scripted[0]->denials[0].rule, risk_rule::wide);
  EXPECT_TRUE(x.timer_after(seconds{10}).empty());
  EXPECT_TRUE(x.quote_at("99.98", "100").empty());
  x.order_in(x.bar_of(100));
}

TEST(symbol_engine, an_entry_that_is_not_filled_in_time_is_cancelled) {
  engine_fixture x;
  x.quote_at("99.98", "100");
  x.scripted[0]->say = always(buy_wish());
  const auto order = x.order_in(x.bar_of(100));
  x.report(order, order_state::working);
  EXPECT_TRUE(x.timer_after(seconds{30} - nanoseconds{1}).empty());
  const auto cancels = x.only<cancel_request>(x.timer_after(nanoseconds{1}));
  ASSERT_EQ(cancels.size(), 1u);
  EXPECT_EQ(cancels[0].order, order_id{1});
  EXPECT_TRUE(x.timer_after(seconds{5} - nanoseconds{1}).empty());
  EXPECT_EQ(x.timer_after(nanoseconds{1}).size(), 1u);
  x.report(order, order_state::canceled);
  EXPECT_TRUE(x.timer_after(minutes{1}).empty());
}

TEST(symbol_engine, an_order_that_nobody_answers_is_given_up) {
  engine_fixture x;
  x.quote_at("99.98", "100");
  x.scripted[0]->say = always(buy_wish());
  x.order_in(x.bar_of(100));
  x.timer_after(seconds{30} - nanoseconds{1});
  EXPECT_EQ(x.engine.counts().unanswered, 0u);
  x.timer_after(nanoseconds{1});
  EXPECT_EQ(x.engine.counts().unanswered, 1u);
  EXPECT_EQ(x.fate_in(x.bar_of(100)), signal_fate::ordered);
}

TEST(symbol_engine, stop_and_target_act_at_their_very_price) {
  struct row {
    const char* bid;
    const char* ask;
    bool exits;
    signal_reason reason;
  };
  for (const auto& row :
       {row{"98.61", "98.63", false, {}}, row{"98.60", "98.62", true, signal_reason::stop_hit},
        row{"104.09", "104.11", false, {}},
        row{"104.10", "104.12", true, signal_reason::target_hit}}) {
    engine_fixture x;
    x.enter();
    const auto outputs = x.quote_at(row.bid, row.ask);
    ASSERT_EQ(outputs.size(), row.exits ? 1u : 0u) << row.bid;
    if (!row.exits) continue;
    EXPECT_EQ(x.order_in(outputs).reason, row.reason);
    EXPECT_EQ(x.order_in(outputs).qty, shares(99));
  }
}

TEST(symbol_engine, a_quote_that_cannot_be_trusted_moves_no_stop_but_a_trade_does) {
  engine_fixture x;
  x.enter();
  EXPECT_TRUE(x.quote_at("90", "100").empty());  // Wide.
  EXPECT_TRUE(x.quote_at("98", "97").empty());   // Crossed.
  EXPECT_TRUE(x.quote_at("0", "98").empty());    // One-sided.
  EXPECT_TRUE(x.trade_at("98.61").empty());
  EXPECT_EQ(x.order_in(x.trade_at("98.60")).reason, signal_reason::stop_hit);
}

TEST(symbol_engine, a_denied_exit_is_tried_again_and_not_too_often) {
  engine_fixture x;
  x.enter();
  auto exit = x.order_in(x.quote_at("98", "98.02"));
  for (int k = 0; k < 3; ++k) {
    EXPECT_TRUE(x.deny(exit).empty());
    EXPECT_TRUE(x.timer_after(seconds{5} - nanoseconds{1}).empty());
    // The price has come back; the stop was hit all the same.
    EXPECT_TRUE(x.quote_at("100", "100.02").empty());
    exit = x.order_in(x.timer_after(nanoseconds{1}));
    EXPECT_EQ(exit.reason, signal_reason::stop_hit);
  }
  x.fill(exit);
  EXPECT_TRUE(x.engine.view().positions.empty());
}

TEST(symbol_engine, an_exit_that_ends_early_is_ordered_again_for_the_rest) {
  engine_fixture x;
  x.enter();
  const auto exit = x.order_in(x.quote_at("98", "98.02"));
  x.report(exit, order_state::partial, 40, "98");
  EXPECT_TRUE(x.timer_after(seconds{20}).empty());
  const auto rest = x.order_in(x.report(exit, order_state::canceled, 40));
  EXPECT_EQ(rest.qty, shares(59));
}

TEST(symbol_engine, an_exit_waits_until_the_rest_of_the_entry_is_gone) {
  engine_fixture x;
  x.quote_at("99.98", "100");
  x.scripted[0]->say = always(buy_wish());
  const auto entry = x.order_in(x.bar_of(100));
  x.scripted[0]->say = nullptr;
  x.report(entry, order_state::partial, 30);
  const auto first = x.quote_at("98", "98.02");
  EXPECT_TRUE(x.only<order_request>(first).empty());
  EXPECT_EQ(x.only<cancel_request>(first).size(), 1u);
  // A fill crosses the cancel: it is sold as well.
  x.report(entry, order_state::partial, 31);
  EXPECT_EQ(x.order_in(x.report(entry, order_state::canceled, 31)).qty, shares(31));
}

TEST(symbol_engine, an_exit_does_not_wait_for_an_entry_without_end) {
  engine_fixture x;
  x.quote_at("99.98", "100");
  x.scripted[0]->say = always(buy_wish());
  const auto entry = x.order_in(x.bar_of(100));
  x.report(entry, order_state::partial, 30);
  x.report(entry, order_state::unknown, 30);
  x.quote_at("98", "98.02");
  EXPECT_TRUE(x.only<order_request>(x.timer_after(seconds{5} - nanoseconds{1})).empty());
  EXPECT_EQ(x.order_in(x.timer_after(nanoseconds{1})).qty, shares(30));
}

TEST(symbol_engine, a_fill_after_the_end_of_an_entry_still_counts) {
  engine_fixture x;
  x.quote_at("99.98", "100");
  x.scripted[0]->say = always(buy_wish());
  const auto entry = x.order_in(x.bar_of(100));
  x.scripted[0]->say = nullptr;
  x.report(entry, order_state::canceled);
  x.report(entry, order_state::canceled, 5);
  EXPECT_EQ(x.engine.view().positions.at(0).qty, shares(5));
  EXPECT_EQ(x.order_in(x.quote_at("98", "98.02")).qty, shares(5));
}

TEST(symbol_engine, the_end_of_the_day_cancels_entries_and_closes_positions) {
  engine_fixture x{2};
  x.engine.on_account({.equity_for_limits = money::from_int(1'000'000),
                       .cash_available = money::from_int(1'000'000),
                       .gross_room = money::from_int(500'000),
                       .valid = true});
  x.enter();
  x.scripted[1]->say = always(buy_wish());
  x.report(x.order_in(x.bar_of(100)), order_state::working);
  x.phase(session_phase::flatten);
  const auto outputs = x.timer_after(seconds{1});
  EXPECT_EQ(x.only<cancel_request>(outputs).size(), 1u);
  const auto order = x.order_in(outputs);
  EXPECT_EQ(order.purpose, order_purpose::flatten);
  EXPECT_EQ(order.reason, signal_reason::close_of_day);
  EXPECT_EQ(order.type, order_type::market);
  EXPECT_EQ(order.strategy, strategy_id{0});
}

TEST(symbol_engine, after_the_close_an_exit_waits_for_the_open) {
  engine_fixture x;
  x.enter();
  x.deny(x.order_in(x.quote_at("98", "98.02")));
  x.phase(session_phase::closed);
  EXPECT_TRUE(x.timer_after(minutes{10}).empty());
  x.phase(session_phase::open_guard);
  EXPECT_EQ(x.order_in(x.timer_after(seconds{1})).reason, signal_reason::stop_hit);
}

TEST(symbol_engine, prices_outside_the_session_move_nothing) {
  engine_fixture x;
  x.enter();
  x.phase(session_phase::closed);
  x.quote_at("90", "90.02");
  x.trade_at("90");
  x.phase(session_phase::entries);
  EXPECT_TRUE(x.timer_after(seconds{1}).empty());
}

TEST(symbol_engine, a_position_belongs_to_the_strategy_that_opened_it) {
  engine_fixture x{2};
  x.enter();
  x.scripted[1]->say = always(sell_wish());
  const auto refused = x.bar_of(100);
  EXPECT_EQ(x.fate_in(refused), signal_fate::not_free);
  EXPECT_TRUE(x.only<order_request>(refused).empty());
  x.scripted[1]->say = nullptr;
  x.scripted[0]->say = always(sell_wish());
  const auto order = x.order_in(x.bar_of(100));
  EXPECT_EQ(order.strategy, strategy_id{0});
  EXPECT_EQ(order.reason, signal_reason::overbought);
}

TEST(symbol_engine, opposite_signals_are_a_conflict_and_the_exit_goes) {
  engine_fixture x{2};
  x.enter();
  x.scripted[0]->say = always(sell_wish(100));
  x.scripted[1]->say = always(buy_wish(900'000));
  const auto outputs = x.bar_of(100);
  const auto records = x.only<signal_record>(outputs);
  ASSERT_EQ(records.size(), 2u);
  EXPECT_EQ(records[0].fate, signal_fate::conflict);
  EXPECT_EQ(records[1].fate, signal_fate::ordered);
  EXPECT_EQ(x.order_in(outputs).side, side::sell);
}

TEST(symbol_engine, the_strategies_of_a_symbol_share_its_part_of_the_equity) {
  engine_fixture x{3};
  x.quote_at("99.98", "100");
  const std::uint32_t confidence[] = {100'000, 900'000, 500'000};
  for (std::size_t k = 0; k < 3; ++k) {
    auto what = buy_wish(confidence[k]);
    what.qty_max = shares(60);
    x.scripted[k]->say = always(what);
  }
  const auto outputs = x.bar_of(100);
  const auto orders = x.only<order_request>(outputs);
  ASSERT_EQ(orders.size(), 2u);
  EXPECT_EQ(orders[0].strategy, strategy_id{1});
  EXPECT_EQ(orders[0].qty, shares(60));
  EXPECT_EQ(orders[1].strategy, strategy_id{2});
  EXPECT_EQ(orders[1].qty, shares(39));
  EXPECT_EQ(x.only<signal_record>(outputs)[2].fate, signal_fate::too_small);
}

TEST(symbol_engine, what_was_just_ordered_is_not_spent_twice) {
  engine_fixture x{2};
  x.engine.on_account({.equity_for_limits = money::from_int(1'000'000),
                       .cash_available = money::from_int(5'000),
                       .gross_room = money::from_int(500'000),
                       .valid = true});
  x.quote_at("99.98", "100");
  auto what = buy_wish();
  what.qty_max = shares(30);
  for (auto* strategy : x.scripted) strategy->say = always(what);
  const auto orders = x.only<order_request>(x.bar_of(100));
  ASSERT_EQ(orders.size(), 2u);
  EXPECT_EQ(orders[0].qty, shares(30));
  EXPECT_EQ(orders[1].qty, shares(19));
}

TEST(symbol_engine, a_wish_that_cannot_be_is_refused) {
  engine_fixture x;
  auto short_sale = sell_wish();
  short_sale.purpose = order_purpose::entry;
  auto buy_exit = buy_wish();
  buy_exit.purpose = order_purpose::exit;
  auto protective = sell_wish();
  protective.purpose = order_purpose::protective;
  x.quote_at("99.98", "100");
  for (const auto& what : {short_sale, buy_exit, protective}) {
    x.scripted[0]->say = always(what);
    EXPECT_TRUE(x.bar_of(100).empty());
  }
  EXPECT_EQ(x.engine.counts().refused_wishes, 3u);
  auto too_sure = buy_wish(UINT32_MAX);
  x.scripted[0]->say = always(too_sure);
  EXPECT_EQ(x.order_in(x.bar_of(100)).confidence_ppm, 1'000'000u);
}

TEST(symbol_engine, a_position_can_be_taken_up_at_the_start) {
  engine_fixture x;
  EXPECT_TRUE(x.engine
                  .restore({.symbol = x.symbol,
                            .strategy = strategy_id{0},
                            .qty = shares(10),
                            .average = p("100"),
                            .stop = p("99")})
                  .ok());
  EXPECT_EQ(x.engine.view().positions.at(0).stop, p("99"));
  EXPECT_EQ(x.order_in(x.quote_at("98.99", "99.01")).qty, shares(10));

  EXPECT_EQ(x.engine.restore({.symbol = x.symbol, .strategy = strategy_id{9}}).code(),
            ec::not_found);
  EXPECT_EQ(x.engine.restore({.symbol = x.symbol, .strategy = strategy_id{0}}).code(),
            ec::invalid_argument);
  engine_fixture y;
  const held_position without_stop{y.symbol, strategy_id{0}, shares(10), p("100"), {}};
  EXPECT_TRUE(y.engine.restore(without_stop).ok());
  EXPECT_EQ(y.engine.view().positions.at(0).stop, p("98.50"));
}

TEST(symbol_engine, a_disabled_strategy_closes_or_keeps_what_it_has) {
  engine_fixture x;
  x.enter();
  x.scripted[0]->say = always(buy_wish());
  const auto before = x.scripted[0]->bars;
  EXPECT_TRUE(x.engine.disable(strategy_id{0}, on_disable::keep));
  EXPECT_TRUE(x.bar_of(100).empty());
  EXPECT_EQ(x.scripted[0]->bars, before);
  EXPECT_TRUE(x.engine.disable(strategy_id{0}, on_disable::close));
  EXPECT_EQ(x.order_in(x.timer_after(seconds{1})).reason, signal_reason::operator_request);
  EXPECT_FALSE(x.engine.disable(strategy_id{7}, on_disable::keep));
  EXPECT_FALSE(x.engine.enable(strategy_id{7}));
  EXPECT_TRUE(x.engine.enable(strategy_id{0}));
}

TEST(symbol_engine, a_missing_minute_does_not_hold_a_bar_up) {
  engine_fixture x;
  x.scripted[0]->say = always(buy_wish());
  x.quote_at("99.98", "100");
  bar minute;
  minute.symbol = x.symbol;
  minute.open = minute.high = minute.low = minute.close = p("100");
  minute.volume = shares(10);
  minute.start = x.open;
  minute.trace = trace_id{77};
  x.call([&](auto& out) { x.engine.on_bar(minute, x.now, out); });
  x.timer_after(minutes{5} + seconds{5} - nanoseconds{1});
  EXPECT_EQ(x.scripted[0]->bars, 0u);
  const auto order = x.order_in(x.timer_after(nanoseconds{1}));
  EXPECT_EQ(order.header.trace, trace_id{77});
  EXPECT_EQ(order.header.ts_event, x.open + minutes{5});
}

TEST(symbol_engine, a_correction_causes_no_signal) {
  engine_fixture x;
  x.bar_of(100);
  x.scripted[0]->say = always(buy_wish());
  x.quote_at("99.98", "100");
  bar minute;
  minute.symbol = x.symbol;
  minute.origin = bar_origin::correction;
  minute.open = minute.high = minute.low = minute.close = p("105");
  minute.start = x.open;
  EXPECT_TRUE(x.call([&](auto& out) { x.engine.on_bar(minute, x.now, out); }).empty());
  EXPECT_EQ(x.engine.bar_counts().corrections, 1u);
  EXPECT_EQ(x.engine.view().bars, 1u);
}

TEST(symbol_engine, news_of_others_change_nothing) {
  engine_fixture x;
  order_report report;
  report.request.symbol = symbol_id{99};
  report.request.strategy = strategy_id{0};
  order_denied denied;
  denied.request.symbol = x.symbol;
  denied.request.strategy = strategy_id{5};
  quote other;
  other.symbol = symbol_id{99};
  trade traded;
  bar minute;
  engine_outputs out;
  x.engine.on_report(report, x.now, out);
  report.request.symbol = x.symbol;
  report.request.strategy = no_strategy;
  x.engine.on_report(report, x.now, out);
  x.engine.on_denied(denied, x.now, out);
  x.engine.on_quote(other, x.now, out);
  x.engine.on_trade(traded, x.now, out);
  x.engine.on_bar(minute, x.now, out);
  EXPECT_TRUE(out.empty());
  EXPECT_EQ(x.engine.counts().foreign, 6u);
}

TEST(symbol_engine, an_older_quote_does_not_replace_a_newer_one) {
  engine_fixture x;
  x.quote_at("99.98", "100");
  x.pass(seconds{-1});
  x.quote_at("50", "50.02");
  EXPECT_EQ(x.engine.counts().late_quotes, 1u);
  x.pass(seconds{1});
  x.scripted[0]->say = always(buy_wish());
  EXPECT_EQ(x.order_in(x.bar_of(100)).seen_ask, p("100"));
}

TEST(symbol_engine, refuses_strategies_it_cannot_run) {
  const auto made_with = [](std::vector<strategy_instance> strategies) {
    return symbol_engine::make({.symbol_text = symbol_name{"SPY"}}, std::move(strategies));
  };
  const auto instance = [](std::uint16_t id, const char* name) {
    return strategy_instance{strategy_id{id}, short_name{name},
                             std::make_unique<scripted_strategy>()};
  };
  EXPECT_EQ(made_with({}).code(), ec::invalid_argument);
  std::vector<strategy_instance> same_id;
  same_id.push_back(instance(1, "a"));
  same_id.push_back(instance(1, "b"));
  EXPECT_EQ(made_with(std::move(same_id)).code(), ec::invalid_argument);
  std::vector<strategy_instance> empty(1);
  EXPECT_EQ(made_with(std::move(empty)).code(), ec::invalid_argument);
  std::vector<strategy_instance> many;
  for (std::uint16_t k = 0; k <= symbol_engine::strategies_max; ++k)
    many.push_back(instance(k, ("s" + std::to_string(k)).c_str()));
  EXPECT_EQ(made_with(std::move(many)).code(), ec::out_of_range);
}

TEST(symbol_engine, a_budget_over_all_symbols_bounds_the_size) {
  engine_fixture x;
  auto settings = x.engine.settings_of(strategy_id{0});
  settings.budget = money::from_int(1'000);
  ASSERT_TRUE(x.engine.change(settings, nullptr).ok());
  x.quote_at("99.98", "100");
  x.scripted[0]->say = always(buy_wish());
  const auto order = x.order_in(x.bar_of(100));
  EXPECT_EQ(order.qty, shares(9)) << "at most 100.10 a share";
  EXPECT_EQ(order.strategy_budget, money::from_int(1'000));
  x.deny(order);

  account_view account{.equity_for_limits = money::from_int(100'000),
                       .cash_available = money::from_int(100'000),
                       .gross_room = money::from_int(50'000),
                       .valid = true};
  account.uses = {{strategy_id{0}, money::from_int(600)}};
  x.engine.on_account(account);
  const auto smaller = x.order_in(x.bar_of(100));
  EXPECT_EQ(smaller.qty, shares(3));
  x.deny(smaller);
  account.uses = {{strategy_id{0}, money::from_int(995)}};
  x.engine.on_account(account);
  EXPECT_EQ(x.fate_in(x.bar_of(100)), signal_fate::too_small);
}

}  // namespace
}  // namespace bw
