#include "venue/new_york_time.hpp"

#include <cstdlib>

namespace bw::venue {
namespace {

constexpr nanoseconds day_length = std::chrono::hours{24};

void put_two_digits(std::string& out, std::int64_t value) {
  out += static_cast<char>('0' + value / 10 % 10);
  out += static_cast<char>('0' + value % 10);
}

}  // namespace

std::string new_york_time::rfc3339(utc_ns t) const {
  const auto shift = offset(t);
  auto out = format_rfc3339(t + shift);
  out.pop_back();  // The Z: what is left is the wall clock.
  const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(shift).count();
  out += minutes < 0 ? '-' : '+';
  put_two_digits(out, std::abs(minutes) / 60);
  out += ':';
  put_two_digits(out, std::abs(minutes) % 60);
  return out;
}

std::string new_york_time::hours_and_minutes(utc_ns t) const {
  const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(time_of_day(t)).count();
  std::string out;
  put_two_digits(out, minutes / 60);
  out += ':';
  put_two_digits(out, minutes % 60);
  return out;
}

calendar_date new_york_time::date(utc_ns t) const { return utc_date(t + offset(t)); }

utc_ns new_york_time::midnight(calendar_date day) const {
  const utc_ns wall{days_from_civil(day) * day_length.count()};
  // The offset at midnight itself; five hours later is the same side of any change at 02:00.
  const utc_ns near_midnight = wall - offset(wall);
  return wall - offset(near_midnight);
}

utc_ns new_york_time::midnight(utc_ns t) const { return midnight(date(t)); }

nanoseconds new_york_time::time_of_day(utc_ns t) const {
  const auto wall = t + offset(t);
  return wall - utc_ns{days_from_civil(utc_date(wall)) * day_length.count()};
}

}  // namespace bw::venue
