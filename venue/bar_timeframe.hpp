#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "messages/market_data.hpp"
#include "venue/new_york_time.hpp"

namespace bw::venue {

/// The length of a bar as a client names it: "1Min", "15T", "2Hour", "1D". Spans of hours and less
/// are counted from New York midnight; a day is a day of New York.
class bar_timeframe {
 public:
  /// Nothing for what is no timeframe of 1 to 59 minutes, 1 to 23 hours or one day.
  static std::optional<bar_timeframe> parse(std::string_view text);

  /// Start of the bar that holds `t`.
  utc_ns start_of(utc_ns t, const new_york_time& new_york) const;
  /// The first instant behind the bar that holds `t`.
  utc_ns end_of(utc_ns t, const new_york_time& new_york) const;

  /// Bars of this length from minute bars in order of time, stamped with their start.
  std::vector<bar> aggregate(const std::vector<bar>& minutes, const new_york_time& new_york) const;

 private:
  explicit bar_timeframe(nanoseconds length) : length_(length) {}

  nanoseconds length_;
};

/// A bar made of shorter ones: first open, highest high, lowest low, last close, summed volume. Its
/// average price is exact until it is rounded at the end.
class growing_bar {
 public:
  explicit growing_bar(const bar& first);

  void add(const bar& later);
  const bar& value() const { return whole_; }

 private:
  bar whole_;
  /// Sum of price × volume in units of 1e-18.
  int128 notional_;
};

}  // namespace bw::venue
