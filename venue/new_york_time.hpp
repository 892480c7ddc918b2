#pragma once

#include <functional>
#include <string>

#include "core/time.hpp"

namespace bw::venue {

/// Offset of New York's wall clock from UTC at an instant, in minutes: -240 or -300.
using offset_minutes_at = std::function<int(utc_ns)>;

/// New York's wall clock, in which Alpaca's clock and calendar speak. The rules of daylight saving
/// come from the caller. Immutable.
class new_york_time {
 public:
  explicit new_york_time(offset_minutes_at offset) : offset_(std::move(offset)) {}

  /// "2026-11-02T09:31:04.5-05:00".
  std::string rfc3339(utc_ns t) const;
  /// "09:30".
  std::string hours_and_minutes(utc_ns t) const;
  calendar_date date(utc_ns t) const;
  /// The instant at which the local day of `t` began: the stamp of a daily bar.
  utc_ns midnight(utc_ns t) const;
  utc_ns midnight(calendar_date day) const;
  /// Time since local midnight as the wall clock shows it.
  nanoseconds time_of_day(utc_ns t) const;

 private:
  nanoseconds offset(utc_ns t) const { return std::chrono::minutes{offset_(t)}; }

  offset_minutes_at offset_;
};

}  // namespace bw::venue
