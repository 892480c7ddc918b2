// trades.db: the same log always makes the same tables, however it was put in; what is summed there
// is what the ledger says; and a story is found by any of an order's names.

#include "storage/trade_database.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "core/prng.hpp"
#include "storage/durable_file.hpp"
#include "storage/minute_story.hpp"
#include "storage/order_story.hpp"
#include "storage/postgres_export.hpp"
#include "storage/start_point.hpp"
#include "storage/trade_schema.hpp"
#include "tests/storage/crafted_log.hpp"
#include "tests/support/seed.hpp"

namespace bw {
namespace {

using tests::crafted_log;
using tests::rocksdb_backend;
using tests::session_open;

TEST_F(crafted_log, puts_a_round_trip_into_every_table) {
  begin();
  trade("AAPL", side::buy, 10, "100.00");
  trade("AAPL", side::sell, 10, "103.50");
  const auto file = database("trades.db");
  const auto done = file->catch_up(*reader());
  ASSERT_TRUE(done.ok()) << done.failure().text();
  EXPECT_EQ(*done, log->head().value);

  const auto trades = file->trades({});
  ASSERT_TRUE(trades.ok()) << trades.failure().text();
  ASSERT_EQ(trades->size(), 1u);
  EXPECT_EQ((*trades)[0].pnl.text(), "35");
  EXPECT_EQ((*trades)[0].status, "closed");
  EXPECT_EQ((*trades)[0].entry.text(), "100");
  EXPECT_EQ((*trades)[0].exit.text(), "103.5");
  EXPECT_EQ((*trades)[0].exit_order, "bw-test-1-2");
  const auto orders = file->orders({.symbol = "AAPL"});
  ASSERT_TRUE(orders.ok()) << orders.failure().text();
  ASSERT_EQ(orders->size(), 2u);
  EXPECT_EQ((*orders)[0].status, "filled");
  EXPECT_EQ((*orders)[0].broker_order_id, "venue-1");
  const auto signals = file->signals({}, 10);
  ASSERT_TRUE(signals.ok()) << signals.failure().text();
  ASSERT_EQ(signals->size(), 2u);
  EXPECT_EQ((*signals)[0].side, "buy");
  EXPECT_EQ((*signals)[1].side, "sell");
  EXPECT_TRUE((*signals)[0].executed && (*signals)[1].executed);
  const auto latest = file->signals({.strategy = "momentum"}, 1);
  ASSERT_EQ(latest->size(), 1u);
  EXPECT_EQ((*latest)[0].side, "sell") << "of more than are wanted the last ones";
  EXPECT_TRUE(file->positions({})->empty());
  const auto days = file->daily({});
  ASSERT_TRUE(days.ok()) << days.failure().text();
  ASSERT_EQ(days->size(), 1u);
  EXPECT_EQ((*days)[0].wins, 1);
  EXPECT_EQ((*days)[0].realized.text(), "35");
  EXPECT_TRUE(file->orders({.symbol = "MSFT"})->empty());
  EXPECT_TRUE(file->trades({.strategy = "other"})->empty());
  EXPECT_TRUE(file->check().ok());
}

// In small bites, beside a writer, and all at once: the same text comes out.
TEST_F(crafted_log, is_the_same_whether_it_was_followed_or_rebuilt) {
  const auto seed = tests::test_seed(11);
  SCOPED_TRACE(tests::repeat_with(seed));
  prng chance{seed};
  begin();
  const auto live = database("live.db");
  for (int bite = 0; bite < 12; ++bite) {
    random_session(chance, static_cast<int>(chance.below(8)));
    ASSERT_TRUE(live->catch_up(*reader()).ok());
  }
  const auto anew = database("anew.db");
  const auto all = reader();
  ASSERT_TRUE(anew->rebuild(*all).ok());
  const auto expected = anew->dump();
  ASSERT_TRUE(expected.ok());
  EXPECT_EQ(*live->dump(), *expected);
  ASSERT_TRUE(live->rebuild(*all).ok());
  EXPECT_EQ(*live->dump(), *expected) << "dropping and making anew changes nothing";
  EXPECT_TRUE(live->check().ok());
}

TEST_F(crafted_log, has_the_ledgers_profit_of_the_day) {
  const auto seed = tests::test_seed(11);
  SCOPED_TRACE(tests::repeat_with(seed));
  prng chance{seed};
  begin();
  random_session(chance, 120);
  const auto file = database("trades.db");
  ASSERT_TRUE(file->catch_up(*reader()).ok());
  const auto recovered = recover(*log);
  ASSERT_TRUE(recovered.ok()) << recovered.failure().text();
  EXPECT_EQ(*file->realized_on({2026, 11, 2}), recovered->past.day().realized);
  EXPECT_EQ(*file->realized_on({2026, 11, 2}), realized);
  money of_trades;
  const auto trades = file->trades({}).value();
  for (const auto& each : trades) of_trades += each.pnl;
  EXPECT_EQ(of_trades, realized) << "no cent is lost between fills and trades";
  const auto held = file->positions({}).value();
  for (const auto& each : held)
    EXPECT_EQ(each.average, (books[{each.symbol, each.strategy}].average())) << each.symbol;
}

TEST_F(crafted_log, begins_anew_for_another_log) {
  begin();
  trade("AAPL", side::buy, 10, "100");
  const auto file = database("trades.db");
  ASSERT_TRUE(file->catch_up(*reader()).ok());
  rocksdb_backend other;
  auto second = *other.open(77);
  const audit_event event{config_record{"another log"}};
  const audit_log::entry entries[] = {{{now, mono_ns{1}, {}, short_name{"test"}}, &event}};
  ASSERT_TRUE(second->append(entries, sync_mode::yes).ok());
  const auto there = open_audit_reader(other.folder.path() / "audit");
  ASSERT_TRUE(there.ok());
  ASSERT_TRUE(file->catch_up(**there).ok());
  EXPECT_TRUE(file->orders({})->empty());
  EXPECT_EQ(file->last()->value, 1u);
}

TEST_F(crafted_log, exports_exact_values) {
  begin();
  trade("AAPL", side::buy, 10, "100.07");
  const auto file = database("trades.db");
  ASSERT_TRUE(file->catch_up(*reader()).ok());
  std::ostringstream csv;
  ASSERT_EQ(*file->export_table("executions", export_format::csv, csv), 1u);
  EXPECT_NE(csv.str().find("100.07"), std::string::npos) << csv.str();
  std::ostringstream lines;
  ASSERT_EQ(*file->export_table("positions", export_format::json_lines, lines), 1u);
  EXPECT_NE(lines.str().find("\"avg_cost\":\"100.07\""), std::string::npos) << lines.str();
  EXPECT_EQ(file->export_table("no_such_table", export_format::csv, csv).code(), ec::not_found);
}

TEST_F(crafted_log, has_a_row_for_each_alert) {
  begin();
  write(alert_record{alert_level::critical, "uncovered_position", symbol_name{"AAPL"}, "no stop"});
  write(alert_record{alert_level::warning, "job_missed", {}, "checkin_eod"});
  const auto file = database("trades.db");
  ASSERT_TRUE(file->catch_up(*reader()).ok());
  std::ostringstream lines;
  ASSERT_EQ(*file->export_table("alerts", export_format::json_lines, lines), 2u);
  EXPECT_NE(lines.str().find("\"key\":\"uncovered_position\",\"severity\":\"critical\",\"text\":"
                             "\"AAPL: no stop\""),
            std::string::npos)
      << lines.str();
}

TEST_F(crafted_log, a_split_goes_through_position_and_trade) {
  begin();
  trade("AAPL", side::buy, 10, "100.10");
  books[{"AAPL", "momentum"}].split({2, 1}, quantity::from_int(20));
  write(split_record{symbol_name{"AAPL"}, short_name{"momentum"}, quantity::from_int(10),
                     quantity::from_int(20), 2, 1, "a person", "SPLIT"});
  const auto file = database("trades.db");
  ASSERT_TRUE(file->catch_up(*reader()).ok());
  const auto held = file->positions({});
  ASSERT_TRUE(held.ok());
  ASSERT_EQ(held->size(), 1u);
  EXPECT_EQ((*held)[0].qty, quantity::from_int(20));
  EXPECT_EQ((*held)[0].average, *price::parse("50.05"));
  trade("AAPL", side::sell, 8, "51");
  trade("AAPL", side::sell, 12, "52");
  const auto after = reader();
  ASSERT_TRUE(file->catch_up(*after).ok());
  EXPECT_TRUE(file->positions({})->empty());
  const auto trades = file->trades({});
  ASSERT_EQ(trades->size(), 1u);
  EXPECT_EQ((*trades)[0].status, "closed");
  EXPECT_EQ((*trades)[0].qty, quantity::from_int(20));
  EXPECT_EQ((*trades)[0].entry, *price::parse("50.05"));
  EXPECT_EQ((*trades)[0].pnl, *money::parse("31")) << "8 x 0.95 + 12 x 1.95";
  const auto followed = *file->dump();
  ASSERT_TRUE(file->rebuild(*after).ok());
  EXPECT_EQ(*file->dump(), followed);
}

TEST_F(crafted_log, what_postgres_is_to_find_is_written_beside_the_rows) {
  begin();
  trade("AAPL", side::buy, 10, "100.07");
  trade("AAPL", side::sell, 10, "99.93");
  const auto file = database("trades.db");
  ASSERT_TRUE(file->catch_up(*reader()).ok());
  const auto folder = backend.folder.path();
  const auto done = export_for_postgres(*file, folder);
  ASSERT_TRUE(done.ok()) << done.failure().text();
  EXPECT_EQ(done->tables, trade_tables().size());
  const auto expected = *read_file(folder / "expected.csv");
  EXPECT_NE(expected.find("\nexecutions,,2,\n"), std::string::npos) << expected;
  EXPECT_NE(expected.find("\nexecutions,price,2,200.000000000\n"), std::string::npos) << expected;
  EXPECT_NE(expected.find("\nexecutions,realized,2,-1.400000000\n"), std::string::npos);
  for (const auto& table : trade_tables())
    EXPECT_TRUE(std::filesystem::exists(folder / (table.name + ".csv"))) << table.name;
  EXPECT_NE(read_file(folder / "schema.sql")->find("\"price\" numeric(38,9)"), std::string::npos);
}

TEST_F(crafted_log, a_file_that_is_no_database_is_refused) {
  std::ofstream{backend.folder.path() / "bad.db"} << std::string(5'000, 'x');
  const auto opened =
      trade_database::open(backend.folder.path() / "bad.db", sqlite_access::read_write);
  EXPECT_FALSE(opened.ok());
  EXPECT_EQ(
      trade_database::open(backend.folder.path() / "none.db", sqlite_access::read_only).code(),
      ec::not_found);
}

TEST_F(crafted_log, a_story_answers_to_every_name_of_its_order) {
  begin();
  trade("AAPL", side::buy, 10, "100");
  const auto wanted = trade("MSFT", side::buy, 5, "200");
  const auto all = reader();
  for (const char* name : {"bw-test-1-2", "venue-2", "exec-2", "exec-2"}) {
    const auto story = tell_order(*all, {name});
    ASSERT_TRUE(story.ok()) << name << ": " << story.failure().text();
    EXPECT_EQ(story->client_id, wanted) << name;
    EXPECT_EQ(story->filled(), quantity::from_int(5));
    EXPECT_TRUE(story->signal && story->decision && story->verdict && story->setup);
    EXPECT_EQ(story->verdict->value.verdict.checks.size(), 2u);
    EXPECT_EQ(story->setup->value.hash, "00ff");
  }
  const auto numbered = tell_order(*all, {"#" + std::to_string(log->head().value)});
  ASSERT_TRUE(numbered.ok());
  EXPECT_EQ(numbered->client_id, wanted);
}

TEST_F(crafted_log, names_near_ones_and_refuses_to_choose) {
  begin();
  trade("AAPL", side::buy, 10, "100");
  trade("MSFT", side::buy, 5, "200");
  const auto all = reader();
  const auto none = tell_order(*all, {"bw-test-9"});
  ASSERT_FALSE(none.ok());
  EXPECT_EQ(none.code(), ec::not_found);
  EXPECT_NE(none.failure().context.find("bw-test-1-1"), std::string::npos);
  const auto both = tell_order(*all, {"bw-test"});
  ASSERT_FALSE(both.ok());
  EXPECT_EQ(both.code(), ec::invalid_argument);
  EXPECT_FALSE(tell_order(*all, {""}).ok());
  EXPECT_FALSE(tell_order(*all, {"#999999"}).ok());
}

TEST_F(crafted_log, a_denied_order_is_told_by_its_record) {
  begin();
  risk_verdict refused;
  refused.reason = risk_rule::wide;
  refused.checks.push({risk_rule::wide, check_outcome::denied, 120, 100});
  write(verdict_record{{},
                       symbol_name{"AAPL"},
                       short_name{"momentum"},
                       request(side::buy, order_purpose::entry, 3, "10"),
                       refused},
        trace_id{1});
  const auto story = tell_order(*reader(), {"#" + std::to_string(log->head().value)});
  ASSERT_TRUE(story.ok()) << story.failure().text();
  EXPECT_TRUE(story->denied());
  EXPECT_EQ(story->state(), order_state::denied);
}

TEST_F(crafted_log, a_quiet_minute_knows_the_first_condition_that_failed) {
  begin();
  evaluation_record look;
  look.symbol = symbol_name{"AAPL"};
  look.strategy = short_name{"momentum"};
  look.conditions.push({cut<inline_string<31>>("close"), comparison::above, true, 5, 4});
  look.conditions.push({cut<inline_string<31>>("RSI"), comparison::above, false, 40, 50});
  write(look);
  now = now + std::chrono::minutes{2};
  write(state_record{
      {trading_mode::halted, reason_bit(halt_reason::feed)}, halt_reason::feed, true, "feed down"});
  const auto all = reader();
  const auto story = tell_minute(
      *all, {symbol_name{"AAPL"}, {}, session_open, session_open + std::chrono::minutes{1}});
  ASSERT_TRUE(story.ok()) << story.failure().text();
  EXPECT_TRUE(story->node_ran);
  ASSERT_EQ(story->strategies.size(), 1u);
  EXPECT_TRUE(story->strategies[0].looked_within);
  EXPECT_EQ(story->strategies[0].last_look->value.conditions.size(), 2u);
  const auto later = tell_minute(*all, {symbol_name{"AAPL"},
                                        {},
                                        session_open + std::chrono::minutes{3},
                                        session_open + std::chrono::minutes{4}});
  ASSERT_TRUE(later.ok());
  ASSERT_TRUE(later->state);
  EXPECT_EQ(later->state->value.state.mode, trading_mode::halted);
  EXPECT_FALSE(later->strategies[0].looked_within);
}

}  // namespace
}  // namespace bw
