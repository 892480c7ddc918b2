#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/decimal.hpp"

namespace bw {

/// What a node did on one day, as far as two nodes with accounts and limits of different sizes can
/// be compared.
struct twin_day {
  std::uint64_t trades = 0;
  money pnl;
  /// Value of all executions.
  money traded;
};

/// Result of the trades in basis points of what was put into them, rounded away from zero; empty
/// without a trade.
std::optional<std::int64_t> trade_return_bp(const twin_day& x);

struct twin_verdict {
  bool within = false;
  std::string text;
};

/// A day with real money beside the paper node's with the same strategies. Both traded and their
/// trades' returns lie at most `bound_bp` apart, or neither did. Without a paper node's day nothing
/// is within.
twin_verdict compare_twins(const twin_day& live, const std::optional<twin_day>& paper,
                           std::int64_t bound_bp);

}  // namespace bw
