#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "domain/session_calendar.hpp"
#include "domain/zone_time.hpp"
#include "messages/header.hpp"

namespace bw {

/// What happens on trading days beside trading.
struct schedule_options {
  /// Preflight, so long before the open.
  nanoseconds pre_open = std::chrono::minutes{5};
  /// Check-in briefs: a wall-clock time and its zone.
  std::string checkin_morning = "08:30 America/Chicago";
  std::string checkin_midday = "12:00 America/Chicago";
  std::string checkin_eod = "16:30 America/New_York";
  /// On half days the last brief comes so long after the close.
  nanoseconds half_day_eod = std::chrono::minutes{30};
  /// A job that is late by more is not run any more and is reported as missed.
  nanoseconds late_max = std::chrono::hours{2};
};

/// A time of day at some place.
struct local_time {
  std::chrono::minutes of_day{};
  zone_time zone;
};
/// "08:30 America/Chicago"; ec::parse_failed or ec::not_found with a sentence otherwise.
result<local_time> parse_local_time(std::string_view text);

/// One job of every trading day.
struct daily_job {
  enum class anchor : std::uint8_t { open = 1, close, wall_clock };

  short_name name;
  anchor from = anchor::open;
  /// After the anchor, or before it when negative; not used with a wall clock.
  nanoseconds offset{};
  std::optional<local_time> at;
  /// On half days: so long after the close instead.
  std::optional<nanoseconds> half_day_after_close;
};

// Names of the jobs that every node has.
inline constexpr std::string_view job_pre_open = "pre_open";
inline constexpr std::string_view job_open = "open";
inline constexpr std::string_view job_pre_close = "pre_close";
inline constexpr std::string_view job_overnight_guard = "overnight_guard";
inline constexpr std::string_view job_close = "close";
inline constexpr std::string_view job_checkin_morning = "checkin_morning";
inline constexpr std::string_view job_checkin_midday = "checkin_midday";
inline constexpr std::string_view job_checkin_eod = "checkin_eod";

/// These jobs as configured. The error names the option that cannot be read.
result<std::vector<daily_job>> usual_jobs(const schedule_options& options,
                                          const session_options& session);

/// A job whose time has come.
struct due_job {
  short_name name;
  calendar_date day;
  utc_ns due;
  /// Too late to be run: only to be reported.
  bool missed = false;

  friend bool operator==(const due_job&, const due_job&) = default;
};

/// Which jobs of trading days are due. Each comes due once: on time, or late by up to late_max when
/// nobody looked before (the machine slept, the node was down), and otherwise as missed. All it
/// remembers is up to when it has looked; that instant, kept over a restart, is its whole state.
///
/// Pure; its caller brings the time, which must not follow steps of a wall clock (carried_time).
class day_schedule {
 public:
  static constexpr std::size_t jobs_max = 32;
  /// Days before today of which missed jobs are still reported.
  static constexpr std::int64_t days_back_max = 14;
  /// A time that lies further back than this behind the last look is believed, and looking begins
  /// anew from there: the earlier time was wrong.
  static constexpr nanoseconds back_max = std::chrono::hours{26};

  /// At most jobs_max jobs; what is beyond is not taken.
  day_schedule(std::vector<daily_job> jobs, nanoseconds late_max);

  /// Goes on from an earlier run. Without it the first look only begins.
  void resume(utc_ns looked_until) { looked_until_ = looked_until; }
  /// Empty before the first look.
  std::optional<utc_ns> looked_until() const { return looked_until_; }

  /// In the order of their times.
  std::vector<due_job> take_due(utc_ns now, const session_calendar& calendar);
  /// The next job after `now`; empty when no session is near.
  std::optional<due_job> next(utc_ns now, const session_calendar& calendar) const;

  /// When a job of a trading day is due.
  static utc_ns due_on(const daily_job& job, const session_day& day,
                       const session_calendar& calendar);

 private:
  std::vector<daily_job> jobs_;
  nanoseconds late_max_;
  std::optional<utc_ns> looked_until_;
};

}  // namespace bw
