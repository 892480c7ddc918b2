#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/decimal.hpp"
#include "core/time.hpp"
#include "messages/market_trend.hpp"

namespace bw {

/// What paper trading must have shown before real money is risked. Thresholds, not targets.
struct evidence_limits {
  std::uint32_t sessions = 30;               // live.gate.sessions
  std::uint32_t window_sessions = 60;        // live.gate.window_sessions
  std::uint32_t trades = 50;                 // live.gate.trades
  std::int64_t win_rate_bp = 5'500;          // live.gate.win_rate_bp: more than this
  std::int64_t month_return_bp = 200;        // live.gate.month_return_bp: more than this
  std::int64_t drawdown_bp = 500;            // live.gate.drawdown_bp: less than this
  std::uint32_t drill_max_days = 7;          // live.gate.drill_max_days
  std::uint32_t parity_sessions = 5;         // live.gate.parity_sessions
  std::uint32_t backtest_trades = 100;       // live.gate.backtest_trades
  std::int64_t twin_bp = 50;                 // live.gate.twin_bp: at most this
  bool profit_factor = false;                // live.gate.profit_factor
  std::int64_t profit_factor_percent = 130;  // live.gate.profit_factor_percent: more than this
  std::uint32_t profit_factor_trades = 100;  // live.gate.profit_factor_trades
};

/// Sessions that are taken for a month's return.
inline constexpr std::int64_t sessions_per_month = 21;

/// The last drill of the emergency stop that the log knows.
struct drill_evidence {
  utc_ns at;
  bool passed = false;
  /// From the stop to nothing open and no position.
  nanoseconds to_flat{};
};

/// What is known of a strategy that is to trade with real money. What it lacks is not met.
struct strategy_evidence {
  std::string name;
  /// Closed trades of its newest backtest that counts; nothing without one.
  std::optional<std::uint64_t> backtest_trades;
  /// Each of its positions has a stop and a target.
  bool has_exits = false;
  /// Regimes in which the trades of that backtest were entered, and those that symbols of its
  /// watchlist are in now and that it may enter in.
  regime_set backtest_regimes = 0;
  regime_set present_regimes = 0;
};

/// What the audit log says of the sessions in the window, all of them on paper and with this major
/// version.
struct paper_evidence {
  std::uint32_t sessions = 0;
  std::uint64_t trades = 0;
  std::uint64_t wins = 0;
  std::uint64_t losses = 0;
  /// Sums of what trades earned and lost; `lost` is positive.
  money earned;
  money lost;
  /// Equity at the first and the last look, and the deepest fall from a peak.
  money equity_first;
  money equity_last;
  std::int64_t drawdown_bp = 0;
  std::uint32_t crashes = 0;
  std::uint32_t differences = 0;
  /// Halts by a limit or by a kill.
  std::uint32_t limit_breaches = 0;
  std::optional<drill_evidence> drill;
  /// Sessions in the window that were decided again: with the same decisions, and with others.
  std::uint32_t parity_same = 0;
  std::uint32_t parity_other = 0;
  /// Signed anchors outside of the log that its records agree with. Without one nobody can tell
  /// the log from one that was made afterwards.
  std::uint64_t anchors = 0;
  std::vector<strategy_evidence> strategies;
};

/// One gate: what was found, what is asked, whether it is met.
struct evidence_gate {
  /// Stable name: "sessions", "kill_drill".
  std::string name;
  bool met = false;
  std::string found;
  std::string wanted;
};

struct evidence_report {
  std::vector<evidence_gate> gates;

  bool complete() const;
  /// "trades: 12, wanted at least 50; …" of those that are not met.
  std::string missing() const;
};

/// Return a month in basis points, rounded towards minus infinity: the growth from the first to the
/// last look, times sessions_per_month over the sessions. Nothing without equity or sessions.
std::optional<std::int64_t> month_return_bp(const paper_evidence& seen);

/// Every gate, met or not. What is unknown is not met.
evidence_report judge_evidence(const paper_evidence& seen, const evidence_limits& limits,
                               utc_ns now);

}  // namespace bw
