// One generated day through the whole logic in virtual time.

#include "backtest/day_engine.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "config/config_loader.hpp"
#include "tests/support/seed.hpp"
#include "venue/market_generator.hpp"

namespace bw {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;

constexpr calendar_date day{2026, 11, 2};
constexpr std::uint64_t usual_seed = 2;

const session_calendar& calendar() {
  static const auto made = session_calendar::make();
  return *made;
}
session_day session() { return *calendar().session_on(day); }

std::unique_ptr<venue::market_source> market_of(std::uint64_t seed, calendar_date last = day) {
  venue::generator_options options;
  options.seed = seed;
  options.quotes_per_second = 1;
  for (const auto& each : calendar().sessions({2026, 10, 5}, last)) {
    if (each.date < day) ++options.first_session;
    options.sessions.push_back({each.open, each.close});
  }
  return venue::make_generator(std::move(options));
}

node_config sample_config() {
  return parse_config(sample_node_toml(), "node.toml", sample_strategies_toml(), "strategies.toml")
      ->config;
}

day_setup setup_of(std::uint64_t seed) {
  day_setup out{.config = sample_config(), .calendar = calendar(), .market = market_of(seed)};
  out.exchange.seed = seed;
  return out;
}

std::unique_ptr<day_engine> make(day_setup setup) {
  auto made = day_engine::make(std::move(setup), built_in_strategies());
  EXPECT_TRUE(made.ok()) << made.failure().text();
  return std::move(*made);
}

/// A whole session of the usual market, run once for all tests that only look at it.
struct finished_day {
  std::vector<audit_event> records;
  std::unique_ptr<day_engine> engine;
  day_outcome outcome;

  finished_day() {
    auto setup = setup_of(usual_seed);
    setup.observers.record = [this](const audit_event& event) { records.push_back(event); };
    engine = make(std::move(setup));
    EXPECT_TRUE(engine->run(session().close).ok());
    outcome = engine->outcome();
  }

