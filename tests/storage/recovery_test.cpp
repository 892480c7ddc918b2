// What a node knows of its earlier runs, from their records alone.

#include "storage/start_point.hpp"

#include <gtest/gtest.h>

#include "domain/external_book.hpp"
#include "domain/trading_state_machine.hpp"
#include "storage/memory_audit_log.hpp"
#include "tests/storage/sample_events.hpp"
#include "tests/support/seed.hpp"

namespace bw {
namespace {

constexpr std::int64_t second = 1'000'000'000;

client_order_id id_of(std::uint64_t number) {
  return client_order_id{"bw-1-1-" + std::to_string(number)};
}

/// Writes records as a node would and folds them.
struct recovery_test : testing::Test {
  void put(audit_event event) {
    audit_record record;
    record.sequence = sequence_number{++sequence};
    record.type = static_cast<std::uint16_t>(event.index());
    record.boot_no = boot_no;
    record.wall = utc_ns{static_cast<std::int64_t>(sequence) * second};
    record.event = std::move(event);
    const auto applied = state.apply(record);
    EXPECT_TRUE(applied.ok()) << applied.failure().text();
  }
  ec refused(audit_event event) {
    audit_record record;
    record.sequence = sequence_number{++sequence};
    record.type = static_cast<std::uint16_t>(event.index());
    record.event = std::move(event);
    const auto applied = state.apply(record);
    return applied ? ec{} : applied.code();
  }
  void boot() {
    boot_record x;
    x.boot_no = ++boot_no;
    put(x);
  }
  void intent(std::uint64_t number, order_purpose purpose = order_purpose::entry) {
    intent_record x;
    x.client_id = id_of(number);
    x.symbol = symbol_name{"SPY"};
    x.strategy = short_name{"momentum"};
    x.request.order = order_id{number};
    x.request.purpose = purpose;
    x.request.qty = quantity::from_int(10);
    put(x);
  }
  void send(std::uint64_t number) {
    put(sending_record{.client_id = id_of(number), .order = order_id{number}});
  }
  void answer(std::uint64_t number, submit_outcome outcome) {
    submit_record x;
    x.result.client_id = id_of(number);
    x.result.outcome = outcome;
    x.result.venue_id = venue_order_id{"venue-" + std::to_string(number)};
    put(x);
  }
  void update(std::uint64_t number, order_state after, order_event event = order_event::new_order) {
    update_record x;
    x.update.client_id = id_of(number);
    x.update.event = event;
    x.after = after;
    put(x);
  }
  fill_record fill_of(std::uint64_t number, std::int64_t shares, std::int64_t dollars) {
    fill_record x;
    x.client_id = id_of(number);
    x.symbol = symbol_name{"SPY"};
    x.strategy = short_name{"momentum"};
    x.side = shares > 0 ? side::buy : side::sell;
    x.qty = quantity::from_int(shares > 0 ? shares : -shares);
    x.at_price = price::from_int(dollars);
    x.execution = execution_id{"execution-" + std::to_string(++executions)};
    return x;
  }
  void session(session_phase phase, std::int64_t day) {
    put(session_record{{phase, utc_ns{day * 86'400 * second}, utc_ns{day * 86'400 * second + 1}}});
  }
  void state_change(halt_reason reason, bool added, std::string text = {},
                    std::uint32_t reasons = 0) {
    if (added) reasons |= reason_bit(reason);
    put(state_record{{trading_mode::halted, reasons}, reason, added, std::move(text)});
  }

