#include "domain/trade_bars.hpp"

#include <algorithm>
#include <utility>

namespace bw {

namespace {

/// Sizes come from outside: a sum beyond the range stays at its end.
quantity add_saturating(quantity a, quantity b) {
  std::int64_t sum = 0;
  if (__builtin_add_overflow(a.units(), b.units(), &sum)) return quantity::max();
  return quantity::from_units(sum);
}

bool is_well_formed(const trade_print& x) {
  return x.last.is_positive() && x.last <= trade_bars::price_max && x.size.is_positive() &&
         x.size <= trade_bars::size_max;
}

}  // namespace

void trade_bars::growing::take(const trade_print& print) {
  if (print.effect.last) {
    // Of two trades at one instant the first to arrive opens and the last to arrive closes.
    if (!has_last || print.at < first_at) {
      first_at = print.at;
      open = print.last;
    }
    if (!has_last || print.at >= last_at) {
      last_at = print.at;
      close = print.last;
    }
    has_last = true;
  }
  if (print.effect.high_low) {
    high = has_reach ? std::max(high, print.last) : print.last;
    low = has_reach ? std::min(low, print.last) : print.last;
    has_reach = true;
  }
  if (print.effect.volume) {
    volume = add_saturating(volume, print.size);
    int128 sum = 0;
    if (!__builtin_add_overflow(value, notional_exact(print.last, print.size), &sum)) value = sum;
    if (trades < UINT32_MAX) ++trades;
  }
}

std::optional<trade_bar> trade_bars::growing::finished() const {
  if (!has_last) return std::nullopt;
  trade_bar out{.start = start,
                .end = end,
                .session_open = session.open,
                .open = open,
                .high = has_reach ? std::max({high, open, close}) : std::max(open, close),
                .low = has_reach ? std::min({low, open, close}) : std::min(open, close),
                .close = close,
                .volume = volume,
                .trades = trades};
  if (volume.is_positive()) {
    const auto mean = divide_half_even(value, volume.units());
    if (fits_decimal(mean)) out.vwap = price::from_units(static_cast<std::int64_t>(mean));
  }
  return out;
}

trade_bars::growing trade_bars::bar_for(const trade_print& print,
                                        const session_span& session) const {
  growing out;
  out.session = session;
  out.start = out.end = print.at;
  if (options_.rule == bar_rule::time) {
    out.start = session.open + (print.at - session.open) / options_.length * options_.length;
    out.end = std::min(out.start + options_.length, session.close);
  }
  return out;
}

bool trade_bars::is_full(const growing& x) const {
  switch (options_.rule) {
    case bar_rule::time: return false;
    case bar_rule::ticks: return x.trades >= options_.ticks;
    case bar_rule::volume: return x.volume >= options_.volume;
    case bar_rule::value:
      return x.value >= static_cast<int128>(options_.value.units()) * decimal_scale;
  }
  return false;
}

void trade_bars::add(const trade_print& print, bars& out) {
  if (!is_well_formed(print)) {
    ++counts_.malformed;
    return;
  }
  const auto session = sessions_.around(print.at);
  if (!session) {
    ++counts_.outside_session;
    return;
  }
  if (current_ ? print.at < current_->start : print.at < done_until_)
    return take_late(print, *session, out);

  ++counts_.trades;
  seen_until_ = std::max(seen_until_, print.at);
  const bool is_time = options_.rule == bar_rule::time;
  if (current_) {
    const bool other_session = current_->session.open != session->open;
    if (other_session || (is_time && print.at >= current_->end)) close_current(out);
  }
  if (!current_) current_ = bar_for(print, *session);
  current_->take(print);
  if (!is_time) current_->end = std::max(current_->end, print.at);
  if (is_full(*current_)) close_current(out);
}

void trade_bars::take_late(const trade_print& print, const session_span& session, bars& out) {
  const auto wanted = bar_for(print, session);
  const bool is_over = wanted.end + options_.amend_after <= seen_until_;
  auto at = std::lower_bound(recent_.begin(), recent_.end(), wanted.start,
                             [](const growing& x, utc_ns t) { return x.start < t; });
  const bool is_known = at != recent_.end() && at->start == wanted.start;
  const bool has_no_room = recent_.size() == amendable_max && at == recent_.begin();
  if (options_.rule != bar_rule::time || is_over || (!is_known && has_no_room)) {
    ++counts_.too_late;
    return;
  }
  ++counts_.trades;
  ++counts_.late;
  // Nothing was traded then, as far as was known.
  if (!is_known) at = recent_.insert(at, wanted);
  at->take(print);
  at->changed = true;
  if (recent_.size() > amendable_max) drop_oldest(out);
}

void trade_bars::close_current(bars& out) {
  auto over = *std::move(current_);
  current_.reset();
  done_until_ = std::max(done_until_, over.end);
  if (const auto bar = over.finished()) {
    ++counts_.bars;
    out.push(*bar);
  }
  if (options_.rule != bar_rule::time) return;
  recent_.push_back(std::move(over));
  if (recent_.size() > amendable_max) drop_oldest(out);
}

void trade_bars::say_amended(growing& x, bars& out) {
  if (!std::exchange(x.changed, false)) return;
  auto bar = x.finished();
  if (!bar) return;
  bar->amended = true;
  ++counts_.amendments;
  out.push(*bar);
}

void trade_bars::drop_oldest(bars& out) {
  say_amended(recent_.front(), out);
  recent_.pop_front();
}

void trade_bars::flush(utc_ns now, bars& out) {
  seen_until_ = std::max(seen_until_, now);
  if (current_) {
    const bool is_time = options_.rule == bar_rule::time;
    if (now >= (is_time ? current_->end : current_->session.close)) close_current(out);
  }
  while (!recent_.empty() && now >= recent_.front().end + options_.amend_after) drop_oldest(out);
}

}  // namespace bw
