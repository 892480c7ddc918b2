#pragma once

#include <deque>
#include <string>
#include <vector>

#include "backtest/day_engine.hpp"
#include "backtest/day_trends.hpp"
#include "backtest/engine_set.hpp"
#include "backtest/order_desk.hpp"
#include "backtest/trace_hash.hpp"
#include "backtest/virtual_time.hpp"
#include "domain/entry_round.hpp"
#include "domain/risk_desk.hpp"
#include "venue/market_pump.hpp"

namespace bw {

/// The inside of the engine.
struct day_engine::state {
  state(day_setup given, engine_set made);

  // Time.
  result<void> run(utc_ns until);
  utc_ns next_tick() const;
  bool is_watching() const;
  bool is_ticking() const;
  bool is_stirred() const;
  void change_phase();
  void step_market();
  bool pass_quiet_minute(utc_ns until);
  void end_quiet_minute(utc_ns until);
  bool is_quiet_until(utc_ns last);
  void arrive();
  void on_tick();
  void apply(const dated_action& action);

  // What happened.
  void on_market(market_event& event);
  void on_market_event(const quote& x);
  void on_market_event(const trade& x);
  void on_market_event(const bar& x);
  void on_market_event(const trading_status& x) { risk.on_status(x); }
  void on_market_event(const feed_status&) {}
  void take_venue_events();
  void take_reports();
  void on_report(const order_report& x);
  void look_for_entries();
  void refresh_account();
  void date_account();
  void heard(const symbol_engine& engine);

  // What follows.
  void carry_out();
  void on_wish(const order_request& x);
  bool end_round();
  void on_order(const order_request& x, const order_shape& shape = {});
  void share_account();
  void tell_session(const session_state& x);
  void tell_trends();
  void note(const audit_event& event);
  void note_fill(const order_report& x, const position_book::change& booked);
  void charge_borrowing();

  engine_time time() const { return {now, mono_of(now)}; }
  instant present() const { return {now, mono_of(now)}; }
  symbol_engine* engine_of(symbol_id symbol) { return engines.by_symbol[symbol.value].get(); }
  symbol_name symbol_text(symbol_id symbol) const {
    return cut<symbol_name>(setup.market->symbols()[symbol.value].symbol);
  }
  short_name strategy_text(strategy_id strategy) const {
    if (strategy == no_strategy) return cut<short_name>("script");
    return cut<short_name>(engines.strategies[strategy.value]);
  }

  day_setup setup;
  engine_set engines;
  const venue::trading_days days;
  venue::exchange market;
  venue::market_pump pump;
  risk_desk risk;
  order_desk orders;
  day_trends trends;
  entry_round round;

  utc_ns now;
  utc_ns ticked;
  utc_ns phase_ends;
  session_state session;
  std::uint64_t traces = 0;
  std::size_t next_action = 0;
  std::size_t next_script = 0;
  account_report account;
  std::size_t symbols_held = 0;
  /// The gate may take an entry back at any second while it is open, because of its symbol.
  bool has_open_entry = false;
  /// At the last tick.
  trading_mode mode_ticked = trading_mode::active;
  /// When an order began to make the clock worth looking at, outside the session.
  utc_ns ticking_since{INT64_MIN};
  /// Something happened since the last tick that a tick could follow up.
  bool stirred = true;
  /// Not after the next instant at which time alone makes an engine do something.
  utc_ns engines_due{INT64_MIN};
  day_outcome figures;
  trace_hash hash;

  // Kept for their memory; empty between events.
  std::vector<market_event> market_events;
  std::vector<venue::venue_event> venue_events;
  order_desk::reports reports;
  engine_outputs outputs;
  std::deque<engine_output> wishes;
  std::string record_bytes;
};

}  // namespace bw
