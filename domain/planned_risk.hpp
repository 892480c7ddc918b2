#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/decimal.hpp"
#include "domain/exposure_book.hpp"
#include "messages/orders.hpp"

namespace bw {

/// Planned loss of `shares` bought (or sold short) at `at` and given up at `stop`, exact in 1e-18:
/// the whole value when there is no stop; nothing when the stop lies beyond the price.
int128 planned_loss(price at, price stop, bw::side entered_by, quantity shares);

/// Planned loss of all entries that may still be filled, each at its worst price.
int128 planned_by_live_entries(const exposure_book& book);

/// What all open trades would lose if each went down to the stop that its entry named.
/// A stop that has moved up since is not believed, so that the sum is never too small.
/// Single-threaded.
class planned_risk {
 public:
  explicit planned_risk(std::size_t symbols) : trades_(symbols) {}

  /// An execution of an entry adds its own distance to the stop; any other takes away its share.
  void on_fill(const order_request& request, quantity shares, price at);
  /// Shares of an earlier run. Without a stop they count with `assumed_bp` of their cost.
  void restore(symbol_id symbol, quantity held, price average, price stop, std::int64_t assumed_bp);
  /// After a split: as many shares carry what was planned before.
  void on_shares(symbol_id symbol, quantity held);

  /// Exact in 1e-18.
  int128 total() const { return total_; }
  int128 of(symbol_id symbol) const {
    return symbol.value < trades_.size() ? trades_[symbol.value].risk : 0;
  }

 private:
  struct trade {
    quantity shares;
    int128 risk = 0;
  };
  std::vector<trade> trades_;
  /// Of all of them.
  int128 total_ = 0;
};

}  // namespace bw
