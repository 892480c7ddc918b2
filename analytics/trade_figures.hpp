#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "analytics/run_result.hpp"
#include "core/int128.hpp"
#include "domain/session_calendar.hpp"

namespace bw {

/// Figures of closed trades, trade by trade, after fees: each is answered from sums, whatever the
/// number of trades. Money is exact. Two of them add up to the figures of both.
class trade_figures {
 public:
  void add(const closed_trade& trade);
  void add(const trade_figures& other);

  std::uint64_t trades() const { return wins_ + losses_ + even_; }
  std::uint64_t wins() const { return wins_; }
  std::uint64_t losses() const { return losses_; }
  /// Trades that ended at nothing: neither won nor lost.
  std::uint64_t even() const { return even_; }

  /// Sums over all trades; what money cannot say is cut at its largest value.
  money net() const;
  money gross() const;
  money fees() const;
  money slippage() const;
  /// Entries and exits.
  money traded_value() const;

  /// wins / (wins + losses).
  std::optional<double> win_rate() const;
  /// Sum of profits over the absolute sum of losses; empty without a loss.
  std::optional<double> profit_factor() const;
  /// Mean of what a trade earned, half even.
  std::optional<money> expectancy() const;
  std::optional<money> average_win() const;
  /// Negative.
  std::optional<money> average_loss() const;
  /// Average win over the absolute average loss.
  std::optional<double> payoff() const;
  /// Mean of net / entry value.
  std::optional<double> average_return() const;
  std::optional<money> average_entry_value() const;
  std::optional<money> best() const { return best_; }
  std::optional<money> worst() const { return worst_; }
  std::optional<nanoseconds> average_holding() const;

  /// Profits less a commission of `basis_points` on every entry and exit, rounded against us, on
  /// the same trades.
  money net_after(std::int64_t basis_points) const;

 private:
  std::uint64_t wins_ = 0;
  std::uint64_t losses_ = 0;
  std::uint64_t even_ = 0;
  // Units of 1e-9.
  int128 profit_ = 0;
  int128 loss_ = 0;
  int128 gross_ = 0;
  int128 fees_ = 0;
  int128 slippage_ = 0;
  int128 entry_value_ = 0;
  int128 exit_value_ = 0;
  int128 holding_ns_ = 0;
  double return_sum_ = 0;
  std::uint64_t returns_ = 0;
  std::optional<money> best_;
  std::optional<money> worst_;
};

/// What the exits of a trade were worth: entry value and gross profit say it.
money exit_value(const closed_trade& trade);

using grouped_figures = std::map<std::string, trade_figures>;

/// The same trades from eight sides. Hour, weekday and regime are those of the entry; hour and
/// weekday in New York, named so that they sort: "09", "1 Monday".
struct trade_groups {
  /// Beyond so many groups of one kind the rest is put into "(other)".
  static constexpr std::size_t groups_max = 1'000;

  trade_figures all;
  grouped_figures by_strategy;
  grouped_figures by_symbol;
  grouped_figures by_side;
  grouped_figures by_hour;
  grouped_figures by_weekday;
  grouped_figures by_regime;
  grouped_figures by_entry_reason;
  grouped_figures by_exit_reason;
  /// By the date in New York at which they closed: one entry a day with trades.
  std::map<calendar_date, trade_figures> by_close_date;
  /// Losses in a row, in the order of closing: the row that is going on, and the longest.
  std::uint64_t losses_in_a_row = 0;
  std::uint64_t longest_losing_streak = 0;

  void add(const closed_trade& trade, const session_calendar& calendar);
};

}  // namespace bw
