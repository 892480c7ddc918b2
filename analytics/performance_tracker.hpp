#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "analytics/run_statistics.hpp"
#include "analytics/trade_recorder.hpp"

namespace bw {

/// An execution with the kind of book it belongs to.
struct trade_event {
  trade_type type = trade_type::simulated;
  run_fill fill;
};

/// What a dashboard shows, made anew on each request.
struct performance_report {
  trade_type type = trade_type::simulated;
  utc_ns at;
  figure_list figures;
  std::vector<period_line> periods;
  grouped_figures by_strategy;
  grouped_figures by_symbol;
  std::vector<open_trade> open;
  /// The latest closed trades, newest first.
  std::vector<closed_trade> latest;
};

/// Performance while it happens: the same figures as `statistics_of`, kept up with each event. The
/// simulated, the paper and the live book are three objects of this class, and each refuses the
/// events of the others. A request costs as much as there are sessions and groups, not trades.
/// One thread.
class performance_tracker {
 public:
  /// Closed trades that are kept whole; the figures count all.
  static constexpr std::size_t latest_max = 100;

  /// Begins a book with so much equity.
  performance_tracker(trade_type type, session_calendar calendar, utc_ns start, money equity);

  /// ec::invalid_argument for an event of another book; otherwise what trade_recorder says. A
  /// refused event changes nothing.
  result<void> on_trade_event(const trade_event& event);
  /// A price, for what the open trades are worth.
  void on_price(const symbol_name& symbol, price at) { recorder_.mark(symbol, at); }
  /// The book's value; points come in the order of time (false otherwise, and not taken).
  bool on_equity(const equity_point& point) { return curve_.add(point); }

  figure_list metrics() const;
  performance_report report() const;
  const trade_groups& trades() const { return trades_; }

 private:
  trade_type type_;
  session_calendar calendar_;
  equity_curve curve_;
  trade_recorder recorder_;
  trade_groups trades_;
  std::deque<closed_trade> latest_;
  money fees_;
  // In units of 1e-18.
  int128 slippage_ = 0;
  int128 traded_value_ = 0;
};

/// {"schema_version":1,"type":"paper",…}: figures by name (null where undefined), periods, groups,
/// open and latest trades.
std::string to_json(const performance_report& report);

}  // namespace bw
