#pragma once

#include <string>
#include <string_view>

#include "domain/session_calendar.hpp"
#include "messages/audit.hpp"

namespace bw {

// Numbers and times as a person reads them. Programs get JSON with exact values.

/// "9,830.80": thousands apart, two decimals at least and no more than are there.
std::string amount_text(std::int64_t units);
template <class Tag>
std::string amount_text(decimal<Tag> x) {
  return amount_text(x.units());
}
/// "63", "0.5", "1,250": no decimals where there are none.
std::string count_text(quantity x);
/// An indicator or threshold in units of 1e-9 to four decimals: "155.6292".
std::string figure_text(std::int64_t units);
/// "310 ns", "4.2 us", "17.3 ms", "2.5 s", "6 min 5 s".
std::string duration_text(nanoseconds x);
/// "10:31:04.912" in New York; with the day in front "2026-11-02 10:31:04.912".
std::string clock_text(const session_calendar& calendar, utc_ns at);
std::string day_clock_text(const session_calendar& calendar, utc_ns at);

/// "momentum breakout" for momentum_breakout.
std::string words_of(std::string_view name);

/// One rule of the gate in words.
struct check_words {
  /// "spread of the quote".
  std::string what;
  std::string value;
  /// "at most 100 bp".
  std::string limit;
};
check_words describe(const risk_check& check);

/// "HALTED because of boot, reconciling" or "ACTIVE".
std::string describe(const trading_state& state);

}  // namespace bw
