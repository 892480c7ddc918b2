#include "config/engine_factory.hpp"

#include <algorithm>

#include "strategies/bar_choice.hpp"

namespace bw {
namespace {

/// Days back that sessions are made known for: history beyond them is not asked for.
constexpr std::int64_t days_of_sessions = 60;
/// Bars whose minutes are kept for corrections, three hours of them: those come within minutes, and
/// the minutes are most of what a symbol takes in memory.
constexpr std::size_t correctable_bars = 36;

result<std::vector<strategy_instance>> instances_for(const node_config& config,
                                                     const strategy_registry& known,
                                                     std::string_view symbol) {
  std::vector<strategy_instance> out;
  std::uint16_t next = 0;
  for (const auto& each : config.strategies) {
    const strategy_id id{next++};
    if (std::find(each.watchlist.begin(), each.watchlist.end(), symbol) == each.watchlist.end())
      continue;
    auto logic = known.make(each.kind, each.parameters);
    if (!logic) return std::move(logic).failure().within("strategy " + each.id);
    const auto bars = parse_bar_choice(each.bars);
    if (!bars) return bars.failure();
    out.push_back({id, cut<short_name>(each.id), std::move(*logic), each.enabled, each.on_disable,
                   each.latched, each.cause, each.weight_ppm, each.symbol_budget, each.shadow,
                   *bars, each.overnight, each.budget, each.regimes});
  }
  // What nobody enabled watches is no symbol of the node.
  if (std::none_of(out.begin(), out.end(), [](const auto& x) { return x.enabled || x.latched; }))
    out.clear();
  return out;
}

}  // namespace

std::vector<session_day> sessions_of_engine(const session_calendar& calendar, utc_ns now) {
  const auto today = calendar.new_york_date(now);
  return calendar.sessions(civil_from_days(days_from_civil(today) - days_of_sessions), today);
}

result<std::unique_ptr<strategy>> make_changed(const strategy_registry& known,
                                               const strategy_change& change) {
  if (!change.renewed) return std::unique_ptr<strategy>{};
  parameter_texts texts;
  for (const auto& each : change.parameters) texts[each.name] = each.value;
  return known.make(change.kind, texts);
}

result<void> change_engine(symbol_engine& engine, const strategy_registry& known,
                           const strategy_change& change) {
  auto fresh = make_changed(known, change);
  return fresh ? engine.change(change, std::move(*fresh)) : std::move(fresh).failure();
}

result<std::unique_ptr<symbol_engine>> make_symbol_engine(
    const node_config& config, const strategy_registry& known, const session_calendar& calendar,
    symbol_id id, std::string_view symbol, utc_ns now, evidence_wanted evidence,
    const std::vector<strategy_change>& changes) {
  auto instances = instances_for(config, known, symbol);
  if (!instances) return std::move(instances).failure();
  if (instances->empty() && changes.empty()) return std::unique_ptr<symbol_engine>{};
  symbol_engine_options options;
  options.symbol = id;
  options.symbol_text = cut<symbol_name>(symbol);
  options.sizing = config.sizing();
  options.holding = config.holding;
  constexpr std::int64_t ppm_per_percent = 10'000;
  options.volatile_factor_ppm = config.volatile_size_percent * ppm_per_percent;
  options.evidence = evidence;
  options.sessions = sessions_of_engine(calendar, now);
  options.bars.finished_max = correctable_bars;
  auto made = instances->empty()
                  ? result<symbol_engine>{symbol_engine::make_empty(std::move(options))}
                  : symbol_engine::make(std::move(options), std::move(*instances));
  if (!made) return std::move(made).failure().within(symbol);
  for (const auto& each : changes)
    if (auto changed = change_engine(*made, known, each); !changed)
      return std::move(changed).failure().within(symbol);
  return std::make_unique<symbol_engine>(std::move(*made));
}

}  // namespace bw
