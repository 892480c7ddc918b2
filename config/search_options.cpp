#include "config/search_options.hpp"

#include <array>
#include <fstream>

#include "config/secret_form.hpp"
#include "config/toml_reader.ipp"

namespace bw {
namespace {

constexpr std::size_t file_bytes_max = 64 * 1024;

constexpr std::array<std::string_view, 3> method_words{"grid", "random", "latin"};
constexpr std::array<std::string_view, 6> objective_words{"sharpe", "sortino",       "calmar",
                                                          "return", "profit_factor", "expectancy"};
constexpr std::array<std::string_view, 3> mode_words{"anchored", "rolling", "off"};

/// Words stand in the order of their enumerators, which begin at one.
template <class Enum, std::size_t N>
result<Enum> parse_word(std::string_view text, const std::array<std::string_view, N>& words) {
  std::string all;
  for (std::size_t k = 0; k < N; ++k) {
    if (words[k] == text) return static_cast<Enum>(k + 1);
    all += (k == 0 ? "" : " | ") + std::string{words[k]};
  }
  return {ec::parse_failed, "expected " + all + ", got '" + std::string{text.substr(0, 40)} + "'"};
}

/// One key of [search]: a number within bounds.
template <class Number>
void read_number(const toml::node& node, Number least, Number most, const std::string& key,
                 const detail::toml_reader& in, Number& out) {
  const auto* whole = node.as_integer();
  if (whole == nullptr || whole->get() < 0 || static_cast<std::uint64_t>(whole->get()) < least ||
      static_cast<std::uint64_t>(whole->get()) > most)
    in.complain(node.source(),
                key + ": expected " + std::to_string(least) + " .. " + std::to_string(most));
  else
    out = static_cast<Number>(whole->get());
}

template <class Enum>
void read_word(const toml::node& node, result<Enum> (*parse)(std::string_view),
               const std::string& key, const detail::toml_reader& in, Enum& out) {
  const auto* text = node.as_string();
  const auto word = parse(text == nullptr ? std::string_view{} : std::string_view{text->get()});
  if (!word)
    in.complain(node.source(), key + ": " + word.failure().context);
  else
    out = *word;
}

void read_ranges(const toml::node& node, const std::string& prefix, const detail::toml_reader& in,
                 search_options& out) {
  const auto* table = node.as_table();
  if (table == nullptr) {
    in.complain(node.source(), "search.parameters: expected a table");
    return;
  }
  for (const auto& [name, value] : *table) {
    const auto key = prefix + std::string{name.str()};
    if (value.is_table() && prefix.empty()) {
      read_ranges(value, key + ".", in, out);
    } else if (const auto* text = value.as_string(); text == nullptr) {
      in.complain(value.source(), "search.parameters." + detail::shown_key(key) +
                                      ": expected text like \"0.001:0.004:0.001\" or \"10,20\"");
    } else if (out.parameters.size() == search_options::parameters_most) {
      in.complain(value.source(), "search.parameters: more than " +
                                      std::to_string(search_options::parameters_most));
      return;
    } else {
      out.parameters.push_back({key, text->get()});
    }
  }
}

void read_data(const toml::node& node, const detail::toml_reader& in, search_options& out) {
  const auto* list = node.as_array();
  for (std::size_t k = 0; list != nullptr && k < list->size(); ++k)
    if (const auto* text = list->get(k)->as_string()) out.data.push_back(text->get());
  if (list == nullptr || out.data.size() != list->size())
    in.complain(node.source(), "search.data: expected a list of folders or files");
}

void read_key(const toml::key& name, const toml::node& node, const detail::toml_reader& in,
              search_options& out) {
  using options = search_options;
  const auto key = "search." + detail::shown_key(name.str());
  if (name.str() == "strategy") {
    if (const auto* text = node.as_string())
      out.strategy = text->get();
    else
      in.complain(node.source(), key + ": expected the id of a strategy");
  } else if (name.str() == "method") {
    read_word(node, parse_search_method, key, in, out.method);
  } else if (name.str() == "objective") {
    read_word(node, parse_search_objective, key, in, out.objective);
  } else if (name.str() == "walk_forward") {
    read_word(node, parse_walk_forward_mode, key, in, out.mode);
  } else if (name.str() == "trials") {
    read_number(node, 1U, options::trials_most, key, in, out.trials);
  } else if (name.str() == "train") {
    read_number(node, 1U, options::sessions_most, key, in, out.train);
  } else if (name.str() == "test") {
    read_number(node, 1U, options::sessions_most, key, in, out.test);
  } else if (name.str() == "min_trades") {
    read_number(node, 1U, 1'000'000U, key, in, out.min_trades);
  } else if (name.str() == "seed") {
    read_number(node, std::uint64_t{0}, std::uint64_t{INT64_MAX}, key, in, out.seed);
  } else if (name.str() == "effect_sessions") {
    read_number(node, 1U, 20U, key, in, out.effect_sessions);
  } else if (name.str() == "expires_days") {
    read_number(node, 1U, 90U, key, in, out.expires_days);
  } else if (name.str() == "data") {
    read_data(node, in, out);
  } else if (name.str() == "parameters") {
    read_ranges(node, "", in, out);
  } else {
    static const std::vector<std::string> keys{
        "strategy",   "method", "objective",       "walk_forward", "trials", "train",     "test",
        "min_trades", "seed",   "effect_sessions", "expires_days", "data",   "parameters"};
    in.complain(name.source(),
                key + ": unknown key" + detail::did_you_mean(nearest_word(name.str(), keys)));
  }
}

}  // namespace

std::string_view to_string(search_method x) noexcept {
  return method_words[static_cast<std::size_t>(x) - 1];
}
std::string_view to_string(search_objective x) noexcept {
  return objective_words[static_cast<std::size_t>(x) - 1];
}
std::string_view to_string(walk_forward_mode x) noexcept {
  return mode_words[static_cast<std::size_t>(x) - 1];
}
result<search_method> parse_search_method(std::string_view text) {
  return parse_word<search_method>(text, method_words);
}
result<search_objective> parse_search_objective(std::string_view text) {
  return parse_word<search_objective>(text, objective_words);
}
result<walk_forward_mode> parse_walk_forward_mode(std::string_view text) {
  return parse_word<walk_forward_mode>(text, mode_words);
}

result<search_options> parse_search_options(std::string_view toml, std::string_view origin) {
  config_errors errors;
  const detail::toml_reader in{std::string{origin}, errors};
  search_options out;
  if (const auto file = in.parse(toml)) {
    for (const auto& [name, node] : *file) {
      const auto* table = node.as_table();
      if (name.str() != "search" || table == nullptr) {
        in.complain(name.source(),
                    detail::shown_key(name.str()) + ": unknown key; all stands under [search]");
        continue;
      }
      for (const auto& [key, value] : *table) read_key(key, value, in, out);
    }
  }
  if (!errors.empty()) return {ec::invalid_argument, errors.text()};
  return out;
}

result<search_options> load_search_options(const std::filesystem::path& file) {
  std::ifstream in{file, std::ios::binary};
  std::error_code ignored;
  if (!in || std::filesystem::is_directory(file, ignored))
    return {ec::not_found, file.string() + ": cannot be read; docs/optimize.md has a sample"};
  std::string text(file_bytes_max + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  if (text.size() > file_bytes_max)
    return {ec::out_of_range, file.string() + ": is larger than 64 KiB"};
  auto out = parse_search_options(text, file.string());
  if (!out) return out;
  for (auto& each : out->data)
    if (std::filesystem::path{each}.is_relative()) each = (file.parent_path() / each).string();
  return out;
}

}  // namespace bw
