#pragma once

#include <chrono>
#include <concepts>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "config/option_table.hpp"
#include "core/decimal.hpp"

namespace bw::detail {

// Makers of options. Each binds a key to a member that `access` names: a lambda
// [](auto& c) -> auto& { return c.member; } that serves constant and other configurations.

/// Whole number within [low, high], or one sentence why not.
result<std::int64_t> whole_number(const option_value& given, std::int64_t low, std::int64_t high);
/// Units of 1e-9 within [low, high]; text or a whole number.
result<std::int64_t> decimal_units(const option_value& given, std::string_view low,
                                   std::string_view high);
/// Position of the text among the words.
result<std::size_t> word_index(const option_value& given,
                               const std::vector<std::string_view>& words);

/// "expected WHAT, got …". What was given is shown in part only and never when it looks like a key.
error expected(const std::string& what, const option_value& given);

std::string whole_schema(std::int64_t low, std::int64_t high);
std::string decimal_schema(std::string_view low, std::string_view high);
std::string optional_decimal_schema(std::string_view low, std::string_view high);
std::string words_schema(const std::vector<std::string_view>& words);
std::string word_list_schema(const std::vector<std::string_view>& words);
std::string text_schema(std::size_t length_max);
std::string joined(const std::vector<std::string_view>& words);

template <class Access>
using accessed = std::remove_cvref_t<std::invoke_result_t<Access, node_config&>>;

inline option_value whole_value(std::int64_t x) {
  return {option_value::form::whole, std::to_string(x), {}};
}
inline option_value text_value(std::string x) {
  return {option_value::form::text, std::move(x), {}};
}

/// A whole number.
template <class Access>
option whole(std::string_view key, std::string_view unit, std::int64_t low, std::int64_t high,
             std::string_view help, Access access) {
  using type = accessed<Access>;
  static_assert(std::integral<type>);
  return {key,
          unit,
          std::to_string(low) + " .. " + std::to_string(high),
          help,
          option_value::form::whole,
          whole_schema(low, high),
          [=](node_config& config, const option_value& given) -> result<void> {
            const auto number = whole_number(given, low, high);
            if (!number) return number.failure();
            access(config) = static_cast<type>(*number);
            return {};
          },
          [=](const node_config& config) {
            return whole_value(static_cast<std::int64_t>(access(config)));
          }};
}

/// A duration that the file gives as a whole number of `Unit`.
template <class Unit, class Access>
option duration(std::string_view key, std::string_view unit, std::int64_t low, std::int64_t high,
                std::string_view help, Access access) {
  using type = accessed<Access>;
  return {key,
          unit,
          std::to_string(low) + " .. " + std::to_string(high),
          help,
          option_value::form::whole,
          whole_schema(low, high),
          [=](node_config& config, const option_value& given) -> result<void> {
            const auto number = whole_number(given, low, high);
            if (!number) return number.failure();
            access(config) = std::chrono::duration_cast<type>(Unit{*number});
            return {};
          },
          [=](const node_config& config) {
            return whole_value(std::chrono::duration_cast<Unit>(access(config)).count());
          }};
}

/// A decimal amount: text ("0.05") or a whole number.
template <class Access>
option amount(std::string_view key, std::string_view unit, std::string_view low,
              std::string_view high, std::string_view help, Access access) {
  using type = accessed<Access>;
  return {key,
          unit,
          std::string{low} + " .. " + std::string{high},
          help,
          option_value::form::text,
          decimal_schema(low, high),
          [=](node_config& config, const option_value& given) -> result<void> {
            const auto units = decimal_units(given, low, high);
            if (!units) return units.failure();
            access(config) = type::from_units(*units);
            return {};
          },
          [=](const node_config& config) { return text_value(access(config).text()); }};
}

/// A decimal amount that may be switched off.
template <class Access>
option optional_amount(std::string_view key, std::string_view unit, std::string_view low,
                       std::string_view high, std::string_view help, Access access) {
  using type = typename accessed<Access>::value_type;
  return {key,
          unit,
          "off | " + std::string{low} + " .. " + std::string{high},
          help,
          option_value::form::text,
          optional_decimal_schema(low, high),
          [=](node_config& config, const option_value& given) -> result<void> {
            if (given.how == option_value::form::text && given.text == "off") {
              access(config) = std::nullopt;
              return {};
            }
            const auto units = decimal_units(given, low, high);
            if (!units) return error{ec::invalid_argument, units.failure().context + " or \"off\""};
            access(config) = type::from_units(*units);
            return {};
          },
          [=](const node_config& config) {
            const auto& value = access(config);
            return text_value(value ? value->text() : "off");
          }};
}

/// One of a closed set of words: an enum whose values count from 1 in the order of `words`, or the
/// text itself.
template <class Access>
option choice(std::string_view key, std::vector<std::string_view> words, std::string_view help,
              Access access) {
  using type = accessed<Access>;
  return {
      key,
      "text",
      joined(words),
      help,
      option_value::form::text,
      words_schema(words),
      [=](node_config& config, const option_value& given) -> result<void> {
        const auto index = word_index(given, words);
        if (!index) return index.failure();
        if constexpr (std::is_enum_v<type>)
          access(config) = static_cast<type>(*index + 1);
        else
          access(config) = std::string{words[*index]};
        return {};
      },
      [=](const node_config& config) {
        if constexpr (std::is_enum_v<type>)
          return text_value(std::string{words.at(static_cast<std::size_t>(access(config)) - 1)});
        else
          return text_value(access(config));
      }};
}

/// Some of a closed set of words, each once; an enum as in `choice`.
template <class Access>
option choices(std::string_view key, std::vector<std::string_view> words, std::string_view help,
               Access access) {
  using type = typename accessed<Access>::value_type;
  return {key,
          "list",
          "some of " + joined(words),
          help,
          option_value::form::list,
          word_list_schema(words),
          [=](node_config& config, const option_value& given) -> result<void> {
            if (given.how != option_value::form::list || given.items.empty())
              return expected("a list of " + joined(words), given);
            accessed<Access> chosen;
            for (const auto& item : given.items) {
              const auto index = word_index(text_value(item), words);
              if (!index) return index.failure();
              const auto word = static_cast<type>(*index + 1);
              for (const auto other : chosen)
                if (other == word) return expected("each word once", text_value(item));
              chosen.push_back(word);
            }
            access(config) = std::move(chosen);
            return {};
          },
          [=](const node_config& config) {
            option_value out{option_value::form::list, {}, {}};
            for (const auto word : access(config))
              out.items.emplace_back(words.at(static_cast<std::size_t>(word) - 1));
            return out;
          }};
}

template <class Access>
option truth(std::string_view key, std::string_view help, Access access) {
  return {key,
          "boolean",
          "true | false",
          help,
          option_value::form::boolean,
          "\"type\":\"boolean\"",
          [=](node_config& config, const option_value& given) -> result<void> {
            if (given.how != option_value::form::boolean) return expected("true or false", given);
            access(config) = given.text == "true";
            return {};
          },
          [=](const node_config& config) {
            return option_value{option_value::form::boolean, access(config) ? "true" : "false", {}};
          }};
}

/// Free text, or a path.
template <class Access>
option words(std::string_view key, std::string range, std::size_t length_max, std::string_view help,
             Access access) {
  return {key,
          "text",
          std::move(range),
          help,
          option_value::form::text,
          text_schema(length_max),
          [=](node_config& config, const option_value& given) -> result<void> {
            if (given.how != option_value::form::text || given.text.empty() ||
                given.text.size() > length_max || given.text.find('\0') != std::string::npos)
              return expected("text of 1 to " + std::to_string(length_max) + " characters", given);
            access(config) = given.text;
            return {};
          },
          [=](const node_config& config) {
            if constexpr (std::same_as<accessed<Access>, std::filesystem::path>)
              return text_value(access(config).string());
            else
              return text_value(std::string{access(config)});
          }};
}

}  // namespace bw::detail
