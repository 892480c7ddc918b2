#include "config/option_binders.hpp"

#include <charconv>

#include "config/secret_form.hpp"
#include "core/json_writer.hpp"

namespace bw::detail {
namespace {

/// Of a value that an error shows.
constexpr std::size_t shown_max = 40;

std::string shown(const option_value& given) {
  if (given.how == option_value::form::list) return "a list";
  if (given.text.empty()) return "nothing";
  if (looks_like_secret(given.text)) return "a value that looks like a key (not shown)";
  return printable(given.text, shown_max);
}

std::string quoted(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

std::string enumerated(const std::vector<std::string_view>& words) {
  std::string out;
  for (const auto word : words) out += (out.empty() ? "" : ",") + quoted(word);
  return "\"enum\":[" + out + "]";
}

}  // namespace

error expected(const std::string& what, const option_value& given) {
  return {ec::invalid_argument, "expected " + what + ", got " + shown(given)};
}

result<std::int64_t> whole_number(const option_value& given, std::int64_t low, std::int64_t high) {
  std::int64_t number = 0;
  const auto* end = given.text.data() + given.text.size();
  const auto read = std::from_chars(given.text.data(), end, number);
  if (given.how == option_value::form::whole && read.ec == std::errc{} && read.ptr == end &&
      number >= low && number <= high)
    return number;
  return expected("a whole number " + std::to_string(low) + " .. " + std::to_string(high), given);
}

result<std::int64_t> decimal_units(const option_value& given, std::string_view low,
                                   std::string_view high) {
  const bool readable =
      given.how == option_value::form::text || given.how == option_value::form::whole;
  if (readable) {
    const auto units = parse_decimal(given.text);
    if (units && *units >= *parse_decimal(low) && *units <= *parse_decimal(high)) return *units;
  }
  return expected("a decimal as text, " + std::string{low} + " .. " + std::string{high}, given);
}

result<std::size_t> word_index(const option_value& given,
                               const std::vector<std::string_view>& words) {
  if (given.how == option_value::form::text)
    for (std::size_t k = 0; k < words.size(); ++k)
      if (words[k] == given.text) return k;
  return expected("one of " + joined(words), given);
}

std::string joined(const std::vector<std::string_view>& words) {
  std::string out;
  for (const auto word : words) out += (out.empty() ? "" : " | ") + std::string{word};
  return out;
}

std::string whole_schema(std::int64_t low, std::int64_t high) {
  return "\"type\":\"integer\",\"minimum\":" + std::to_string(low) +
         ",\"maximum\":" + std::to_string(high);
}

std::string decimal_schema(std::string_view low, std::string_view high) {
  // A schema cannot compare numbers in text: the form is checked here, the range by the loader.
  return "\"anyOf\":[{\"type\":\"string\",\"pattern\":\"^[0-9]+([.][0-9]{1,9})?$\"},"
         "{\"type\":\"integer\",\"minimum\":" +
         std::string{low} + ",\"maximum\":" + std::string{high} + "}]";
}

std::string optional_decimal_schema(std::string_view low, std::string_view high) {
  return "\"anyOf\":[{\"const\":\"off\"},{" + decimal_schema(low, high) + "}]";
}

std::string words_schema(const std::vector<std::string_view>& words) { return enumerated(words); }

std::string word_list_schema(const std::vector<std::string_view>& words) {
  return "\"type\":\"array\",\"minItems\":1,\"uniqueItems\":true,\"items\":{" + enumerated(words) +
         "}";
}

std::string text_schema(std::size_t length_max) {
  return "\"type\":\"string\",\"minLength\":1,\"maxLength\":" + std::to_string(length_max);
}

}  // namespace bw::detail
