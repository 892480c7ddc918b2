#include "backtest/engine_set.hpp"

#include <algorithm>
#include <utility>

#include "backtest/virtual_time.hpp"

namespace bw {
namespace {

constexpr int days_of_sessions = 30;

bool watches(const strategy_config& strategy, const std::string& symbol) {
  return strategy.enabled && std::find(strategy.watchlist.begin(), strategy.watchlist.end(),
                                       symbol) != strategy.watchlist.end();
}

result<std::vector<strategy_instance>> make_instances(const node_config& config,
                                                      const strategy_registry& known,
                                                      const std::string& symbol) {
  std::vector<strategy_instance> out;
  std::uint16_t id = 0;
  for (const auto& each : config.strategies) {
    if (!each.enabled) continue;
    const strategy_id mine{id++};
    if (!watches(each, symbol)) continue;
    auto logic = known.make(each.kind, each.parameters);
    if (!logic) return std::move(logic).failure().within("strategy " + each.id);
    out.push_back({mine, cut<short_name>(each.id), std::move(*logic)});
  }
  return out;
}

}  // namespace

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
  for (const auto& each : config.strategies)
    if (each.enabled) out.strategies.push_back(each.id);

  const auto today = calendar.new_york_date(start);
  const auto sessions =
      calendar.sessions(civil_from_days(days_from_civil(today) - days_of_sessions), today);
  for (std::uint32_t k = 0; k < symbols.size(); ++k) {
    auto& place = out.by_symbol.emplace_back();
    auto instances = make_instances(config, known, symbols[k].symbol);
    if (!instances) return std::move(instances).failure();
    if (instances->empty()) continue;
    symbol_engine_options options;
    options.symbol = symbol_id{k};
    options.symbol_text = cut<symbol_name>(symbols[k].symbol);
    options.sizing = config.sizing();
    options.holding = config.holding;
    options.sessions = sessions;
    auto made = symbol_engine::make(std::move(options), std::move(*instances));
    if (!made) return std::move(made).failure();
    place = std::make_unique<symbol_engine>(std::move(*made));
  }
  return out;
}

void warm_up(engine_set& engines, const venue::market_source& market, std::uint32_t days,
             utc_ns start) {
  const auto from = start - std::chrono::hours{24} * days;
  engine_outputs nothing;
  for (std::uint32_t k = 0; k < engines.by_symbol.size(); ++k) {
    auto& engine = engines.by_symbol[k];
    if (!engine) continue;
    for (auto minute : market.minute_bars(symbol_id{k}, from, start, start)) {
      minute.origin = bar_origin::history;
      minute.received = mono_of(start);
      engine->on_bar(minute, {start, mono_of(start)}, nothing);
    }
  }
  BW_ASSERT(nothing.empty(), "history causes no signal");
}

}  // namespace bw
