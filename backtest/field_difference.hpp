#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>

#include "core/time.hpp"
#include "storage/field_kinds.hpp"

namespace bw {

/// Where two records of one type differ, and how.
struct field_difference {
  /// "verdict.checks[3].value".
  std::string path;
  std::string left;
  std::string right;
};

namespace detail {

template <class T>
std::string shown_value(const T& x) {
  if constexpr (std::is_same_v<T, bool>) {
    return x ? "true" : "false";
  } else if constexpr (std::is_same_v<T, utc_ns>) {
    return format_rfc3339(x);
  } else if constexpr (decimal_number<T>) {
    return x.text();
  } else if constexpr (strong_number<T>) {
    return std::to_string(x.value);
  } else if constexpr (enumeration<T>) {
    if constexpr (requires {
                    { to_string(x) } -> std::same_as<std::string_view>;
                  }) {
      return std::string{to_string(x)};
    } else {
      return std::to_string(static_cast<std::underlying_type_t<T>>(x));
    }
  } else if constexpr (inline_text<T>) {
    return "'" + x.str() + "'";
  } else if constexpr (std::is_same_v<T, std::string>) {
    return "'" + x + "'";
  } else {
    return std::to_string(x);
  }
}

template <class T>
std::optional<field_difference> find_difference(const T& a, const T& b, const std::string& path);

template <class T>
std::optional<field_difference> find_in_elements(const T& a, const T& b, const std::string& path) {
  if (a.size() != b.size())
    return field_difference{path + " (count)", std::to_string(a.size()), std::to_string(b.size())};
  for (std::size_t k = 0; k < a.size(); ++k)
    if (auto found = find_difference(a[k], b[k], path + "[" + std::to_string(k) + "]"))
      return found;
  return std::nullopt;
}

/// BW_FIELDS keeps its members as one text, "first, second, third".
inline std::string_view take_name(std::string_view& names) {
  const auto comma = names.find(',');
  const auto name = names.substr(0, comma);
  names.remove_prefix(comma == std::string_view::npos ? names.size() : comma + 1);
  while (!names.empty() && names.front() == ' ') names.remove_prefix(1);
  return name;
}

template <class T, std::size_t... Index>
std::optional<field_difference> find_in_fields(const T& a, const T& b, const std::string& path,
                                               std::index_sequence<Index...>) {
  std::optional<field_difference> out;
  auto names = T::field_names;
  const auto left = a.fields();
  const auto right = b.fields();
  const auto look = [&](const auto& x, const auto& y) {
    const auto name = take_name(names);
    if (!out)
      out =
          find_difference(x, y, path.empty() ? std::string{name} : path + "." + std::string{name});
  };
  (look(std::get<Index>(left), std::get<Index>(right)), ...);
  return out;
}

template <class T>
std::optional<field_difference> find_difference(const T& a, const T& b, const std::string& path) {
  if constexpr (inline_sequence<T> || heap_sequence<T>) {
    return find_in_elements(a, b, path);
  } else if constexpr (has_fields<const T>) {
    using fields = decltype(a.fields());
    return find_in_fields(a, b, path, std::make_index_sequence<std::tuple_size_v<fields>>{});
  } else {
    if (a == b) return std::nullopt;
    return field_difference{path, shown_value(a), shown_value(b)};
  }
}

}  // namespace detail

/// The first member in the order of BW_FIELDS that differs; nothing when the records are equal bit
/// by bit.
template <class T>
std::optional<field_difference> first_difference(const T& recorded, const T& replayed) {
  return detail::find_difference(recorded, replayed, "");
}

}  // namespace bw
