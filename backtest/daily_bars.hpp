#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "backtest/market_table.hpp"
#include "domain/session_calendar.hpp"

namespace bw {

/// Reads daily bars, CSV or gzip with the columns date,open,high,low,close,volume, as a market of
/// single events: of each session a quote and a trade at four points (venue/bar_path.hpp), the open
/// at the bell, the extremes at a third and two thirds, the close a second before the end. A
/// quarter of the volume trades at each. Good for positions held over days; a strategy of minutes
/// has nothing to see here.
///
/// ec::parse_failed with file and line: another header, a malformed field, dates that do not rise,
/// or a date without a session.
result<std::shared_ptr<const market_table>> load_daily_bars(
    const std::filesystem::path& file, const std::string& symbol, const session_calendar& calendar,
    venue::bar_path path = venue::bar_path::nearest_first);

}  // namespace bw
