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

/// Average of two prices weighted by volume, rounded half to even.
price weighted(price a, quantity weight_a, price b, quantity weight_b) {
  const auto weights = static_cast<int128>(weight_a.units()) + weight_b.units();
  if (weights <= 0) return b;
  const auto sum = notional_exact(a, weight_a) + notional_exact(b, weight_b);
  return price::from_units(static_cast<std::int64_t>(divide_half_even(sum, weights)));
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
  std::vector<bar> out;
  utc_ns end{INT64_MIN};
  for (const auto& minute : minutes) {
    if (!out.empty() && minute.start < end) {
      extend_bar(out.back(), minute);
      continue;
    }
    end = end_of(minute.start, new_york);
    out.push_back(minute);
    out.back().start = start_of(minute.start, new_york);
  }
  return out;
}

void extend_bar(bar& whole, const bar& later) {
  whole.vwap = weighted(average_of(whole), whole.volume, average_of(later), later.volume);
  whole.high = std::max(whole.high, later.high);
  whole.low = std::min(whole.low, later.low);
  whole.close = later.close;
  whole.volume = add_saturating(whole.volume, later.volume);
  whole.trades += later.trades;
}

}  // namespace bw::venue
