#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
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
  /// The same, for whoever is told of many bars and seldom asks: what the minutes come to is
  /// reckoned when it is asked for.
  void keep(const bar& x);
  /// What was seen is worth nothing any more: the shares are others.
  void forget(symbol_id symbol);

  /// The busiest of the minutes that count now, in basis points of the median, rounded up; zero
  /// when there is none of late, INT64_MAX when too few minutes were seen.
  std::int64_t surge_bp(symbol_id symbol, utc_ns now) const;

 private:
  /// Minutes that count at any time: one that has just ended and the one before it.
  static constexpr std::size_t judged = 2;

  struct minute {
    utc_ns start;
    quantity volume;
  };
  struct lane {
    /// Oldest first; the last minutes_kept of them count.
    std::vector<minute> minutes;
    /// Of the newest minute and of the one before it.
    std::array<std::int64_t, judged> surges{};
    /// A minute came or changed since they were reckoned.
    bool stale = false;
  };
  static std::span<const minute> window_of(const lane& x);
  static std::int64_t surge_of(std::span<const minute> kept, std::size_t which);

  std::vector<lane> lanes_;
};

}  // namespace bw
