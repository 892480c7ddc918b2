#include "backtest/rollout_text.hpp"

#include <algorithm>

#include "config/strategies_edit.hpp"
#include "core/json_writer.hpp"

namespace bw {
namespace {

/// Room for the id of a strategy in orders and records, less what marks a copy.
constexpr std::string_view mark = "_next";
constexpr std::size_t base_chars = short_name::capacity - mark.size();

std::string quoted(const std::string& text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

/// Whole numbers as they are, everything else as text.
std::string toml_value(const std::string& value) {
  const bool digits = !value.empty() && value.size() < 19 &&
                      value.find_first_not_of("0123456789") == std::string::npos;
  return digits && (value.size() == 1 || value.front() != '0') ? value : quoted(value);
}

/// A table of the file for the copy of a strategy, with the new values and no way to an order.
std::string copy_of(const strategy_config& from, const proposal& one) {
  auto parameters = from.parameters;
  const auto prefix = "strategy." + from.id + ".";
  for (const auto& change : one.changes)
    if (change.key.starts_with(prefix)) parameters[change.key.substr(prefix.size())] = change.after;
  std::string out = "\n# Proposal " + one.id + " in shadow; its rollout takes this away again.\n";
  out += "[[strategy]]\nid = " + quoted(shadow_id(from.id)) + "\nkind = " + quoted(from.kind) +
         "\nshadow = true\n";
  if (!from.bars.empty()) out += "bars = " + quoted(from.bars) + "\n";
  out += "watchlist = [";
  for (std::size_t k = 0; k < from.watchlist.size(); ++k)
    out += (k > 0 ? ", " : "") + quoted(from.watchlist[k]);
  out += "]\n\n[strategy.parameters]\n";
  for (const auto& [name, value] : parameters) out += name + " = " + toml_value(value) + "\n";
  return out;
}

result<std::string> shadow_text(const proposal& one, const loaded_config& before) {
  auto out = before.strategies_toml;
  const auto changed = changed_strategies(one);
  for (const auto& each : before.config.strategies) {
    if (!changed.contains(each.id)) continue;
    for (const auto& other : before.config.strategies)
      if (other.id == shadow_id(each.id))
        return {ec::invalid_argument, "there is a strategy '" + other.id +
                                          "' already, and the copy in shadow needs the name"};
    if (!out.empty() && out.back() != '\n') out += '\n';
    out += copy_of(each, one);
  }
  return out;
}

result<std::string> canary_text(const proposal& one, const loaded_config& before,
                                const strategy_registry& known, money budget) {
  auto out = apply_proposal(one, before, known);
  if (!out) return out;
  const auto changed = changed_strategies(one);
  for (const auto& each : before.config.strategies) {
    if (!changed.contains(each.id)) continue;
    const bool small = each.symbol_budget.is_positive() && each.symbol_budget <= budget;
    if (small) continue;
    out = edit_symbol_budget(*out, each.id, budget);
    if (!out) return out;
  }
  return out;
}

}  // namespace

std::set<std::string> changed_strategies(const proposal& one) {
  std::set<std::string> out;
  for (const auto& change : one.changes) {
    const auto first = change.key.find('.');
    const auto second = change.key.find('.', first + 1);
    if (first != std::string::npos && second != std::string::npos)
      out.insert(change.key.substr(first + 1, second - first - 1));
  }
  return out;
}

std::string shadow_id(const std::string& strategy) {
  return strategy.substr(0, base_chars) + std::string{mark};
}

result<std::string> rollout_text(const proposal& one, const loaded_config& before,
                                 const strategy_registry& known, rollout_stage stage,
                                 money canary_budget) {
  auto text = stage == rollout_stage::shadow   ? shadow_text(one, before)
              : stage == rollout_stage::canary ? canary_text(one, before, known, canary_budget)
              : stage == rollout_stage::full   ? apply_proposal(one, before, known)
                                               : before.strategies_toml;
  if (!text) return text;
  const auto read =
      parse_config(before.node_toml, "node.toml", *text, "strategies.toml", {}, known);
  if (!read) return read.failure();
  return text;
}

}  // namespace bw
