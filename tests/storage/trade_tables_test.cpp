// Every table and column of trades.db, one by one: what fills it, and what it says.

#include <gtest/gtest.h>

#include <set>

#include "storage/order_story.hpp"
#include "storage/trade_database.hpp"
#include "storage/trade_schema.hpp"
#include "tests/storage/crafted_log.hpp"

namespace bw {
namespace {

using std::chrono::milliseconds;
using tests::session_close;
using tests::session_open;

/// A day in which everything happens that leaves a row.
struct full_day : tests::crafted_log {
  std::unique_ptr<trade_database> file;
  std::unique_ptr<sqlite_file> cells;

  static const symbol_name& aapl() {
    static const symbol_name name{"AAPL"};
    return name;
  }
  static const short_name& momentum() {
    static const short_name name{"momentum"};
    return name;
  }
  static client_order_id id_of(std::uint64_t order) {
    return client_order_id{"bw-test-1-" + std::to_string(order)};
  }
  static venue_order_id venue_of(std::uint64_t order) {
    return venue_order_id{"venue-" + std::to_string(order)};
  }

  void look() {
    const auto path = backend.folder.path() / "trades.db";
    file = database("trades.db");
    const auto all = reader();
    const auto done = file->catch_up(*all);
    ASSERT_TRUE(done.ok()) << done.failure().text();
    const auto followed = *file->dump();
    ASSERT_TRUE(file->rebuild(*all).ok());
    EXPECT_EQ(*file->dump(), followed) << "dropped and made anew it is the same";
    auto opened = sqlite_file::open(path, sqlite_access::read_only);
    ASSERT_TRUE(opened.ok());
    cells = *std::move(opened);
  }
  sql_row row(const std::string& sql) {
    auto out = cells->first(sql, {});
    EXPECT_TRUE(out.ok()) << sql << ": " << out.failure().text();
    return out ? *out : sql_row{};
  }
  std::string cell(const std::string& sql) {
    const auto out = row(sql);
    return out.empty() ? "no row" : text_of(out[0]);
  }

