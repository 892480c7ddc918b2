#pragma once

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "broker/report_numbers.hpp"
#include "core/time.hpp"

namespace bw::tests {

using json = nlohmann::json;

inline std::string text_of(const json& x) {
  return x.is_string() ? x.get<std::string>() : x.dump();
}

/// Whether two scalars say the same: as texts, as decimals, or as instants.
inline bool says_the_same(const json& told, const json& kept) {
  const auto a = text_of(told);
  const auto b = text_of(kept);
  if (a == b) return true;
  const auto x = parse_decimal_half_even(a);
  const auto y = parse_decimal_half_even(b);
  if (x && y) return *x == *y;
  const auto s = parse_rfc3339(a);
  const auto t = parse_rfc3339(b);
  return s && t && *s == *t;
}

/// Every part of `told` that `kept` lacks or tells in another way, by its path. Nothing is missing
/// where nothing was said: null, lists and texts without content, and the word "string" that an
/// example has in place of a value.
inline void find_losses(const json& told, const json& kept, const std::string& path,
                        std::vector<std::string>& out) {
  if (told.is_null() || (told.is_structured() && told.empty()) || told == "" || told == "string")
    return;
  if (told.is_object()) {
    for (const auto& [key, value] : told.items())
      find_losses(value, kept.is_object() && kept.contains(key) ? kept[key] : json{},
                  path + "." + key, out);
  } else if (told.is_array()) {
    if (!kept.is_array() || kept.size() != told.size()) return out.push_back(path + ": other size");
    for (std::size_t k = 0; k < told.size(); ++k)
      find_losses(told[k], kept[k], path + "[" + std::to_string(k) + "]", out);
  } else if (!says_the_same(told, kept)) {
    out.push_back(path + ": " + told.dump() + " became " + kept.dump());
  }
}

inline std::vector<std::string> losses_between(const json& told, const json& kept) {
  std::vector<std::string> out;
  find_losses(told, kept, "", out);
  return out;
}

/// Rows of several symbols, those of one together: the order of an object's members says nothing.
inline json by_symbol(json rows) {
  if (!rows.is_array()) return rows;
  const auto key = [](const json& row) {
    return row.is_object() ? row.value("S", row.value("symbol", "")) : std::string{};
  };
  std::stable_sort(rows.begin(), rows.end(),
                   [&](const json& a, const json& b) { return key(a) < key(b); });
  return rows;
}

/// {"bars":{"A":[{…}]}} and its relatives as rows that carry their symbol.
inline json rows_of(const json& body, const std::string& what) {
  const auto singular = what.substr(0, what.size() - 1);
  json out = json::array();
  const auto add = [&](json row, const std::string& symbol) {
    row["S"] = symbol;
    out.push_back(std::move(row));
  };
  const auto add_all = [&](const json& rows, const std::string& symbol) {
    if (!rows.is_array()) return add(rows, symbol);
    for (const auto& row : rows) add(row, symbol);
  };
  const auto symbol = body.value("symbol", "");
  if (body.contains(singular)) {
    add_all(body[singular], symbol);
  } else if (body[what].is_array()) {
    add_all(body[what], symbol);
  } else {
    for (const auto& [key, rows] : body[what].items()) add_all(rows, key);
  }
  return out;
}

}  // namespace bw::tests
