#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "domain/session_calendar.hpp"
#include "domain/split_ratio.hpp"
#include "messages/market_data.hpp"
#include "messages/market_trend.hpp"
#include "venue/market_source.hpp"

namespace bw {

/// What a node learns of its symbols' daily bars, from what a run has played itself: a day closes
/// with the last price inside its session, and counts from the next session on. One thread.
class day_trends {
 public:
  explicit day_trends(std::size_t symbols) : by_symbol_(symbols) {}

  /// Days of the market before `start`, as far as it has them.
  void load(const venue::market_source& market, const session_calendar& calendar, utc_ns start);

  /// False when that session goes on already; otherwise the days before it are whole.
  bool begin_session(utc_ns open, utc_ns close);
  void on_trade(const trade& x);
  void on_bar(const bar& x);
  void on_split(symbol_id symbol, split_ratio by);

  trend_record trend(symbol_id symbol, const symbol_name& name, const std::string& day) const;

 private:
  struct past {
    /// The newest last; as many as a trend is made of.
    std::vector<price> closes;
    /// Of the session that goes on; zero before its first price.
    price last;
  };
  void end_day(past& x);
  void on_price(symbol_id symbol, utc_ns at, price last);

  std::vector<past> by_symbol_;
  utc_ns open_;
  utc_ns close_;
};

}  // namespace bw
