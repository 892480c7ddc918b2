#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "domain/session_calendar.hpp"
#include "messages/audit.hpp"
#include "messages/views.hpp"

namespace bw {

/// How each strategy does while it trades: a performance_tracker of this run's book, and beside it
/// how sure the entries were whose trades were won, and how sure those of lost ones. One thread.
class strategy_figures {
 public:
  strategy_figures(trade_type type, session_calendar calendar, utc_ns start);
  ~strategy_figures();
  strategy_figures(strategy_figures&&) noexcept;

  /// An execution. `confidence_ppm` is that of its order, `reason` why it was wanted. False when
  /// the tracker does not take it.
  bool on_fill(const fill_record& fill, std::uint32_t confidence_ppm, std::string_view reason);
  void on_price(const symbol_name& symbol, price at);

  /// Trades, wins, losses, result and confidence; what is open is the caller's to add.
  strategy_performance of(const short_name& strategy) const;

 private:
  struct parts;
  std::unique_ptr<parts> parts_;
};

}  // namespace bw
