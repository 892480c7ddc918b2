#pragma once

#include <optional>
#include <vector>

#include "messages/account.hpp"

namespace bw::venue {

/// The venue's calendar: the trading days it was given, in order. Behind the last one the calendar
/// goes on with weekdays of the same hours, so that a clock always has a next open. Immutable.
class trading_days {
 public:
  explicit trading_days(std::vector<session_day> days);

  const std::vector<session_day>& days() const { return days_; }

  bool is_open(utc_ns now) const;
  /// The day that is open at `now`, or the next one.
  session_day current_or_next(utc_ns now) const;
  /// The first day that opens after `now`.
  session_day next_to_open(utc_ns now) const;
  /// When the market opens or closes next, after `now`.
  utc_ns next_change(utc_ns now) const;
  /// The trading day that follows `date`: where trades of that day settle.
  calendar_date day_after(calendar_date date) const;
  /// The last trading day before `date`; nothing when the calendar does not reach back that far.
  std::optional<calendar_date> day_before(calendar_date date) const;

 private:
  std::vector<session_day> days_;
};

}  // namespace bw::venue
