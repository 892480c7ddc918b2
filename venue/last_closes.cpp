#include "venue/last_closes.hpp"

namespace bw::venue {

void load_last_closes(const market_source& source, utc_ns session_open, exchange& venue) {
  // One day back is nearly always enough; the others are for weekends and holidays.
  constexpr int days_back[] = {1, 4, 10};
  const auto just_before = session_open - nanoseconds{1};
  for (std::uint32_t k = 0; k < source.symbols().size(); ++k) {
    const auto symbol = venue.find_symbol(source.symbols()[k].symbol);
    if (!symbol) continue;
    for (const int days : days_back) {
      const auto from = session_open - std::chrono::hours{24 * days};
      const auto bars = source.minute_bars(symbol_id{k}, from, just_before, session_open);
      if (bars.empty()) continue;
      venue.set_last_close(*symbol, bars.back().close);
      break;
    }
  }
}

}  // namespace bw::venue
