#pragma once

#include <deque>

#include "core/decimal.hpp"
#include "core/time.hpp"

namespace bw::venue {

/// What the account was worth, minute by minute while somebody asked it to look. Bounded: beyond
/// `points_max` the oldest are dropped. Single-threaded.
class equity_history {
 public:
  struct point {
    utc_ns at;
    money equity;
  };
  static constexpr nanoseconds step = std::chrono::minutes{1};
  /// About a quarter of trading days.
  static constexpr std::size_t points_max = 64 * 390;

  /// True when a new minute has begun: then `note` wants the equity.
  bool is_due(utc_ns now) const {
    return points_.empty() || now.value / step.count() > points_.back().at.value / step.count();
  }
  void note(utc_ns now, money equity) {
    points_.push_back({utc_ns{now.value / step.count() * step.count()}, equity});
    if (points_.size() > points_max) points_.pop_front();
  }
  const std::deque<point>& points() const { return points_; }

 private:
  std::deque<point> points_;
};

}  // namespace bw::venue
