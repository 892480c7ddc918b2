#pragma once

#include <deque>
#include <optional>
#include <vector>

#include "core/metrics.hpp"
#include "core/name_table.hpp"
#include "domain/data_quality.hpp"
#include "domain/session_calendar.hpp"
#include "messages/market_data.hpp"

namespace bw {

/// Shows what domain/data_quality says of each symbol's minute bars, as series of the registry. On
/// the thread of the MARKET DATA actor.
class data_meter {
 public:
  /// `calendar` says which session it is; a copy, because the broker's days may replace its own.
  data_meter(metrics_registry& metrics, name_table symbols, session_calendar calendar)
      : metrics_(metrics), symbols_(std::move(symbols)), calendar_(std::move(calendar)) {}

  /// One symbol: the bars that are kept of it, in the order in which they came.
  void look(symbol_id symbol, const std::deque<bar>& bars, utc_ns now);

 private:
  struct series {
    gauge* freshness = nullptr;
    gauge* gaps = nullptr;
    gauge* duplicates = nullptr;
    gauge* age = nullptr;
    gauge* missing = nullptr;
    gauge* twice = nullptr;
  };
  series& of(symbol_id symbol);

  metrics_registry& metrics_;
  name_table symbols_;
  session_calendar calendar_;
  std::vector<series> by_symbol_;
  std::vector<utc_ns> starts_;
};

}  // namespace bw
