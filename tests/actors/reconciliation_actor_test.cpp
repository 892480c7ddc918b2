// The reconciliation against a broker that is made of lists, in virtual time.

#include "actors/reconciliation_actor.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "domain/client_order_ids.hpp"
#include "tests/support/actor_fixture.hpp"

namespace bw {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::uint64_t log_id = 42;
quantity shares(std::int64_t n) { return quantity::from_int(n); }
client_order_id own_id(std::uint64_t n) { return make_client_order_id({log_id, 1, order_id{n}}); }

/// Answers at once from what it is told to be the truth.
struct listed_broker final : broker_gateway {
  void start(broker_events) override {}
  void stop() override {}
  void submit(outgoing_order) override { ++trades; }
  void cancel(outgoing_cancel) override { ++trades; }
  void cancel_all(std::function<void(result<std::uint32_t>)> done) override {
    ++trades;
    done(0U);
  }
  void account(std::function<void(result<account_report>)> done) override {
    ++account_questions;
    account_report x;
    x.status = "ACTIVE";
    x.cash = cash;
    done(x);
  }
  void positions(std::function<void(result<std::vector<position_report>>)> done) override {
    ++position_questions;
    if (positions_fail) return done({ec::http_status, "the broker answered 503"});
    done(held);
  }
  void open_orders(std::function<void(result<std::vector<open_order_report>>)> done) override {
    std::vector<open_order_report> out;
    for (const auto& each : orders)
      if (each.status != order_event::fill && each.status != order_event::canceled)
        out.push_back(each);
    done(out);
  }
  void orders_since(utc_ns,
                    std::function<void(result<std::vector<open_order_report>>)> done) override {
    done(orders);
  }
  void activities(utc_ns,
                  std::function<void(result<std::vector<account_activity>>)> done) override {
    done(book);
  }
  void order_by_venue_id(venue_order_id id,
                         std::function<void(result<open_order_report>)> done) override {
    for (const auto& each : orders)
      if (each.venue_id == id) return done(each);
    done({ec::not_found, "order not found"});
  }
  void position(std::string symbol, std::function<void(result<position_report>)> done) override {
    for (const auto& each : held)
      if (each.symbol.view() == symbol) return done(each);
    position_report none;
    none.symbol = symbol_name{symbol};
    done(none);
  }
  void order_by_client_id(client_order_id,
                          std::function<void(result<open_order_report>)> done) override {
    done({ec::not_found, "order not found"});
  }
  void market_clock(std::function<void(result<clock_report>)>) override {}
  void calendar(calendar_date, calendar_date,
                std::function<void(result<std::vector<session_day>>)>) override {}
  void asset(std::string, std::function<void(result<asset_report>)>) override {}
  void restart_stream() override {}

  int trades = 0;
  int position_questions = 0;
  int account_questions = 0;
  bool positions_fail = false;
  money cash = money::from_int(100'000);
  std::vector<open_order_report> orders;
  std::vector<account_activity> book;
  std::vector<position_report> held;
};

struct reconciliation_test : testing::Test {
  tests::actor_fixture world;
  listed_broker broker;
  reconciliation_actor actor;
  std::vector<halt_command> halts;
  std::vector<clear_command> clears;
  /// How often both books were told to be the same.
  int same = 0;
  std::vector<external_report> externals;
  std::vector<order_update> evidence_sent;
  std::vector<client_order_id> look_ups;
  std::vector<audit_event> records;
  std::vector<day_report> reports;
  /// What the figures of the day are told.
  std::vector<fee_record> fees;
  std::vector<day_report> days_ended;
  std::vector<order_request> guards;
  external_guard_options guard;
  open_orders_view ours;
  std::string fatal;

