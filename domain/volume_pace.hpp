#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "messages/market_data.hpp"

namespace bw {

/// How many shares are traded in a minute against the usual (R25), from minute bars: the median of
/// the minutes before, yesterday's included. Bars may come late, twice or corrected. Symbols are
/// dense and known at the start. Single-threaded.
class volume_pace {
 public:
  /// Minutes of a symbol that are kept, and how many there must be before one is judged.
  static constexpr std::size_t minutes_kept = 60;
  static constexpr std::size_t minutes_needed = 5;
  /// What a minute brought counts for so long after it.
  static constexpr nanoseconds counts_for = std::chrono::seconds{60};

  explicit volume_pace(std::size_t symbols) : lanes_(symbols) {}

  void on_bar(const bar& x);
  /// What was seen is worth nothing any more: the shares are others.
  void forget(symbol_id symbol);

  /// The busiest of the minutes that count now, in basis points of the median, rounded up; zero
  /// when there is none of late, INT64_MAX when too few minutes were seen.
  std::int64_t surge_bp(symbol_id symbol, utc_ns now) const;

 private:
  struct minute {
    utc_ns start;
    quantity volume;
    std::int64_t surge_bp = 0;
  };
  struct lane {
    /// Oldest first.
    std::vector<minute> minutes;
    /// Their shares in units by size: a median is looked up and not sought anew each minute.
    std::vector<std::int64_t> by_size;
  };
  static std::int64_t surge_of(const lane& all, std::size_t which);

  std::vector<lane> lanes_;
};

}  // namespace bw
