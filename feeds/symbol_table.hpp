#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "core/ids.hpp"
#include "feeds/feed.hpp"

namespace bw {

/// Ticker text to dense id, for the hot path: two words are compared, nothing is allocated. The
/// table is built once and never changes; any thread may ask it.
class symbol_table {
 public:
  /// Longest ticker that can be found: what symbol_name holds.
  static constexpr std::size_t text_max = 15;

  /// Ids are positions in the list; of equal names the first one counts.
  explicit symbol_table(const symbol_list& symbols);

  /// no_symbol when the ticker is not in the list.
  symbol_id find(std::string_view ticker) const {
    if (ticker.empty() || ticker.size() > text_max) return no_symbol;
    const key wanted = pack(ticker);
    for (auto at = slot_of(wanted); slots_[at].id != no_symbol; at = (at + 1) & mask_)
      if (slots_[at].name == wanted) return slots_[at].id;
    return no_symbol;
  }

  std::size_t size() const { return size_; }

 private:
  struct key {
    std::uint64_t low = 0;
    std::uint64_t high = 0;
    friend bool operator==(const key&, const key&) = default;
  };
  struct slot {
    key name;
    symbol_id id = no_symbol;
  };

  static key pack(std::string_view ticker) {
    key out;
    for (std::size_t k = 0; k < ticker.size(); ++k) {
      const auto byte = static_cast<std::uint64_t>(static_cast<unsigned char>(ticker[k]));
      (k < 8 ? out.low : out.high) |= byte << (k % 8 * 8);
    }
    return out;
  }
  std::size_t slot_of(const key& name) const {
    // Fibonacci hashing: the golden ratio spreads tickers that differ in one letter.
    const auto mixed = (name.low ^ (name.high * 0x9e3779b97f4a7c15ULL)) * 0x9e3779b97f4a7c15ULL;
    return static_cast<std::size_t>(mixed >> 32) & mask_;
  }

  std::vector<slot> slots_;
  std::size_t mask_ = 0;
  std::size_t size_ = 0;
};

}  // namespace bw