  void begin(node_recovery past = {}) {
    reconciliation_args args;
    args.symbols = {"AAPL", "MSFT"};
    args.log_id = log_id;
    args.gateway = &broker;
    args.time = &world.time;
    args.metrics = &world.metrics;
    args.past = std::move(past);
    args.options.guard = guard;
    args.day_of = [](utc_ns) { return std::string{"2026-11-02"}; };
    args.on_fatal = [this](exit_code, std::string why) { fatal = std::move(why); };
    actor = world.keep(world.system().spawn(reconciliation, std::move(args)));
    directory members;
    members.gate = caf::actor_cast<risk_gate_actor>(world.fake({
        [this](const halt_command& x) { halts.push_back(x); },
        [this](const clear_command& x) { clears.push_back(x); },
        [this](const external_report& x) { externals.push_back(x); },
        [this](const input_measured& x) { same += x.what == measured_input::books ? 1 : 0; },
        [](const account_report&) {},
        [this](const order_request& x) { guards.push_back(x); },
        [](const cancel_request&) {},
    }));
    members.router = caf::actor_cast<order_router_actor>(world.fake({
        [](const orders_report&) {},
        [this](const order_update& x) { evidence_sent.push_back(x); },
        [this](atom::view) { return ours; },
    }));
    members.broker = caf::actor_cast<broker_actor>(
        world.fake({[this](const client_order_id& x) { look_ups.push_back(x); }}));
    members.audit = caf::actor_cast<audit_actor>(world.fake({[this](const audit_append& x) {
      records.insert(records.end(), x.events.begin(), x.events.end());
    }}));
    members.performance = caf::actor_cast<performance_actor>(
        world.fake({[this](const fee_record& x) { fees.push_back(x); },
                    [this](const day_report& x) { days_ended.push_back(x); }}));
    members.status = caf::actor_cast<status_actor>(
        world.fake({[this](const day_report& x) { reports.push_back(x); }}));
    world.send(actor, members);
    world.send(actor, order_stream_status{feed_state::synced});
    world.run();
  }

