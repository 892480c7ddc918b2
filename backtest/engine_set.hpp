#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "config/node_config.hpp"
#include "domain/risk_inputs.hpp"
#include "domain/session_calendar.hpp"
#include "strategies/strategy_registry.hpp"
#include "strategies/symbol_engine.hpp"
#include "venue/market_source.hpp"
#include "venue/trading_days.hpp"

namespace bw {

/// Engines by the market's symbol ids; empty where no strategy watches the symbol.
struct engine_set {
  std::vector<std::unique_ptr<symbol_engine>> by_symbol;
  /// Ids of the configured strategies, by strategy_id.
  std::vector<std::string> strategies;
};

/// Makes the engines that the configuration wants, as the node would. ec::not_found for a watched
/// symbol that the market does not have; otherwise what a strategy said.
result<engine_set> make_engines(const node_config& config, const strategy_registry& known,
                                const session_calendar& calendar,
                                const std::vector<venue::listed_symbol>& symbols, utc_ns start);

/// Gives each engine, and whoever wants them also, the minutes of the last `days` days before
/// `start`, as history.
void warm_up(engine_set& engines, const venue::market_source& market, std::uint32_t days,
             utc_ns start, const std::function<void(const bar&)>& also);

/// The sessions around `start` that the exchange is told of.
venue::trading_days days_around(const session_calendar& calendar, utc_ns start,
                                std::int64_t days_after);
/// Every symbol of the market may be traded; what each one is is said before each session.
std::vector<symbol_facts> facts_of(const std::vector<venue::listed_symbol>& symbols);
asset_report asset_of(const venue::listed_symbol& listed);

}  // namespace bw
