#include "feeds/symbol_table.hpp"

#include <bit>

namespace bw {

symbol_table::symbol_table(const symbol_list& symbols) {
  // At most a quarter full: nearly every look-up ends at its first slot, and a free one always
  // ends the walk.
  slots_.resize(std::bit_ceil(symbols.size() * 4 + 4));
  mask_ = slots_.size() - 1;
  for (std::size_t k = 0; k < symbols.size(); ++k) {
    const std::string_view ticker = symbols[k];
    if (ticker.empty() || ticker.size() > text_max || find(ticker) != no_symbol) continue;
    const key name = pack(ticker);
    auto at = slot_of(name);
    while (slots_[at].id != no_symbol) at = (at + 1) & mask_;
    slots_[at] = {name, symbol_id{static_cast<std::uint32_t>(k)}};
    ++size_;
  }
}

}  // namespace bw
