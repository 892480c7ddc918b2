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

template <class Parts>
const bar& newest_of(const Parts& parts) {
  const auto found = std::find_if(parts.rbegin(), parts.rend(), [](const auto& x) { return !!x; });
  BW_ASSERT(found != parts.rend(), "a bar under way has a minute");
  return **found;
}

/// Weighted by volume; zero when a minute that traded does not know its own.
template <class Parts>
price vwap_of(const Parts& parts) {
  int128 sum = 0;
  int128 volume = 0;
  for (const auto& part : parts) {
    if (!part || part->volume.is_zero()) continue;
    if (!part->vwap.is_positive()) return price{};
    sum += notional_exact(part->vwap, part->volume);
    volume += part->volume.units();
  }
  if (volume == 0) return price{};
  // A mean of prices lies between them, so it fits.
  return price::from_units(static_cast<std::int64_t>(divide_half_even(sum, volume)));
}

bar_span span_of(std::uint32_t minutes) {
  if (minutes == whole_session) return bar_span::day;
  return minutes == 5 ? bar_span::five_minutes : bar_span::minute;
}

template <class Minutes>
bar merge(const Minutes& minutes, bar_span span) {
  bar out;
  out.span = span;
  out.start = minutes.start;
  bool first = true;
  for (const auto& part : minutes.parts) {
    if (!part) continue;
    if (first) {
      out.symbol = part->symbol;
      out.open = part->open;
      out.high = part->high;
      out.low = part->low;
      first = false;
    }
    out.high = std::max(out.high, part->high);
    out.low = std::min(out.low, part->low);
    out.close = part->close;
    out.volume = add_saturating(out.volume, part->volume);
    out.trades += std::min(part->trades, UINT32_MAX - out.trades);
  }
  out.vwap = vwap_of(minutes.parts);
  return out;
}

}  // namespace

bar_builder::bar_builder(bar_builder_options options) : options_(options) {
  if (options_.minutes > minutes_max) options_.minutes = whole_session;
}

void bar_builder::add_session(utc_ns open, utc_ns close) {
  if (close <= open) return;
  const auto at = std::lower_bound(sessions_.begin(), sessions_.end(), open,
                                   [](const session& s, utc_ns t) { return s.open < t; });
  if (at != sessions_.end() && at->open == open) {
    at->close = close;
    return;
  }
  sessions_.insert(at, session{open, close});
  if (sessions_.size() > sessions_max) sessions_.erase(sessions_.begin());
}

const bar_builder::session* bar_builder::session_of(utc_ns t) const {
  const auto after = std::upper_bound(sessions_.begin(), sessions_.end(), t,
                                      [](utc_ns x, const session& s) { return x < s.open; });
  if (after == sessions_.begin()) return nullptr;
  const auto& found = *(after - 1);
  return t < found.close ? &found : nullptr;
}

void bar_builder::add(const bar& minute, session_bars& out) {
  if (!is_well_formed(minute)) {
    ++counts_.malformed;
    return;
  }
  const auto* day = session_of(minute.start);
  if (day == nullptr) {
    ++counts_.outside_session;
    return;
  }
  const bool is_past = minute.start <= newest_minute_ || minute.start < finished_until_;
  if (is_past && minute.origin == bar_origin::correction) return correct(minute, out);
  if (is_past) {
    ++(minute.start == newest_minute_ ? counts_.duplicates : counts_.out_of_order);
    return;
  }

  ++counts_.minutes;
  newest_minute_ = minute.start;
  if (current_ && minute.start >= current_->end) finish(minute.start, minute, out);
  if (!current_) {
    current_ = bar_around(*day, minute.start);
  }
  current_->parts[place_of(*current_, minute.start)] = minute;
  const auto minute_end = minute.start + minute_length;
  if (minute_end >= current_->end) finish(minute_end, minute, out);
}

bar_builder::minutes bar_builder::bar_around(const session& day, utc_ns minute_start) const {
  minutes out{day.open, day.close, day.open, {}};
  if (options_.minutes != whole_session) {
    const nanoseconds length = options_.minutes * minute_length;
    out.start = day.open + (minute_start - day.open) / length * length;
    out.end = std::min(out.start + length, day.close);
  }
  const nanoseconds whole = out.end - out.start + minute_length - nanoseconds{1};
  out.parts.resize(static_cast<std::size_t>(whole / minute_length));
  return out;
}

std::optional<utc_ns> bar_builder::flush_due() const {
  if (!current_) return std::nullopt;
  return current_->end + options_.grace;
}

void bar_builder::flush(utc_ns now, session_bars& out) {
  if (!current_ || now < *flush_due()) return;
  const bar cause = newest_of(current_->parts);
  finish(now, cause, out);
}

void bar_builder::finish(utc_ns known_at, const bar& cause, session_bars& out) {
  auto whole = merge(*current_, span_of(options_.minutes));
  const auto newest_origin = newest_of(current_->parts).origin;
  const bool too_late = known_at > current_->end + (current_->end - current_->start);
  const bool is_live = newest_origin == bar_origin::live && !too_late;
  whole.origin = is_live ? bar_origin::live : bar_origin::history;
  whole.received = cause.received;
  whole.trace = cause.trace;

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
    auto& part = current_->parts[place_of(*current_, minute.start)];
    const auto origin = part ? part->origin : bar_origin::history;
    part = minute;
    // What the bar is depends on how its minutes came, not on their being mended.
    part->origin = origin;
    return;
  }
  const auto at = find_finished(minute.start);
  if (at == finished_.end()) {
    ++counts_.lost_corrections;
    return;
  }
  ++counts_.corrections;
  at->parts[place_of(*at, minute.start)] = minute;
  auto whole = merge(*at, span_of(options_.minutes));
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
