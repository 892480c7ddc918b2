#include <algorithm>

#include "config/option_binders.hpp"
#include "config/option_groups.hpp"

namespace bw {

using namespace detail;

namespace {

constexpr std::size_t path_length_max = 255;
constexpr std::size_t accounts_max = 8;
constexpr std::size_t account_length_max = 32;

bool is_account_number(const std::string& text) {
  return !text.empty() && text.size() <= account_length_max &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
         });
}

/// The numbers of the broker's accounts that may be traded; none at all is a value too.
option account_list() {
  option out;
  out.key = "live.accounts";
  out.unit = "list";
  out.range = "at most 8 account numbers";
  out.help = "Accounts that may be traded with real money, by the broker's number.";
  out.form = option_value::form::list;
  out.schema =
      "\"type\":\"array\",\"maxItems\":8,\"uniqueItems\":true,\"items\":{\"type\":\"string\","
      "\"pattern\":\"^[0-9A-Za-z]{1,32}$\"}";
  out.set = [](node_config& config, const option_value& given) -> result<void> {
    if (given.how != option_value::form::list || given.items.size() > accounts_max)
      return expected("a list of at most 8 account numbers", given);
    for (const auto& item : given.items)
      if (!is_account_number(item)) return expected("account numbers", text_value(item));
    config.live.accounts = given.items;
    return {};
  };
  out.show = [](const node_config& config) {
    return option_value{option_value::form::list, {}, config.live.accounts};
  };
  return out;
}

/// A place that holds a credential: never the credential.
template <class Access>
option reference(std::string_view key, std::string_view help, Access access) {
  auto out = words(key, "op://vault/item/field | path | off", path_length_max, help, access);
  out.set = [inner = out.set](node_config& config, const option_value& given) -> result<void> {
    const bool names_place = given.text == "off" || given.text.find('/') != std::string::npos;
    if (given.how == option_value::form::text && !names_place)
      // What is not a place may be the credential itself: it is not shown.
      return {ec::invalid_argument,
              "expected op://vault/item/field, a path with a '/' or off; a credential never stands "
              "in this file, see .env.example"};
    return inner(config, given);
  };
  return out;
}

void add_keys(std::vector<option>& out) {
  out.push_back(reference(
      "paper.alpaca_key_id", "Where the key id of the paper account is kept.",
      [](auto& c) -> auto& { return c.live.paper_keys.key_id; }));
  out.push_back(reference(
      "paper.alpaca_secret_key", "Where the secret key of the paper account is kept.",
      [](auto& c) -> auto& { return c.live.paper_keys.secret_key; }));
  out.push_back(reference(
      "live.alpaca_key_id", "Where the key id of the live account is kept.",
      [](auto& c) -> auto& { return c.live.live_keys.key_id; }));
  out.push_back(reference(
      "live.alpaca_secret_key", "Where the secret key of the live account is kept.",
      [](auto& c) -> auto& { return c.live.live_keys.secret_key; }));
}

void add_gate(std::vector<option>& out) {
  out.push_back(whole(
      "live.gate.sessions", "count", 5, 250, "Sessions on paper before real money.",
      [](auto& c) -> auto& { return c.live.gate.sessions; }));
  out.push_back(whole(
      "live.gate.window_sessions", "count", 5, 500,
      "The latest sessions that are looked at; at least live.gate.sessions.",
      [](auto& c) -> auto& { return c.live.gate.window_sessions; }));
  out.push_back(whole(
      "live.gate.trades", "count", 10, 10'000, "Closed trades in them.",
      [](auto& c) -> auto& { return c.live.gate.trades; }));
  out.push_back(whole(
      "live.gate.win_rate_bp", "bp", 1, 9'999, "More of the trades than this must have won.",
      [](auto& c) -> auto& { return c.live.gate.win_rate_bp; }));
  out.push_back(whole(
      "live.gate.month_return_bp", "bp", 0, 5'000, "More than this earned a month (21 sessions).",
      [](auto& c) -> auto& { return c.live.gate.month_return_bp; }));
  out.push_back(whole(
      "live.gate.drawdown_bp", "bp", 1, 2'000, "Less than this lost from a peak.",
      [](auto& c) -> auto& { return c.live.gate.drawdown_bp; }));
  out.push_back(whole(
      "live.gate.drill_max_days", "days", 1, 31, "Oldest drill of the emergency stop.",
      [](auto& c) -> auto& { return c.live.gate.drill_max_days; }));
  out.push_back(whole(
      "live.gate.parity_sessions", "count", 1, 250,
      "Sessions in them that a replay decided again as they were decided.",
      [](auto& c) -> auto& { return c.live.gate.parity_sessions; }));
  out.push_back(whole(
      "live.gate.backtest_trades", "count", 100, 100'000,
      "Closed trades in the backtest that each strategy needs.",
      [](auto& c) -> auto& { return c.live.gate.backtest_trades; }));
  out.push_back(whole(
      "live.gate.twin_bp", "bp", 1, 1'000,
      "Furthest that a day's trades may lie from those of the paper node beside it.",
      [](auto& c) -> auto& { return c.live.gate.twin_bp; }));
  out.push_back(truth(
      "live.gate.profit_factor", "Ask for a profit factor in the place of the win rate.",
      [](auto& c) -> auto& { return c.live.gate.profit_factor; }));
  out.push_back(whole(
      "live.gate.profit_factor_percent", "percent", 101, 1'000,
      "More than this share of the losses must have been earned.",
      [](auto& c) -> auto& { return c.live.gate.profit_factor_percent; }));
  out.push_back(whole(
      "live.gate.profit_factor_trades", "count", 50, 100'000, "Closed trades for that figure.",
      [](auto& c) -> auto& { return c.live.gate.profit_factor_trades; }));
}

}  // namespace

void add_live_options(std::vector<option>& out) {
  add_keys(out);
  out.push_back(words(
      "live.state_folder", "path", path_length_max,
      "The node's folder in mode live; another one than that of paper. Relative to this file.",
      [](auto& c) -> auto& { return c.live.state_folder; }));
  out.push_back(account_list());
  out.push_back(words(
      "live.arming_key", "path", path_length_max,
      "Private key that signs arming records; relative to the live state folder. The node reads "
      "its public half (.pub) only.",
      [](auto& c) -> auto& { return c.live.arming_key; }));
  add_gate(out);
}

}  // namespace bw
