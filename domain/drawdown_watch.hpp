#pragma once

#include <cstdint>
#include <optional>

#include "core/decimal.hpp"

namespace bw {

/// Equity now, and the highest it was in this session and at all.
struct equity_marks {
  money now;
  money session_peak;
  money high_water;
};

/// How far equity has fallen, in the order of severity.
enum class drawdown_level : std::uint8_t { none = 1, halve, halt, emergency };

struct drawdown_limits {
  /// Below the session's peak: trading halts.
  std::int64_t session_bp = 200;
  /// Below the highest equity of all: sizes are halved; everything is closed.
  std::int64_t halve_bp = 500;
  std::int64_t emergency_bp = 1'000;
};

/// Whether `now` is at least `basis_points` of `peak` below it. A peak of nothing cannot be fallen
/// from.
bool has_fallen(money now, money peak, std::int64_t basis_points);
drawdown_level level_of_drawdown(const equity_marks& marks, const drawdown_limits& limits);

/// Keeps the peaks (R23). Single-threaded.
class drawdown_watch {
 public:
  /// Peak of earlier sessions; the first equity seen is the peak where none is known.
  void restore(money high_water) { high_water_ = high_water; }
  void start_session() { marks_.reset(); }
  void on_equity(money now);
  /// Cash came in, or went out where negative: the peaks move with it, so that a deposit is no gain
  /// and a withdrawal no fall.
  void on_cash_flow(money amount);
  /// Empty until the session's first equity.
  const std::optional<equity_marks>& marks() const { return marks_; }

 private:
  money high_water_;
  std::optional<equity_marks> marks_;
};

}  // namespace bw
