#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

#include "core/decimal.hpp"
#include "core/json_writer.hpp"
#include "core/time.hpp"

namespace bw {

/// A part of something: 0.0084 is 0.84 %.
using ratio = decimal<struct ratio_tag>;

/// JSON that is kept as it came, because nobody here looks into it.
struct json_text {
  std::string text;

  friend bool operator==(const json_text&, const json_text&) = default;
};

/// One field of an answer: its name on the wire, the member that holds it and, for an enumeration,
/// the words that are known. A record is what a person or a tool reads of the broker; every field
/// of it may be missing. From the one table of a record come its reader, its JSON and its columns.
template <class Record>
struct record_field {
  template <class T>
  using member = T Record::*;
  template <class T>
  using maybe = std::optional<T> Record::*;
  using place =
      std::variant<maybe<std::string>, maybe<bool>, maybe<std::int64_t>, maybe<std::uint64_t>,
                   maybe<price>, maybe<quantity>, maybe<money>, maybe<ratio>, maybe<utc_ns>,
                   maybe<json_text>, member<std::string>, member<std::int64_t>, member<utc_ns>,
                   member<std::vector<std::string>>, member<std::vector<std::int64_t>>,
                   member<std::vector<std::optional<money>>>,
                   member<std::vector<std::optional<ratio>>>, member<std::vector<Record>>>;

  std::string_view name;
  place where;
  std::span<const std::string_view> words = {};
};

/// The fields of a record, in the order in which they are shown. One definition for each record.
template <class Record>
std::span<const record_field<Record>> record_table();

template <class Record>
const record_field<Record>* find_field(std::string_view name) {
  for (const auto& field : record_table<Record>())
    if (field.name == name) return &field;
  return nullptr;
}

namespace detail {

template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;
template <class T>
inline constexpr bool is_vector = false;
template <class T>
inline constexpr bool is_vector<std::vector<T>> = true;

template <class T>
bool is_there(const T& x) {
  if constexpr (is_optional<T>) return x.has_value();
  if constexpr (is_vector<T> || std::is_same_v<T, std::string>) return !x.empty();
  if constexpr (std::is_same_v<T, utc_ns>) return x != utc_ns{};
  return true;
}

}  // namespace detail

template <class Record>
void write_record(json_writer& out, const Record& record);

namespace detail {

template <class Record, class T>
void write_part(json_writer& out, const T& x) {
  if constexpr (is_vector<T>) {
    out.begin_array();
    for (const auto& each : x) write_part<Record>(out, each);
    out.end_array();
  } else if constexpr (is_optional<T>) {
    x ? write_part<Record>(out, *x) : static_cast<void>(out.null());
  } else if constexpr (std::is_same_v<T, Record>) {
    write_record(out, x);
  } else if constexpr (std::is_same_v<T, json_text>) {
    out.raw(x.text);
  } else if constexpr (std::is_same_v<T, std::string>) {
    out.value(std::string_view{x});
  } else {
    out.value(x);
  }
}

template <class T>
std::string text_of(const T& x) {
  if constexpr (is_vector<T>) {
    std::string out;
    for (const auto& each : x) out.append(out.empty() ? "" : ",").append(text_of(each));
    return out;
  } else if constexpr (is_optional<T>) {
    return x ? text_of(*x) : "-";
  } else if constexpr (std::is_same_v<T, std::string>) {
    return x.empty() ? "-" : x;
  } else if constexpr (std::is_same_v<T, json_text>) {
    return x.text;
  } else if constexpr (std::is_same_v<T, bool>) {
    return x ? "yes" : "no";
  } else if constexpr (std::is_same_v<T, utc_ns>) {
    return x == utc_ns{} ? "-" : format_rfc3339(x);
  } else if constexpr (std::is_integral_v<T>) {
    return std::to_string(x);
  } else {
    return x.text();
  }
}

}  // namespace detail

/// The fields that are there, into an object that is open.
template <class Record>
void write_members(json_writer& out, const Record& record) {
  for (const auto& field : record_table<Record>())
    std::visit(
        [&](auto where) {
          if (!detail::is_there(record.*where)) return;
          out.key(field.name);
          detail::write_part<Record>(out, record.*where);
        },
        field.where);
}

/// The record as a JSON object under the broker's own names; what is missing is left out.
/// Decimals are strings, times RFC 3339 in UTC.
template <class Record>
void write_record(json_writer& out, const Record& record) {
  out.begin_object();
  write_members(out, record);
  out.end_object();
}

/// One field of a record for a person: "-" when it is missing, a list with commas, the number of
/// records beneath it.
template <class Record>
std::string record_text(const Record& record, const record_field<Record>& field) {
  return std::visit(
      [&](auto where) -> std::string {
        using value = std::decay_t<decltype(record.*where)>;
        if constexpr (std::is_same_v<value, std::vector<Record>>)
          return std::to_string((record.*where).size());
        else
          return detail::text_of(record.*where);
      },
      field.where);
}

}  // namespace bw
