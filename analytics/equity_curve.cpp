#include "analytics/equity_curve.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace bw {
namespace {

double ratio(money part, money whole) {
  if (!whole.is_positive()) return 0;
  return static_cast<double>(part.units()) / static_cast<double>(whole.units());
}

double growth(money from, money to) { return from.is_positive() ? ratio(to, from) - 1 : 0; }

/// Monday of the date's ISO week, in days since 1970.
std::int64_t week_of(calendar_date date) { return days_from_civil(date) - (weekday(date) + 6) % 7; }
std::int64_t month_of(calendar_date date) { return std::int64_t{date.year} * 12 + date.month; }

template <class Group>
std::vector<period_return> group_days(std::span<const day_close> days, money start, Group group) {
  std::vector<period_return> out;
  for (std::size_t k = 0; k < days.size(); ++k) {
    if (k == 0 || group(days[k].date) != group(days[k - 1].date))
      out.push_back({days[k].date, days[k].date, k == 0 ? start : days[k - 1].equity, {}, 0});
    auto& last = out.back();
    last.last = days[k].date;
    last.end = days[k].equity;
    last.value = growth(last.start, last.end);
  }
  return out;
}

bool deeper(const drawdown& a, const drawdown& b) {
  return a.depth() != b.depth() ? a.depth() > b.depth() : a.start < b.start;
}

void keep_worst(std::vector<drawdown>& kept, const drawdown& one) {
  kept.insert(std::upper_bound(kept.begin(), kept.end(), one, deeper), one);
  if (kept.size() > equity_curve::drawdowns_max) kept.pop_back();
}

}  // namespace

double drawdown::depth() const { return peak.is_positive() ? 1 - ratio(trough, peak) : 0; }

equity_curve::equity_curve(session_calendar calendar, utc_ns start, money starting_equity)
    : calendar_(std::move(calendar)),
      start_(starting_equity),
      last_{start, starting_equity, starting_equity, {}},
      peak_(starting_equity),
      peak_at_(start) {}

bool equity_curve::add(const equity_point& point) {
  if (point.at < last_.at) return false;
  const auto date = calendar_.new_york_date(point.at);
  const bool same_day = last_date_ && *last_date_ == date;
  if (same_day) {
    const auto passed = static_cast<double>((point.at - last_.at).count());
    observed_ns_ += passed;
    if (last_.exposure.is_positive()) held_ns_ += passed;
    exposure_ns_ += passed * ratio(last_.exposure, last_.equity);
  } else {
    if (!days_.empty()) fill_sessions(date);
    const bool no_session = calendar_.covers(date) && !calendar_.session_on(date);
    if (days_.empty() || !no_session) add_day(date);
  }
  last_date_ = date;
  last_ = point;
  auto& today = days_.back();
  today.equity = point.equity;
  today.value = growth(days_.size() > 1 ? days_[days_.size() - 2].equity : start_, point.equity);
  follow_drawdown(point);
  return true;
}

void equity_curve::add_day(calendar_date date) { days_.push_back({date, last_.equity, 0}); }

void equity_curve::fill_sessions(calendar_date until) {
  const auto first = days_from_civil(days_.back().date) + 1;
  const auto last = days_from_civil(until) - 1;
  if (first > last || last - first > gap_days_max) return;
  for (const auto& each : calendar_.sessions(civil_from_days(first), civil_from_days(last)))
    add_day(each.date);
}

void equity_curve::follow_drawdown(const equity_point& point) {
  if (point.equity >= peak_) {
    if (falling_) {
      falling_->recovered = point.at;
      keep_worst(worst_, *falling_);
      falling_.reset();
    }
    peak_ = point.equity;
    peak_at_ = point.at;
  } else if (!falling_ || point.equity < falling_->trough) {
    falling_ = drawdown{peak_at_, point.at, {}, peak_, point.equity};
  }
}

std::vector<drawdown> equity_curve::drawdowns() const {
  auto out = worst_;
  if (falling_) keep_worst(out, *falling_);
  return out;
}

std::optional<drawdown> equity_curve::max_drawdown() const {
  const auto all = drawdowns();
  return all.empty() ? std::nullopt : std::optional{all.front()};
}

double equity_curve::mean_exposure() const {
  return observed_ns_ > 0 ? exposure_ns_ / observed_ns_ : std::numeric_limits<double>::quiet_NaN();
}

double equity_curve::time_in_market() const {
  return observed_ns_ > 0 ? held_ns_ / observed_ns_ : std::numeric_limits<double>::quiet_NaN();
}

std::vector<double> returns_of(std::span<const day_close> days) {
  std::vector<double> out;
  out.reserve(days.size());
  for (const auto& day : days) out.push_back(day.value);
  return out;
}

std::vector<period_return> weekly_returns(std::span<const day_close> days, money start) {
  return group_days(days, start, week_of);
}

std::vector<period_return> monthly_returns(std::span<const day_close> days, money start) {
  return group_days(days, start, month_of);
}

std::vector<double> benchmark_returns(std::span<const day_close> days,
                                      std::span<const benchmark_point> curve,
                                      const session_calendar& calendar) {
  std::vector<double> out(days.size(), std::numeric_limits<double>::quiet_NaN());
  if (curve.empty()) return out;
  auto level = curve.front().level.to_double();
  std::size_t next = 0;
  for (std::size_t k = 0; k < days.size(); ++k) {
    const auto before = level;
    bool seen = next > 0;
    // What lies after the last session's date still belongs to that session.
    while (next < curve.size() &&
           (k + 1 == days.size() || calendar.new_york_date(curve[next].at) < days[k + 1].date)) {
      level = curve[next].level.to_double();
      seen = true;
      ++next;
    }
    if (seen && before > 0) out[k] = level / before - 1;
  }
  return out;
}

}  // namespace bw