  /// The router's word on order 1.
  void tell_own(order_state state, std::int64_t total, std::int64_t last) {
    order_report x;
    x.client_id = own_id(1);
    x.request.order = order_id{1};
    x.request.symbol = symbol_id{0};
    x.request.qty = shares(10);
    x.state = state;
    x.filled_total = shares(total);
    x.last_qty = shares(last);
    x.last_price = price::from_int(10);
    ours.open.clear();
    if (!is_terminal(state)) ours.open.push_back(x);
    world.send(actor, x);
    world.run();
  }
  static open_order_report row(const client_order_id& id, const char* venue, std::int64_t filled,
                               order_event status) {
    open_order_report x;
    x.client_id = id;
    x.venue_id = venue_order_id{venue};
    x.symbol = symbol_name{"AAPL"};
    x.qty = shares(10);
    x.filled_total = shares(filled);
    x.status = status;
    x.limit = price::from_int(10);
    return x;
  }
  void broker_fills(const char* venue, std::int64_t total) {
    account_activity x;
    x.id = std::string{venue} + std::to_string(total);
    x.type = short_name{"FILL"};
    x.order = venue_order_id{venue};
    x.symbol = symbol_name{"AAPL"};
    x.qty = x.filled_total = shares(total);
    x.at_price = price::from_int(10);
    x.at = world.time.utc_now();
    broker.book.push_back(x);
  }
  void broker_holds(const char* symbol, std::int64_t qty) {
    position_report x;
    x.symbol = symbol_name{symbol};
    x.qty = shares(qty);
    x.last = price::from_int(10);
    broker.held = {x};
  }
  bool has_cleared(halt_reason reason) const {
    return std::any_of(clears.begin(), clears.end(),
                       [&](const auto& x) { return x.reason == reason; });
  }
  std::optional<trading_mode> floor_of(halt_reason reason) const {
    std::optional<trading_mode> out;
    for (const auto& x : halts)
      if (x.reason == reason) out = x.floor;
    return out;
  }
  template <class Record>
  std::vector<Record> recorded() const {
    std::vector<Record> out;
    for (const auto& each : records)
      if (const auto* x = std::get_if<Record>(&each)) out.push_back(*x);
    return out;
  }
};

TEST_F(reconciliation_test, books_that_are_the_same_end_the_halt) {
  begin();
  world.pass(seconds{1});
  EXPECT_TRUE(has_cleared(halt_reason::reconciling));
  EXPECT_GE(same, 1) << "the gate measures their age";
  ASSERT_EQ(recorded<reconcile_record>().size(), 1u);
  EXPECT_TRUE(recorded<reconcile_record>()[0].clean);
  EXPECT_EQ(recorded<account_record>().size(), 1u) << "where the day's cash is counted from";
  EXPECT_EQ(broker.trades, 0);
}

TEST_F(reconciliation_test, a_lost_fill_on_a_healthy_stream_is_asked_about_within_fifteen_seconds) {
  begin();
  world.pass(seconds{1});
  tell_own(order_state::working, 0, 0);
  broker.orders = {row(own_id(1), "v1", 0, order_event::new_order)};
  world.pass(seconds{3});
  // It is filled, and nobody says so: it is gone from the list of open orders.
  broker.orders = {row(own_id(1), "v1", 10, order_event::fill)};
  broker_fills("v1", 10);
  broker_holds("AAPL", 10);
  nanoseconds waited{0};
  while (look_ups.empty() && evidence_sent.empty() && waited < seconds{20}) {
    world.pass(milliseconds{50});
    waited += milliseconds{50};
  }
  EXPECT_LE(waited, seconds{15});
  ASSERT_FALSE(look_ups.empty() && evidence_sent.empty());
  if (!look_ups.empty()) {
    EXPECT_EQ(look_ups[0], own_id(1));
  }
  tell_own(order_state::filled, 10, 10);
  world.pass(seconds{60});
  EXPECT_FALSE(floor_of(halt_reason::difference)) << "it was found before it narrowed anything";
  EXPECT_EQ(broker.trades, 0);
}

TEST_F(reconciliation_test,
       a_rejected_order_and_a_flatten_ask_for_the_account_and_positions_at_once) {
  begin();
  world.pass(seconds{1});
  const auto asked_before = broker.position_questions;
  const auto accounts_before = broker.account_questions;
  tell_own(order_state::rejected, 0, 0);
  world.pass(milliseconds{500});
  EXPECT_EQ(broker.position_questions, asked_before + 1);
  EXPECT_EQ(broker.account_questions, accounts_before + 1);

  broker_holds("AAPL", 3);
  world.send(actor, atom::flatten_v);
  world.pass(milliseconds{500});
  EXPECT_GE(broker.position_questions, asked_before + 2);
  reconcile_view seen;
  auto asked = world.self()->request(actor, caf::infinite, atom::view_v);
  world.run();
  asked.receive([&](const reconcile_view& x) { seen = x; }, [](const caf::error&) {});
  EXPECT_EQ(seen.held_at_broker, 1u) << "shares of ours, as far as anybody knows";
  EXPECT_LE(seen.positions_asked, world.time.mono_now());
  EXPECT_GT(seen.positions_asked, world.time.mono_now() - seconds{1});
}

TEST_F(reconciliation_test, executions_missed_while_away_come_from_the_activities) {
  node_recovery past;
  past.known_orders = {{own_id(1), symbol_name{"AAPL"}, order_state::working, shares(10), {}, {}}};
  past.traded = {symbol_name{"AAPL"}};
  broker.orders = {row(own_id(1), "v1", 10, order_event::fill)};
  broker_fills("v1", 10);
  broker_holds("AAPL", 10);
  begin(past);
  world.pass(seconds{3});
  ASSERT_FALSE(evidence_sent.empty());
  EXPECT_EQ(evidence_sent[0].client_id, own_id(1));
  EXPECT_EQ(evidence_sent[0].source, evidence::reconciliation);
  EXPECT_FALSE(has_cleared(halt_reason::reconciling)) << "until the router has counted it";
  tell_own(order_state::filled, 10, 10);
  world.pass(seconds{5});
  EXPECT_TRUE(has_cleared(halt_reason::reconciling));
}

TEST_F(reconciliation_test, a_manual_order_is_adopted_and_the_node_goes_on) {
  begin();
  world.pass(seconds{1});
  broker.orders = {row(client_order_id{"by-hand"}, "h1", 4, order_event::partial_fill)};
  broker_fills("h1", 4);
  broker_holds("AAPL", 4);
  world.pass(seconds{40});
  EXPECT_FALSE(floor_of(halt_reason::difference));
  EXPECT_FALSE(floor_of(halt_reason::position_mismatch));
  ASSERT_FALSE(externals.empty());
  ASSERT_EQ(externals.back().symbols.size(), 1u);
  EXPECT_EQ(externals.back().symbols[0].symbol, symbol_id{0});
  EXPECT_EQ(externals.back().symbols[0].qty, shares(4));
  EXPECT_EQ(externals.back().symbols[0].open_buys, shares(6));
  ASSERT_FALSE(recorded<external_record>().empty());
  EXPECT_EQ(recorded<external_record>().back().holdings[0].qty, shares(4));
  EXPECT_EQ(broker.trades, 0) << "never touched";
}

// Somebody's stop is executed in two parts, and the node dies between them: before it had written
// down the first, or after it. Lists and executions of the next start tell both again.
TEST_F(reconciliation_test, a_stop_of_others_that_is_executed_around_a_crash_counts_once) {
  for (const std::int64_t written : {0, 4})
    for (const std::int64_t at_start : {4, 10}) {
      SCOPED_TRACE(std::to_string(written) + " written, " + std::to_string(at_start) + " at start");
      external_order stop;
      stop.client_id = client_order_id{"by-hand"};
      stop.venue_id = venue_order_id{"h1"};
      stop.symbol = symbol_name{"AAPL"};
      stop.side = side::sell;
      stop.qty = shares(10);
      stop.filled_total = shares(written);
      node_recovery past;
      past.external.orders = {stop};
      past.external.holdings = {
          {symbol_name{"AAPL"}, shares(10 - written), price::from_int(10), "by hand", false}};
      broker.book.clear();
      externals.clear();
      halts.clear();
      clears.clear();
      const auto told = [&](std::int64_t total) {
        broker.orders = {row(client_order_id{"by-hand"}, "h1", total,
                             total < 10 ? order_event::partial_fill : order_event::fill)};
        broker.orders[0].side = side::sell;
        broker_fills("h1", total);
        broker.book.back().side = side::sell;
        broker_holds("AAPL", 10 - total);
        if (total == 10) broker.held.clear();
      };
      told(4);
      if (at_start == 10) told(10);
      begin(past);
      world.pass(seconds{5});
      EXPECT_TRUE(has_cleared(halt_reason::reconciling));
      told(10);
      world.pass(std::chrono::minutes{6});  // The activities are asked for once more.
      ASSERT_FALSE(externals.empty());
      EXPECT_TRUE(externals.back().symbols.empty()) << "each part was counted once";
      EXPECT_FALSE(floor_of(halt_reason::difference));
      EXPECT_FALSE(floor_of(halt_reason::position_mismatch));
    }
}

TEST_F(reconciliation_test, a_difference_narrows_then_halts_and_is_never_traded_away) {
  node_recovery past;
  past.traded = {symbol_name{"AAPL"}};
  begin(past);
  world.pass(seconds{1});
  broker_holds("AAPL", 7);
  world.pass(seconds{31});
  const auto floor = floor_of(halt_reason::difference);
  for (int k = 0; k < 20 && !floor_of(halt_reason::difference); ++k) world.pass(seconds{1});
  EXPECT_EQ(floor_of(halt_reason::difference), trading_mode::reducing);
  EXPECT_FALSE(floor_of(halt_reason::position_mismatch));
  world.pass(seconds{31});
  EXPECT_EQ(floor_of(halt_reason::difference), trading_mode::halted);
  EXPECT_EQ(floor_of(halt_reason::position_mismatch), trading_mode::halted);
  EXPECT_NE(halts.back().text.view().find("AAPL"), std::string_view::npos);
  EXPECT_EQ(broker.trades, 0);
  broker.held.clear();
  world.pass(seconds{10});
  EXPECT_TRUE(has_cleared(halt_reason::difference));
  EXPECT_FALSE(has_cleared(halt_reason::position_mismatch)) << "a person clears what is latched";
  (void)floor;
}

TEST_F(reconciliation_test, a_position_report_that_fails_is_not_flat_and_names_what_is_held) {
  begin();
  world.pass(seconds{1});
  tell_own(order_state::filled, 10, 10);
  broker.positions_fail = true;
  world.pass(seconds{33});
  EXPECT_EQ(floor_of(halt_reason::difference), trading_mode::reducing);
  EXPECT_NE(halts.back().text.view().find("AAPL"), std::string_view::npos);
  world.pass(seconds{32});
  EXPECT_EQ(floor_of(halt_reason::difference), trading_mode::halted);
  EXPECT_FALSE(floor_of(halt_reason::position_mismatch)) << "no answer is no difference";
  broker.positions_fail = false;
  broker_holds("AAPL", 10);
  world.pass(seconds{5});
  EXPECT_TRUE(has_cleared(halt_reason::difference));
}

TEST_F(reconciliation_test, without_position_reports_the_start_stays_halted) {
  broker.positions_fail = true;
  begin();
  world.pass(seconds{60});
  EXPECT_FALSE(has_cleared(halt_reason::reconciling));
}

TEST_F(reconciliation_test, an_open_order_of_another_node_ends_the_start) {
  broker.orders = {
      row(make_client_order_id({log_id + 1, 1, order_id{1}}), "o1", 0, order_event::new_order)};
  begin();
  world.pass(seconds{1});
  EXPECT_NE(fatal.find("another node"), std::string::npos) << fatal;
}

TEST_F(reconciliation_test, external_shares_get_a_stop_only_where_it_is_asked_for) {
  broker_holds("AAPL", 12);
  for (const bool asked : {false, true}) {
    guards.clear();
    guard.enabled = asked;
    begin();
    world.pass(seconds{2});
    const auto open = world.time.utc_now();
    EXPECT_TRUE(guards.empty()) << "no session";
    world.send(actor, session_state{session_phase::entries, open, open + seconds{100}});
    world.pass(seconds{1});
    ASSERT_EQ(guards.size(), asked ? 1u : 0u);
  }
  EXPECT_EQ(guards[0].qty, shares(12));
  EXPECT_EQ(guards[0].stop, *price::parse("9.85"));
  // It is executed: the shares are gone, and both books are the same.
  order_report x;
  x.client_id = own_id(1);
  x.request = guards[0];
  x.request.order = order_id{1};
  x.state = order_state::filled;
  x.filled_total = x.last_qty = shares(12);
  x.last_price = *price::parse("9.84");
  world.send(actor, x);
  broker.held.clear();
  world.pass(seconds{60});
  EXPECT_FALSE(floor_of(halt_reason::difference));
  ASSERT_FALSE(externals.empty());
  EXPECT_TRUE(externals.back().symbols.empty()) << "and the symbol is free again";
  EXPECT_EQ(guards.size(), 1u);
  EXPECT_EQ(broker.trades, 0) << "it goes through the gate";
}

TEST_F(reconciliation_test, a_session_that_ends_is_balanced_and_reported) {
  begin();
  world.pass(seconds{1});
  const auto open = world.time.utc_now();
  world.send(actor, session_state{session_phase::entries, open, open + seconds{100}});
  world.pass(seconds{100});
  world.send(actor, session_state{session_phase::closed, open, open + seconds{100}});
  world.pass(seconds{70});
  ASSERT_EQ(reports.size(), 1u);
  EXPECT_TRUE(reports[0].day.matched) << to_text(reports[0]);
  EXPECT_EQ(recorded<day_record>().size(), 1u);
  ASSERT_EQ(days_ended.size(), 1u) << "its figures can be put down";
  EXPECT_EQ(days_ended[0].day.day, "2026-11-02");
  EXPECT_FALSE(floor_of(halt_reason::day_unmatched));
}

TEST_F(reconciliation_test, what_the_broker_charges_is_put_down_once) {
  const auto activity = [&](const char* id, const char* type, const char* amount) {
    account_activity x;
    x.id = id;
    x.type = short_name{type};
    x.net_amount = *money::parse(amount);
    x.at = world.time.utc_now();
    x.description = "TAF";
    broker.book.push_back(x);
  };
  activity("20261102::1", "FEE", "-0.02");
  activity("20261102::2", "DIV", "1.50");
  activity("20261102::3", "FEE", "0");
  begin();
  world.pass(seconds{2});
  activity("20261102::4", "CFEE", "-0.01");
  world.pass(seconds{700});
  const auto known = recorded<fee_record>();
  ASSERT_EQ(known.size(), 2u) << "the book is read again and again";
  EXPECT_EQ(known, fees);
  EXPECT_EQ(known[0].id, "20261102::1");
  EXPECT_EQ(known[0].amount, *money::parse("0.02"));
  EXPECT_EQ(known[0].text, "TAF");
  EXPECT_EQ(known[1].type.view(), "CFEE");
}

TEST_F(reconciliation_test, a_day_that_does_not_match_blocks_the_next_ones_entries) {
  begin();
  world.pass(seconds{1});
  const auto open = world.time.utc_now();
  world.send(actor, session_state{session_phase::entries, open, open + seconds{100}});
  broker.cash = *money::parse("99999.99");
  world.send(actor, session_state{session_phase::closed, open, open + seconds{100}});
  world.pass(seconds{70});
  ASSERT_EQ(reports.size(), 1u);
  EXPECT_FALSE(reports[0].day.matched);
  EXPECT_EQ(floor_of(halt_reason::day_unmatched), trading_mode::reducing);
}

}  // namespace
}  // namespace bw
