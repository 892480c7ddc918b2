#include "backtest/engine_set.hpp"

#include <algorithm>
#include <utility>

#include "backtest/shadow_exchange.hpp"
#include "backtest/virtual_time.hpp"
#include "config/engine_factory.hpp"

namespace bw {
namespace {

/// Days before the start whose sessions the exchange is given.
constexpr std::int64_t days_before = 30;

}  // namespace

venue::trading_days days_around(const session_calendar& calendar, utc_ns start,
                                std::int64_t days_after) {
  const auto today = days_from_civil(calendar.new_york_date(start));
  return venue::trading_days{
      calendar.sessions(civil_from_days(today - days_before), civil_from_days(today + days_after))};
}

std::vector<symbol_facts> facts_of(const std::vector<venue::listed_symbol>& symbols) {
  std::vector<symbol_facts> out(symbols.size());
  for (auto& each : out) each.allowed = true;
  return out;
}

asset_report asset_of(const venue::listed_symbol& listed) {
  return {cut<symbol_name>(listed.symbol), listed.tradable, true, listed.fractionable};
}

result<engine_set> make_engines(const node_config& config, const strategy_registry& known,
                                const session_calendar& calendar,
                                const std::vector<venue::listed_symbol>& symbols, utc_ns start) {
  for (const auto& wanted : config.symbols())
    if (std::none_of(symbols.begin(), symbols.end(),
                     [&](const auto& listed) { return listed.symbol == wanted; }))
      return {ec::not_found, "symbol " + wanted +
                                 " is watched, but the market does not have it; "
                                 "take it from the watchlist"};
  engine_set out;
  for (const auto& each : config.strategies) out.strategies.push_back(each.id);

  for (std::uint32_t k = 0; k < symbols.size(); ++k) {
    auto engine =
        make_symbol_engine(config, known, calendar, symbol_id{k}, symbols[k].symbol, start);
    if (!engine) return std::move(engine).failure();
    if (*engine) (*engine)->simulate_shadows(shadow_markets_of(config.backtest));
    out.by_symbol.push_back(std::move(*engine));
  }
  return out;
}

void warm_up(engine_set& engines, const venue::market_source& market, std::uint32_t days,
             utc_ns start, const std::function<void(const bar&)>& also) {
  const auto from = start - std::chrono::hours{24} * days;
  engine_outputs nothing;
  for (std::uint32_t k = 0; k < engines.by_symbol.size(); ++k) {
    auto& engine = engines.by_symbol[k];
    if (!engine) continue;
    for (auto minute : market.minute_bars(symbol_id{k}, from, start, start)) {
      minute.origin = bar_origin::history;
      minute.received = mono_of(start);
      engine->on_bar(minute, {start, mono_of(start)}, nothing);
      also(minute);
    }
  }
  BW_ASSERT(nothing.empty(), "history causes no signal");
}

}  // namespace bw
