#include "domain/bar_builder.hpp"

#include <algorithm>

namespace bw {

namespace {

constexpr nanoseconds minute_length = span_length(bar_span::minute);

/// Volumes come from outside: a sum beyond the range stays at its end.
quantity add_saturating(quantity a, quantity b) {
  std::int64_t sum = 0;
  if (__builtin_add_overflow(a.units(), b.units(), &sum)) return quantity::max();
  return quantity::from_units(sum);
}

bool is_well_formed(const bar& x) {
  return x.span == bar_span::minute && x.low.is_positive() && x.low <= x.open && x.low <= x.close &&
         x.high >= x.open && x.high >= x.close && x.high <= bar_builder::price_max &&
         x.vwap <= bar_builder::price_max && !x.volume.is_negative() &&
         x.start.value % minute_length.count() == 0;
}

template <class Minutes>
std::size_t place_of(const Minutes& bar, utc_ns minute_start) {
  return static_cast<std::size_t>((minute_start - bar.start) / minute_length);
}

bar_span span_of(std::uint32_t minutes) {
  if (minutes == whole_session) return bar_span::day;
  return minutes == 5 ? bar_span::five_minutes : bar_span::minute;
}

}  // namespace

bar_builder::bar_builder(bar_builder_options options) : options_(options) {
  if (options_.minutes > minutes_max) options_.minutes = whole_session;
}

bar_builder::part bar_builder::part_of(const bar& minute) {
  return {minute.open, minute.high,   minute.low,    minute.close, minute.volume,
          minute.vwap, minute.trades, minute.origin, true};
}

/// Weighted by volume; zero when a minute that traded does not know its own.
price bar_builder::vwap_of(const std::vector<part>& parts) {
  int128 sum = 0;
  int128 volume = 0;
  for (const auto& each : parts) {
    if (!each.traded || each.volume.is_zero()) continue;
    if (!each.vwap.is_positive()) return price{};
    sum += notional_exact(each.vwap, each.volume);
    volume += each.volume.units();
  }
  if (volume == 0) return price{};
  // A mean of prices lies between them, so it fits.
  return price::from_units(static_cast<std::int64_t>(divide_half_even(sum, volume)));
}

bar bar_builder::merge(const minutes& whole) const {
  bar out;
  out.symbol = symbol_;
  out.span = span_of(options_.minutes);
  out.start = whole.start;
  bool first = true;
  for (const auto& each : whole.parts) {
    if (!each.traded) continue;
    if (first) {
      out.open = each.open;
      out.high = each.high;
      out.low = each.low;
      first = false;
    }
    out.high = std::max(out.high, each.high);
    out.low = std::min(out.low, each.low);
    out.close = each.close;
    out.volume = add_saturating(out.volume, each.volume);
    out.trades += std::min(each.trades, UINT32_MAX - out.trades);
  }
  out.vwap = vwap_of(whole.parts);
  return out;
}

void bar_builder::add_session(utc_ns open, utc_ns close) {
  sessions_.add({open, close});
  day_ = {};
}

void bar_builder::add(const bar& minute, session_bars& out) {
  if (!is_well_formed(minute)) {
    ++counts_.malformed;
    return;
  }
  const auto day = day_of(minute.start);
  if (!day) {
    ++counts_.outside_session;
    return;
  }
  day_ = *day;
  const bool is_past = minute.start <= newest_minute_ || minute.start < finished_until_;
  if (is_past && minute.origin == bar_origin::correction) return correct(minute, out);
  if (is_past) {
    ++(minute.start == newest_minute_ ? counts_.duplicates : counts_.out_of_order);
    return;
  }

  ++counts_.minutes;
  symbol_ = minute.symbol;
  newest_minute_ = minute.start;
  newest_cause_ = {minute.received, minute.trace};
  if (current_ && minute.start >= current_->end) finish(minute.start, newest_cause_, out);
  if (!current_) current_ = bar_around(*day, minute.start);
  current_->parts[place_of(*current_, minute.start)] = part_of(minute);
  const auto minute_end = minute.start + minute_length;
  if (minute_end >= current_->end) finish(minute_end, newest_cause_, out);
}

session_span bar_builder::span_around(const session_span& day, utc_ns minute_start) const {
  if (options_.minutes == whole_session) return day;
  const nanoseconds length = options_.minutes * minute_length;
  const auto start = day.open + (minute_start - day.open) / length * length;
  return {start, std::min(start + length, day.close)};
}

bar_builder::minutes bar_builder::bar_around(const session_span& day, utc_ns minute_start) const {
  const auto span = span_around(day, minute_start);
  minutes out{span.open, span.close, day.open, {}};
  const nanoseconds whole = out.end - out.start + minute_length - nanoseconds{1};
  out.parts.resize(static_cast<std::size_t>(whole / minute_length));
  return out;
}

bool bar_builder::only_keeps(utc_ns minute_start) const {
  const auto minute_end = minute_start + minute_length;
  if (current_) return minute_end < current_->end;
  const auto day = day_of(minute_start);
  return !day || minute_end < span_around(*day, minute_start).close;
}

std::optional<session_span> bar_builder::day_of(utc_ns minute_start) const {
  if (minute_start >= day_.open && minute_start < day_.close) return day_;
  return sessions_.around(minute_start);
}

std::optional<utc_ns> bar_builder::flush_due() const {
  if (!current_) return std::nullopt;
  return current_->end + options_.grace;
}

void bar_builder::flush(utc_ns now, session_bars& out) {
  if (!current_ || now < *flush_due()) return;
  finish(now, newest_cause_, out);
}

void bar_builder::finish(utc_ns known_at, const cause& why, session_bars& out) {
  auto whole = merge(*current_);
  const auto newest = std::find_if(current_->parts.rbegin(), current_->parts.rend(),
                                   [](const part& x) { return x.traded; });
  BW_ASSERT(newest != current_->parts.rend(), "a bar under way has a minute");
  const bool too_late = known_at > current_->end + (current_->end - current_->start);
  const bool is_live = newest->origin == bar_origin::live && !too_late;
  whole.origin = is_live ? bar_origin::live : bar_origin::history;
  whole.received = why.received;
  whole.trace = why.trace;

  finished_until_ = current_->end;
  finished_.push_back(*std::move(current_));
  current_.reset();
  if (finished_.size() > options_.finished_max) finished_.pop_front();
  ++counts_.bars;
  out.push(session_bar{whole, finished_.back().session_open, finished_.back().end});
}

void bar_builder::correct(const bar& minute, session_bars& out) {
  if (current_ && minute.start >= current_->start) {
    ++counts_.corrections;
    auto& kept = current_->parts[place_of(*current_, minute.start)];
    const auto origin = kept.origin;
    kept = part_of(minute);
    // What the bar is depends on how its minutes came, not on their being mended.
    kept.origin = origin;
    return;
  }
  const auto at = find_finished(minute.start);
  if (at == finished_.end()) {
    ++counts_.lost_corrections;
    return;
  }
  ++counts_.corrections;
  at->parts[place_of(*at, minute.start)] = part_of(minute);
  auto whole = merge(*at);
  whole.origin = bar_origin::correction;
  whole.received = minute.received;
  whole.trace = minute.trace;
  out.push(session_bar{whole, at->session_open, at->end});
}

std::deque<bar_builder::minutes>::iterator bar_builder::find_finished(utc_ns minute_start) {
  const auto after = std::upper_bound(finished_.begin(), finished_.end(), minute_start,
                                      [](utc_ns t, const minutes& x) { return t < x.start; });
  if (after == finished_.begin()) return finished_.end();
  const auto found = after - 1;
  return minute_start < found->end ? found : finished_.end();
}

}  // namespace bw
