#include "config/strategies_reload.hpp"

#include <algorithm>

#include "strategies/indicators/indicator_board.hpp"
#include "strategies/symbol_engine.hpp"

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

void compare_parameters(const parameter_texts& before, const parameter_texts& now,
                        const std::string& id, std::vector<std::string>& out) {
  for (const auto& [name, value] : now) {
    const auto at = before.find(name);
    if (at == before.end() || at->second != value)
      out.push_back(id + ": " + name + " " + (at == before.end() ? "?" : at->second) + " -> " +
                    value);
  }
}

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const auto& word : words) out += (out.empty() ? "" : ", ") + word;
  return out;
}

class planner {
 public:
  planner(const running_strategies& running, const strategy_registry& known)
      : running_(running), known_(known) {
    out_.after = running;
  }

  /// Everything that a running node cannot do, a line each.
  std::vector<std::string> refusals(const std::vector<strategy_config>& wanted,
                                    const std::set<std::string>& holding) const {
    std::vector<std::string> out;
    for (const auto& before : running_.strategies)
      if (find(wanted, before.id) == nullptr && before.on_disable == on_disable::keep &&
          holding.contains(before.id))
        out.push_back(before.id +
                      ": it holds shares and keeps them; leave it with enabled = false until they "
                      "are sold, or set on_disable = \"close\" first");
    for (const auto& now : wanted)
      if (const auto* before = find(running_.strategies, now.id);
          before != nullptr && before->kind != now.kind)
        out.push_back(now.id + ".kind: another kind needs another id, or a restart of the node");
    return out;
  }

  /// After every strategy was taken: what does not fit into the tables of the node.
  std::vector<std::string> overflows() const {
    std::vector<std::string> out;
    const auto& now = out_.after;
    if (now.strategies.size() > now.first_strategies + added_strategies_max)
      out.push_back("more than " + std::to_string(added_strategies_max) +
                    " strategies since the node was started; restart it");
    if (now.symbols.size() > now.first_symbols + added_symbols_max)
      out.push_back("more than " + std::to_string(added_symbols_max) +
                    " symbols since the node was started; restart it");
    for (const auto& symbol : now.symbols) {
      const auto here =
          std::count_if(now.places.begin(), now.places.end(),
                        [&](const auto& symbols) { return symbols.contains(symbol); });
      if (here > static_cast<std::ptrdiff_t>(symbol_engine::strategies_max))
        out.push_back(symbol + ": " + std::to_string(here) + " strategies; at most " +
                      std::to_string(symbol_engine::strategies_max) + ", those that are off too");
    }
    return out;
  }

  void compare(strategy_id id, const strategy_config& now) {
    const auto& before = running_.strategies[id.value];
    const auto old_values = known_.check(before.kind, before.parameters)->texts();
    const auto new_values = known_.check(now.kind, now.parameters)->texts();
    const bool renewed = old_values != new_values || before.bars != now.bars;
    const auto first = out_.differences.size();
    compare_parameters(old_values, new_values, now.id, out_.differences);
    compare_settings(before, now);
    out_.after.strategies[id.value] = now;
    if (out_.differences.size() == first) return;
    plan(id, now, renewed, new_values);
  }

  void add(const strategy_config& now) {
    const strategy_id id{static_cast<std::uint16_t>(out_.after.strategies.size())};
    out_.after.strategies.push_back(now);
    out_.after.places.emplace_back();
    out_.differences.push_back(now.id + ": a new strategy on " + joined(now.watchlist));
    plan(id, now, false, known_.check(now.kind, now.parameters)->texts());
  }

  void remove(strategy_id id) {
    auto now = running_.strategies[id.value];
    if (!now.enabled) return;
    now.enabled = false;
    out_.after.strategies[id.value] = now;
    out_.differences.push_back(now.id + ": it is gone, switched off");
    plan(id, now, false, {});
  }

  reload_plan take() { return std::move(out_); }

