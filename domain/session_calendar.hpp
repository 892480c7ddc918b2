#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/result.hpp"
#include "core/time.hpp"
#include "domain/zone_time.hpp"
#include "messages/account.hpp"
#include "messages/control.hpp"

namespace bw {

/// Guards at both ends of a session; on half days they count from the real close.
struct session_options {
  nanoseconds open_guard = std::chrono::seconds{60};          // risk.session.open_guard_ms
  nanoseconds entries_end_before = std::chrono::minutes{10};  // risk.session.close_guard_ms
  nanoseconds flatten_before = std::chrono::minutes{5};       // risk.session.flatten_ms
  /// Of strategies that keep positions over night.
  nanoseconds overnight_end_before = std::chrono::seconds{120};  // risk.session.overnight_guard_ms
};

/// When the phase that holds at `now` ends; a day of which the calendar knows nothing is looked at
/// again after an hour.
utc_ns end_of_phase(const session_state& session, const session_options& options, utc_ns now);

/// A day on which broker and built-in rules do not agree. Without a session: closed.
struct calendar_difference {
  calendar_date date;
  std::optional<session_day> broker;
  std::optional<session_day> built_in;

  /// "2026-11-27: broker 14:30-21:00Z, built-in 14:30-18:00Z".
  std::string text() const;
};

/// Core sessions of the US exchanges and New York's time. The zone's rules are read once, when the
/// calendar is made; after that it is a plain value: no file, no clock, no global state. The days
/// come from the built-in rules until the broker's calendar covers them.
class session_calendar {
 public:
  /// ec::not_found when the system has no time zone data (package tzdata).
  static result<session_calendar> make();

  /// New York's distance from UTC at an instant: −5 h in winter, −4 h in summer.
  std::chrono::seconds offset_at(utc_ns at) const { return new_york_.offset_at(at); }
  calendar_date new_york_date(utc_ns at) const { return new_york_.date_at(at); }
  /// The instant of a wall-clock time in New York, counted from the midnight of that day. A time
  /// that comes twice is the first of both; one that is skipped is as many minutes after the gap.
  utc_ns utc_from_new_york(calendar_date date, std::chrono::minutes of_day) const {
    return new_york_.instant_of(date, of_day);
  }

  /// The broker's days within [first, last] replace the built-in ones; days that are not listed
  /// are closed. ec::invalid_argument when one lies outside, is out of order, has times of another
  /// day, or ends before it begins.
  result<void> use_broker_days(calendar_date first, calendar_date last,
                               std::vector<session_day> days);
  /// Days of the broker's range on which the built-in rules differ.
  std::vector<calendar_difference> cross_check() const;

  /// The session of a day; empty when the exchange is closed or nothing is known.
  std::optional<session_day> session_on(calendar_date date) const;
  /// Whether a day's session is shorter than usual.
  bool is_half_day(const session_day& day) const;
  /// Whether anything is known of a day.
  bool covers(calendar_date date) const;
  /// Sessions from `first` to `last`, both included; of at most 20,000 days.
  std::vector<session_day> sessions(calendar_date first, calendar_date last) const;
  /// The session that is open at `at`, or the next one; empty when none is near.
  std::optional<session_day> current_or_next(utc_ns at) const;

  /// Where the day stands. Days that nobody covers are unknown; where broker and built-in rules
  /// differ about today, no entries are made.
  session_state phase(utc_ns now, const session_options& options) const;

 private:
  explicit session_calendar(zone_time new_york) : new_york_(std::move(new_york)) {}
  std::optional<session_day> built_in_session(calendar_date date) const;
  bool is_broker_day(calendar_date date) const;
  bool differs(calendar_date date) const;

  zone_time new_york_;
  std::vector<session_day> broker_days_;
  /// Empty range until the broker's calendar came.
  calendar_date broker_first_{1970, 1, 2};
  calendar_date broker_last_{1970, 1, 1};
};

}  // namespace bw
