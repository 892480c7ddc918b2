#include "config/environment_overrides.hpp"

#include <unistd.h>

#include <algorithm>
#include <cctype>

#include "config/option_table.hpp"
#include "config/secret_form.hpp"

namespace bw {
namespace {

constexpr std::string_view prefix = "BELLWETHER__";

std::string key_of(std::string_view variable) {
  std::string out;
  for (std::size_t k = 0; k < variable.size(); ++k) {
    if (variable.substr(k, 2) == "__") {
      out += '.';
      ++k;
    } else {
      out += static_cast<char>(std::tolower(static_cast<unsigned char>(variable[k])));
    }
  }
  return out;
}

std::string variable_of(std::string_view key) {
  std::string out{prefix};
  for (const char c : key) {
    if (c == '.')
      out += "__";
    else
      out += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  }
  return out;
}

/// The text in the form that the option's file would have.
option_value typed(const option& to, const std::string& text) {
  if (to.form != option_value::form::list) return {to.form, text, {}};
  option_value out{option_value::form::list, {}, {}};
  std::size_t begin = 0;
  while (begin <= text.size()) {
    const auto end = std::min(text.find(',', begin), text.size());
    out.items.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return out;
}

/// Why the key cannot be overridden, if so.
std::string refusal(std::string_view key) {
  if (key == "mode") return "the mode stands in node.toml and nowhere else";
  if (key.starts_with("risk.")) return "risk limits stand in node.toml and nowhere else";
  return "";
}

}  // namespace

config_overrides environment_overrides() {
  config_overrides out;
  for (char** at = environ; at != nullptr && *at != nullptr; ++at) {
    const std::string_view entry = *at;
    const auto equals = entry.find('=');
    if (equals == std::string_view::npos) continue;
    const auto name = entry.substr(0, equals);
    if (name.starts_with(prefix))
      out[key_of(name.substr(prefix.size()))] = entry.substr(equals + 1);
    else if (name == "ALPACA_FEED" && equals + 1 < entry.size())
      out.try_emplace("feed.name", entry.substr(equals + 1));
  }
  return out;
}

void apply_overrides(const config_overrides& overrides, loaded_config& out, config_errors& errors) {
  for (const auto& [key, text] : overrides) {
    const auto variable = "environment: " + printable(variable_of(key), 100);
    const auto* known = find_option(key);
    if (known == nullptr) {
      const auto near = nearest_key(key);
      errors.add(variable + ": unknown key" +
                 (near.empty() ? "" : "; did you mean " + variable_of(near) + "?"));
      continue;
    }
    if (const auto why = refusal(key); !why.empty()) {
      errors.add(variable + ": " + why);
      continue;
    }
    if (const auto set = known->set(out.config, typed(*known, text)); !set)
      errors.add(variable + ": " + set.failure().context);
    else
      out.origins[key] = "environment";
  }
}

}  // namespace bw
