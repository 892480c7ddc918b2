#pragma once

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <utility>

#include "core/prng.hpp"
#include "domain/position_book.hpp"
#include "storage/trade_database.hpp"
#include "tests/storage/log_backends.hpp"

namespace bw::tests {

/// 2026-11-02, 14:45 UTC: a Monday in session.
inline constexpr utc_ns session_open{1'793'629'800'000'000'000};
inline constexpr utc_ns session_close{session_open.value + 23'400'000'000'000};

/// Writes what a node would: orders that are made up, fills that a real book books.
struct crafted_log : testing::Test {
  rocksdb_backend backend;
  std::unique_ptr<audit_log> log = *backend.open();
  utc_ns now = session_open;
  std::uint64_t orders = 0;
  std::map<std::pair<std::string, std::string>, position> books;
  money realized;

  void write(const audit_event& event, trace_id trace = {}) {
    now = now + std::chrono::milliseconds{10};
    const audit_stamp stamp{now, mono_ns{now.value}, trace, short_name{"test"}};
    const audit_log::entry entries[] = {{stamp, &event}};
    ASSERT_TRUE(log->append(entries, sync_mode::no).ok());
  }
  static strategy_record momentum_setup() {
    strategy_record momentum;
    momentum.strategy = short_name{"momentum"};
    momentum.kind = "momentum";
    momentum.version = "1.0.0";
    momentum.enabled = true;
    momentum.watchlist = "AAPL MSFT";
    momentum.parameters = {{"rsi_floor", "50"}};
    momentum.hash = "00ff";
    return momentum;
  }
  void begin() {
    write(boot_record{1, log->log_id(), "0.1.0", "sim", "abc", true});
    write(momentum_setup());
    write(state_record{{trading_mode::active, 0}, halt_reason::boot, false, ""});
    write(session_record{{session_phase::entries, session_open, session_close}});
  }
  order_request request(side way, order_purpose purpose, std::int64_t shares, const char* at) {
    order_request out;
    out.header.trace = trace_id{++orders};
    out.header.received = mono_ns{now.value};
    out.order = order_id{orders};
    out.side = way;
    out.purpose = purpose;
    out.qty = quantity::from_int(shares);
    out.limit = *price::parse(at);
    out.reference = out.limit;
    return out;
  }
  /// An order from its signal to its fill; answers its client id.
  client_order_id trade(const char* symbol, side way, std::int64_t shares, const char* at) {
    const auto purpose = way == side::buy ? order_purpose::entry : order_purpose::exit;
    const auto order = request(way, purpose, shares, at);
    const auto trace = order.header.trace;
    const symbol_name name{symbol};
    const short_name strategy{"momentum"};
    const client_order_id id{"bw-test-1-" + std::to_string(orders)};
    const venue_order_id venue{"venue-" + std::to_string(orders)};
    signal_record wish;
    wish.symbol = name;
    wish.strategy = strategy;
    wish.what.header.trace = trace;
    wish.what.side = way;
    wish.what.purpose = purpose;
    write(wish, trace);
    decision_record why;
    why.symbol = name;
    why.strategy = strategy;
    why.purpose = purpose;
    why.trace = trace;
    why.received = mono_ns{now.value};
    why.decided = mono_ns{now.value + 1'000};
    write(why, trace);
    risk_verdict passed;
    passed.approved = true;
    passed.checks.push({risk_rule::state, check_outcome::passed, 1, 1});
    passed.checks.push({risk_rule::value, check_outcome::passed, 5, 10});
    write(intent_record{id, name, strategy, order}, trace);
    write(verdict_record{id, name, strategy, order, passed}, trace);
    write(sending_record{id, order.order}, trace);
    submit_result sent;
    sent.order = order.order;
    sent.client_id = id;
    sent.outcome = submit_outcome::accepted;
    sent.venue_id = venue;
    write(submit_record{sent}, trace);
    order_update news;
    news.client_id = id;
    news.venue_id = venue;
    news.event = order_event::fill;
    news.execution = execution_id{"exec-" + std::to_string(orders)};
    news.last_qty = order.qty;
    news.last_price = order.limit;
    news.ts_event = now;
    write(update_record{news, order_state::working, order_state::filled}, trace);
    position& book = books[{symbol, "momentum"}];
    const auto earned = book.apply(way, order.qty, order.limit);
    fill_record fill;
    fill.client_id = id;
    fill.symbol = name;
    fill.strategy = strategy;
    fill.side = way;
    fill.purpose = purpose;
    fill.qty = order.qty;
    fill.at_price = order.limit;
    fill.decision_price = order.reference;
    fill.execution = news.execution;
    fill.position = book.qty();
    fill.realized =
        money::from_units(static_cast<std::int64_t>(divide_half_even(earned, decimal_scale)));
    fill.ts_event = now;
    realized += fill.realized;
    write(fill, trace);
    return id;
  }
  std::unique_ptr<audit_reader> reader() {
    EXPECT_TRUE(log->sync().ok());
    auto out = open_audit_reader(backend.folder.path() / "audit");
    EXPECT_TRUE(out.ok()) << out.failure().text();
    return *std::move(out);
  }
  std::unique_ptr<trade_database> database(const char* name) {
    auto out = trade_database::open(backend.folder.path() / name, sqlite_access::read_write);
    EXPECT_TRUE(out.ok()) << out.failure().text();
    return *std::move(out);
  }
  /// A random session: buys and sells that never sell more than is held.
  void random_session(prng& chance, int count) {
    for (int k = 0; k < count; ++k) {
      const char* symbol = chance.chance(1, 2) ? "AAPL" : "MSFT";
      const auto held = books[{symbol, "momentum"}].qty().units() / decimal_scale;
      const auto at =
          std::to_string(100 + chance.below(20)) + "." + std::to_string(10 + chance.below(90));
      if (held > 0 && chance.chance(1, 2))
        trade(symbol, side::sell,
              1 + static_cast<std::int64_t>(chance.below(static_cast<std::uint64_t>(held))),
              at.c_str());
      else
        trade(symbol, side::buy, 1 + static_cast<std::int64_t>(chance.below(50)), at.c_str());
    }
  }
};

}  // namespace bw::tests
