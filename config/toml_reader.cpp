#include "config/toml_reader.ipp"

#include <sstream>

#include "config/secret_form.hpp"

namespace bw::detail {
namespace {

constexpr std::size_t key_shown_max = 80;
constexpr std::size_t syntax_error_shown_max = 400;

}  // namespace

void toml_reader::complain(const toml::source_region& where, const std::string& what) const {
  // Whatever the words came from, a credential does not leave by them.
  errors.add(origin + ":" + std::to_string(where.begin.line) + ":" +
             std::to_string(where.begin.column) + ": " +
             (looks_like_secret(what) ? "this looks like a credential and is not shown; they never "
                                        "stand in this file, see .env.example"
                                      : what));
}

std::optional<toml::table> toml_reader::parse(std::string_view text) const {
  try {
    return toml::parse(text, std::string_view{origin});
  } catch (const toml::parse_error& failure) {
    // The library quotes the text it stumbled on.
    complain(failure.source(), printable(failure.description(), syntax_error_shown_max));
    return std::nullopt;
  }
}

option_value value_of(const toml::node& node) {
  using form = option_value::form;
  if (const auto* text = node.as_string()) return {form::text, text->get(), {}};
  if (const auto* number = node.as_integer())
    return {form::whole, std::to_string(number->get()), {}};
  if (const auto* truth = node.as_boolean())
    return {form::boolean, truth->get() ? "true" : "false", {}};
  if (const auto* fraction = node.as_floating_point()) {
    std::ostringstream out;
    out << fraction->get();
    return {form::fraction, out.str() + " without quotes", {}};
  }
  if (const auto* list = node.as_array()) {
    option_value out{form::list, {}, {}};
    for (const auto& entry : *list) {
      const auto* text = entry.as_string();
      if (text == nullptr) return {form::other, "a list of other things than text", {}};
      out.items.push_back(text->get());
    }
    return out;
  }
  return {form::other, "a value of another kind", {}};
}

std::string did_you_mean(const std::string& near) {
  return near.empty() ? "" : "; did you mean " + near + "?";
}

std::string shown_key(std::string_view key) {
  return looks_like_secret(key) ? "(a key that is not shown)" : printable(key, key_shown_max);
}

}  // namespace bw::detail
