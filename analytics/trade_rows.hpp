#pragma once

#include <string>
#include <vector>

#include "analytics/equity_curve.hpp"
#include "analytics/run_result.hpp"

namespace bw {

inline constexpr const char* trade_columns[] = {"Closed", "Minutes", "Strategy", "Symbol",
                                                "Side",   "Shares",  "Entry",    "Exit",
                                                "Fees",   "Net",     "Reason"};

/// The latest trades for the page's table, small: repeated words once, cells by their number.
/// Newest last. `<` never occurs in it, so that it can stand inside a script element.
std::string trade_rows_json(const std::vector<closed_trade>& trades,
                            const session_calendar& calendar, std::size_t count_max);
/// ["2024-01-02",…]
std::string days_json(const std::vector<day_close>& days);

}  // namespace bw
