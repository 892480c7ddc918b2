#include "venue/bar_timeframe.hpp"

#include <algorithm>

namespace bw::venue {
namespace {

constexpr nanoseconds day_length = std::chrono::hours{24};

/// The sum, or the end of the type's range: a volume comes from recorded files.
quantity add_saturating(quantity a, quantity b) {
  std::int64_t sum = 0;
  if (__builtin_add_overflow(a.units(), b.units(), &sum)) return quantity::max();
  return quantity::from_units(sum);
}

price average_of(const bar& x) { return x.vwap.is_zero() ? x.close : x.vwap; }

}  // namespace

std::optional<bar_timeframe> bar_timeframe::parse(std::string_view text) {
  std::int64_t count = 0;
  std::size_t at = 0;
  while (at < text.size() && at < 2 && text[at] >= '0' && text[at] <= '9')
    count = count * 10 + (text[at++] - '0');
  const auto unit = text.substr(at);
  if (unit == "Min" || unit == "T") {
    if (count >= 1 && count <= 59) return bar_timeframe{std::chrono::minutes{count}};
  } else if (unit == "Hour" || unit == "H") {
    if (count >= 1 && count <= 23) return bar_timeframe{std::chrono::hours{count}};
  } else if ((unit == "Day" || unit == "D") && count == 1) {
    return bar_timeframe{day_length};
  }
  return std::nullopt;
}

utc_ns bar_timeframe::start_of(utc_ns t, const new_york_time& new_york) const {
  const auto midnight = new_york.midnight(t);
  if (length_ == day_length) return midnight;
  return t - nanoseconds{(t - midnight).count() % length_.count()};
}

utc_ns bar_timeframe::end_of(utc_ns t, const new_york_time& new_york) const {
  if (length_ == day_length) {
    const auto tomorrow = days_from_civil(new_york.date(t)) + 1;
    return new_york.midnight(civil_from_days(tomorrow));
  }
  return start_of(t, new_york) + length_;
}

std::vector<bar> bar_timeframe::aggregate(const std::vector<bar>& minutes,
                                          const new_york_time& new_york) const {
  if (length_ == std::chrono::minutes{1}) return minutes;
  std::vector<growing_bar> grown;
  utc_ns end{INT64_MIN};
  for (auto minute : minutes) {
    if (!grown.empty() && minute.start < end) {
      grown.back().add(minute);
      continue;
    }
    end = end_of(minute.start, new_york);
    minute.start = start_of(minute.start, new_york);
    grown.emplace_back(minute);
  }
  std::vector<bar> out;
  out.reserve(grown.size());
  for (const auto& x : grown) out.push_back(x.value());
  return out;
}

growing_bar::growing_bar(const bar& first)
    : whole_(first), notional_(notional_exact(average_of(first), first.volume)) {
  whole_.vwap = average_of(first);
}

void growing_bar::add(const bar& later) {
  notional_ += notional_exact(average_of(later), later.volume);
  whole_.high = std::max(whole_.high, later.high);
  whole_.low = std::min(whole_.low, later.low);
  whole_.close = later.close;
  whole_.volume = add_saturating(whole_.volume, later.volume);
  whole_.trades += later.trades;
  if (whole_.volume.is_positive() && whole_.volume != quantity::max())
    whole_.vwap = average_price_half_even(notional_, whole_.volume);
}

}  // namespace bw::venue
