// For the .cpp files of this folder: reads a record by its table.
#pragma once

#include <algorithm>
#include <charconv>

#include "broker/json_fields.ipp"
#include "broker/record.hpp"
#include "broker/report_numbers.hpp"
#include "broker/unknown_parts.hpp"

namespace bw::json {

template <class Record>
simdjson::error_code read_record(ondemand::value value, Record& out, unknown_parts& unknown,
                                 int depth = 0);

namespace detail {

/// Records within records go this deep: the legs of an order have no legs.
inline constexpr int depth_max = 1;

/// One scalar; false when its text is not of the type.
inline bool read_scalar(std::string_view text, std::string& out) {
  out = text;
  return true;
}
inline bool read_scalar(std::string_view text, bool& out) {
  out = text == "true";
  return out || text == "false";
}
template <class Integer>
requires std::is_integral_v<Integer>
bool read_scalar(std::string_view text, Integer& out) {
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), out);
  return failed == std::errc{} && end == text.data() + text.size();
}
template <class Tag>
bool read_scalar(std::string_view text, decimal<Tag>& out) {
  const auto units = parse_decimal_half_even(text);
  if (units) out = decimal<Tag>::from_units(*units);
  return units.ok();
}
inline bool read_scalar(std::string_view text, utc_ns& out) {
  const auto instant = parse_rfc3339(text);
  if (instant) out = *instant;
  return instant.ok();
}

template <class Record>
class field_visitor {
 public:
  field_visitor(const record_field<Record>& field, ondemand::value value, Record& out,
                unknown_parts& unknown, int depth)
      : field_(field), value_(value), out_(out), unknown_(unknown), depth_(depth) {}

  template <class Value>
  simdjson::error_code operator()(Value Record::*where) {
    return take(out_.*where);
  }

 private:
  template <class T>
  simdjson::error_code take(std::optional<T>& to) {
    if (is_null(value_)) return simdjson::SUCCESS;
    if (is_container(value_)) {
      unknown_.value(field_.name, "no scalar");
      return simdjson::SUCCESS;
    }
    const auto text = scalar(value_);
    if (text.empty() && !std::is_same_v<T, std::string>) return simdjson::SUCCESS;
    check_word(text);
    if (T x{}; read_scalar(text, x))
      to = std::move(x);
    else
      unknown_.value(field_.name, text);
    return simdjson::SUCCESS;
  }
  simdjson::error_code take(std::optional<json_text>& to) {
    if (is_null(value_)) return simdjson::SUCCESS;
    std::string_view text;
    if (const auto error = simdjson::to_json_string(value_).get(text)) return error;
    to = json_text{std::string{text}};
    return simdjson::SUCCESS;
  }
  template <class T>
  simdjson::error_code take(T& to) {
    std::optional<T> read;
    const auto error = take(read);
    if (read) to = std::move(*read);
    return error;
  }
  template <class T>
  simdjson::error_code take(std::vector<T>& to) {
    to.clear();
    const auto error = each_element(value_, [&](ondemand::value element) {
      if constexpr (std::is_same_v<T, Record>) {
        if (depth_ < depth_max)
          return read_record(element, to.emplace_back(), unknown_, depth_ + 1);
        unknown_.value(field_.name, "too deep");
        return simdjson::SUCCESS;
      } else {
        add(element, to);
        return simdjson::SUCCESS;
      }
    });
    // A list that is none is a value of another form, no broken text.
    if (error != simdjson::INCORRECT_TYPE) return error;
    unknown_.value(field_.name, "no list");
    return simdjson::SUCCESS;
  }
  template <class T>
  void add(ondemand::value element, std::vector<T>& to) {
    const auto text = scalar(element);
    if (T x{}; read_scalar(text, x))
      to.push_back(std::move(x));
    else
      unknown_.value(field_.name, text);
  }
  /// Elements stand for instants of their own: one that is missing keeps its place.
  template <class T>
  void add(ondemand::value element, std::vector<std::optional<T>>& to) {
    const auto text = scalar(element);
    T x{};
    to.emplace_back();
    if (text.empty()) return;
    if (read_scalar(text, x))
      to.back() = x;
    else
      unknown_.value(field_.name, text);
  }
  void check_word(std::string_view text) {
    if (!field_.words.empty() &&
        std::find(field_.words.begin(), field_.words.end(), text) == field_.words.end())
      unknown_.word(field_.name, text);
  }

  const record_field<Record>& field_;
  ondemand::value value_;
  Record& out_;
  unknown_parts& unknown_;
  int depth_;
};

}  // namespace detail

/// Puts one field into a record; false when the record's table does not have it.
template <class Record>
bool read_field(std::string_view name, ondemand::value value, Record& out, unknown_parts& unknown,
                simdjson::error_code& failed, int depth = 0) {
  const auto* field = find_field<Record>(name);
  if (field == nullptr) return false;
  failed =
      std::visit(detail::field_visitor<Record>{*field, value, out, unknown, depth}, field->where);
  return true;
}

/// Reads an object into a record. Only broken text is an error; what is not known is counted.
template <class Record>
simdjson::error_code read_record(ondemand::value value, Record& out, unknown_parts& unknown,
                                 int depth) {
  return each_field(value, [&](std::string_view name, ondemand::value x) {
    auto failed = simdjson::SUCCESS;
    if (!read_field(name, x, out, unknown, failed, depth)) unknown.field(name);
    return failed;
  });
}

}  // namespace bw::json