 private:
  void compare_settings(const strategy_config& before, const strategy_config& now) {
    const auto say = [&](const std::string& what) {
      out_.differences.push_back(now.id + ": " + what);
    };
    if (before.enabled != now.enabled) say(now.enabled ? "switched on" : "switched off");
    if (before.on_disable != now.on_disable)
      say("on_disable " + std::string{to_string(now.on_disable)});
    if (before.weight_ppm != now.weight_ppm)
      say("weight " + std::to_string(now.weight_ppm) + " ppm");
    if (before.symbol_budget != now.symbol_budget)
      say("symbol_budget_usd " + now.symbol_budget.text());
    if (before.budget != now.budget) say("budget_usd " + now.budget.text());
    if (before.regimes != now.regimes) say("regimes " + text_of_regimes(now.regimes));
    if (before.overnight != now.overnight)
      say(now.overnight ? "keeps positions over night" : "closes positions with the day");
    if (before.shadow != now.shadow) say(now.shadow ? "into shadow" : "out of shadow");
    if (before.bars != now.bars) say("bars " + (now.bars.empty() ? "as usual" : now.bars));
    if (before.watchlist != now.watchlist) say("watchlist " + joined(now.watchlist));
  }

  /// Every symbol that the strategy has a place in is told; it gets a place in those that are new
  /// to it, and those off its list are switched off.
  void plan(strategy_id id, const strategy_config& now, bool renewed,
            const parameter_texts& values) {
    strategy_change change;
    change.strategy = id;
    change.positions = now.on_disable;
    change.cause = "strategies.toml";
    change.weight_ppm = now.weight_ppm;
    change.symbol_budget = now.symbol_budget;
    change.overnight = now.overnight;
    change.budget = now.budget;
    change.regimes = now.regimes;
    change.kind = now.kind;
    change.name = cut<short_name>(now.id);
    change.shadow = now.shadow;
    change.bars = now.bars;
    planned_change on{change, {}};
    planned_change fresh{change, {}};
    planned_change off{change, {}};
    on.what.enabled = fresh.what.enabled = now.enabled;
    off.what.enabled = false;
    on.what.renewed = off.what.renewed = renewed;
    fresh.what.renewed = true;
    for (auto* each : {&on, &fresh, &off})
      if (each->what.renewed)
        for (const auto& [name, value] : values) each->what.parameters.push_back({name, value});
    auto& places = out_.after.places[id.value];
    for (const auto& symbol : places) (watches(now, symbol) ? on : off).symbols.push_back(symbol);
    // One that is off takes no new place: it would only cost.
    if (now.enabled)
      for (const auto& symbol : now.watchlist)
        if (places.insert(symbol).second) {
          fresh.symbols.push_back(symbol);
          if (std::find(out_.after.symbols.begin(), out_.after.symbols.end(), symbol) ==
              out_.after.symbols.end())
            out_.after.symbols.push_back(symbol);
        }
    for (auto* each : {&on, &fresh, &off})
      if (!each->symbols.empty()) out_.changes.push_back(std::move(*each));
  }

  const running_strategies& running_;
  const strategy_registry& known_;
  reload_plan out_;
};

error all_lines(const std::vector<std::string>& lines) {
  std::string all;
  for (const auto& line : lines) all += (all.empty() ? "" : "\n") + line;
  return {ec::invalid_argument, all};
}

}  // namespace

running_strategies begin_running(const node_config& config) {
  running_strategies out;
  out.strategies = config.strategies;
  out.symbols = config.symbols();
  for (const auto& each : config.strategies) {
    auto& places = out.places.emplace_back();
    for (const auto& symbol : each.watchlist)
      if (std::binary_search(out.symbols.begin(), out.symbols.end(), symbol)) places.insert(symbol);
  }
  out.first_strategies = out.strategies.size();
  out.first_symbols = out.symbols.size();
  return out;
}

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

result<reload_plan> plan_reload(const loaded_config& started, const running_strategies& running,
                                std::string_view text, const strategy_registry& known,
                                const std::set<std::string>& holding) {
  auto parsed = parse_config(started.node_toml, "node.toml", text, "strategies.toml",
                             started.overrides, known);
  if (!parsed) return std::move(parsed).failure();
  const auto& wanted = parsed->config.strategies;
  planner plan{running, known};
  if (const auto lines = plan.refusals(wanted, holding); !lines.empty()) return all_lines(lines);
  if (auto fits = try_strategies(wanted, known); !fits)
    return {ec::invalid_argument, fits.failure().context};
  for (std::uint16_t k = 0; k < running.strategies.size(); ++k) {
    if (const auto* now = find(wanted, running.strategies[k].id))
      plan.compare(strategy_id{k}, *now);
    else
      plan.remove(strategy_id{k});
  }
  for (const auto& now : wanted)
    if (find(running.strategies, now.id) == nullptr) plan.add(now);
  if (const auto lines = plan.overflows(); !lines.empty()) return all_lines(lines);
  return plan.take();
}

}  // namespace bw
