#pragma once

#include <memory>
#include <vector>

#include "backtest/corporate_actions.hpp"
#include "venue/market_source.hpp"

namespace bw {

/// For prices before `until`: adjusted = raw × price_factor, sizes × share_factor.
struct price_adjustment {
  symbol_id symbol = no_symbol;
  utc_ns until;
  /// In 1e-12, so that the product of many steps stays exact enough for the cent.
  std::int64_t price_parts = 0;
  std::int64_t share_parts = 0;
};
inline constexpr std::int64_t adjustment_unit = 1'000'000'000'000;

/// A market whose prices are scaled by the adjustments that hold at the time of each event: the
/// last entry of the symbol whose `until` lies behind it; without one nothing is scaled. Entries in
/// order of `until`. Rounded half even to 1e-9.
std::unique_ptr<venue::market_source> adjust_market(std::unique_ptr<venue::market_source> raw,
                                                    std::vector<price_adjustment> adjustments);

/// The adjustments of LEAN factor files SYMBOL_factors.csv in `folder`, for those of `symbols`
/// (positions are symbol ids) that have one. ec::not_found when none has. Errors name file and
/// line.
result<std::vector<price_adjustment>> load_adjustments(
    const std::filesystem::path& folder, const std::vector<venue::listed_symbol>& symbols,
    const session_calendar& calendar);

}  // namespace bw
