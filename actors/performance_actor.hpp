#pragma once

#include <map>
#include <string>
#include <vector>

#include "actors/node_recovery.hpp"
#include "actors/performance_journal.hpp"
#include "actors/strategy_figures.hpp"
#include "analytics/day_figures.hpp"
#include "analytics/trade_history.hpp"
#include "core/clock.hpp"
#include "core/log.hpp"
#include "core/metrics.hpp"
#include "core/name_table.hpp"
#include "domain/position_book.hpp"
#include "messages/actor_interfaces.hpp"

namespace bw {

struct performance_args {
  name_table symbols;     // By symbol_id.
  name_table strategies;  // By strategy_id.
  const clock* time = nullptr;
  metrics_registry* metrics = nullptr;
  /// What is counted; the router adds its executions, and tells of them.
  performance_journal* journal = nullptr;
  /// When this run began; what follows is as it was then.
  utc_ns began;
  std::vector<held_position> positions;
  std::vector<unclosed_trade> trades;
  trade_type type = trade_type::simulated;
  std::optional<session_calendar> calendar;
  /// Of the session that opened then, from an earlier run.
  utc_ns day_open;
  money realized_today;
  std::uint64_t trades_today = 0;
  utc_ns day_close;
  /// The day whose books were compared last.
  std::string reconciled_day;
  /// Executions of that session, in their order; their positions are those after them.
  std::vector<fill_record> day_fills;
};

/// Makes trades and figures of fills; decides nothing and touches no connection. Scheduled.
struct performance_state {
  static constexpr const char* name = "performance";

  explicit performance_state(performance_actor::pointer owner) : self(owner) {}
  void init(performance_args args);

  void on_marks(const market_marks& x);
  // actors/performance_day.cpp
  /// One more thing to count, for whoever comes after this one too.
  void add(performance_input x);
  /// Counts what the journal has.
  void follow();
  void count_again();
  void take(const performance_input& x);
  void on_session(const session_state& x);
  void take_up_day();
  void on_fee(const fee_record& x) { day.on_fee(x); }
  /// The books of the day were compared: nothing more is expected of it.
  void on_day(const day_report& x);
  bool is_new_day(const session_state& x) const;
  void follow_worth();
  void put_down_day();
  bool is_flat() const;
  std::string day_of(utc_ns at) const;
  performance_view view() const;
  component_status status() const;

  void on_report(const order_report& x);
  /// Puts down what the execution did to the trade of its strategy and symbol.
  void follow_trade(const order_report& report, quantity before, money realized);
  void put_down(trade_event_kind what, const order_report& report);
  void close_trade(const order_report& report, const round_trip& trip);
  money unrealized() const;
  void add_open(strategy_id strategy, strategy_performance& out) const;

  void record(audit_event event, trace_id trace);
  /// A line of the log, unless it has been told before.
  void say(log_level level, const char* event, const std::string& text,
           const log_fields& fields) const;

  performance_actor::pointer self;
  performance_args args;
  directory members;
  /// Behind the last that was counted; what is counted again is not told again.
  std::uint64_t place = 0;
  bool telling = true;
  trade_history history;
  std::optional<strategy_figures> figures;
  day_figures day;
  std::vector<strategy_gain> gains;
  std::string day_put_down;
  std::optional<position_book> book;
  struct trade_so_far {
    client_order_id trade;
    utc_ns opened_at;
    money realized;
  };
  /// The trades that are open, as many as there are positions.
  std::map<std::pair<strategy_id, symbol_id>, trade_so_far> trades;
  std::vector<price> marks;  // By symbol_id; the bid, at which a long position is closed.
  money realized_today;
  std::uint64_t trades_today = 0;
  utc_ns day_open{};
  gauge* realized_gauge = nullptr;
  gauge* unrealized_gauge = nullptr;
};

performance_actor::behavior_type performance(
    performance_actor::stateful_pointer<performance_state> self, performance_args args);

}  // namespace bw
