#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/time.hpp"

namespace bw {

/// Which past bars: in Alpaca's own words, as they stand in a request.
struct bar_series {
  std::string symbol;
  std::string feed;
  std::string timeframe;
  std::string adjustment;

  friend bool operator==(const bar_series&, const bar_series&) = default;
};

/// Keeps past bars beyond the life of a process, one page of the market data host a series and day.
/// What is kept is optional: who asks and gets nothing fetches. One thread.
class bar_store {
 public:
  virtual ~bar_store() = default;

  /// The page, as it was stored. Nothing when there is none that is whole and holds on `today`, the
  /// date in New York.
  virtual std::optional<std::string> load(const bar_series& series, calendar_date day,
                                          calendar_date today) = 0;
  /// The day has to be over: of one that is not, nothing is kept.
  virtual void store(const bar_series& series, calendar_date day, calendar_date today,
                     std::string_view page) = 0;
};

}  // namespace bw
