#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "app/preflight_run.hpp"
#include "domain/session_calendar.hpp"

namespace bw {

/// The eight tests of a quick trial, made of one preflight with its drill: configuration,
/// connection, market data, an order of one share, its cancellation, positions, limits, emergency
/// stop. What was only warned of in the preflight has passed here, but for the drill's own tests.
preflight_report quick_trial(const preflight_outcome& preflight);

/// Writes the result into the trials of the state folder and answers the file; empty when the
/// configuration could not be read, so that there is no folder.
result<std::filesystem::path> keep_trial(const preflight_report& trial,
                                         const preflight_outcome& preflight);

/// Looks at everything again and again, over days: what was seen of each item on one day, the worst
/// first to say what was wrong. Pure.
class extended_trial {
 public:
  /// A trial of longer than this has no use.
  static constexpr std::chrono::hours longest{48};

  /// One look. Looks come in the order of their times.
  void add(const preflight_report& look, calendar_date day);

  /// The days that were looked at, oldest first; the last one may go on.
  const std::vector<calendar_date>& days() const { return days_; }
  /// Of one day, or of all of them: an item for each that was looked at, failed when it failed
  /// once, and one that counts the looks.
  preflight_report report(std::optional<calendar_date> day = std::nullopt) const;

 private:
  struct seen {
    std::string name;
    std::size_t passed = 0;
    std::size_t warned = 0;
    std::size_t failed = 0;
    /// The first of the worst.
    preflight_item worst;
  };
  struct day_seen {
    calendar_date day;
    std::size_t looks = 0;
    std::vector<seen> items;
  };
  static preflight_item item_of(const seen& x);

  std::vector<calendar_date> days_;
  std::vector<day_seen> all_;
};

/// Writes the report of a day of a trial that began at `began`, in the place of an earlier one.
result<std::filesystem::path> keep_trial_day(const std::filesystem::path& state,
                                             const preflight_report& report, calendar_date day,
                                             const preflight_outcome& last, utc_ns began);

}  // namespace bw
