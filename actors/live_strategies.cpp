#include "actors/live_strategies.hpp"

#include <algorithm>

namespace bw {

namespace {

/// `next` after `before`: an instance that was asked for stays asked for.
strategy_change sum_of(const strategy_change& before, strategy_change next) {
  if (!next.renewed && before.renewed) {
    next.renewed = true;
    next.kind = before.kind;
    next.parameters = before.parameters;
    next.bars = before.bars;
  }
  if (next.name.empty()) next.name = before.name;
  return next;
}

}  // namespace

void live_strategies::take(const strategies_update& update) {
  for (std::size_t k = 0; k < update.strategies.size(); ++k) {
    auto next = update.strategies[k];
    if (k < settings.size()) {
      next.latched = settings[k].latched;
      next.cause = settings[k].cause;
      settings[k] = std::move(next);
    } else {
      settings.push_back(std::move(next));
    }
  }
  for (const auto& [symbol, what] : update.changes) {
    auto& told = changes[symbol.value];
    const auto at = std::find_if(told.begin(), told.end(), [&](const strategy_change& x) {
      return x.strategy == what.strategy;
    });
    if (at == told.end())
      told.push_back(what);
    else
      *at = sum_of(*at, what);
  }
}

void live_strategies::take_out(strategy_id which, const std::string& cause) {
  if (which.value >= settings.size()) return;
  settings[which.value].latched = true;
  settings[which.value].cause = cause;
}

void live_strategies::put_back(strategy_id which) {
  if (which.value >= settings.size()) return;
  settings[which.value].latched = false;
  settings[which.value].cause.clear();
}

std::vector<strategy_change> live_strategies::for_symbol(std::uint32_t symbol) const {
  const auto told = changes.find(symbol);
  if (told == changes.end()) return {};
  auto out = told->second;
  for (const auto& each : told->second) {
    const auto& is = settings[each.strategy.value];
    if (!is.latched) continue;
    strategy_change off;
    off.strategy = each.strategy;
    off.cause = is.cause;
    off.scope = change_scope::take_out;
    out.push_back(std::move(off));
  }
  return out;
}

}  // namespace bw
