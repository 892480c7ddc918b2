#include <algorithm>

#include "config/option_binders.hpp"
#include "config/secret_form.hpp"
#include "config/toml_reader.ipp"
#include "strategies/bar_choice.hpp"

namespace bw::detail {
namespace {

/// Strategies of one node at most.
constexpr std::size_t strategies_max = 32;
/// Symbols that one strategy watches at most.
constexpr std::size_t watchlist_max = 2'000;
/// Of a word that an error shows.
constexpr std::size_t word_shown_max = 40;

bool is_symbol(std::string_view text) {
  return !text.empty() && symbol_name::fits(text) &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.';
         });
}

bool is_id(std::string_view text) {
  return !text.empty() && short_name::fits(text) &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
         });
}

/// Reads one [[strategy]]. Lives for that table.
class strategy_reader {
 public:
  strategy_reader(const toml::table& table, const toml_reader& in, const strategy_registry& known)
      : table_(table), in_(in), known_(known) {}

  strategy_config read() {
    for (const auto& [name, node] : table_) read_key(name, node);
    if (out_.id.empty() && !table_.contains("id")) in_.complain(table_.source(), "id is missing");
    if (out_.kind.empty()) {
      if (!table_.contains("kind"))
        in_.complain(table_.source(), "kind is missing; it may be " + kinds());
      return std::move(out_);
    }
    check_kind();
    return std::move(out_);
  }

