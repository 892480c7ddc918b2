#include "strategies/parameters.hpp"

#include <algorithm>

#include "core/decimal.hpp"

namespace bw {

namespace {

constexpr std::string_view separators = " ,\t";

std::vector<std::string_view> split(std::string_view text) {
  std::vector<std::string_view> words;
  for (;;) {
    const auto begin = text.find_first_not_of(separators);
    if (begin == std::string_view::npos) return words;
    text.remove_prefix(begin);
    const auto end = std::min(text.find_first_of(separators), text.size());
    words.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
}

bool is_ticker(std::string_view text) {
  return symbol_name::fits(text) && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-';
         });
}

std::string join(std::span<const std::string> words, std::string_view between) {
  std::string out;
  for (const auto& word : words) {
    if (!out.empty()) out += between;
    out += word;
  }
  return out;
}

/// A limit is part of a table in the code, so it can be read.
std::int64_t limit_units(const std::string& text) {
  const auto units = parse_decimal(text);
  BW_ASSERT(units.ok(), "a parameter's range is written as decimals");
  return *units;
}

result<std::int64_t> check_number(const parameter_spec& spec, const std::string& text) {
  const auto units = parse_decimal(text);
  const bool whole = spec.type == parameter_type::integer;
  if (!units || (whole && *units % decimal_scale != 0))
    return {ec::parse_failed, spec.name + " = '" + text + "' is no " +
                                  std::string{to_string(spec.type)} + "; allowed is " +
                                  spec.range_text()};
  const bool too_low = !spec.minimum.empty() && *units < limit_units(spec.minimum);
  const bool too_high = !spec.maximum.empty() && *units > limit_units(spec.maximum);
  if (too_low || too_high)
    return {ec::out_of_range, spec.name + " = " + text + " is outside " + spec.range_text()};
  return *units;
}

result<std::int64_t> check(const parameter_spec& spec, const std::string& text) {
  switch (spec.type) {
    case parameter_type::integer:
    case parameter_type::number: return check_number(spec, text);
    case parameter_type::choice:
      if (std::find(spec.choices.begin(), spec.choices.end(), text) == spec.choices.end())
        return {ec::out_of_range,
                spec.name + " = '" + text + "' is not one of " + spec.range_text()};
      return std::int64_t{0};
    case parameter_type::symbols: {
      const auto words = split(text);
      if (words.size() > parameter_symbols_max)
        return {ec::out_of_range, spec.name + " names " + std::to_string(words.size()) +
                                      " tickers; at most " + std::to_string(parameter_symbols_max)};
      for (const auto word : words)
        if (!is_ticker(word))
          return {ec::parse_failed, spec.name + ": '" + std::string{word} + "' is no ticker"};
      return std::int64_t{0};
    }
  }
  return {ec::unsupported, spec.name + " has a type that is not known"};
}

std::string known_names(std::span<const parameter_spec> table) {
  std::string out;
  for (const auto& spec : table) {
    if (!out.empty()) out += ", ";
    out += spec.name + " (" + spec.range_text() + ")";
  }
  return out.empty() ? "none" : out;
}

}  // namespace

std::string_view to_string(parameter_type x) noexcept {
  switch (x) {
    case parameter_type::integer: return "integer";
    case parameter_type::number: return "number";
    case parameter_type::choice: return "choice";
    case parameter_type::symbols: return "symbols";
  }
  return "unknown";
}

std::string parameter_spec::range_text() const {
  switch (type) {
    case parameter_type::choice: return join(choices, " | ");
    case parameter_type::symbols: return "tickers";
    case parameter_type::integer:
    case parameter_type::number: break;
  }
  if (minimum.empty() && maximum.empty()) return "any " + std::string{to_string(type)};
  if (maximum.empty()) return minimum + " or more";
  if (minimum.empty()) return maximum + " or less";
  return minimum + " … " + maximum;
}

const parameter_set::value& parameter_set::find(std::string_view name, parameter_type type) const {
  const auto at =
      std::find_if(values_.begin(), values_.end(), [&](const value& x) { return x.name == name; });
  BW_ASSERT(at != values_.end() && at->type == type,
            "a strategy reads only parameters that it declared, as the type it declared");
  return *at;
}

std::int64_t parameter_set::integer(std::string_view name) const {
  return find(name, parameter_type::integer).units / decimal_scale;
}

double parameter_set::number(std::string_view name) const {
  return static_cast<double>(number_units(name)) / static_cast<double>(decimal_scale);
}

std::int64_t parameter_set::number_units(std::string_view name) const {
  return find(name, parameter_type::number).units;
}

const std::string& parameter_set::choice(std::string_view name) const {
  return find(name, parameter_type::choice).text;
}

std::vector<symbol_name> parameter_set::symbols(std::string_view name) const {
  std::vector<symbol_name> out;
  for (const auto word : split(find(name, parameter_type::symbols).text)) {
    const symbol_name symbol{word};
    if (std::find(out.begin(), out.end(), symbol) == out.end()) out.push_back(symbol);
  }
  return out;
}

parameter_texts parameter_set::texts() const {
  parameter_texts out;
  for (const auto& x : values_) out.emplace(x.name, x.text);
  return out;
}

result<parameter_set> resolve_parameters(std::string_view owner,
                                         std::span<const parameter_spec> table,
                                         const parameter_texts& given) {
  std::optional<error> problem;
  const auto note = [&](error x) {
    if (problem)
      problem->context += "; " + x.context;
    else
      problem = std::move(x);
  };

  bool any_unknown = false;
  for (const auto& [name, text] : given) {
    const auto known = std::any_of(table.begin(), table.end(),
                                   [&](const parameter_spec& x) { return x.name == name; });
    if (known) continue;
    note({ec::unknown_key, "there is no parameter '" + name + "'"});
    any_unknown = true;
  }

  parameter_set out;
  for (const auto& spec : table) {
    const auto at = given.find(spec.name);
    if (at == given.end() && !spec.default_text) {
      note({ec::not_found, spec.name + " must be given: " + spec.range_text()});
      continue;
    }
    const auto& text = at == given.end() ? *spec.default_text : at->second;
    auto units = check(spec, text);
    if (units)
      out.values_.push_back({spec.name, spec.type, *units, text});
    else
      note(std::move(units).failure());
  }
  if (!problem) return out;
  if (any_unknown) problem->context += "; the parameters are " + known_names(table);
  return std::move(*problem).within(owner);
}

}  // namespace bw
