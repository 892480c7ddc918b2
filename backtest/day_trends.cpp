#include "backtest/day_trends.hpp"

#include <utility>

#include "strategies/market_trend.hpp"
#include "venue/minute_aggregate.hpp"

namespace bw {
namespace {

/// Calendar days that surely hold the closes of a trend.
constexpr std::int64_t days_back = 420;
/// A liquid symbol has a bar so late in a session; of another one the whole session is looked at.
constexpr nanoseconds late = std::chrono::minutes{30};

price last_close(const venue::market_source& market, symbol_id symbol, const session_day& day) {
  const auto last = day.close - venue::one_minute;
  for (const auto from : {day.close - late, day.open})
    if (const auto bars = market.minute_bars(symbol, from, last, day.close); !bars.empty())
      return bars.back().close;
  return {};
}

}  // namespace

void day_trends::load(const venue::market_source& market, const session_calendar& calendar,
                      utc_ns start) {
  const auto today = days_from_civil(calendar.new_york_date(start));
  const auto days =
      calendar.sessions(civil_from_days(today - days_back), civil_from_days(today - 1));
  for (std::uint32_t k = 0; k < by_symbol_.size(); ++k)
    for (const auto& day : days) {
      by_symbol_[k].last = last_close(market, symbol_id{k}, day);
      end_day(by_symbol_[k]);
    }
}

bool day_trends::begin_session(utc_ns open, utc_ns close) {
  if (open == open_) return false;
  open_ = open;
  close_ = close;
  for (auto& each : by_symbol_) end_day(each);
  return true;
}

void day_trends::end_day(past& x) {
  const auto last = std::exchange(x.last, {});
  if (!last.is_positive()) return;
  if (x.closes.size() == market_trend::closes_needed) x.closes.erase(x.closes.begin());
  x.closes.push_back(last);
}

void day_trends::on_price(symbol_id symbol, utc_ns at, price last) {
  if (at >= open_ && at < close_ && symbol.value < by_symbol_.size())
    by_symbol_[symbol.value].last = last;
}

void day_trends::on_trade(const trade& x) {
  if (x.eligible == price_eligible::yes) on_price(x.symbol, x.ts_event, x.last);
}

void day_trends::on_bar(const bar& x) {
  if (x.origin == bar_origin::live) on_price(x.symbol, x.start, x.close);
}

void day_trends::on_split(symbol_id symbol, split_ratio by) {
  auto& x = by_symbol_[symbol.value];
  for (auto& close : x.closes) close = after_split(close, by);
  x.last = after_split(x.last, by);
}

trend_record day_trends::trend(symbol_id symbol, const symbol_name& name,
                               const std::string& day) const {
  return trend_record_of(name, day, by_symbol_[symbol.value].closes);
}

}  // namespace bw
