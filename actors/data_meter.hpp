#pragma once

#include <array>
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
  /// The first symbols have series of their own; all of them count in how many are marked.
  static constexpr std::uint32_t symbols_shown_max = 256;

  /// `calendar` says which session it is; a copy, because the broker's days may replace its own.
  data_meter(metrics_registry& metrics, name_table symbols, session_calendar calendar)
      : metrics_(metrics),
        symbols_(std::move(symbols)),
        calendar_(std::move(calendar)),
        marked_{marked_gauge("freshness"), marked_gauge("gaps"), marked_gauge("duplicates")} {}

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
  static constexpr std::size_t check_count = 3;
  using marks = std::array<bool, check_count>;

  gauge* marked_gauge(const char* check);
  series& of(symbol_id symbol);
  void show(symbol_id symbol, const data_quality& said);
  void count(symbol_id symbol, const data_quality& said);

  metrics_registry& metrics_;
  name_table symbols_;
  session_calendar calendar_;
  /// Of how many symbols a check says a warning or more.
  std::array<gauge*, check_count> marked_;
  std::array<std::int64_t, check_count> marked_count_{};
  std::vector<marks> last_;        // By symbol_id.
  std::vector<series> by_symbol_;  // By symbol_id, of the shown ones.
  std::vector<utc_ns> starts_;
};

}  // namespace bw
