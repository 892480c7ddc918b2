#include "strategies/strategy_registry.hpp"

#include <algorithm>

#include "core/decimal.hpp"
#include "strategies/average_crossover.hpp"
#include "strategies/mean_reversion.hpp"
#include "strategies/momentum.hpp"
#include "strategies/opening_range_breakout.hpp"

namespace bw {

namespace {

/// Names travel in messages and stand in configuration files.
bool is_name(std::string_view text) {
  return !text.empty() && short_name::fits(text) &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
         });
}

bool is_limit(const std::string& text) { return text.empty() || parse_decimal(text).ok(); }

/// A plugin's table comes from outside, so it is checked before anything relies on it.
result<void> check_table(const strategy_metadata& metadata) {
  const auto& table = metadata.parameters;
  for (std::size_t k = 0; k < table.size(); ++k) {
    const auto& spec = table[k];
    const auto refuse = [&](std::string_view why) {
      return result<void>{ec::invalid_argument, "strategy " + metadata.id + ", parameter '" +
                                                    spec.name + "': " + std::string{why}};
    };
    if (!is_name(spec.name)) return refuse("the name is not small letters, digits, underscores");
    if (!is_limit(spec.minimum) || !is_limit(spec.maximum)) return refuse("a limit is no decimal");
    const auto same = [&](const parameter_spec& x) { return x.name == spec.name; };
    if (std::any_of(table.begin(), table.begin() + static_cast<std::ptrdiff_t>(k), same))
      return refuse("it is declared twice");
    if (!spec.default_text) continue;
    const auto own = resolve_parameters(metadata.id, std::span{&spec, 1}, {});
    if (!own) return refuse("the default is refused: " + own.failure().context);
  }
  return {};
}

}  // namespace

result<void> strategy_registry::add(strategy_type type) {
  const auto& id = type.metadata.id;
  if (!is_name(id))
    return {ec::invalid_argument,
            "strategy id '" + id + "' must be 1 to 31 small letters, digits or underscores"};
  if (!type.make) return {ec::invalid_argument, "strategy " + id + " has no factory"};
  if (types_.size() >= types_max)
    return {ec::out_of_range, "there are " + std::to_string(types_max) + " strategies already"};
  if (auto table = check_table(type.metadata); !table) return table;

  const auto at = std::lower_bound(
      types_.begin(), types_.end(), id,
      [](const strategy_type& x, const std::string& key) { return x.metadata.id < key; });
  if (at != types_.end() && at->metadata.id == id)
    return {ec::already_exists, "strategy id '" + id + "' is taken by " + at->metadata.name + " " +
                                    at->metadata.version + "; give the second another id"};
  types_.insert(at, std::move(type));
  return {};
}

result<const strategy_type*> strategy_registry::look_up(std::string_view id) const {
  std::string ids;
  for (const auto& type : types_) {
    if (type.metadata.id == id) return &type;
    ids += ids.empty() ? "" : ", ";
    ids += type.metadata.id;
  }
  return {ec::not_found, "there is no strategy '" + std::string{id} + "'; there are: " + ids};
}

result<parameter_set> strategy_registry::check(std::string_view id,
                                               const parameter_texts& given) const {
  auto type = look_up(id);
  if (!type) return std::move(type).failure();
  return resolve_parameters(id, (*type)->metadata.parameters, given);
}

result<std::unique_ptr<strategy>> strategy_registry::make(std::string_view id,
                                                          const parameter_texts& given) const {
  auto type = look_up(id);
  if (!type) return std::move(type).failure();
  auto parameters = resolve_parameters(id, (*type)->metadata.parameters, given);
  if (!parameters) return std::move(parameters).failure();
  return (*type)->make(*parameters);
}

const strategy_metadata* strategy_registry::find(std::string_view id) const {
  const auto type = look_up(id);
  return type ? &(*type)->metadata : nullptr;
}

std::vector<const strategy_metadata*> strategy_registry::list() const {
  std::vector<const strategy_metadata*> out;
  for (const auto& type : types_) out.push_back(&type.metadata);
  return out;
}

result<void> add_built_in_strategies(strategy_registry& registry) {
  for (const auto* type : {&momentum_type(), &mean_reversion_type(), &opening_range_breakout_type(),
                           &average_crossover_type()})
    if (auto added = registry.add(*type); !added) return added;
  return {};
}

}  // namespace bw
