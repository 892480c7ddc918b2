// For the .cpp files of this folder: how a body is walked. It names simdjson.
#pragma once

#include <simdjson.h>

#include <string>
#include <string_view>

#include "core/error.hpp"

namespace bw::json {

namespace ondemand = simdjson::ondemand;

inline constexpr std::size_t padding = simdjson::SIMDJSON_PADDING;

/// A scalar as text: strings unescaped, numbers and booleans as they stand, null and containers
/// empty. Valid until the next document.
inline std::string_view scalar(ondemand::value value) {
  std::string_view text;
  if (value.get_string().get(text) == simdjson::SUCCESS) return text;
  text = value.raw_json_token();
  const auto end = text.find_last_not_of(" \t\r\n");
  text = text.substr(0, end == std::string_view::npos ? 0 : end + 1);
  if (text == "null" || text.empty() || text[0] == '{' || text[0] == '[') return {};
  return text;
}

/// Asked before the value is read.
inline bool is_null(ondemand::value value) { return value.raw_json_token().starts_with("null"); }

inline bool is_container(ondemand::value value) {
  const auto token = value.raw_json_token();
  return token.starts_with("{") || token.starts_with("[");
}

/// Calls `use(name, value)` for each field; an error breaks off.
template <class Use>
simdjson::error_code each_field(ondemand::value value, Use use) {
  ondemand::object object;
  if (const auto error = value.get_object().get(object)) return error;
  for (auto entry : object) {
    ondemand::field field;
    if (const auto error = std::move(entry).get(field)) return error;
    std::string_view name;
    if (const auto error = field.unescaped_key().get(name)) return error;
    if (const auto error = use(name, field.value())) return error;
  }
  return simdjson::SUCCESS;
}

/// Calls `use(value)` for each element of an array; an error breaks off. Null is an empty array.
template <class Use>
simdjson::error_code each_element(ondemand::value value, Use use) {
  if (is_null(value)) return simdjson::SUCCESS;
  ondemand::array list;
  if (const auto error = value.get_array().get(list)) return error;
  for (auto item : list) {
    ondemand::value element;
    if (const auto error = std::move(item).get(element)) return error;
    if (const auto error = use(element)) return error;
  }
  return simdjson::SUCCESS;
}

/// One parser and the text it reads. What a walk hands out is valid until the next one.
class body_walker {
 public:
  /// The root of a text that is followed by padding.
  template <class Use>
  simdjson::error_code root(std::string_view text, Use use) {
    ondemand::document document;
    ondemand::value value;
    if (const auto error =
            parser_.iterate(text.data(), text.size(), text.size() + padding).get(document))
      return error;
    if (const auto error = document.get_value().get(value)) return error;
    return use(value);
  }

  /// Calls `use(name, value)` for each field of a body that is an object.
  template <class Use>
  simdjson::error_code object(std::string& body, Use use) {
    body.reserve(body.size() + padding);
    return root(body, [&](ondemand::value value) {
      return each_field(value, [&](std::string_view name, ondemand::value x) {
        use(name, x);
        return simdjson::SUCCESS;
      });
    });
  }

  /// Calls `use(name, value)` for the fields of each element and `done()` after each.
  template <class Use, class Done>
  simdjson::error_code list(std::string& body, Use use, Done done) {
    body.reserve(body.size() + padding);
    return root(body, [&](ondemand::value value) {
      ondemand::array items;
      if (const auto error = value.get_array().get(items)) return error;
      for (auto item : items) {
        ondemand::value element;
        if (const auto error = std::move(item).get(element)) return error;
        const auto error = each_field(element, [&](std::string_view name, ondemand::value x) {
          use(name, x);
          return simdjson::SUCCESS;
        });
        if (error) return error;
        done();
      }
      return simdjson::SUCCESS;
    });
  }

 private:
  ondemand::parser parser_;
};

/// A body is shown up to this length.
inline constexpr std::size_t shown_max = 80;

/// ec::parse_failed: what was read, how long it is, what is wrong, and how it begins.
inline error unreadable(std::string_view what, std::string_view text, std::string_view why) {
  return {ec::parse_failed, std::string{what} + " of " + std::to_string(text.size()) +
                                " bytes: " + std::string{why} + "; it begins with " +
                                std::string{text.substr(0, shown_max)}};
}
inline error unreadable(std::string_view what, std::string_view text, simdjson::error_code why) {
  return unreadable(what, text, simdjson::error_message(why));
}

}  // namespace bw::json
