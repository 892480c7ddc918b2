#pragma once

#include <charconv>
#include <chrono>
#include <concepts>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "config/option_table.hpp"
#include "core/decimal.hpp"

namespace bw::detail {

/// Whole number of the text within [low, high], or one sentence why not.
result<std::int64_t> whole_number(const option_value& given, std::int64_t low, std::int64_t high);

inline error expected(const std::string& what, const option_value& given) {
  return {ec::invalid_argument, "expected " + what + ", got " +
                                    (given.text.empty() ? std::string{"nothing"} : given.text)};
}

template <class Access>
using accessed = std::remove_reference_t<std::invoke_result_t<Access, node_config&>>;

template <class Access>
decltype(auto) look(Access access, const node_config& config) {
  return access(const_cast<node_config&>(config));  // The accessor only names a member.
}

/// A whole number, or a duration that the file gives as a whole number of its unit.
template <class Access>
option whole(std::string_view key, std::string_view unit, std::int64_t low, std::int64_t high,
             std::string_view help, Access access) {
  using type = accessed<Access>;
  return {key, unit, std::to_string(low) + " .. " + std::to_string(high), help,
          [=](node_config& config, const option_value& given) -> result<void> {
            const auto number = whole_number(given, low, high);
            if (!number) return number.failure();
            if constexpr (std::integral<type>)
              access(config) = static_cast<type>(*number);
            else
              access(config) = type{static_cast<typename type::rep>(*number)};
            return {};
          },
          [=](const node_config& config) {
            if constexpr (std::integral<type>)
              return std::to_string(look(access, config));
            else
              return std::to_string(look(access, config).count());
          }};
}

/// A decimal amount: text ("0.05") or a whole number.
template <class Access>
option amount(std::string_view key, std::string_view unit, const char* low, const char* high,
              std::string_view help, Access access) {
  using type = accessed<Access>;
  const auto least = *type::parse(low);
  const auto most = *type::parse(high);
  const auto range = std::string{low} + " .. " + high;
  return {key, unit, range, help,
          [=](node_config& config, const option_value& given) -> result<void> {
            const bool readable = given.how == option_value::form::text ||
                                  given.how == option_value::form::whole;
            const auto value = readable ? type::parse(given.text)
                                        : result<type>{ec::invalid_argument, "not a decimal"};
            if (!value || *value < least || *value > most)
              return expected("a decimal as text, " + range, given);
            access(config) = *value;
            return {};
          },
          [=](const node_config& config) { return look(access, config).text(); }};
}

/// One of a closed set of words; `words` are in the order of the enum's values from 1 on.
template <class Access>
option choice(std::string_view key, std::vector<std::string_view> words, std::string_view help,
              Access access) {
  using type = accessed<Access>;
  std::string range;
  for (const auto word : words) range += (range.empty() ? "" : " | ") + std::string{word};
  return {key, "text", range, help,
          [=](node_config& config, const option_value& given) -> result<void> {
            for (std::size_t k = 0; k < words.size(); ++k) {
              if (given.how != option_value::form::text || words[k] != given.text) continue;
              access(config) = static_cast<type>(k + 1);
              return {};
            }
            return expected("one of " + range, given);
          },
          [=](const node_config& config) {
            return std::string{words[static_cast<std::size_t>(look(access, config)) - 1]};
          }};
}

template <class Access>
option truth(std::string_view key, std::string_view help, Access access) {
  return {key, "boolean", "true | false", help,
          [=](node_config& config, const option_value& given) -> result<void> {
            if (given.how != option_value::form::boolean) return expected("true or false", given);
            access(config) = given.text == "true";
            return {};
          },
          [=](const node_config& config) {
            return std::string{look(access, config) ? "true" : "false"};
          }};
}

template <class Access>
option words(std::string_view key, std::string range, std::size_t length_max,
             std::string_view help, Access access) {
  return {key, "text", std::move(range), help,
          [=](node_config& config, const option_value& given) -> result<void> {
            if (given.how != option_value::form::text || given.text.empty() ||
                given.text.size() > length_max)
              return expected("text of 1 to " + std::to_string(length_max) + " characters", given);
            access(config) = given.text;
            return {};
          },
          [=](const node_config& config) {
            if constexpr (std::same_as<accessed<Access>, std::filesystem::path>)
              return look(access, config).string();
            else
              return std::string{look(access, config)};
          }};
}

}  // namespace bw::detail
