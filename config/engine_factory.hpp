#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "config/node_config.hpp"
#include "core/ids.hpp"
#include "core/result.hpp"
#include "strategies/strategy_registry.hpp"
#include "strategies/symbol_engine.hpp"

namespace bw {

/// Sessions that an engine made at `now` begins with: those of the history before it.
std::vector<session_day> sessions_of_engine(const session_calendar& calendar, utc_ns now);

/// The engine of one symbol as the configuration wants it, the same for node and backtest: every
/// strategy that watches the symbol, those that are off included, with the limits of the gate, and
/// the sessions of the history before `now`. Strategy ids are positions among the configured
/// strategies. `changes` follow in their order: what a running node has been told since. Null when
/// no enabled strategy watches the symbol and no change is about it; errors name the strategy. Only
/// a node wants evidence.
result<std::unique_ptr<symbol_engine>> make_symbol_engine(
    const node_config& config, const strategy_registry& known, const session_calendar& calendar,
    symbol_id id, std::string_view symbol, utc_ns now,
    evidence_wanted evidence = evidence_wanted::no,
    const std::vector<strategy_change>& changes = {});

/// The instance that a change asks for; null when it asks for none.
result<std::unique_ptr<strategy>> make_changed(const strategy_registry& known,
                                               const strategy_change& change);
/// Makes it and carries the change out.
result<void> change_engine(symbol_engine& engine, const strategy_registry& known,
                           const strategy_change& change);

}  // namespace bw