 private:
  void read_key(const toml::key& name, const toml::node& node) {
    static const std::vector<std::string> keys = {
        "id",        "kind",   "enabled",           "on_disable",
        "watchlist", "weight", "symbol_budget_usd", "parameters",
        "shadow",    "bars",   "overnight",         "budget_usd",
        "regimes"};
    const auto key = name.str();
    if (key == "id") {
      if (const auto* text = node.as_string(); text != nullptr && is_id(text->get()))
        out_.id = text->get();
      else
        in_.complain(node.source(), "id: expected a short name of small letters, digits, _ and -");
    } else if (key == "kind") {
      if (const auto* text = node.as_string())
        out_.kind = text->get();
      else
        in_.complain(node.source(), "kind: expected " + kinds());
    } else if (key == "enabled") {
      read_truth(node, "enabled", out_.enabled);
    } else if (key == "shadow") {
      read_truth(node, "shadow", out_.shadow);
    } else if (key == "overnight") {
      read_truth(node, "overnight", out_.overnight);
    } else if (key == "bars") {
      const auto* text = node.as_string();
      const auto choice = parse_bar_choice(text == nullptr ? "?" : text->get());
      if (choice)
        out_.bars = text->get();
      else
        in_.complain(node.source(), choice.failure().context);
    } else if (key == "on_disable") {
      read_on_disable(node);
    } else if (key == "weight") {
      if (const auto units = amount(node, "0.01", "1"))
        out_.weight_ppm = static_cast<std::uint32_t>(*units / 1'000);
      else
        in_.complain(node.source(),
                     "weight: expected a decimal of 0.01 to 1 as text, like \"0.5\"");
    } else if (key == "symbol_budget_usd") {
      read_budget(node, "symbol_budget_usd", out_.symbol_budget);
    } else if (key == "budget_usd") {
      read_budget(node, "budget_usd", out_.budget);
    } else if (key == "watchlist") {
      read_watchlist(node);
    } else if (key == "regimes") {
      read_regimes(node);
    } else if (key == "parameters") {
      read_parameters(node);
    } else {
      in_.complain(name.source(), "strategy." + shown_key(key) + ": unknown key" +
                                      did_you_mean(nearest_word(key, keys)));
    }
  }

  void read_truth(const toml::node& node, std::string_view key, bool& out) const {
    if (const auto* truth = node.as_boolean())
      out = truth->get();
    else
      in_.complain(node.source(), std::string{key} + ": expected true or false");
  }

  void read_budget(const toml::node& node, std::string_view key, money& out) const {
    if (const auto units = amount(node, "1", "1000000000"))
      out = money::from_units(*units);
    else
      in_.complain(node.source(),
                   std::string{key} + ": expected a decimal of 1 to 1000000000, like \"5000\"");
  }

  void read_on_disable(const toml::node& node) {
    const auto* text = node.as_string();
    if (text != nullptr && text->get() == "close")
      out_.on_disable = on_disable::close;
    else if (text != nullptr && text->get() == "keep")
      out_.on_disable = on_disable::keep;
    else
      in_.complain(node.source(), "on_disable: expected \"close\" or \"keep\"");
  }

  static std::optional<std::int64_t> amount(const toml::node& node, std::string_view low,
                                            std::string_view high) {
    const auto units = decimal_units(value_of(node), low, high);
    return units ? std::optional{*units} : std::nullopt;
  }

  void read_watchlist(const toml::node& node) {
    const auto* list = node.as_array();
    if (list == nullptr) {
      in_.complain(node.source(), "watchlist: expected a list of symbols, like [\"AAPL\"]");
      return;
    }
    for (const auto& entry : *list) {
      const auto* text = entry.as_string();
      if (text == nullptr || !is_symbol(text->get())) {
        in_.complain(entry.source(),
                     "watchlist: expected symbols in capital letters, like \"AAPL\"");
      } else if (std::find(out_.watchlist.begin(), out_.watchlist.end(), text->get()) !=
                 out_.watchlist.end()) {
        in_.complain(entry.source(), "watchlist: " + text->get() + " stands twice");
      } else if (out_.watchlist.size() == watchlist_max) {
        in_.complain(entry.source(),
                     "watchlist: more than " + std::to_string(watchlist_max) + " symbols");
        return;
      } else {
        out_.watchlist.push_back(text->get());
      }
    }
  }

  void read_regimes(const toml::node& node) {
    constexpr market_regime known[] = {market_regime::trending, market_regime::ranging,
                                       market_regime::unsettled};
    static const std::string expected =
        "regimes: expected a list of \"trending\", \"ranging\" and \"volatile\"; left out, it may "
        "enter in all of them";
    const auto* list = node.as_array();
    if (list == nullptr || list->empty()) return in_.complain(node.source(), expected);
    for (const auto& entry : *list) {
      const auto* text = entry.as_string();
      const auto* named = std::find_if(std::begin(known), std::end(known), [&](market_regime x) {
        return text != nullptr && text->get() == to_string(x);
      });
      if (named == std::end(known))
        in_.complain(entry.source(), expected);
      else if (has_regime(out_.regimes, *named))
        in_.complain(entry.source(), "regimes: " + text->get() + " stands twice");
      else
        out_.regimes |= regime_bit(*named);
    }
  }

  void read_parameters(const toml::node& node) {
    const auto* table = node.as_table();
    if (table == nullptr) {
      in_.complain(node.source(), "parameters: expected a table");
      return;
    }
    for (const auto& [name, value] : *table) {
      const auto given = value_of(value);
      const auto key = "parameters." + shown_key(name.str());
      if (name.str() == "watchlist")
        in_.complain(name.source(), key + ": the watchlist stands beside the parameters");
      else if (given.how == option_value::form::text || given.how == option_value::form::whole)
        out_.parameters[std::string{name.str()}] = given.text;
      else if (given.how == option_value::form::fraction)
        in_.complain(value.source(), key + ": write a fraction as text, like \"0.001\"");
      else
        in_.complain(value.source(), key + ": expected text or a whole number");
    }
  }

  void check_kind() {
    const auto* type = known_.find(out_.kind);
    if (type == nullptr) {
      std::vector<std::string> names;
      for (const auto* each : known_.list()) names.push_back(each->id);
      in_.complain(table_.source(), "kind: there is no strategy " +
                                        printable(out_.kind, word_shown_max) + "; it may be " +
                                        kinds() + did_you_mean(nearest_word(out_.kind, names)));
      return;
    }
    const auto* given = table_.get("parameters");
    if (const auto fits = known_.check(out_.kind, out_.parameters); !fits)
      in_.complain(given == nullptr ? table_.source() : given->source(), fits.failure().context);
    if (table_.contains("watchlist")) return;
    for (const auto& spec : type->parameters) {
      if (spec.name != "watchlist") continue;
      const auto usual = known_.check(out_.kind, {});
      if (!usual) continue;
      for (const auto& symbol : usual->symbols("watchlist")) out_.watchlist.push_back(symbol.str());
    }
  }

  std::string kinds() const {
    std::string out;
    for (const auto* each : known_.list()) out += (out.empty() ? "" : " | ") + each->id;
    return out;
  }

  const toml::table& table_;
  const toml_reader& in_;
  const strategy_registry& known_;
  strategy_config out_;
};

}  // namespace

void read_strategies(const toml::table& file, const toml_reader& in, const strategy_registry& known,
                     node_config& config) {
  for (const auto& [name, node] : file) {
    const auto* list = node.as_array();
    if (name.str() != "strategy" || list == nullptr || !list->is_array_of_tables()) {
      in.complain(name.source(),
                  shown_key(name.str()) + ": unknown key; strategies stand as [[strategy]]");
      continue;
    }
    for (const auto& entry : *list) {
      if (config.strategies.size() == strategies_max) {
        in.complain(entry.source(), "more than " + std::to_string(strategies_max) + " strategies");
        break;
      }
      auto one = strategy_reader{*entry.as_table(), in, known}.read();
      for (const auto& other : config.strategies)
        if (!one.id.empty() && other.id == one.id)
          in.complain(entry.source(), "the id " + one.id + " stands twice");
      config.strategies.push_back(std::move(one));
    }
  }
}

}  // namespace bw::detail
