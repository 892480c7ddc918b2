#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "domain/live_evidence.hpp"
#include "domain/live_stage.hpp"
#include "domain/paper_twin.hpp"
#include "domain/session_calendar.hpp"
#include "messages/audit.hpp"

namespace bw {

/// What a node's log says of one session, by its day in New York.
struct session_facts {
  calendar_date day;
  /// Major version of the program, "0" of "0.1.0".
  std::string major;
  /// The exchange was open while the node ran.
  bool traded = false;
  /// Both books were compared at the end, and whether they agreed.
  bool reconciled = false;
  bool matched = false;
  /// A person looked at it.
  bool acknowledged = false;
  /// Decided again from what was recorded, and whether it was decided the same.
  std::optional<bool> parity;
  std::uint32_t crashes = 0;
  std::uint32_t differences = 0;
  std::uint32_t kills = 0;
  std::uint32_t limit_breaches = 0;
  /// Other halts by an error, uncovered positions.
  std::uint32_t faults = 0;
  std::uint64_t trades = 0;
  std::uint64_t wins = 0;
  std::uint64_t losses = 0;
  money earned;
  money lost;
  /// Value of all executions.
  money turnover;
  std::optional<money> equity_first;
  std::optional<money> equity_last;
  /// Extremes, for the falls across days, and the deepest fall from a peak within the session.
  money equity_high;
  money equity_low;
  std::int64_t fall_bp = 0;
  /// What was wrong, in words; at most `reasons_max`.
  std::vector<std::string> reasons;

  static constexpr std::size_t reasons_max = 5;
};

/// The Monday of the day's week.
calendar_date week_of(calendar_date day);

/// What can be compared with the session of another node.
twin_day twin_of(const session_facts& session);

/// How the ramp sees it. A session that was not compared at its end is a breach.
graded_session grade_of(const session_facts& session);

/// The word that `bellwether live` writes into operator records.
inline constexpr std::string_view promote_command = "live promote";
inline constexpr std::string_view acknowledge_command = "live acknowledge";

inline constexpr std::string_view review_command = "live review";

/// What `bellwether check` calls its own run in a log: the mode stands behind it.
inline constexpr std::string_view check_run_prefix = "check-";

/// Folds a log into sessions of one mode ("paper" or "live"). Runs in another mode are passed over,
/// but for the words of people. Bounded: the oldest sessions go. One thread.
class live_record {
 public:
  /// Sessions that are kept.
  static constexpr std::size_t sessions_max = 500;
  /// An uncovered position is a fault after so long.
  static constexpr nanoseconds uncovered_max = std::chrono::seconds{5};
  /// Strategies whose backtests are kept.
  static constexpr std::size_t backtests_max = 256;
  /// Symbols whose newest trend is kept.
  static constexpr std::size_t trends_max = 10'000;

  live_record(std::string mode, session_calendar calendar);

  /// The next record of the log: its wall time and what it says.
  void apply(utc_ns wall, const audit_event& event);

  /// The sessions so far, oldest first, without days on which the exchange was never open.
  std::vector<session_facts> sessions() const;
  /// Trades of the last backtest of a strategy that was put down here and passed.
  std::optional<std::uint64_t> backtest_of(const std::string& strategy) const;
  /// Regimes in which the trades of that backtest were entered.
  regime_set backtest_regimes_of(const std::string& strategy) const;
  /// The newest of each symbol, whatever mode the run had that learned it.
  const std::map<symbol_name, trend_record>& trends() const { return trends_; }
  /// First days of the weeks whose report a person has read.
  const std::set<calendar_date>& reviewed() const { return reviewed_; }
  /// The last drill of the emergency stop.
  const std::optional<drill_evidence>& drill() const { return drill_; }
  /// The paper node that runs beside this one, and how far a day may lie from its day.
  void compare_with(const live_record& paper, std::int64_t bound_bp);
  /// The paper node's day; empty when it has none, or nobody was named.
  std::optional<twin_day> paper_day(calendar_date day) const;
  /// Of the promotions by people and the sessions between them. The session of `today` is not over
  /// unless both books were compared.
  stage_state stage(calendar_date today) const;

  /// Over the last `window` sessions of this major version. The session of `today` counts once both
  /// books were compared.
  paper_evidence evidence(std::uint32_t window, const std::string& major,
                          calendar_date today) const;

 private:
  session_facts& session_of(utc_ns wall);
  /// Whether what went on that day can be judged.
  static bool is_over(const session_facts& session, calendar_date today);
  void forget_oldest();
  graded_session graded(const session_facts& session) const;

  void on(utc_ns wall, const boot_record& x);
  void on(utc_ns wall, const shutdown_record& x);
  void on(utc_ns wall, const state_record& x);
  void on(utc_ns wall, const session_record& x);
  void on(utc_ns wall, const supervisor_record& x);
  void on(utc_ns wall, const coverage_record& x);
  void on(utc_ns wall, const day_record& x);
  void on(utc_ns wall, const account_record& x);
  void on(utc_ns wall, const snapshot_record& x);
  void on(utc_ns wall, const trade_event_record& x);
  void on(utc_ns wall, const drill_record& x);
  void on(utc_ns wall, const operator_record& x);
  void on(utc_ns wall, const cash_flow_record& x);
  void on(utc_ns wall, const proof_record& x);
  void on(utc_ns wall, const trend_record& x);
  template <class Other>
  void on(utc_ns, const Other&) {}
  void on_equity(utc_ns wall, money equity);

  std::string mode_;
  session_calendar calendar_;
  std::string major_;
  /// The run that is being read is one of the mode; it has not ended, and was alive then.
  bool running_ = false;
  bool unfinished_ = false;
  /// It is a node of the mode, or a check of such a node.
  bool drills_count_ = false;
  utc_ns last_wall_;
  /// Came in, less what went out, since the log began: taken off every equity, so that it is
  /// neither return nor fall.
  money flows_;
  std::map<calendar_date, session_facts> sessions_;
  /// The ramp after the sessions up to a day; those after it are folded when somebody asks.
  stage_state base_;
  calendar_date base_day_{1970, 1, 1};
  std::optional<drill_evidence> drill_;
  struct proven_backtest {
    std::uint64_t trades = 0;
    regime_set regimes = 0;
  };
  std::map<std::string, proven_backtest> backtests_;
  std::map<symbol_name, trend_record> trends_;
  std::map<calendar_date, twin_day> paper_days_;
  std::int64_t twin_bound_bp_ = 0;
  std::set<calendar_date> reviewed_;
};

/// "0" of "0.1.0".
std::string major_of(std::string_view version);

}  // namespace bw
