#include "config/strategies_reload.hpp"

#include <algorithm>

#include "strategies/indicators/indicator_board.hpp"

namespace bw {

namespace {

const strategy_config* find(const std::vector<strategy_config>& all, const std::string& id) {
  const auto at = std::find_if(all.begin(), all.end(), [&](const auto& x) { return x.id == id; });
  return at == all.end() ? nullptr : &*at;
}

bool watches(const strategy_config& strategy, const std::string& symbol) {
  return std::find(strategy.watchlist.begin(), strategy.watchlist.end(), symbol) !=
         strategy.watchlist.end();
}

/// What the file asks for that a running node cannot do.
std::vector<std::string> needs_restart(const std::vector<strategy_config>& started,
                                       const std::vector<strategy_config>& wanted,
                                       const std::vector<std::string>& symbols) {
  std::vector<std::string> out;
  for (const auto& before : started)
    if (find(wanted, before.id) == nullptr)
      out.push_back(before.id + ": it is gone; set enabled = false, or restart the node");
  for (const auto& now : wanted) {
    const auto* before = find(started, now.id);
    if (before == nullptr) {
      out.push_back(now.id + ": a new strategy needs a restart of the node");
      continue;
    }
    if (before->kind != now.kind)
      out.push_back(now.id + ".kind: another kind needs a restart of the node");
    if (!now.enabled) continue;
    for (const auto& symbol : now.watchlist)
      if (!watches(*before, symbol) || !std::binary_search(symbols.begin(), symbols.end(), symbol))
        out.push_back(now.id + ".watchlist: the node did not begin with " + symbol +
                      " for it; that needs a restart");
  }
  return out;
}

void compare_parameters(const parameter_texts& before, const parameter_texts& now,
                        const std::string& id, std::vector<std::string>& out) {
  for (const auto& [name, value] : now) {
    const auto at = before.find(name);
    if (at == before.end() || at->second != value)
      out.push_back(id + ": " + name + " " + (at == before.end() ? "?" : at->second) + " -> " +
                    value);
  }
}

class planner {
 public:
  planner(const loaded_config& started, const strategy_registry& known)
      : started_(started.config.strategies), known_(known) {}

  void compare(strategy_id id, const strategy_config& before, strategy_config& now,
               reload_plan& out) const {
    now.latched = before.latched;
    now.cause = before.cause;
    const auto old_values = known_.check(before.kind, before.parameters)->texts();
    const auto new_values = known_.check(now.kind, now.parameters)->texts();
    strategy_change change;
    change.strategy = id;
    change.latched = now.latched;
    change.positions = now.latched ? on_disable::keep : now.on_disable;
    change.cause = now.latched ? now.cause : "strategies.toml";
    change.weight_ppm = now.weight_ppm;
    change.symbol_budget = now.symbol_budget;
    change.kind = now.kind;
    change.renewed = old_values != new_values;
    const auto first = out.differences.size();
    compare_parameters(old_values, new_values, now.id, out.differences);
    if (change.renewed)
      for (const auto& [name, value] : new_values) change.parameters.push_back({name, value});
    const auto say = [&](const std::string& what) {
      out.differences.push_back(now.id + ": " + what);
    };
    if (before.enabled != now.enabled) say(now.enabled ? "switched on" : "switched off");
    if (before.on_disable != now.on_disable)
      say("on_disable " + std::string{to_string(now.on_disable)});
    if (before.weight_ppm != now.weight_ppm)
      say("weight " + std::to_string(now.weight_ppm) + " ppm");
    if (before.symbol_budget != now.symbol_budget)
      say("symbol_budget_usd " + now.symbol_budget.text());
    const bool same_list = before.watchlist == now.watchlist;
    if (!same_list) say("another watchlist");
    if (out.differences.size() == first) return;
    // Every symbol that the strategy has a place in is told; those off its list are switched off.
    planned_change on{change, {}};
    planned_change off{change, {}};
    on.what.enabled = now.enabled && !now.latched;
    off.what.enabled = false;
    for (const auto& symbol : find(started_, now.id)->watchlist)
      (watches(now, symbol) ? on : off).symbols.push_back(symbol);
    for (auto* each : {&on, &off})
      if (!each->symbols.empty()) out.changes.push_back(std::move(*each));
  }

 private:
  const std::vector<strategy_config>& started_;
  const strategy_registry& known_;
};

}  // namespace

result<void> try_strategies(const std::vector<strategy_config>& strategies,
                            const strategy_registry& known) {
  for (const auto& each : strategies) {
    auto logic = known.make(each.kind, each.parameters);
    if (!logic) return std::move(logic).failure().within("strategy " + each.id);
    (*logic)->take_place(symbol_name{"CHECK"}, cut<short_name>(each.id));
    indicator_board board{1};
    if (auto ready = (*logic)->prepare(board); !ready)
      return std::move(ready).failure().within("strategy " + each.id);
  }
  return {};
}

result<reload_plan> plan_reload(const loaded_config& started,
                                const std::vector<strategy_config>& running, std::string_view text,
                                const strategy_registry& known) {
  auto parsed = parse_config(started.node_toml, "node.toml", text, "strategies.toml",
                             started.overrides, known);
  if (!parsed) return std::move(parsed).failure();
  reload_plan out;
  const auto lines =
      needs_restart(started.config.strategies, parsed->config.strategies, started.config.symbols());
  if (!lines.empty()) {
    std::string all;
    for (const auto& line : lines) all += (all.empty() ? "" : "\n") + line;
    return {ec::invalid_argument, all};
  }
  if (auto fits = try_strategies(parsed->config.strategies, known); !fits)
    return {ec::invalid_argument, fits.failure().context};
  // The order of the start stays: a strategy's id is its place in it.
  const planner plan{started, known};
  for (std::uint16_t k = 0; k < running.size(); ++k) {
    auto now = *find(parsed->config.strategies, running[k].id);
    plan.compare(strategy_id{k}, running[k], now, out);
    out.strategies.push_back(std::move(now));
  }
  return out;
}

}  // namespace bw
