#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/decimal.hpp"
#include "core/result.hpp"
#include "core/time.hpp"

namespace bw {

/// What the days of a symbol before a date come to, from its daily bars.
struct past_days {
  /// Shares a day, on average over the last sessions, rounded down; zero when there is no bar.
  quantity average_volume;
  /// Of whole days, the oldest first, without later splits; as many as a trend is made of, or
  /// fewer.
  std::vector<price> closes;
};

/// Asks for the days of a symbol before a date in New York; answers once, on any thread.
using past_days_port = std::function<void(const std::string& symbol, calendar_date before,
                                          std::function<void(result<past_days>)> done)>;

}  // namespace bw
