#include "strategies/daily_volume.hpp"

#include <algorithm>

namespace bw {

namespace {

/// Days since 1970, in UTC.
std::int64_t day_number(utc_ns t) {
  constexpr auto day = nanoseconds{std::chrono::hours{24}}.count();
  return t.value >= 0 ? t.value / day : (t.value + 1) / day - 1;
}

quantity add_saturating(quantity a, quantity b) {
  std::int64_t sum = 0;
  if (__builtin_add_overflow(a.units(), b.units(), &sum)) return quantity::max();
  return quantity::from_units(sum);
}

}  // namespace

void daily_volume::add_day(const bar& day) {
  if (day.span != bar_span::day || day.volume.is_negative()) return;
  store({day_number(day.start), day.volume, true});
  reckon();
}

void daily_volume::grow_day(const bar& day) {
  if (day.span != bar_span::day) return;
  growing_day_ = std::max(growing_day_, day_number(day.start));
  add_day(day);
  reckon();
}

void daily_volume::add_part(const bar& part, utc_ns session_open) {
  if (!under_way_ || under_way_->open != session_open) {
    if (under_way_ && under_way_->from_start)
      store({day_number(under_way_->open), under_way_->volume, false});
    under_way_ = session{session_open, quantity{}, part.start == session_open};
    reckon();
  }
  under_way_->volume = add_saturating(under_way_->volume, part.volume);
}

void daily_volume::store(const entry& x) {
  const auto at = std::lower_bound(days_.begin(), days_.end(), x.day,
                                   [](const entry& e, std::int64_t day) { return e.day < day; });
  if (at != days_.end() && at->day == x.day) {
    if (x.official || !at->official) *at = x;
    return;
  }
  days_.insert(at, x);
  // One more than is averaged: the newest can be the day under way.
  if (days_.size() > days_max + 1) days_.erase(days_.begin());
}

void daily_volume::split(split_ratio by) {
  for (auto& day : days_) day.volume = after_split(day.volume, by);
  if (under_way_) under_way_->volume = after_split(under_way_->volume, by);
  reckon();
}

void daily_volume::reckon() {
  const bool known = under_way_ || growing_day_ != INT64_MIN;
  const auto today =
      !known ? INT64_MAX
             : std::max(under_way_ ? day_number(under_way_->open) : INT64_MIN, growing_day_);
  int128 sum = 0;
  std::size_t count = 0;
  for (auto x = days_.rbegin(); x != days_.rend() && count < days_max; ++x) {
    if (x->day >= today) continue;
    sum += x->volume.units();
    ++count;
  }
  average_.reset();
  if (count > 0)
    average_ = quantity::from_units(
        static_cast<std::int64_t>(divide_floor(sum, static_cast<int128>(count))));
}

}  // namespace bw
