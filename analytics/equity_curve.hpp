#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "analytics/run_result.hpp"
#include "domain/session_calendar.hpp"

namespace bw {

/// Where one trading day ended.
struct day_close {
  calendar_date date;
  money equity;
  /// Against the close before; the first day against the start.
  double value = 0;

  friend bool operator==(const day_close&, const day_close&) = default;
};

/// A week or month: its first and last session, and what came of it.
struct period_return {
  calendar_date first;
  calendar_date last;
  money start;
  money end;
  double value = 0;

  friend bool operator==(const period_return&, const period_return&) = default;
};

/// From a peak to the first point that reaches it again.
struct drawdown {
  utc_ns start;
  utc_ns bottom;
  /// Empty while the peak has not been reached again.
  std::optional<utc_ns> recovered;
  money peak;
  money trough;

  /// 1 - trough / peak; zero when the peak was nothing.
  double depth() const;
  friend bool operator==(const drawdown&, const drawdown&) = default;
};

/// Equity over time, point by point: closes of each session, drawdowns, time in the market. What it
/// keeps grows by one entry a session and no faster. Live books and backtests use it alike; feeding
/// it the points of a run is the batch computation. One thread.
///
/// A point belongs to the session of its date in New York; one on a day without a session counts
/// for the session before. Sessions without a point close where the one before closed.
class equity_curve {
 public:
  /// Drawdowns that are kept, deepest first.
  static constexpr std::size_t drawdowns_max = 10;
  /// A gap longer than this is not filled with sessions.
  static constexpr std::int64_t gap_days_max = 3'660;

  equity_curve(session_calendar calendar, utc_ns start, money starting_equity);

  /// Points come in the order of time; one that is earlier than the last is not taken (false).
  bool add(const equity_point& point);

  money start() const { return start_; }
  money end() const { return last_.equity; }
  utc_ns reached() const { return last_.at; }
  /// The day that is still going on is the last one.
  const std::vector<day_close>& days() const { return days_; }
  /// Deepest first; the one that is still going on is among them.
  std::vector<drawdown> drawdowns() const;
  /// The deepest; empty when the curve never fell.
  std::optional<drawdown> max_drawdown() const;

  /// Mean of exposure / equity over the time between points of one day, nights left out; nan
  /// without such time.
  double mean_exposure() const;
  /// Share of that time with any position; nan without such time.
  double time_in_market() const;

 private:
  void add_day(calendar_date date);
  void fill_sessions(calendar_date until);
  void follow_drawdown(const equity_point& point);

  session_calendar calendar_;
  money start_;
  equity_point last_;
  std::vector<day_close> days_;
  std::optional<calendar_date> last_date_;
  money peak_;
  utc_ns peak_at_;
  std::optional<drawdown> falling_;
  std::vector<drawdown> worst_;
  double observed_ns_ = 0;
  double held_ns_ = 0;
  double exposure_ns_ = 0;
};

/// Returns of the days, for the functions of return_figures.
std::vector<double> returns_of(std::span<const day_close> days);

/// Weeks end with their last session (ISO weeks, Monday to Sunday), months likewise.
std::vector<period_return> weekly_returns(std::span<const day_close> days, money start);
std::vector<period_return> monthly_returns(std::span<const day_close> days, money start);

/// Returns of the benchmark on the same days: its last level of each day, carried over days without
/// one; the first day is measured from the first level. nan before that, and everywhere without a
/// benchmark.
std::vector<double> benchmark_returns(std::span<const day_close> days,
                                      std::span<const benchmark_point> curve,
                                      const session_calendar& calendar);

}  // namespace bw
