#include "feeds/subscription.hpp"

#include <algorithm>

#include "core/json_writer.hpp"

namespace bw {
namespace {

constexpr std::string_view every_symbol = "*";

/// A channel of the acknowledgement, sorted for look-up.
struct channel {
  std::string_view name;
  std::vector<std::string> symbols;

  bool has(const std::string& symbol) const {
    return std::binary_search(symbols.begin(), symbols.end(), symbol) ||
           std::binary_search(symbols.begin(), symbols.end(), every_symbol);
  }
};

channel sorted(std::string_view name, std::vector<std::string> symbols) {
  std::sort(symbols.begin(), symbols.end());
  return {name, std::move(symbols)};
}

}  // namespace

std::string auth_message(std::string_view key_id, std::string_view secret_key) {
  json_writer out;
  out.begin_object().member("action", "auth");
  out.member("key", key_id).member("secret", secret_key).end_object();
  return out.take();
}

std::string subscribe_message(const symbol_list& symbols) {
  json_writer out;
  out.begin_object().member("action", "subscribe");
  for (const char* channel :
       {"trades", "quotes", "bars", "updatedBars", "dailyBars", "statuses", "lulds"}) {
    out.key(channel).begin_array();
    for (const auto& symbol : symbols) out.value(std::string_view{symbol});
    out.end_array();
  }
  out.end_object();
  return out.take();
}

subscription_check check_subscription(const symbol_list& wanted, const channel_set& acknowledged) {
  const channel channels[] = {
      sorted("trades", acknowledged.trades), sorted("quotes", acknowledged.quotes),
      sorted("bars", acknowledged.bars), sorted("statuses", acknowledged.statuses)};
  subscription_check out;
  for (const auto& symbol : wanted) {
    const auto lacking = std::find_if(std::begin(channels), std::end(channels),
                                      [&](const channel& c) { return !c.has(symbol); });
    if (lacking == std::end(channels)) {
      ++out.complete;
    } else if (out.missing.empty()) {
      out.missing = std::string{lacking->name} + " of " + symbol;
    }
  }
  return out;
}

}  // namespace bw
