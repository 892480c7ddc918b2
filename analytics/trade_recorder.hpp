#pragma once

#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "analytics/run_result.hpp"
#include "core/result.hpp"

namespace bw {

/// Makes trades with their costs of executions, by strategy and symbol: everything between flat
/// and flat is one trade. A fill that is larger than what is held ends one trade and opens the
/// next; its fees and slippage are split by shares, the remainder going to the trade that it ends.
/// It holds open trades and no others. Each execution must come once, in the order of time. One
/// thread.
class trade_recorder {
 public:
  /// Answers the trade that the fill ended. ec::invalid_argument for a fill without shares, with a
  /// negative price or negative fees; ec::out_of_range when the trade is worth more than money can
  /// say. A refused fill changes nothing.
  result<std::optional<closed_trade>> apply(const run_fill& fill);

  /// A price at which the symbol traded, for MAE and MFE of what is open in it.
  void mark(const symbol_name& symbol, price at);

  std::size_t open_count() const { return open_.size(); }
  /// What is open, by strategy and symbol, valued at the latest mark or, without one, at its entry.
  std::vector<open_trade> open_trades() const;

 private:
  struct position {
    side entry_side = side::buy;
    quantity entered;
    quantity exited;
    /// Exact, in units of 1e-18.
    int128 entry_value = 0;
    int128 exit_value = 0;
    int128 slippage = 0;
    money fees;
    utc_ns opened_at;
    short_name entry_reason;
    market_regime regime = market_regime::unknown;
    price last;
    std::optional<money> worst;
    std::optional<money> best;

    quantity held() const { return entered - exited; }
    /// Value of the trade so far with what is held valued at `at`, in units of 1e-18.
    int128 worth(price at) const;
  };
  /// By symbol first: marks come a symbol at a time.
  using key = std::pair<symbol_name, short_name>;

  static closed_trade close(const key& name, const position& trade, const run_fill& last);

  std::map<key, position> open_;
};

/// All trades that ended, in the order of their ends.
result<std::vector<closed_trade>> closed_trades(const std::vector<run_fill>& fills);

}  // namespace bw
