#include "venue/subscriptions.hpp"

#include <algorithm>

namespace bw::venue {
namespace {

constexpr std::size_t symbol_bytes_max = 24;
constexpr stream_error invalid_syntax{400, "invalid syntax"};
constexpr stream_error symbol_limit{405, "symbol limit exceeded"};
constexpr stream_error wrong_feed{410, "invalid subscribe action for this feed"};

constexpr channel channel_at(std::size_t k) { return static_cast<channel>(k + 1); }

bool is_name(std::string_view text) {
  const auto good = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '/' || c == '-';
  };
  if (text == "*") return true;
  return !text.empty() && text.size() <= symbol_bytes_max &&
         std::all_of(text.begin(), text.end(), good);
}

void write_names(json_writer& out, std::string_view key, const std::set<std::string>& names) {
  out.key(key).begin_array();
  for (const auto& name : names) out.value(name);
  out.end_array();
}

}  // namespace

std::string_view to_string(channel x) noexcept {
  switch (x) {
    case channel::trades: return "trades";
    case channel::quotes: return "quotes";
    case channel::bars: return "bars";
    case channel::updated_bars: return "updatedBars";
    case channel::daily_bars: return "dailyBars";
    case channel::statuses: return "statuses";
    case channel::lulds: return "lulds";
  }
  return "invalid";
}

subscriptions::subscriptions(const std::vector<listed_symbol>& symbols, std::size_t plan_max)
    : symbols_(symbols), plan_max_(plan_max), by_symbol_(symbols.size()) {}

std::optional<stream_error> subscriptions::apply(const wire_document& message) {
  const bool adds = message.text("action") == "subscribe";
  auto changed = names_;
  bool any = false;
  for (std::size_t k = 0; k < channel_count; ++k) {
    const auto key = to_string(channel_at(k));
    if (message.find(key) == nullptr) continue;
    const auto names = message.texts(key);
    if (!names || !std::all_of(names->begin(), names->end(), is_name)) return invalid_syntax;
    any = true;
    for (const auto& name : *names) {
      if (adds)
        changed[k].insert(name);
      else
        changed[k].erase(name);
    }
  }
  if (!any) {
    const bool elsewhere = message.find("news") != nullptr || message.find("orderbooks") != nullptr;
    return elsewhere ? wrong_feed : invalid_syntax;
  }
  if (auto error = adds ? check_limits(changed) : std::nullopt) return error;
  names_ = std::move(changed);
  index();
  return std::nullopt;
}

std::optional<stream_error> subscriptions::check_limits(const name_sets& names) const {
  for (const auto& set : names)
    if (set.size() > names_max) return symbol_limit;
  if (plan_max_ == 0) return std::nullopt;
  // Trades and quotes count, bars and the rest do not; a star is more than any plan's number.
  auto counted = names[0];
  counted.insert(names[1].begin(), names[1].end());
  if (counted.count("*") != 0 || counted.size() > plan_max_) return symbol_limit;
  return std::nullopt;
}

void subscriptions::index() {
  everything_ = 0;
  std::fill(by_symbol_.begin(), by_symbol_.end(), std::uint8_t{0});
  for (std::size_t k = 0; k < channel_count; ++k) {
    const auto bit = static_cast<std::uint8_t>(1U << static_cast<unsigned>(channel_at(k)));
    if (names_[k].count("*") != 0) everything_ |= bit;
    for (std::size_t symbol = 0; symbol < symbols_.size(); ++symbol)
      if (names_[k].count(symbols_[symbol].symbol) != 0) by_symbol_[symbol] |= bit;
  }
}

void subscriptions::write(json_writer& out, channels_shown shown) const {
  const auto count = shown == channels_shown::test ? std::size_t{3} : channel_count;
  for (std::size_t k = 0; k < count; ++k) write_names(out, to_string(channel_at(k)), names_[k]);
  if (shown == channels_shown::test) return;
  // Corrections come with the trades they correct.
  write_names(out, "corrections", names_[0]);
  write_names(out, "cancelErrors", names_[0]);
}

}  // namespace bw::venue
