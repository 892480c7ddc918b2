#pragma once

#include <cstddef>
#include <functional>
#include <string_view>
#include <vector>

#include "messages/orders.hpp"

namespace bw {

/// Entries that were decided on bars which end at the same instant, in whatever order their symbols
/// came to it: they take position slots and money by rank, then symbol, then strategy. Whoever owns
/// it says when the round is over: the node after a short while, a backtest when time moves on.
/// Lives in the risk gate and in the backtest; single-threaded.
class entry_round {
 public:
  /// Entries of one round at most.
  static constexpr std::size_t entries_max = 1'024;

  /// Entries on quotes and trades, and everything that is no entry, wait for nobody.
  static bool waits(const order_request& x) {
    return x.purpose == order_purpose::entry && x.evaluated_at != utc_ns{};
  }

  bool is_empty() const { return entries_.empty(); }
  /// Whether it belongs to the round that is open, and there is a place for it. Otherwise that
  /// round has to be taken first.
  bool has_place_for(const order_request& x) const {
    return entries_.empty() ||
           (entries_.size() < entries_max && entries_.front().evaluated_at == x.evaluated_at);
  }
  void add(const order_request& x) { entries_.push_back(x); }
  /// All of them, in their order; the round is empty then. Symbols go by name, because their
  /// numbers are others in a backtest.
  std::vector<order_request> take(const std::function<std::string_view(symbol_id)>& name);

 private:
  std::vector<order_request> entries_;
};

}  // namespace bw
