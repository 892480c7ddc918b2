#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "core/decimal.hpp"
#include "core/time.hpp"

namespace bw {

/// A signal with what became of it.
struct learner_signal {
  utc_ns at;
  std::string strategy;
  std::string symbol;
  std::uint32_t confidence_ppm = 0;
  bool executed = false;
};

/// A trade that is over.
struct learner_trade {
  utc_ns closed_at;
  std::string strategy;
  std::string symbol;
  money pnl;
};

/// What one symbol's trades came to.
struct symbol_result {
  std::string symbol;
  money pnl;
};

/// What the last days say of one strategy.
struct strategy_lesson {
  std::string strategy;
  std::uint64_t generated = 0;
  std::uint64_t executed = 0;
  std::uint64_t trades = 0;
  std::uint64_t wins = 0;
  money pnl;
  /// Of the signals; zero without one.
  std::uint32_t confidence_ppm = 0;
  /// By result, the best first and the worst first; at most symbols_named each.
  std::vector<symbol_result> best;
  std::vector<symbol_result> worst;
  /// Advice, a sentence each. It changes nothing.
  std::vector<std::string> notes;
};

/// Looks at signals, executed and not, and at what the trades came to, and says what stands out.
/// Pure; nothing that decides reads it.
class strategy_learner {
 public:
  /// Signals and trades that it remembers, the latest of each.
  static constexpr std::size_t signals_max = 1'000;
  static constexpr std::size_t trades_max = 1'000;
  static constexpr std::size_t symbols_named = 5;
  /// Figures are of so long, notes of so long and of so many signals at least.
  static constexpr nanoseconds figures_of = std::chrono::hours{7 * 24};
  static constexpr nanoseconds notes_of = std::chrono::hours{3 * 24};
  static constexpr std::uint64_t signals_for_notes = 5;
  /// Below this share of won trades, and from more than so many signals without an execution.
  static constexpr std::uint64_t win_rate_pct_min = 40;
  static constexpr std::uint64_t unexecuted_max = 10;

  /// Both in order of time.
  void add(learner_signal x);
  void add(learner_trade x);

  /// One for each strategy that did anything within the last figures_of, by name.
  std::vector<strategy_lesson> lessons(utc_ns now) const;

  std::size_t signals() const { return signals_.size(); }

 private:
  std::deque<learner_signal> signals_;
  std::deque<learner_trade> trades_;
};

/// As lines of a brief: the figures, and the notes with their strategy.
std::vector<std::string> figure_lines(const std::vector<strategy_lesson>& lessons);
std::vector<std::string> note_lines(const std::vector<strategy_lesson>& lessons);

}  // namespace bw