  void open_day() {
    account_report account;
    account.equity = account.cash = money::from_int(100'000);
    plugin_record plugin;
    plugin.name = "momentum";
    plugin.content.fill(0xab);
    begin();
    write(plugin);
    write(momentum_setup());
    write(account_record{account});
    evaluation_record look;
    look.symbol = aapl();
    look.strategy = momentum();
    look.finished.symbol = symbol_id{0};
    look.finished.start = session_open;
    look.finished.span = bar_span::five_minutes;
    look.finished.open = look.finished.high = look.finished.low = look.finished.close =
        price::from_int(100);
    look.finished.volume = quantity::from_int(1'000);
    look.finished.vwap = price::from_int(100);
    look.finished.trades = 7;
    write(look);
  }
  /// From the wish to the word of the broker: acknowledged after 40 ms, filled after 100.
  order_request send(side way, order_purpose purpose, std::int64_t shares, const char* at,
                     order_id replaces = {}) {
    auto order = request(way, purpose, shares, at);
    order.reason =
        way == side::buy ? signal_reason::momentum_breakout : signal_reason::trailing_stop_hit;
    order.seen_bid = *price::parse("99.98");
    order.seen_ask = *price::parse("100.02");
    order.replaces = replaces;
    if (purpose == order_purpose::protective) {
      order.type = order_type::stop;
      order.stop = std::exchange(order.limit, {});
    }
    const auto trace = order.header.trace;
    if (purpose == order_purpose::entry) {
      signal_record wish;
      wish.symbol = aapl();
      wish.strategy = momentum();
      wish.what.header.trace = trace;
      wish.what.side = way;
      wish.what.reference = order.reference;
      wish.what.stop = *price::parse("98.5");
      wish.what.target = *price::parse("104");
      wish.what.confidence_ppm = 360'000;
      write(wish, trace);
      decision_record why;
      why.symbol = aapl();
      why.strategy = momentum();
      why.trace = trace;
      write(why, trace);
    }
    risk_verdict passed;
    passed.approved = true;
    passed.checks.push({risk_rule::value, check_outcome::passed, 5, 10});
    const auto id = id_of(order.order.value);
    write(intent_record{id, aapl(), momentum(), order}, trace);
    write(verdict_record{id, aapl(), momentum(), order, passed}, trace);
    write(sending_record{id, order.order}, trace);
    return order;
  }
  void accept(const order_request& order, std::int64_t speed = 1) {
    submit_result sent;
    sent.order = order.order;
    sent.client_id = id_of(order.order.value);
    sent.outcome = submit_outcome::accepted;
    sent.venue_id = venue_of(order.order.value);
    sent.sent = mono_ns{1'000'000'000};
    sent.answered = sent.sent + milliseconds{40};
    write(submit_record{sent}, order.header.trace);
    hops_record stations;
    stations.client_id = sent.client_id;
    stations.order = order.order;
    stations.sent = sent.sent;
    stations.answered = sent.answered;
    stations.clock_speed = speed;
    write(stations, order.header.trace);
  }
  order_update word_of(const order_request& order, order_event event) {
    order_update out;
    out.client_id = id_of(order.order.value);
    out.venue_id = venue_of(order.order.value);
    out.event = event;
    out.source = evidence::stream;
    out.ts_event = now;
    out.received = mono_ns{1'000'000'000} + milliseconds{100};
    return out;
  }
  void fill(const order_request& order, std::int64_t shares, const char* at, const char* gained,
            bool whole = true) {
    auto news = word_of(order, whole ? order_event::fill : order_event::partial_fill);
    news.execution = execution_id{"exec-" + std::to_string(log->head().value)};
    news.last_qty = quantity::from_int(shares);
    news.last_price = *price::parse(at);
    write(update_record{news, order_state::working,
                        whole ? order_state::filled : order_state::partial},
          order.header.trace);
    fill_record done;
    done.client_id = news.client_id;
    done.symbol = aapl();
    done.strategy = momentum();
    done.side = order.side;
    done.purpose = order.purpose;
    done.qty = news.last_qty;
    done.at_price = news.last_price;
    done.decision_price = order.reference;
    done.execution = news.execution;
    done.realized = *money::parse(gained);
    done.ts_event = now;
    write(done, order.header.trace);
  }
  void charge(const char* id, const char* amount, utc_ns at) {
    fee_record fee;
    fee.id = id;
    fee.type = short_name{"FEE"};
    fee.amount = *money::parse(amount);
    fee.at = at;
    write(fee);
  }
  void close_day() {
    performance_record figures;
    figures.day = "2026-11-02";
    figures.opened_at = session_open;
    figures.closed_at = session_close;
    performance_line all;
    all.fills = 2;
    all.trades = all.wins = 1;
    all.win_rate_ppm = 1'000'000;
    all.realized = all.won = money::from_int(20);
    all.max_drawdown = money::from_int(250);
    auto own = all;
    own.strategy = momentum();
    own.fees = *money::parse("0.02");
    figures.lines = {all, own};
    write(figures);
    snapshot_record end;
    end.cause = "shutdown";
    end.equity = money::from_int(100'020);
    end.day_start_equity = money::from_int(100'000);
    write(end);
    write(shutdown_record{"asked", true});
  }
};

TEST_F(full_day, every_column_has_its_source) {
  open_day();
  const auto entry = send(side::buy, order_purpose::entry, 10, "100.05");
  accept(entry);
  fill(entry, 10, "100.03", "0");
  const auto stop = send(side::sell, order_purpose::protective, 10, "98.5");
  accept(stop);
  const auto moved = send(side::sell, order_purpose::protective, 10, "99", stop.order);
  accept(moved);
  auto replaced = word_of(stop, order_event::replaced);
  replaced.replaced_by = venue_of(moved.order.value);
  write(update_record{replaced, order_state::working, order_state::replaced});
  write(cancel_record{id_of(moved.order.value), moved.order, "asked by its strategy"});
  auto canceled = word_of(moved, order_event::canceled);
  canceled.text = short_text{"by request"};
  write(update_record{canceled, order_state::working, order_state::canceled});
  const auto exit = send(side::sell, order_purpose::exit, 10, "102");
  accept(exit);
  fill(exit, 10, "102.03", "20");
  charge("f1", "0.02", now);
  write(alert_record{alert_level::warning, "job_missed", {}, "checkin_eod"});
  proposal_record proposal;
  proposal.id = "p-2026-11-01-1";
  proposal.author = "weekend job";
  proposal.created_at = session_open;
  proposal.base_version = "abc";
  proposal.changes = R"([{"key":"strategy.momentum.vwap_buffer"}])";
  proposal.evidence = R"({"trials":12})";
  proposal.state = "shadow";
  proposal.decided_by = "ann";
  proposal.decided_at = now;
  write(proposal);
  write(split_record{symbol_name{"MSFT"}, momentum(), {}, {}, 2, 1, "ann", "SPLIT"});
  close_day();
  look();

  struct wanted_table {
    const char* table;
    std::vector<const char*> columns;
    /// Columns that no order of the node and no part of it fills: it sends no trailing stops, an
    /// alert goes to no channel yet, a note is what a split or an adoption leaves.
    std::set<std::string> empty = {};
  };
  const wanted_table rows[] = {
      {"strategies",
       {"id", "name", "version", "description", "config", "status", "plugin_hash", "updated_at"}},
      {"signals",
       {"id", "ts", "strategy", "symbol", "side", "confidence", "entry_price", "stop_loss",
        "take_profit", "executed", "reason", "order_id"}},
      {"risk_checks", {"id", "ts", "order_id", "rule", "value", "limit_value", "result"}},
      {"orders",
       {"client_order_id",
        "broker_order_id",
        "symbol",
        "side",
        "type",
        "quantity",
        "limit_price",
        "stop_price",
        "trail",
        "tif",
        "order_class",
        "parent_id",
        "status",
        "filled_quantity",
        "avg_fill_price",
        "submitted_at",
        "filled_at",
        "canceled_at",
        "replaced_by",
        "error_message",
        "strategy",
        "mode"},
       {"trail"}},
      {"order_changes",
       {"id", "ts", "order_id", "field", "old_value", "new_value", "cause", "new_order_id"}},
      {"executions",
       {"execution_id", "client_order_id", "broker_order_id", "symbol", "side", "quantity", "price",
        "commission", "total_value", "executed_at", "slippage", "strategy", "trade_type"}},
      {"trades",
       {"id", "opened_at", "closed_at", "symbol", "side", "qty", "entry_price", "exit_price", "pnl",
        "fees", "strategy", "status", "entry_order_id", "exit_order_id", "exit_reason",
        "trade_type", "market_data_snapshot", "notes"},
       {"notes"}},
      {"positions",
       {"symbol", "strategy", "quantity", "avg_cost", "current_price", "cost_basis", "market_value",
        "unrealized_pnl", "unrealized_pnl_pct", "opened_at", "updated_at", "closed_at", "is_open"},
       {"unrealized_pnl_pct"}},
      {"trading_sessions",
       {"id", "date", "started_at", "ended_at", "mode", "broker", "trades", "wins", "losses",
        "win_rate", "pnl", "commission", "start_balance", "end_balance", "max_drawdown"}},
      {"performance_metrics",
       {"strategy_id", "metric_name", "value", "calculation_time", "period_start", "period_end"}},
      {"market_data",
       {"symbol", "timeframe", "ts", "open", "high", "low", "close", "volume", "vwap", "trades",
        "revised"}},
      {"proposals",
       {"id", "created_at", "author", "base_version", "changes", "evidence", "state", "decided_by",
        "decided_at"}},
      {"audit_index",
       {"seq", "ts", "type", "trace_id", "order_id", "strategy", "symbol", "actor", "summary"}},
      {"alerts",
       {"id", "ts", "key", "severity", "text", "channels", "acknowledged_by", "acknowledged_at"},
       {"channels", "acknowledged_by", "acknowledged_at"}},
  };
  std::set<std::string> seen;
  for (const auto& each : rows) {
    seen.insert(each.table);
    for (const std::string column : each.columns) {
      const auto filled = row("SELECT count(" + column + ") FROM " + std::string{each.table});
      ASSERT_FALSE(filled.empty()) << each.table << "." << column;
      EXPECT_EQ(number_of(filled[0]) > 0, !each.empty.contains(column))
          << each.table << "." << column;
    }
    EXPECT_GT(number_of(row("SELECT count(audit_seq) FROM " + std::string{each.table})[0]), 0);
  }
  for (const auto& table : trade_tables())
    EXPECT_TRUE(seen.contains(table.name) || table.name == "decisions") << table.name;
  EXPECT_EQ(cell("SELECT parent_id FROM orders WHERE client_order_id = 'bw-test-1-4'"),
            "bw-test-1-1")
      << "what closes a trade belongs to the order that opened it";
  EXPECT_EQ(cell("SELECT plugin_hash FROM strategies").substr(0, 8), "abababab");
  EXPECT_EQ(cell("SELECT state FROM proposals"), "shadow");
  EXPECT_EQ(cell("SELECT max_drawdown FROM trading_sessions"), "2500000") << "250 of 100,000";
  EXPECT_EQ(cell("SELECT value FROM performance_metrics WHERE strategy_id = 'momentum' AND "
                 "metric_name = 'fees'"),
            "20000000");
}

TEST_F(full_day, an_order_s_execution_is_measured) {
  open_day();
  const auto entry = send(side::buy, order_purpose::entry, 10, "100.05");
  accept(entry, 2);
  fill(entry, 4, "100.03", "0", false);
  fill(entry, 3, "100.00", "0", false);
  const auto refused = send(side::buy, order_purpose::entry, 10, "100.05");
  submit_result no;
  no.order = refused.order;
  no.client_id = id_of(refused.order.value);
  no.outcome = submit_outcome::unknown;
  no.sent = mono_ns{5};
  write(submit_record{no});
  look();
  const std::string of_first = " FROM orders WHERE client_order_id = 'bw-test-1-1'";
  EXPECT_EQ(cell("SELECT quote_slippage" + of_first), "-20000000") << "4 x 0.01 - 3 x 0.02";
  EXPECT_EQ(cell("SELECT fill_ratio" + of_first), "700000000");
  EXPECT_EQ(cell("SELECT acknowledgement_ns" + of_first), "20000000") << "in real time";
  EXPECT_EQ(cell("SELECT first_fill_ns" + of_first), "50000000");
  const std::string of_second = " FROM orders WHERE client_order_id = 'bw-test-1-2'";
  EXPECT_EQ(cell("SELECT fill_ratio" + of_second), "0");
  for (const char* unknown : {"quote_slippage", "acknowledgement_ns", "first_fill_ns"})
    EXPECT_EQ(cell("SELECT coalesce(" + std::string{unknown} + ", 'null')" + of_second), "null")
        << unknown;
  const auto story = tell_order(*reader(), {"bw-test-1-1"});
  ASSERT_TRUE(story.ok());
  EXPECT_EQ(story->quality.slippage, *money::parse("-0.02"));
  EXPECT_EQ(story->quality.fill_ratio_units(), 700'000'000);
  EXPECT_EQ(story->quality.acknowledgement(), milliseconds{20});
  EXPECT_EQ(story->quality.to_first_fill(), milliseconds{50});
}

TEST_F(full_day, a_fill_of_another_run_tells_no_time) {
  open_day();
  const auto entry = send(side::buy, order_purpose::entry, 10, "100.05");
  accept(entry);
  log.reset();
  log = *backend.open();
  write(boot_record{2, log->log_id(), "0.1.0", "sim", "abc", false});
  fill(entry, 10, "100.03", "0");
  look();
  EXPECT_EQ(cell("SELECT coalesce(first_fill_ns, 'null') FROM orders"), "null");
  EXPECT_EQ(cell("SELECT fill_ratio FROM orders"), "1000000000");
  const auto story = tell_order(*reader(), {"bw-test-1-1"});
  ASSERT_TRUE(story.ok());
  EXPECT_FALSE(story->quality.to_first_fill());
  EXPECT_EQ(story->quality.acknowledgement(), milliseconds{40});
}

TEST_F(full_day, a_stop_that_is_moved_twice_is_one_chain) {
  open_day();
  const auto first = send(side::sell, order_purpose::protective, 10, "98.5");
  accept(first);
  const auto second = send(side::sell, order_purpose::protective, 10, "99", first.order);
  auto gone = word_of(first, order_event::replaced);
  gone.replaced_by = venue_of(second.order.value);
  // The stream may say so before the answer to the request comes.
  write(update_record{gone, order_state::working, order_state::replaced});
  accept(second);
  const auto third = send(side::sell, order_purpose::protective, 12, "99.5", second.order);
  accept(third);
  gone = word_of(second, order_event::replaced);
  gone.replaced_by = venue_of(third.order.value);
  write(update_record{gone, order_state::working, order_state::replaced});
  write(cancel_record{id_of(third.order.value), third.order, "the position is closed"});
  cancel_result late;
  late.client_id = id_of(third.order.value);
  late.outcome = submit_outcome::rejected;
  late.text = short_text{"too late"};
  write(cancel_result_record{late});
  look();
  EXPECT_EQ(cell("SELECT replaced_by FROM orders WHERE order_no = 1"), "bw-test-1-2");
  EXPECT_EQ(cell("SELECT replaced_by FROM orders WHERE order_no = 2"), "bw-test-1-3");
  EXPECT_EQ(cell("SELECT replaces FROM orders WHERE order_no = 3"), "bw-test-1-2");
  struct row {
    const char* order;
    const char* field;
    const char* before;
    const char* after;
    const char* cause;
    const char* by;
  };
  const row rows[] = {
      {"bw-test-1-1", "stop_price", "98.5", "99", "protective: trailing_stop_hit", "bw-test-1-2"},
      {"bw-test-1-1", "replaced_by", "", "bw-test-1-2", "told by stream", "bw-test-1-2"},
      {"bw-test-1-2", "quantity", "10", "12", "protective: trailing_stop_hit", "bw-test-1-3"},
      {"bw-test-1-2", "stop_price", "99", "99.5", "protective: trailing_stop_hit", "bw-test-1-3"},
      {"bw-test-1-2", "replaced_by", "", "bw-test-1-3", "told by stream", "bw-test-1-3"},
      {"bw-test-1-3", "cancel", "", "requested", "the position is closed", ""},
      {"bw-test-1-3", "cancel", "requested", "rejected", "too late", ""},
  };
  std::vector<sql_row> found;
  ASSERT_TRUE(cells
                  ->query("SELECT order_id, field, old_value, new_value, cause, new_order_id, ts "
                          "FROM order_changes WHERE field <> 'status' ORDER BY id",
                          {},
                          [&](const sql_row& x) {
                            found.push_back(x);
                            return true;
                          })
                  .ok());
  ASSERT_EQ(found.size(), std::size(rows));
  for (std::size_t k = 0; k < found.size(); ++k) {
    const char* wanted[] = {rows[k].order, rows[k].field, rows[k].before,
                            rows[k].after, rows[k].cause, rows[k].by};
    for (std::size_t c = 0; c < std::size(wanted); ++c)
      EXPECT_EQ(text_of(found[k][c]), wanted[c]) << "row " << k;
    EXPECT_GT(number_of(found[k][6]), session_open.value);
  }
  for (const char* any : {"bw-test-1-1", "bw-test-1-2", "bw-test-1-3"}) {
    const auto story = tell_order(*reader(), {any});
    ASSERT_TRUE(story.ok());
    EXPECT_EQ(story->chain, (std::vector{id_of(1), id_of(2), id_of(3)})) << any;
    ASSERT_EQ(story->changes.size(), std::size(rows));
    for (std::size_t k = 0; k < std::size(rows); ++k) {
      const auto& told = story->changes[k];
      EXPECT_EQ(told.order.view(), rows[k].order);
      EXPECT_EQ(told.what.field, rows[k].field);
      EXPECT_EQ(told.what.before, rows[k].before);
      if (told.what.field != "replaced_by") {
        EXPECT_EQ(told.what.after, rows[k].after);
      }
      EXPECT_EQ(told.cause, rows[k].cause);
    }
  }
}

TEST_F(full_day, a_replacement_of_the_broker_s_own_is_named_by_its_id) {
  open_day();
  const auto order = send(side::buy, order_purpose::entry, 10, "100.05");
  accept(order);
  auto gone = word_of(order, order_event::replaced);
  gone.replaced_by = venue_order_id{"their-own"};
  write(update_record{gone, order_state::working, order_state::replaced});
  look();
  EXPECT_EQ(cell("SELECT replaced_by FROM orders"), "their-own");
  EXPECT_EQ(cell("SELECT cause FROM order_changes WHERE field = 'replaced_by'"),
            "the broker's own, told by stream");
  EXPECT_EQ(cell("SELECT new_order_id FROM order_changes WHERE field = 'replaced_by'"),
            "their-own");
  const auto story = tell_order(*reader(), {"bw-test-1-1"});
  ASSERT_TRUE(story.ok());
  EXPECT_TRUE(story->chain.empty());
  ASSERT_EQ(story->changes.size(), 1u);
  EXPECT_EQ(story->changes[0].new_order, "their-own");
}

TEST_F(full_day, a_fee_goes_to_the_sale_that_caused_it_once) {
  open_day();
  const auto entry = send(side::buy, order_purpose::entry, 10, "100.05");
  accept(entry);
  fill(entry, 10, "100", "0");
  const auto exit = send(side::sell, order_purpose::exit, 10, "102");
  accept(exit);
  fill(exit, 4, "102", "8", false);
  fill(exit, 6, "102", "12");
  const utc_ns midnight{session_open.value - session_open.value % 86'400'000'000'000};
  charge("day", "0.10", midnight);
  charge("day", "0.10", midnight);
  charge("nobody", "3", midnight + std::chrono::hours{48});
  look();
  EXPECT_EQ(cell("SELECT fees FROM trades"), "100000000");
  EXPECT_EQ(cell("SELECT pnl FROM trades"), "20000000000") << "before fees, as the ledger has it";
  EXPECT_EQ(cell("SELECT sum(commission) FROM executions WHERE side = 'buy'"), "0");
  EXPECT_EQ(cell("SELECT commission FROM executions WHERE quantity = 4000000000"), "40000000");
  EXPECT_EQ(cell("SELECT commission FROM executions WHERE quantity = 6000000000"), "60000000");
  EXPECT_EQ(cell("SELECT commission FROM trading_sessions WHERE date = '2026-11-02'"), "100000000");
  EXPECT_EQ(cell("SELECT commission FROM trading_sessions WHERE date = '2026-11-04'"), "3000000000")
      << "nobody bears it, and it is not lost";
}

TEST_F(full_day, a_strategy_that_is_taken_out_is_shown_as_disabled) {
  open_day();
  write(strategy_switch_record{momentum(), {}, false, true, "three losses"});
  look();
  EXPECT_EQ(cell("SELECT status FROM strategies"), "disabled");
}

}  // namespace
}  // namespace bw
