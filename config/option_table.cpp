#include "config/option_table.hpp"

#include <algorithm>
#include <map>

#include "config/option_groups.hpp"
#include "core/json_writer.hpp"

namespace bw {
namespace {

/// Longest word for which a neighbour is looked for; the search takes the product of both lengths.
constexpr std::size_t word_length_max = 64;

std::vector<option> make_table() {
  std::vector<option> out;
  for (const auto add :
       {add_node_options, add_order_limits, add_position_limits, add_session_options,
        add_live_options, add_plugin_options, add_backtest_options})
    add(out);
  return out;
}

/// Insertions, deletions, replacements and swaps of neighbours that turn one word into the other.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1);
  std::vector<std::size_t> last(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t k = 0; k <= b.size(); ++k) last[k] = k;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t k = 1; k <= b.size(); ++k) {
      const std::size_t replaced = last[k - 1] + (a[i - 1] == b[k - 1] ? 0 : 1);
      row[k] = std::min({last[k] + 1, row[k - 1] + 1, replaced});
      if (i > 1 && k > 1 && a[i - 1] == b[k - 2] && a[i - 2] == b[k - 1])
        row[k] = std::min(row[k], before[k - 2] + 1);
    }
    before.swap(last);
    last.swap(row);
  }
  return last[b.size()];
}

std::size_t common_beginning(std::string_view a, std::string_view b) {
  const auto end = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
  return static_cast<std::size_t>(end.first - a.begin());
}

/// Keys of one table of the file, and the tables inside it.
struct schema_table {
  std::vector<const option*> options;
  std::map<std::string, schema_table> inner;
};

schema_table grouped() {
  schema_table root;
  for (const auto& each : option_table()) {
    auto* table = &root;
    std::string_view rest = each.key;
    for (auto dot = rest.find('.'); dot != std::string_view::npos; dot = rest.find('.')) {
      table = &table->inner[std::string{rest.substr(0, dot)}];
      rest.remove_prefix(dot + 1);
    }
    table->options.push_back(&each);
  }
  return root;
}

void write_properties(json_writer& out, const schema_table& table) {
  static const node_config defaults;
  out.member("type", "object");
  out.member("additionalProperties", false);
  out.key("properties").begin_object();
  for (const auto* each : table.options) {
    std::string text;
    append_json_string(text, std::string{each->help} + " Unit: " + std::string{each->unit} +
                                 "; range: " + each->range + ".");
    out.key(each->key.substr(each->key.rfind('.') + 1));  // Without a dot: from the beginning.
    out.raw("{" + each->schema + ",\"default\":" + to_toml(each->show(defaults)) +
            ",\"description\":" + text + "}");
  }
  for (const auto& [name, inner] : table.inner) {
    out.key(name).begin_object();
    write_properties(out, inner);
    out.end_object();
  }
  out.end_object();
}

}  // namespace

std::string to_toml(const option_value& value) {
  using form = option_value::form;
  std::string out;
  switch (value.how) {
    case form::text: append_json_string(out, value.text); return out;
    case form::list:
      for (const auto& item : value.items) {
        out += out.empty() ? "[" : ", ";
        append_json_string(out, item);
      }
      return out.empty() ? "[]" : out + "]";
    default: return value.text;
  }
}

std::span<const option> option_table() {
  static const std::vector<option> table = make_table();
  return table;
}

const option* find_option(std::string_view key) {
  for (const auto& each : option_table())
    if (each.key == key) return &each;
  return nullptr;
}

std::string nearest_word(std::string_view word, std::span<const std::string> known) {
  if (word.empty() || word.size() > word_length_max) return "";
  std::string best;
  // A third of the letters may be wrong; beyond that a guess helps nobody.
  std::size_t least = std::max<std::size_t>(1, word.size() / 3) + 1;
  for (const auto& each : known) {
    const auto distance = edit_distance(word, each);
    // Of two equally near ones, that which begins alike: people err late in a word.
    const bool alike = distance == least && !best.empty() &&
                       common_beginning(word, each) > common_beginning(word, best);
    if (distance >= least && !alike) continue;
    least = distance;
    best = each;
  }
  return best;
}

std::string nearest_key(std::string_view key) {
  std::vector<std::string> known;
  for (const auto& each : option_table()) known.emplace_back(each.key);
  if (auto near = nearest_word(key, known); !near.empty()) return near;
  // The right name in the wrong table.
  const auto last = key.substr(key.rfind('.') + 1);
  for (const auto& each : known)
    if (each == last || (each.size() > last.size() && each.ends_with(last) &&
                         each[each.size() - last.size() - 1] == '.'))
      return each;
  return "";
}

std::string node_schema_json() {
  json_writer out;
  out.begin_object();
  out.member("$schema", "https://json-schema.org/draft/2020-12/schema");
  out.member("title", "Bellwether node.toml");
  write_properties(out, grouped());
  out.end_object();
  return out.take();
}

}  // namespace bw
