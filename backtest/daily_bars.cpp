#include "backtest/daily_bars.hpp"

#include "backtest/coarse_bars.hpp"

namespace bw {

result<std::shared_ptr<const market_table>> load_daily_bars(const std::filesystem::path& file,
                                                            const std::string& symbol,
                                                            const session_calendar& calendar,
                                                            venue::bar_path path) {
  return load_coarse_table({}, {{file, symbol, coarse_span::day}}, calendar, path);
}

}  // namespace bw
