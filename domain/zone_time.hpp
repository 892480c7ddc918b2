#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "core/result.hpp"
#include "core/time.hpp"

namespace bw {

/// The wall clock of one place. The zone's rules are read once, when it is made; after that it is a
/// plain value: no file, no clock, no global state, and never the machine's own zone.
class zone_time {
 public:
  /// `name` is of the zone database, "America/Chicago". ec::not_found when it is not there, or when
  /// the system has no such data (package tzdata).
  static result<zone_time> make(const std::string& name);

  /// Distance from UTC at an instant.
  std::chrono::seconds offset_at(utc_ns at) const;
  calendar_date date_at(utc_ns at) const;
  /// The instant of a wall-clock time, counted from the midnight of that day. A time that comes
  /// twice is the first of both; one that is skipped is as many minutes after the gap.
  utc_ns instant_of(calendar_date date, std::chrono::minutes of_day) const;

 private:
  struct transition {
    std::int64_t from_utc_seconds;
    std::chrono::seconds offset;
  };

  zone_time() = default;

  /// Sorted; never empty.
  std::vector<transition> transitions_;
};

}  // namespace bw