  template <class Record>
  std::vector<Record> all() const {
    std::vector<Record> out;
    for (const auto& event : records)
      if (const auto* x = std::get_if<Record>(&event)) out.push_back(*x);
    return out;
  }
};
const finished_day& usual_day() {
  static const finished_day run;
  return run;
}

TEST(DayEngine, TradesThroughASession) {
  const auto& seen = usual_day().outcome;
  EXPECT_EQ(seen.reached, session().close);
  EXPECT_GT(seen.market_events, 100'000u);
  EXPECT_GT(seen.signals, 0u);
  EXPECT_GT(seen.approved, 0u);
  EXPECT_GT(seen.fill_count, 1u);
  EXPECT_EQ(seen.fills.size(), seen.fill_count);
  EXPECT_EQ(seen.rejected, 0u) << "the gate lets nothing through that the exchange refuses";
  EXPECT_EQ(seen.unknown_orders, 0u);
  EXPECT_EQ(seen.open_orders, 0u);
}

TEST(DayEngine, RecordsAreTheFiguresOfTheOutcome) {
  const auto& day = usual_day();
  std::uint64_t approved = 0;
  std::array<std::uint64_t, risk_rule_count + 1> denied{};
  for (const auto& x : day.all<verdict_record>()) {
    EXPECT_EQ(x.client_id.empty(), !x.verdict.approved);
    EXPECT_EQ(x.verdict.checks.size(), risk_rule_count);
    if (x.verdict.approved)
      ++approved;
    else
      ++denied[static_cast<std::size_t>(x.verdict.reason)];
  }
  EXPECT_EQ(day.outcome.approved, approved);
  EXPECT_EQ(day.outcome.denied, denied);
  EXPECT_EQ(day.outcome.signals, day.all<signal_record>().size());
  EXPECT_EQ(day.outcome.fill_count, day.all<fill_record>().size());
}

TEST(DayEngine, SameSeedSameTrace) {
  const auto run = [](std::uint64_t seed) {
    auto engine = make(setup_of(seed));
    EXPECT_TRUE(engine->run(session().close).ok());
    return engine->outcome();
  };
  const auto& first = usual_day().outcome;
  const auto again = run(usual_seed);
  EXPECT_EQ(again.trace, first.trace);
  EXPECT_EQ(again.market_events, first.market_events);
  EXPECT_EQ(again.signals, first.signals);
  EXPECT_EQ(again.approved, first.approved);
  EXPECT_EQ(again.denied, first.denied);
  EXPECT_EQ(again.fill_count, first.fill_count);
  EXPECT_EQ(again.cash, first.cash);
  EXPECT_EQ(again.equity, first.equity);
  EXPECT_NE(run(usual_seed + 1).trace, first.trace);
}

TEST(DayEngine, WhereARunPausesChangesNothing) {
  auto engine = make(setup_of(usual_seed));
  const auto opens = session().open;
  for (auto until = opens; until < session().close; until = until + milliseconds{617'321})
    ASSERT_TRUE(engine->run(until).ok());
  ASSERT_TRUE(engine->run(session().close).ok());
  EXPECT_EQ(engine->outcome().trace, usual_day().outcome.trace);
}

/// At any instant the books are those of the exchange, and cash is what began, plus what was
/// earned, less what the held shares cost.
void expect_same_books(const day_engine& engine) {
  const auto& market = engine.exchange();
  const auto& books = engine.positions();
  money paid;
  for (std::uint32_t k = 0; k < market.symbols().size(); ++k) {
    const auto& symbol = market.symbols()[k].symbol;
    const auto& own = books.of(symbol_id{k});
    const auto theirs = market.position(symbol);
    EXPECT_EQ(own.qty(), theirs ? theirs->qty : quantity{}) << symbol;
    EXPECT_EQ(own.average(), theirs ? theirs->average : price{}) << symbol;
    paid += own.unrealized(price{});  // At a price of zero: the whole cost, negative.
  }
  EXPECT_EQ(market.account().cash, venue::exchange_options{}.start_cash + books.realized() + paid);
}

TEST(DayEngine, BooksAreTheExchangesAtEveryMinute) {
  auto engine = make(setup_of(usual_seed));
  std::set<std::size_t> held;
  for (auto at = session().open; at <= session().close; at = at + minutes{1}) {
    ASSERT_TRUE(engine->run(at).ok());
    expect_same_books(*engine);
    held.insert(engine->outcome().positions.size());
    if (testing::Test::HasFailure()) FAIL() << format_rfc3339(at);
  }
  EXPECT_GT(held.size(), 1u) << "the books were compared with and without positions";
}

TEST(DayEngine, NothingIsExecutedBeforeItCanHaveArrived) {
  auto setup = setup_of(usual_seed);
  setup.latency.least = milliseconds{700};
  std::map<client_order_id, utc_ns> decided;
  std::size_t fills = 0;
  setup.observers.record = [&](const audit_event& event) {
    if (const auto* x = std::get_if<verdict_record>(&event); x && x->verdict.approved) {
      decided[x->client_id] = x->request.header.ts_init;
      EXPECT_LE(x->request.header.ts_event, x->request.header.ts_init) << "no look-ahead";
      EXPECT_LE(x->request.seen_at, x->request.header.ts_init) << "no look-ahead";
    }
    if (const auto* x = std::get_if<fill_record>(&event)) {
      ++fills;
      ASSERT_TRUE(decided.contains(x->client_id));
      EXPECT_GE(x->ts_event, decided[x->client_id] + milliseconds{700}) << x->client_id.view();
    }
  };
  auto engine = make(std::move(setup));
  ASSERT_TRUE(engine->run(session().close).ok());
  EXPECT_GT(fills, 0u);
}

TEST(DayEngine, SignalsSpeakOfBarsThatHaveEnded) {
  for (const auto& x : usual_day().all<signal_record>()) {
    EXPECT_LE(x.what.header.ts_event, x.what.header.ts_init);
    EXPECT_GE(x.what.header.ts_init, session().open + minutes{5});
  }
}

TEST(DayEngine, EntriesKeepToTheGuardsOfTheSession) {
  const auto guards = sample_config().session;
  std::size_t entries = 0;
  for (const auto& x : usual_day().all<verdict_record>()) {
    if (!x.verdict.approved || x.request.purpose != order_purpose::entry) continue;
    ++entries;
    const auto at = x.request.header.ts_init;
    EXPECT_GE(at, session().open + guards.open_guard) << format_rfc3339(at);
    EXPECT_LT(at, session().close - guards.entries_end_before) << format_rfc3339(at);
  }
  EXPECT_GT(entries, 0u);
}

TEST(DayEngine, TheFlattenPhaseLeavesNothing) {
  const auto& day = usual_day();
  const auto flattened = [](const fill_record& x) { return x.purpose == order_purpose::flatten; };
  EXPECT_TRUE(std::any_of(day.outcome.fills.begin(), day.outcome.fills.end(), flattened));
  EXPECT_TRUE(day.outcome.positions.empty());
  EXPECT_TRUE(day.engine->exchange().positions().empty());
  EXPECT_EQ(day.outcome.cash, day.outcome.equity);
  EXPECT_EQ(day.outcome.cash, venue::exchange_options{}.start_cash + day.outcome.realized);
}

TEST(DayEngine, EveryMarketLeavesCleanBooks) {
  const auto first = tests::test_seed(100);
  for (auto seed = first; seed < first + tests::test_size(8); ++seed) {
    auto engine = make(setup_of(seed));
    ASSERT_TRUE(engine->run(session().close).ok());
    expect_same_books(*engine);
    const auto outcome = engine->outcome();
    EXPECT_TRUE(outcome.positions.empty());
    EXPECT_EQ(outcome.rejected + outcome.open_orders + outcome.unknown_orders, 0u);
    if (testing::Test::HasFailure()) FAIL() << tests::repeat_with(seed);
  }
}

TEST(DayEngine, ASecondDayBeginsAnew) {
  constexpr calendar_date next_day{2026, 11, 3};
  const auto second = *calendar().session_on(next_day);
  auto setup = setup_of(usual_seed);
  setup.market = market_of(usual_seed, next_day);
  auto engine = make(std::move(setup));
  ASSERT_TRUE(engine->run(session().close).ok());
  EXPECT_EQ(engine->outcome().trace, usual_day().outcome.trace) << "it cannot know of the next day";
  const auto fills = engine->outcome().fill_count;
  ASSERT_TRUE(engine->run(second.open).ok());
  EXPECT_EQ(engine->outcome().fill_count, fills) << "nothing is traded overnight";
  ASSERT_TRUE(engine->run(second.close).ok());
  EXPECT_GT(engine->outcome().fill_count, fills) << "the entries of the day count from zero again";
  expect_same_books(*engine);
}

TEST(DayEngine, ALossOfTheDayClosesEverything) {
  auto setup = setup_of(usual_seed);
  // The first cent that is lost halts trading.
  setup.config.risk.loss_halt_usd = money::from_units(decimal_scale / 100);
  utc_ns last_entry;
  setup.observers.record = [&](const audit_event& event) {
    if (const auto* x = std::get_if<verdict_record>(&event);
        x && x->verdict.approved && x->request.purpose == order_purpose::entry)
      last_entry = x->request.header.ts_init;
  };
  auto engine = make(std::move(setup));
  ASSERT_TRUE(engine->run(session().close - sample_config().session.entries_end_before).ok());
  const auto outcome = engine->outcome();
  ASSERT_TRUE(outcome.realized.is_negative()) << "the spread alone is a loss";
  EXPECT_TRUE(outcome.positions.empty());
  EXPECT_LT(outcome.fill_count, usual_day().outcome.fill_count);
  EXPECT_LE(last_entry, outcome.fills.back().ts_event);
}

TEST(DayEngine, FillsBeyondTheLimitAreOnlyCounted) {
  auto setup = setup_of(usual_seed);
  setup.fills_max = 1;
  auto engine = make(std::move(setup));
  ASSERT_TRUE(engine->run(session().close).ok());
  EXPECT_EQ(engine->outcome().fills.size(), 1u);
  EXPECT_EQ(engine->outcome().fill_count, usual_day().outcome.fill_count);
  EXPECT_EQ(engine->outcome().trace, usual_day().outcome.trace);
}

TEST(DayEngine, RefusesWhatCannotBe) {
  auto instant = setup_of(usual_seed);
  instant.latency.least = {};
  EXPECT_EQ(day_engine::make(std::move(instant), built_in_strategies()).code(),
            ec::invalid_argument);
  auto unlisted = setup_of(usual_seed);
  unlisted.config.strategies.front().watchlist.push_back("ZZZZ");
  EXPECT_EQ(day_engine::make(std::move(unlisted), built_in_strategies()).code(), ec::not_found);
}

}  // namespace
}  // namespace bw
