#pragma once

#include <array>
#include <deque>
#include <span>
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

/// A row of a minute as it would be played.
struct row_path {
  symbol_id symbol;
  std::array<price, venue::path_points> trades;
  std::array<venue::two_sides, venue::path_points> quotes;
  /// Points before the last one have a trade.
  bool is_traded = false;
  symbol_engine::price_span span;
};

/// Shares while minutes pass: what they are worth by the account's mark and by the gate's.
struct held_shares {
  symbol_id symbol;
  quantity qty;
  price mark;
  price bid;
  /// Of the minute at hand, among its paths.
  std::optional<std::size_t> path;
};

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
  bool step_market();
  void play_prices(utc_ns last);
  void arrive();
  void on_tick();
  void apply(const dated_action& action);

  // Minutes that are not played: quiet_minutes.cpp.
  bool pass_quiet_minutes(utc_ns until);
  bool can_pass_from(utc_ns start, bool is_begun);
  bool is_quiet_until(utc_ns last);
  void look_for_due();
  bool looks_find_nothing(std::span<const bar> rows);
  template <class Mark, class Bid>
  day_result day_of(Mark mark_of, Bid bid_of) const;
  bool looks_find_no_level();
  bool look_at_each();
  bool is_any_twice(std::span<const bar> rows);
  bool is_any_silent() const;
  void pass_inside(std::span<const bar> rows);
  bool pass_bars(std::span<const bar> rows);
  void play_bars(utc_ns at, std::size_t count);
  void catch_up();
  void tell_before_last(const bar& row);
  void tell_end(symbol_id symbol);

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

  /// What is known while minutes pass that are not played.
  struct quiet_time {
    /// Shares are held or orders rest: each price would be followed by a look at the account.
    bool is_looking = false;
    /// The first quotes of the minute at hand were played.
    bool is_begun = false;
    /// The next thing that is neither a price nor an engine's.
    utc_ns ends;
    /// By symbol: whether a price of it could reach a position or an order, and where it stands
    /// among those that are held.
    struct concern {
      bool is_there = false;
      std::optional<std::size_t> held;
    };
    std::vector<concern> concerns;
    std::vector<held_shares> held;
    /// Peaks of equity after the minute at hand.
    drawdown_watch peaks;
    /// What a symbol's minutes left to be told: the newest rows with quotes, trades and a bar.
    struct untold {
      const bar* row = nullptr;
      const bar* traded_row = nullptr;
      const bar* bar_row = nullptr;
      trace_id quoted;
      trace_id traded;
      /// Newest minute that was looked at.
      utc_ns seen{INT64_MIN};
    };
    std::vector<untold> by_symbol;
    std::vector<symbol_id> late;
    /// Of the newest minute that was passed: when it began, and its last look.
    utc_ns start;
    utc_ns look;
    bool is_traded_early = false;
    /// Paths of the concerned rows of the minute at hand.
    std::vector<row_path> paths;
  } quiet;

  // Kept for their memory; empty between events.
  std::vector<market_event> market_events;
  std::vector<venue::venue_event> venue_events;
  order_desk::reports reports;
  engine_outputs outputs;
  std::deque<engine_output> wishes;
  std::string record_bytes;
};

}  // namespace bw
