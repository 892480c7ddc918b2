// The figures of a day: put down when its books were compared, once, and by the run that ends it.

#include "actors/performance_actor.hpp"

#include <gtest/gtest.h>

#include "tests/support/actor_fixture.hpp"

namespace bw {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

struct PerformanceActor : testing::Test {
  tests::actor_fixture world;
  performance_actor actor;
  std::vector<audit_event> records;
  std::uint64_t executions = 0;
  /// What the node keeps for one that is started again.
  performance_journal journal;
  const utc_ns began = world.time.utc_now();

  static performance_args args_of() {
    performance_args args;
    args.calendar = *session_calendar::make();
    return args;
  }
  void start(performance_args args = args_of()) {
    args.symbols = {"AAPL", "MSFT"};
    args.strategies = {"momentum", "mean_reversion"};
    args.time = &world.time;
    args.metrics = &world.metrics;
    args.journal = &journal;
    args.began = began;
    args.type = trade_type::paper;
    actor = world.keep(world.system().spawn(performance, std::move(args)));
    directory members;
    members.audit = caf::actor_cast<audit_actor>(world.fake({[this](const audit_append& x) {
      records.insert(records.end(), x.events.begin(), x.events.end());
    }}));
    world.send(actor, members);
    world.run();
  }
  void session(session_phase phase, utc_ns open) {
    world.send(actor, session_state{phase, open, open + seconds{23'400}});
    world.run();
  }
  order_report fill(std::uint16_t strategy, side way, std::int64_t shares, std::int64_t at) {
    order_report x;
    x.request.strategy = strategy_id{strategy};
    x.request.symbol = symbol_id{0};
    x.request.side = way;
    x.client_id = client_order_id{"bw-1"};
    x.execution = execution_id{"e" + std::to_string(++executions)};
    x.last_qty = x.filled_total = quantity::from_int(shares);
    x.last_price = price::from_int(at);
    x.state = order_state::filled;
    x.at = world.time.utc_now();
    return x;
  }
  /// As the router counts an execution, whether somebody hears of it or not.
  void trade(std::uint16_t strategy, side way, std::int64_t shares, std::int64_t at) {
    const auto report = fill(strategy, way, shares, at);
    journal.add(report);
    world.send(actor, report);
    world.run();
  }
  void crash() {
    caf::anon_send_exit(actor, caf::exit_reason::unhandled_exception);
    world.run();
  }
  performance_view view() {
    performance_view out;
    // With an argument: CAF 0.17 looks into a null pointer when there is none.
    world.system().spawn(
        [&out](caf::event_based_actor* self, const performance_actor& whom) {
          self->request(whom, caf::infinite, atom::view_v).then([&out](performance_view& x) {
            out = std::move(x);
          });
        },
        actor);
    world.run();
    return out;
  }
  static std::vector<std::string> texts_of(const performance_view& x) {
    std::vector<std::string> out{x.realized.text(), std::to_string(x.trades_today),
                                 std::to_string(x.trades), std::to_string(x.wins)};
    for (const auto& each : x.strategies)
      out.push_back(std::to_string(each.strategy.value) + ": " + std::to_string(each.trades) + " " +
                    std::to_string(each.wins) + " " + std::to_string(each.losses) + " " +
                    each.realized.text() + " " + std::to_string(each.confidence_won_ppm));
    return out;
  }
  template <class Record>
  std::size_t count_of() const {
    std::size_t out = 0;
    for (const auto& each : records) out += std::holds_alternative<Record>(each) ? 1 : 0;
    return out;
  }
  void mark(std::int64_t bid) {
    quote latest;
    latest.symbol = symbol_id{0};
    latest.bid = price::from_int(bid);
    world.send(actor, market_marks{{latest}, {}, {}});
    world.run();
  }
  void books_compared(const char* day) {
    world.send(actor, day_report{day_record{day, true, {}, {}}, world.time.utc_now()});
    world.run();
  }
  std::vector<performance_record> put_down() const {
    std::vector<performance_record> out;
    for (const auto& each : records)
      if (const auto* x = std::get_if<performance_record>(&each)) out.push_back(*x);
    return out;
  }
};

TEST_F(PerformanceActor, PutsTheDayDownOnceItsBooksWereCompared) {
  start();
  const auto open = world.time.utc_now();
  session(session_phase::entries, open);
  trade(0, side::buy, 10, 100);
  mark(90);
  mark(103);
  trade(0, side::sell, 10, 103);
  trade(1, side::buy, 5, 100);
  mark(98);
  fee_record fee;
  fee.id = "1";
  fee.amount = *money::parse("0.03");
  fee.at = world.time.utc_now();
  world.send(actor, fee);
  session(session_phase::closed, open);
  EXPECT_TRUE(put_down().empty()) << "what the broker's book still tells belongs to it";
  books_compared("2026-10-30");
  EXPECT_TRUE(put_down().empty()) << "another day";
  books_compared("2026-11-02");
  books_compared("2026-11-02");
  const auto days = put_down();
  ASSERT_EQ(days.size(), 1u);
  EXPECT_EQ(days[0].day, "2026-11-02");
  EXPECT_EQ(days[0].type, trade_type::paper);
  EXPECT_EQ(days[0].opened_at, open);
  ASSERT_EQ(days[0].lines.size(), 3u);
  const auto& all = days[0].lines[0];
  EXPECT_EQ(all.trades, 1u);
  EXPECT_EQ(all.win_rate_ppm, 1'000'000);
  EXPECT_EQ(all.realized, money::from_int(30));
  EXPECT_EQ(all.unrealized, money::from_int(-10));
  EXPECT_EQ(all.fees, fee.amount);
  EXPECT_EQ(all.max_drawdown, money::from_int(100)) << "from nothing to ten times ten below";
}

TEST_F(PerformanceActor, ADayThatNobodyComparedIsPutDownWhenTheNextBegins) {
  start();
  const auto open = world.time.utc_now();
  session(session_phase::entries, open);
  trade(0, side::buy, 10, 100);
  session(session_phase::closed, open);
  session(session_phase::entries, open + hours{24});
  session(session_phase::exits_only, open + hours{24});
  const auto days = put_down();
  ASSERT_EQ(days.size(), 1u);
  EXPECT_EQ(days[0].day, "2026-11-02");
  EXPECT_EQ(days[0].lines[0].fills, 1u);
}

TEST_F(PerformanceActor, ARunThatBeginsWithinTheDayGoesOnWithIt) {
  auto past = args_of();
  past.day_open = world.time.utc_now();
  past.day_close = past.day_open + seconds{23'400};
  past.positions = {
      {symbol_id{0}, strategy_id{0}, quantity::from_int(4), price::from_int(100), {}}};
  fill_record earlier;
  earlier.symbol = symbol_name{"AAPL"};
  earlier.strategy = short_name{"momentum"};
  earlier.qty = quantity::from_int(10);
  earlier.at_price = price::from_int(100);
  earlier.ts_event = past.day_open + seconds{1};
  past.day_fills.push_back(earlier);
  earlier.side = side::sell;
  earlier.qty = quantity::from_int(6);
  earlier.realized = money::from_int(-12);
  past.day_fills.push_back(earlier);
  const auto open = past.day_open;
  start(std::move(past));
  session(session_phase::entries, open);
  trade(0, side::sell, 4, 101);
  books_compared("2026-11-02");
  const auto days = put_down();
  ASSERT_EQ(days.size(), 1u);
  const auto& own = days[0].lines.at(1);
  EXPECT_EQ(own.strategy.view(), "momentum");
  EXPECT_EQ(own.fills, 3u);
  EXPECT_EQ(own.trades, 1u);
  EXPECT_EQ(own.losses, 1u) << "12 lost before the restart, 4 won after it";
  EXPECT_EQ(own.realized, money::from_int(-8));
}

TEST_F(PerformanceActor, OneThatIsStartedAgainCountsOnWithAllThatWasCounted) {
  start();
  const auto yesterday = world.time.utc_now();
  session(session_phase::entries, yesterday);
  trade(0, side::buy, 10, 100);
  trade(0, side::sell, 10, 90);
  books_compared("2026-11-02");
  world.time.advance(hours{24});
  const auto open = yesterday + hours{24};
  session(session_phase::entries, open);
  trade(0, side::buy, 10, 100);
  trade(0, side::sell, 10, 103);
  trade(1, side::buy, 5, 100);
  fee_record fee;
  fee.id = "1";
  fee.amount = *money::parse("0.03");
  fee.at = world.time.utc_now();
  world.send(actor, fee);
  world.run();
  const auto before = texts_of(view());
  const auto events = count_of<trade_event_record>();
  EXPECT_EQ(events, 5u);

  crash();
  world.time.advance(seconds{1});
  start();
  EXPECT_EQ(texts_of(view()), before);
  EXPECT_EQ(count_of<trade_event_record>(), events) << "what was told is not told again";
  EXPECT_EQ(count_of<trade_record>(), 2u);
  EXPECT_EQ(put_down().size(), 1u) << "yesterday stays down";

  // What comes while there is nobody is counted and told by the next one.
  crash();
  trade(1, side::sell, 5, 99);
  start();
  EXPECT_EQ(view().trades_today, 2u);
  EXPECT_EQ(count_of<trade_event_record>(), events + 1);
  EXPECT_EQ(count_of<trade_record>(), 3u);
  session(session_phase::exits_only, open);
  books_compared("2026-11-03");
  const auto days = put_down();
  ASSERT_EQ(days.size(), 2u);
  const auto& all = days[1].lines.at(0);
  EXPECT_EQ(all.fills, 4u);
  EXPECT_EQ(all.trades, 2u);
  EXPECT_EQ(all.win_rate_ppm, 500'000);
  EXPECT_EQ(all.realized, money::from_int(25));
  EXPECT_EQ(all.fees, fee.amount);
}

TEST_F(PerformanceActor, WhatIsCountedHasAnEnd) {
  for (std::size_t k = 0; k < performance_journal::inputs_max + 2; ++k) {
    fee_record fee;
    fee.id = std::to_string(k);
    journal.add(fee);
  }
  std::uint64_t place = 0;
  const auto first = journal.next(place);
  ASSERT_TRUE(first);
  EXPECT_EQ(std::get<fee_record>(*first).id, "2") << "the oldest are forgotten";
  EXPECT_EQ(place, 3u);
  place = performance_journal::inputs_max + 2;
  EXPECT_FALSE(journal.next(place));
}

TEST_F(PerformanceActor, ADayThatIsPutDownStaysDownAfterARestart) {
  auto past = args_of();
  past.day_open = world.time.utc_now();
  past.day_close = past.day_open + seconds{23'400};
  past.reconciled_day = "2026-11-02";
  const auto open = past.day_open;
  start(std::move(past));
  session(session_phase::closed, open);
  session(session_phase::entries, open + hours{24});
  EXPECT_TRUE(put_down().empty());
}

}  // namespace
}  // namespace bw
