#include "domain/symbol_stops.hpp"

#include <algorithm>

#include "messages/header.hpp"

namespace bw {

std::optional<symbol_stop> symbol_stops::set(symbol_id symbol, symbol_stop_reason reason,
                                             std::string_view text) {
  if (symbol.value >= reasons_.size() || (reasons_[symbol.value] & bit(reason)) != 0) return {};
  reasons_[symbol.value] |= bit(reason);
  return symbol_stop{symbol, reason, true, cut<short_text>(text)};
}

std::optional<symbol_stop> symbol_stops::lift(symbol_id symbol, symbol_stop_reason reason,
                                              std::string_view text) {
  if (symbol.value >= reasons_.size() || (reasons_[symbol.value] & bit(reason)) == 0) return {};
  reasons_[symbol.value] &= ~bit(reason);
  return symbol_stop{symbol, reason, false, cut<short_text>(text)};
}

bool symbol_stops::is_stopped(symbol_id symbol) const {
  return symbol.value < reasons_.size() && reasons_[symbol.value] != 0;
}

std::vector<symbol_stop> symbol_stops::all() const {
  std::vector<symbol_stop> out;
  for (std::uint32_t k = 0; k < reasons_.size(); ++k)
    for (std::uint8_t value = 1; value <= symbol_stop_reason_count; ++value)
      if (const auto reason = symbol_stop_reason{value}; (reasons_[k] & bit(reason)) != 0)
        out.push_back({symbol_id{k}, reason, true, {}});
  return out;
}

std::size_t symbol_stops::stopped_count() const {
  return static_cast<std::size_t>(
      std::count_if(reasons_.begin(), reasons_.end(), [](auto each) { return each != 0; }));
}

}  // namespace bw
