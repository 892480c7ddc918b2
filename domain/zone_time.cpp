#include "domain/zone_time.hpp"

#include <date/tz.h>

#include <algorithm>
#include <exception>

namespace bw {
namespace {

using namespace std::chrono_literals;

constexpr std::int64_t ns_per_second = 1'000'000'000;
constexpr std::int64_t seconds_per_day = 86'400;
/// Years of zone rules that are read.
constexpr std::int32_t zone_first_year = 1970;
constexpr std::int32_t zone_last_year = 2037;
constexpr std::size_t transitions_max = 1'000;

std::int64_t whole_seconds(utc_ns at) {
  return static_cast<std::int64_t>(at.value >= 0 ? at.value / ns_per_second
                                                 : (at.value + 1) / ns_per_second - 1);
}

}  // namespace

result<zone_time> zone_time::make(const std::string& name) {
  zone_time out;
  try {
    const auto* zone = date::locate_zone(name);
    auto at = date::sys_seconds{
        std::chrono::seconds{days_from_civil({zone_first_year, 1, 1}) * seconds_per_day}};
    const auto end = date::sys_seconds{
        std::chrono::seconds{days_from_civil({zone_last_year + 1, 1, 1}) * seconds_per_day}};
    while (at < end && out.transitions_.size() < transitions_max) {
      const auto info = zone->get_info(at);
      out.transitions_.push_back({at.time_since_epoch().count(), info.offset});
      if (info.end <= at) break;
      at = info.end;
    }
  } catch (const std::exception& failure) {
    return {ec::not_found,
            "no time zone " + name + " (" + failure.what() + "); install the package tzdata"};
  }
  return out;
}

std::chrono::seconds zone_time::offset_at(utc_ns at) const {
  const auto seconds = whole_seconds(at);
  const auto after = std::upper_bound(
      transitions_.begin(), transitions_.end(), seconds,
      [](std::int64_t wanted, const transition& each) { return wanted < each.from_utc_seconds; });
  return after == transitions_.begin() ? transitions_.front().offset : std::prev(after)->offset;
}

calendar_date zone_time::date_at(utc_ns at) const {
  return utc_date(at + nanoseconds{offset_at(at)});
}

utc_ns zone_time::instant_of(calendar_date date, std::chrono::minutes of_day) const {
  const auto local =
      utc_ns{days_from_civil(date) * seconds_per_day * ns_per_second} + nanoseconds{of_day};
  // The offsets before and after any change that is near; the earlier instant that shows the wanted
  // time is the answer.
  const auto before = offset_at(local - nanoseconds{12h});
  const auto after = offset_at(local + nanoseconds{36h});
  for (const auto offset : {before, after}) {
    const auto candidate = local - nanoseconds{offset};
    if (offset_at(candidate) == offset) return candidate;
  }
  return local - nanoseconds{before};  // Skipped: counted on from before the gap.
}

}  // namespace bw