  recovered_state state;
  std::uint64_t sequence = 0;
  std::uint64_t boot_no = 0;
  int executions = 0;
};

TEST_F(recovery_test, of_each_symbol_the_newest_trend_is_known) {
  const auto trend = [&](const char* symbol, const char* day, market_regime regime) {
    trend_record x;
    x.symbol = symbol_name{symbol};
    x.day = day;
    x.trend.regime = regime;
    put(x);
  };
  trend("SPY", "2026-10-30", market_regime::ranging);
  trend("SPY", "2026-11-02", market_regime::trending);
  trend("QQQ", "2026-11-02", market_regime::unknown);
  trend("SPY", "2026-10-29", market_regime::unsettled);
  ASSERT_EQ(state.trends().size(), 2u);
  const auto& spy = state.trends().at(symbol_name{"SPY"});
  EXPECT_EQ(spy.day, "2026-11-02");
  EXPECT_EQ(spy.trend.regime, market_regime::trending);
  EXPECT_EQ(state.trends().at(symbol_name{"QQQ"}).trend.regime, market_regime::unknown);
}

TEST_F(recovery_test, starts_from_nothing) {
  EXPECT_EQ(state.next_order().value, 1u);
  EXPECT_EQ(state.boot_no(), 0u);
  EXPECT_TRUE(state.ended_cleanly());
  EXPECT_TRUE(state.open_orders().empty());
  EXPECT_EQ(state.latched().mode, trading_mode::active);
}

TEST_F(recovery_test, knows_how_the_last_run_ended) {
  boot();
  EXPECT_FALSE(state.ended_cleanly());
  put(shutdown_record{"SIGTERM", true});
  EXPECT_TRUE(state.ended_cleanly());
  boot();
  EXPECT_FALSE(state.ended_cleanly());
  EXPECT_EQ(state.boot_no(), 2u);
  put(shutdown_record{"fatal", false});
  EXPECT_FALSE(state.ended_cleanly());
}

TEST_F(recovery_test, counts_orders_on) {
  boot();
  intent(1);
  intent(7);
  EXPECT_EQ(state.next_order().value, 8u);
  intent_record again;
  again.client_id = id_of(99);
  again.request.order = order_id{7};
  EXPECT_EQ(refused(again), ec::integrity_broken);
  again.request.order = order_id{8};
  again.client_id = id_of(7);
  EXPECT_EQ(refused(again), ec::integrity_broken) << "a client order id is used once";
}

// One row for each way an order can stand when the process ends.
TEST_F(recovery_test, finds_every_order_that_may_be_at_the_broker) {
  struct row {
    const char* what;
    std::function<void(std::uint64_t)> records;
    std::optional<order_state> found;
  };
  const row rows[] = {
      {"counted only", [&](auto) {}, std::nullopt},
      {"on its way", [&](auto n) { send(n); }, order_state::unknown},
      {"held back",
       [&](auto n) {
         send(n);
         put(withdrawn_record{.client_id = id_of(n)});
       },
       std::nullopt},
      {"accepted", [&](auto n) { send(n), answer(n, submit_outcome::accepted); },
       order_state::accepted},
      {"rejected", [&](auto n) { send(n), answer(n, submit_outcome::rejected); }, std::nullopt},
      {"not sent", [&](auto n) { send(n), answer(n, submit_outcome::not_sent); }, std::nullopt},
      {"no answer", [&](auto n) { send(n), answer(n, submit_outcome::unknown); },
       order_state::unknown},
      {"sent twice", [&](auto n) { send(n), answer(n, submit_outcome::duplicate); },
       order_state::unknown},
      {"working", [&](auto n) { send(n), update(n, order_state::working); }, order_state::working},
      {"answer after the stream",
       [&](auto n) {
         send(n), update(n, order_state::working), answer(n, submit_outcome::accepted);
       },
       order_state::working},
      {"done", [&](auto n) { send(n), update(n, order_state::filled); }, std::nullopt},
      {"a riddle", [&](auto n) { send(n), update(n, order_state::needs_review); },
       order_state::needs_review},
  };
  std::uint64_t number = 0;
  for (const auto& row : rows) {
    SCOPED_TRACE(row.what);
    recovered_state fresh;
    state = fresh;
    boot();
    intent(++number);
    row.records(number);
    for (int run = 0; run < 2; ++run) {
      const auto open = state.open_orders();
      ASSERT_EQ(open.size(), row.found ? 1u : 0u);
      if (row.found) {
        EXPECT_EQ(open[0].state, *row.found);
        EXPECT_EQ(open[0].client_id, id_of(number));
        EXPECT_EQ(open[0].request.order.value, number);
      }
      boot();  // Nothing is lost when the next run ends before it can do anything.
    }
  }
}

TEST_F(recovery_test, gives_the_ledger_what_it_needs) {
  boot();
  intent(1);
  send(1);
  answer(1, submit_outcome::accepted);
  put(fill_of(1, 3, 100));
  update(1, order_state::partial, order_event::partial_fill);
  put(fill_of(1, 1, 104));
  put(cancel_record{.client_id = id_of(1)});
  const auto open = state.open_orders();
  ASSERT_EQ(open.size(), 1u);
  EXPECT_EQ(open[0].venue_id.view(), "venue-1");
  EXPECT_EQ(open[0].filled_total, quantity::from_int(4));
  EXPECT_EQ(open[0].filled_average, price::from_int(101));
  EXPECT_EQ(open[0].executions.size(), 2u);
  EXPECT_EQ(open[0].pending, pending_change::cancel);
  order_ledger ledger;
  EXPECT_TRUE(ledger.add_recovered(open[0]).ok());

  cancel_result_record too_late;
  too_late.result.client_id = id_of(1);
  too_late.result.outcome = submit_outcome::rejected;
  put(too_late);
  EXPECT_EQ(state.open_orders()[0].pending, pending_change::none);
}

TEST_F(recovery_test, holds_the_positions_that_the_fills_made) {
  boot();
  intent(1);
  put(fill_of(1, 10, 100));
  update(1, order_state::filled);
  put(fill_of(1, 10, 110));  // Late, and counted all the same.
  auto other = fill_of(2, -5, 120);
  other.strategy = short_name{"reversion"};
  put(other);
  put(fill_of(3, -4, 115));
  const auto& spy = state.by_symbol().at(symbol_name{"SPY"});
  EXPECT_EQ(spy.qty(), quantity::from_int(11));
  const auto& own = state.by_strategy().at({symbol_name{"SPY"}, short_name{"momentum"}});
  EXPECT_EQ(own.qty(), quantity::from_int(16));
  EXPECT_EQ(own.average(), price::from_int(105));
  EXPECT_EQ(own.realized(), money::from_int(40));
  const auto& theirs = state.by_strategy().at({symbol_name{"SPY"}, short_name{"reversion"}});
  EXPECT_EQ(theirs.qty(), quantity::from_int(-5));
}

TEST_F(recovery_test, counts_by_the_day_over_restarts) {
  boot();
  session(session_phase::closed, 10);
  EXPECT_EQ(state.day().open.value, 0) << "a session that comes next has not begun";
  session(session_phase::open_guard, 10);
  put(snapshot_record{.day_start_equity = money::from_int(10'000)});
  intent(1);
  auto fill = fill_of(1, 10, 100);
  put(fill);
  intent(2, order_purpose::exit);
  fill = fill_of(2, -10, 90);
  fill.realized = money::from_int(-100);
  put(fill);
  put(trade_record{.pnl = money::from_int(-100)});
  boot();
  session(session_phase::entries, 10);
  intent(3);
  session(session_phase::closed, 11);

  const auto& day = state.day();
  EXPECT_EQ(day.open.value, 10 * 86'400 * second);
  EXPECT_EQ(day.start_equity, money::from_int(10'000));
  EXPECT_EQ(day.realized, money::from_int(-100));
  EXPECT_EQ(day.fill_count, 2u);
  EXPECT_EQ(day.entries.at(symbol_name{"SPY"}).count, 2u);
  EXPECT_EQ(day.entries.at(symbol_name{"SPY"}).last_at.value,
            static_cast<std::int64_t>(sequence - 1) * second);
  EXPECT_EQ(day.trades, 1u);
  EXPECT_EQ(day.losses_in_row, 1u);

  session(session_phase::open_guard, 11);
  EXPECT_EQ(state.day().open.value, 11 * 86'400 * second);
  EXPECT_TRUE(state.day().realized.is_zero());
  EXPECT_TRUE(state.day().start_equity.is_zero());
  EXPECT_TRUE(state.day().entries.empty());
  EXPECT_EQ(state.day().trades, 0u);
}

TEST_F(recovery_test, keeps_latches_until_a_person_clears_them) {
  boot();
  state_change(halt_reason::boot, true);
  state_change(halt_reason::kill, true, "operator said so");
  state_change(halt_reason::feed, true, "stale");
  state_change(halt_reason::feed, false);
  boot();
  // The first state of a new process knows nothing of the kill yet, and clears nothing.
  state_change(halt_reason::boot, true);
  state_change(halt_reason::loss, true, "2 %");
  auto latches = state.latches();
  ASSERT_EQ(latches.size(), 2u);
  EXPECT_EQ(latches[0].reason, halt_reason::kill);
  EXPECT_EQ(latches[0].boot_no, 1u);
  EXPECT_EQ(latches[0].text, "operator said so");
  EXPECT_EQ(latches[1].reason, halt_reason::loss);
  EXPECT_EQ(latches[1].boot_no, 2u);
  EXPECT_EQ(state.latched().mode, trading_mode::halted);

  state_change(halt_reason::kill, false);
  latches = state.latches();
  ASSERT_EQ(latches.size(), 1u);
  EXPECT_EQ(latches[0].reason, halt_reason::loss);
  state_change(halt_reason::loss, false);
  EXPECT_EQ(state.latched().mode, trading_mode::active);
}

TEST_F(recovery_test, knows_what_the_gate_must_not_forget) {
  boot();
  session(session_phase::entries, 1);
  const auto put_switch = [&](const char* strategy, bool enabled) {
    put(strategy_switch_record{
        .strategy = short_name{strategy}, .enabled = enabled, .latched = true});
  };
  put_switch("momentum", false);
  put_switch("mean_reversion", false);
  put_switch("mean_reversion", true);
  snapshot_record seen;
  seen.equity = money::from_int(101'000);
  put(seen);
  seen.equity = money::from_int(99'000);
  put(seen);
  trade_record lost;
  lost.strategy = short_name{"momentum"};
  lost.pnl = money::from_int(-5);
  put(lost);
  put(lost);
  intent_record sent;
  sent.client_id = id_of(1);
  sent.symbol = symbol_name{"SPY"};
  sent.request.order = order_id{1};
  sent.request.qty = quantity::from_int(10);
  sent.request.limit = price::from_int(100);
  put(sent);
  EXPECT_EQ(state.strategies_off().size(), 1u);
  EXPECT_TRUE(state.strategies_off().contains(short_name{"momentum"}));
  EXPECT_EQ(state.high_water(), money::from_int(101'000));
  EXPECT_EQ(state.day().streaks.at(short_name{"momentum"}), 2u);
  EXPECT_EQ(state.day().sent, money::from_int(1'000));
  lost.pnl = money::from_int(5);
  put(lost);
  EXPECT_EQ(state.day().streaks.at(short_name{"momentum"}), 0u);
  state_change(halt_reason::drawdown, true);
  EXPECT_EQ(state.high_water(), money::from_int(101'000));
  state_change(halt_reason::drawdown, false);
  EXPECT_TRUE(state.high_water().is_zero()) << "whoever lets it go on lets it go on from there";
  put(snapshot_record{"periodic", {}, money::from_int(100'000), {}, {}, {}, 0, 0});
  put(cash_flow_record{"w1", short_name{"CSW"}, money::from_int(-30'000), {}, {}});
  EXPECT_EQ(state.high_water(), money::from_int(70'000)) << "a withdrawal is no fall";
  ASSERT_EQ(state.cash_flows().size(), 1u);
  EXPECT_EQ(state.cash_flows()[0].id, "w1");
  session(session_phase::entries, 2);
  EXPECT_TRUE(state.day().sent.is_zero());
  EXPECT_TRUE(state.day().streaks.empty());
  EXPECT_EQ(state.strategies_off().size(), 1u) << "a new day puts nobody back";
}

TEST_F(recovery_test, latches_exactly_the_reasons_of_the_trading_state) {
  boot();
  for (std::uint8_t value = 1; value <= halt_reason_count; ++value)
    state_change(halt_reason{value}, true);
  trading_state_machine machine;
  machine.restore(state.latched());
  for (std::uint8_t value = 1; value <= halt_reason_count; ++value)
    if (const auto reason = halt_reason{value}; reason != halt_reason::boot) {
      EXPECT_EQ(has_reason(machine.state(), reason), is_latched(reason)) << to_string(reason);
    }
}

TEST_F(recovery_test, what_waits_for_the_open_outlives_a_run) {
  boot();
  EXPECT_FALSE(state.flatten());
  put(flatten_record{flatten_stage::queued, "ann: bad news"});
  boot();
  EXPECT_TRUE(state.flatten());
  put(flatten_record{flatten_stage::closing, "the market is open"});
  EXPECT_TRUE(state.flatten()) << "not closed yet";
  put(flatten_record{flatten_stage::none, "the broker shows that nothing is held"});
  EXPECT_FALSE(state.flatten());
}

TEST_F(recovery_test, refuses_records_that_no_node_writes) {
  boot();
  boot_record again;
  again.boot_no = 1;
  EXPECT_EQ(refused(again), ec::integrity_broken);
  auto fill = fill_of(1, 1, 1);
  fill.qty = quantity{};
  EXPECT_EQ(refused(fill), ec::integrity_broken);
  fill.qty = quantity::max();
  EXPECT_EQ(refused(fill), ec::integrity_broken);
  fill.qty = quantity::from_int(1);
  fill.at_price = price::max();
  EXPECT_EQ(refused(fill), ec::integrity_broken);
}

TEST_F(recovery_test, survives_any_records) {
  const auto seed = tests::test_seed(51);
  tests::event_maker events{seed};
  for (std::uint64_t k = 0; k < tests::test_size(20'000); ++k) {
    audit_record record;
    record.sequence = sequence_number{k + 1};
    record.event = events.next();
    record.type = static_cast<std::uint16_t>(record.event.index());
    static_cast<void>(state.apply(record));
  }
  EXPECT_LE(state.open_orders().size(), recovered_state::orders_max);
}

TEST(recover, folds_a_log_and_names_the_record_that_contradicts) {
  auto log = open_memory_audit_log(1);
  tests::append_one(*log, boot_record{.boot_no = 1});
  tests::append_one(*log, shutdown_record{"stop", true});
  auto state = recover(*log);
  ASSERT_TRUE(state.ok());
  EXPECT_TRUE(state->past.ended_cleanly());
  EXPECT_EQ(state->past.last().value, 2u);
  EXPECT_EQ(state->past.last_chain(), log->head_chain());
  EXPECT_EQ(state->tree.root(), log->tree()->root());
  tests::append_one(*log, boot_record{.boot_no = 1});
  const auto refused = recover(*log);
  EXPECT_EQ(refused.code(), ec::integrity_broken);
  EXPECT_NE(refused.failure().context.find("record 3 (boot)"), std::string::npos);
}

TEST_F(recovery_test, a_split_scales_shares_and_leaves_their_cost) {
  boot();
  put(fill_of(1, 7, 101));
  put(fill_of(2, 3, 98));
  const auto key = std::pair{symbol_name{"SPY"}, short_name{"momentum"}};
  const auto cost = state.by_strategy().at(key).exact().cost;
  split_record x;
  x.symbol = symbol_name{"SPY"};
  x.strategy = short_name{"momentum"};
  x.before = quantity::from_int(10);
  x.after = quantity::from_int(20);
  x.new_shares = 2;
  put(x);
  EXPECT_EQ(state.by_strategy().at(key).qty(), quantity::from_int(20));
  EXPECT_EQ(state.by_strategy().at(key).exact().cost, cost);
  EXPECT_EQ(state.by_strategy().at(key).average(), *price::parse("50.05"));
  EXPECT_EQ(state.by_symbol().at(symbol_name{"SPY"}).qty(), quantity::from_int(20));
  EXPECT_EQ(state.by_symbol().at(symbol_name{"SPY"}).exact().cost, cost);

  // 1 for 8: two and a half shares are two, and the half was paid out.
  x.before = quantity::from_int(20);
  x.after = quantity::from_int(2);
  x.new_shares = 1;
  x.old_shares = 8;
  put(x);
  EXPECT_EQ(state.by_strategy().at(key).qty(), quantity::from_int(2));
  EXPECT_EQ(state.by_strategy().at(key).average(), *price::parse("400.4"));

  x.before = quantity::from_int(3);
  EXPECT_EQ(refused(x), ec::integrity_broken) << "another position";
  x.before = quantity::from_int(2);
  x.after = quantity::from_int(3);
  x.new_shares = x.old_shares = 1;
  EXPECT_EQ(refused(x), ec::integrity_broken) << "more than the ratio makes of them";
  x.old_shares = 0;
  EXPECT_EQ(refused(x), ec::integrity_broken);
}

TEST_F(recovery_test, an_executed_stop_of_external_shares_is_no_sale_of_ours) {
  boot();
  put(external_record{"found", {{symbol_name{"SPY"}, quantity::from_int(12), {}, "", false}}, {}});
  auto x = fill_of(3, -5, 90);
  x.strategy = short_name{"EXTERNAL"};
  put(x);
  EXPECT_TRUE(state.by_symbol().empty());
  EXPECT_TRUE(state.by_strategy().empty());
  ASSERT_EQ(state.external().holdings.size(), 1u);
  EXPECT_EQ(state.external().holdings[0].qty, quantity::from_int(7));
  ASSERT_EQ(state.fills_since_mark().size(), 1u) << "the account's cash moved all the same";
}

// A stop at the broker that guards EXTERNAL shares is executed in two parts. The order router
// writes the executions, the reconciliation writes what is left of the shares, and it may be late:
// wherever the log ends, and wherever the snapshot lies that a start begins with, each part counts
// once.
TEST_F(recovery_test, a_crash_between_two_executions_of_an_external_stop_counts_each_once) {
  const symbol_name spy{"SPY"};
  const auto execution = [&](std::int64_t qty) {
    auto x = fill_of(3, -qty, 90);
    x.strategy = short_name{"EXTERNAL"};
    return audit_event{x};
  };
  external_book others;
  others.adopt(spy, quantity::from_int(12), price::from_int(100), "here before us", false);
  const audit_event found = others.record("found");
  const auto count = [&](std::int64_t qty) {
    others.count_guard(id_of(3), spy, quantity::from_int(-qty), price::from_int(90));
    return audit_event{others.record("a stop was executed")};
  };
  const auto first = execution(5);
  const auto second_part = execution(7);
  const auto after_first = count(5);
  const auto after_both = count(7);
  const std::vector<audit_event> ways[] = {
      {first, after_first, second_part, after_both},
      {first, second_part, after_first, after_both},
      {first, found, second_part, after_first, after_both},
      {first, second_part, found, after_first, after_both},
  };
  const auto left = [&] {
    quantity sum;
    for (const auto& each : state.external().holdings) sum += each.qty;
    return sum;
  };
  for (std::size_t way = 0; way < std::size(ways); ++way)
    for (std::size_t snapshot = 0; snapshot <= ways[way].size(); ++snapshot) {
      SCOPED_TRACE("way " + std::to_string(way) + ", snapshot in front of event " +
                   std::to_string(snapshot));
      state = {};
      sequence = boot_no = 0;
      boot();
      put(found);
      auto expected = quantity::from_int(12);
      for (std::size_t k = 0; k < ways[way].size(); ++k) {
        if (k == snapshot) {
          audit_record books;
          books.sequence = sequence_number{++sequence};
          books.event = state.snapshot("period");
          books.type = static_cast<std::uint16_t>(books.event.index());
          books.boot_no = boot_no;
          state = *recovered_state::from_snapshot(books);
        }
        if (const auto* sold = std::get_if<fill_record>(&ways[way][k])) expected += -sold->qty;
        put(ways[way][k]);
        EXPECT_EQ(left(), expected) << "the log ends behind event " << k;
      }
      EXPECT_EQ(left(), quantity{});
    }
}

}  // namespace
}  // namespace bw
