#include "config/strategies_edit.hpp"

#include <algorithm>

#include "config/toml_reader.ipp"

namespace bw {
namespace {

/// The table of one strategy; null when there is none of that id.
const toml::table* find_strategy(const toml::table& file, std::string_view id) {
  const auto* list = file.get_as<toml::array>("strategy");
  for (std::size_t k = 0; list != nullptr && k < list->size(); ++k)
    if (const auto* table = list->get_as<toml::table>(k); table != nullptr)
      if (const auto* name = table->get_as<std::string>("id"); name != nullptr && name->get() == id)
        return table;
  return nullptr;
}

/// Where line `number`, counted from 1, begins.
std::size_t offset_of_line(std::string_view text, std::size_t number) {
  std::size_t at = 0;
  for (; number > 1; --number) {
    const auto end = text.find('\n', at);
    if (end == std::string_view::npos) return text.size();
    at = end + 1;
  }
  return at;
}

bool is_whole(std::string_view text) {
  if (!text.empty() && text.front() == '-') text.remove_prefix(1);
  return !text.empty() && text.size() < 19 && (text.size() == 1 || text.front() != '0') &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

result<std::string> toml_text(std::string_view value) {
  if (is_whole(value)) return std::string{value};
  for (const char c : value)
    if (c < ' ' || c == '"' || c == '\\' || c == 0x7f)
      return {ec::invalid_argument, "a value holds a character that no parameter has"};
  return "\"" + std::string{value} + "\"";
}

result<std::string> edit_one(std::string text, const parameter_edit& edit) {
  config_errors errors;
  const detail::toml_reader in{"strategies.toml", errors};
  const auto file = in.parse(text);
  if (!file) return {ec::parse_failed, errors.text()};
  const auto* strategy = find_strategy(*file, edit.strategy);
  if (strategy == nullptr)
    return {ec::not_found, "strategies.toml has no strategy '" + edit.strategy.substr(0, 40) + "'"};
  const auto* parameters = strategy->get_as<toml::table>("parameters");
  if (parameters == nullptr || parameters->is_inline())
    return {ec::unsupported, "strategies.toml: the parameters of " + edit.strategy +
                                 " do not stand under [strategy.parameters]; write them so first"};
  auto value = toml_text(edit.value);
  if (!value) return value;
  if (const auto* node = parameters->get(edit.name); node != nullptr) {
    const auto where = node->source();
    if (where.begin.line != where.end.line)
      return {ec::unsupported, "strategies.toml: the value of " + edit.name + " has several lines"};
    // Keys are ASCII, so that columns, which count characters, are bytes up to the value; a value
    // with others in it is caught when the text is read again.
    const auto line = offset_of_line(text, where.begin.line);
    text.replace(line + where.begin.column - 1, where.end.column - where.begin.column, *value);
    return text;
  }
  const auto after = offset_of_line(text, parameters->source().begin.line + 1);
  const bool open_end = after == text.size() && !text.empty() && text.back() != '\n';
  text.insert(after, (open_end ? "\n" : "") + edit.name + " = " + *value + "\n");
  return text;
}

result<void> stands_there(const toml::table& file, const parameter_edit& edit) {
  const auto* strategy = find_strategy(file, edit.strategy);
  const auto* parameters =
      strategy == nullptr ? nullptr : strategy->get_as<toml::table>("parameters");
  const auto* node = parameters == nullptr ? nullptr : parameters->get(edit.name);
  if (node != nullptr && detail::value_of(*node).text == edit.value) return {};
  return {ec::integrity_broken, "strategies.toml: " + edit.strategy + "." + edit.name +
                                    " could not be changed in place; change it by hand"};
}

}  // namespace

result<std::string> edit_parameters(std::string_view strategies_toml,
                                    const std::vector<parameter_edit>& edits) {
  std::string out{strategies_toml};
  for (const auto& edit : edits) {
    auto edited = edit_one(std::move(out), edit);
    if (!edited) return edited;
    out = *std::move(edited);
  }
  config_errors errors;
  const detail::toml_reader in{"strategies.toml", errors};
  const auto file = in.parse(out);
  if (!file) return {ec::integrity_broken, "the change would break it: " + errors.text()};
  for (const auto& edit : edits)
    if (auto there = stands_there(*file, edit); !there) return std::move(there).failure();
  return out;
}

result<std::string> edit_symbol_budget(std::string_view strategies_toml,
                                       const std::string& strategy, money budget) {
  constexpr std::string_view key = "symbol_budget_usd";
  std::string out{strategies_toml};
  config_errors errors;
  const detail::toml_reader in{"strategies.toml", errors};
  const auto file = in.parse(out);
  if (!file) return {ec::parse_failed, errors.text()};
  const auto* table = find_strategy(*file, strategy);
  if (table == nullptr)
    return {ec::not_found, "strategies.toml has no strategy '" + strategy.substr(0, 40) + "'"};
  const auto value = "\"" + budget.text() + "\"";
  const auto* node = table->get(key);
  const auto* before = node != nullptr ? node : table->get("id");
  const auto where = before->source();
  const auto line = offset_of_line(out, where.begin.line);
  if (node != nullptr)
    out.replace(line + where.begin.column - 1, where.end.column - where.begin.column, value);
  else
    out.insert(line, std::string{key} + " = " + value + "\n");
  const auto again = in.parse(out);
  const auto* edited = again ? find_strategy(*again, strategy) : nullptr;
  const auto* there = edited == nullptr ? nullptr : edited->get(key);
  if (there != nullptr && detail::value_of(*there).text == budget.text()) return out;
  return {ec::integrity_broken, "strategies.toml: " + strategy +
                                    ".symbol_budget_usd could not be changed in place; change it "
                                    "by hand"};
}

}  // namespace bw
