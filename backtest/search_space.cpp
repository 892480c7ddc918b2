#include "backtest/search_space.hpp"

#include <algorithm>
#include <numeric>
#include <set>

#include "core/decimal.hpp"
#include "core/int128.hpp"
#include "core/prng.hpp"

namespace bw {
namespace {

std::vector<std::string> split(std::string_view text, char at) {
  std::vector<std::string> out;
  for (std::size_t begin = 0;;) {
    const auto end = text.find(at, begin);
    auto part = text.substr(begin, end == std::string_view::npos ? end : end - begin);
    while (!part.empty() && part.front() == ' ') part.remove_prefix(1);
    while (!part.empty() && part.back() == ' ') part.remove_suffix(1);
    out.emplace_back(part);
    if (end == std::string_view::npos) return out;
    begin = end + 1;
  }
}

/// Whose parameter it is: the name says so, or exactly one enabled strategy has it.
result<const strategy_config*> owner_of(std::string& name, const node_config& config,
                                        const strategy_registry& known) {
  if (const auto dot = name.find('.'); dot != std::string::npos) {
    const auto id = name.substr(0, dot);
    for (const auto& each : config.strategies)
      if (each.enabled && each.id == id) {
        name.erase(0, dot + 1);
        return &each;
      }
    return {ec::not_found, "no enabled strategy has the id '" + id.substr(0, 40) + "'"};
  }
  const strategy_config* found = nullptr;
  for (const auto& each : config.strategies) {
    const auto* type = each.enabled ? known.find(each.kind) : nullptr;
    if (type == nullptr) continue;
    const auto& specs = type->parameters;
    if (std::none_of(specs.begin(), specs.end(), [&](const auto& x) { return x.name == name; }))
      continue;
    if (found != nullptr)
      return {ec::invalid_argument, "both " + found->id + " and " + each.id + " have it; write " +
                                        found->id + "." + name};
    found = &each;
  }
  if (found == nullptr) return {ec::not_found, "no enabled strategy has a parameter of that name"};
  return found;
}

result<void> read_range(const std::vector<std::string>& parts, bool whole, search_axis& out) {
  std::int64_t ends[3] = {0, 0, 0};
  for (std::size_t k = 0; k < parts.size(); ++k) {
    const auto number = parse_decimal(parts[k]);
    if (!number) return {ec::invalid_argument, "'" + parts[k].substr(0, 40) + "' is no number"};
    ends[k] = *number;
  }
  const auto width = int128{ends[1]} - ends[0];
  if (width < 0) return {ec::invalid_argument, "the range ends before it begins"};
  out.low = ends[0];
  out.grain = ends[2];
  if (parts.size() == 2) {
    out.continuous = !whole;
    out.grain =
        whole ? decimal_scale
              : std::max<std::int64_t>(static_cast<std::int64_t>(width) / continuous_steps, 1);
  }
  if (out.grain <= 0) return {ec::invalid_argument, "the step is not positive"};
  const auto count = width / out.grain + 1;
  if (count > stepped_positions_most)
    return {ec::out_of_range, "has more than " + std::to_string(stepped_positions_most) +
                                  " positions; take larger steps"};
  out.count = static_cast<std::uint32_t>(count);
  return {};
}

result<search_axis> make_axis(const parameter_range& range, const node_config& config,
                              const strategy_registry& known) {
  search_axis out;
  out.name = range.name;
  const auto owner = owner_of(out.name, config, known);
  if (!owner) return owner.failure();
  out.strategy = (*owner)->id;
  const auto& specs = known.find((*owner)->kind)->parameters;
  const auto spec =
      std::find_if(specs.begin(), specs.end(), [&](const auto& x) { return x.name == out.name; });
  if (spec == specs.end())
    return {ec::not_found, out.strategy + " has no parameter '" + out.name.substr(0, 40) + "'"};
  if (spec->type == parameter_type::symbols)
    return {ec::invalid_argument, "a list of symbols is not searched"};
  const bool numeric = spec->type != parameter_type::choice;
  if (const auto parts = split(range.range, ':');
      numeric && (parts.size() == 2 || parts.size() == 3)) {
    if (auto read = read_range(parts, spec->type == parameter_type::integer, out); !read)
      return std::move(read).failure();
  } else {
    out.values = split(range.range, ',');
    out.count = static_cast<std::uint32_t>(out.values.size());
  }
  // Limits are intervals, so the ends and the listed values stand for all; a step of integers
  // shows in the second position.
  const auto try_position = [&](std::uint32_t k) -> result<void> {
    auto given = (*owner)->parameters;
    given[out.name] = out.text(k);
    if (const auto fits = known.check((*owner)->kind, given); !fits) return fits.failure();
    return {};
  };
  for (std::uint32_t k = 0; k < out.count; ++k) {
    if (out.values.empty() && k > 1 && k + 1 < out.count) continue;
    if (auto fits = try_position(k); !fits) return std::move(fits).failure();
  }
  return out;
}

result<std::vector<search_point>> grid(const std::vector<search_axis>& axes) {
  int128 size = 1;
  for (const auto& each : axes) {
    if (each.continuous)
      return {ec::invalid_argument,
              each.key() + ": a grid needs a step; write low:high:step, or --method latin"};
    size *= each.count;
    if (size > search_options::trials_most)
      return {ec::out_of_range,
              "the grid has more than " + std::to_string(search_options::trials_most) +
                  " parameter sets; take larger steps, or --method latin with --trials"};
  }
  std::vector<search_point> out;
  search_point at(axes.size(), 0);
  for (;;) {
    out.push_back(at);
    auto axis = axes.size();
    while (axis > 0 && ++at[axis - 1] == axes[axis - 1].count) at[--axis] = 0;
    if (axis == 0) return out;
  }
}

std::vector<search_point> random_points(const std::vector<search_axis>& axes, std::uint32_t count,
                                        std::uint64_t seed) {
  prng random{seed};
  std::vector<search_point> out(count, search_point(axes.size()));
  for (auto& point : out)
    for (std::size_t k = 0; k < axes.size(); ++k)
      point[k] = static_cast<std::uint32_t>(random.below(axes[k].count));
  return out;
}

std::vector<search_point> latin_points(const std::vector<search_axis>& axes, std::uint32_t count,
                                       std::uint64_t seed) {
  constexpr std::uint64_t inside = 1U << 20;
  prng random{seed};
  std::vector<search_point> out(count, search_point(axes.size()));
  std::vector<std::uint32_t> strata(count);
  for (std::size_t axis = 0; axis < axes.size(); ++axis) {
    auto own = random.fork();
    std::iota(strata.begin(), strata.end(), 0U);
    for (auto k = count; k > 1; --k) std::swap(strata[k - 1], strata[own.below(k)]);
    for (std::uint32_t k = 0; k < count; ++k) {
      const auto place = static_cast<uint128>(strata[k]) * inside + own.below(inside);
      out[k][axis] = static_cast<std::uint32_t>(place * axes[axis].count /
                                                (static_cast<uint128>(count) * inside));
    }
  }
  return out;
}

}  // namespace

std::string search_axis::text(std::uint32_t position) const {
  return values.empty() ? format_decimal(low + static_cast<std::int64_t>(position) * grain)
                        : values[position];
}

double search_axis::place(std::uint32_t position) const {
  return count < 2 ? 0 : static_cast<double>(position) / static_cast<double>(count - 1);
}

result<std::vector<search_axis>> make_axes(const std::vector<parameter_range>& ranges,
                                           const node_config& config,
                                           const strategy_registry& known) {
  if (ranges.empty())
    return {ec::invalid_argument,
            "nothing is to be varied: give --param name=low:high:step, or a search file"};
  if (ranges.size() > search_options::parameters_most)
    return {ec::out_of_range,
            "more than " + std::to_string(search_options::parameters_most) + " parameters"};
  std::vector<search_axis> out;
  for (const auto& each : ranges) {
    auto axis = make_axis(each, config, known);
    if (!axis)
      return std::move(axis).failure().within("parameter " + each.name.substr(0, 60) + "=" +
                                              each.range.substr(0, 60));
    for (const auto& other : out)
      if (other.key() == axis->key())
        return {ec::invalid_argument, "parameter " + axis->key() + " is given twice"};
    out.push_back(std::move(*axis));
  }
  return out;
}

result<std::vector<search_point>> draw_points(const std::vector<search_axis>& axes,
                                              search_method method, std::uint32_t count,
                                              std::uint64_t seed) {
  if (method == search_method::grid) return grid(axes);
  if (count == 0 || count > search_options::trials_most)
    return {ec::out_of_range,
            "trials: expected 1 .. " + std::to_string(search_options::trials_most)};
  const auto drawn = method == search_method::latin ? latin_points(axes, count, seed)
                                                    : random_points(axes, count, seed);
  std::set<search_point> seen;
  std::vector<search_point> out;
  for (const auto& each : drawn)
    if (seen.insert(each).second) out.push_back(each);
  return out;
}

node_config with_point(node_config config, const std::vector<search_axis>& axes,
                       const search_point& point) {
  for (std::size_t k = 0; k < axes.size(); ++k)
    for (auto& each : config.strategies)
      if (each.id == axes[k].strategy) each.parameters[axes[k].name] = axes[k].text(point[k]);
  return config;
}

}  // namespace bw
