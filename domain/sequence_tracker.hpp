#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "messages/market_data.hpp"

namespace bw {

enum class sequence_verdict : std::uint8_t {
  fresh = 1,
  duplicate,     // The same fact again.
  out_of_order,  // Older than one that came before: counts in volume, sets no price.
  unknown_symbol,
};

std::string_view to_string(sequence_verdict x) noexcept;

struct sequence_counts {
  std::uint64_t duplicates = 0;
  std::uint64_t out_of_order = 0;
};

/// The feed has no sequence numbers: trade ids and the venue's stamps tell what comes twice or
/// late. Remembers the last ids of each symbol; a repetition beyond them shows as out of order.
/// Symbols are dense and known at the start. Single-threaded.
class sequence_tracker {
 public:
  /// Trade ids remembered a symbol.
  static constexpr std::size_t trades_remembered = 128;

  explicit sequence_tracker(std::size_t symbols) : slots_(symbols) {}

  sequence_verdict on_trade(const trade& t);
  /// Quotes carry no id: one with the stamp and the prices and sizes of the last is a duplicate.
  sequence_verdict on_quote(const quote& q);
  const sequence_counts& counts() const { return counts_; }

 private:
  struct trade_key {
    std::uint64_t id = 0;
    utc_ns at;
    friend bool operator==(const trade_key&, const trade_key&) = default;
  };
  struct slot {
    std::array<trade_key, trades_remembered> trades{};
    std::size_t trade_count = 0;
    utc_ns newest_trade{INT64_MIN};
    utc_ns newest_quote{INT64_MIN};
    quote last_quote;
  };

  sequence_verdict counted(sequence_verdict x);

  std::vector<slot> slots_;
  sequence_counts counts_;
};

}  // namespace bw
