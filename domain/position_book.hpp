#pragma once

#include <cstddef>
#include <vector>

#include "core/decimal.hpp"
#include "core/ids.hpp"
#include "domain/split_ratio.hpp"
#include "messages/orders.hpp"

namespace bw {

/// Shares held by someone, what they cost, and what was earned on those that were sold again.
class position {
 public:
  /// Positive: long, negative: short.
  quantity qty() const { return qty_; }
  /// Average cost of what is held, half even; it changes only when the position grows.
  price average() const { return average_; }
  /// Realised profit since the start, half even; the exact figure is in units of 1e-18.
  money realized() const;
  int128 realized_exact() const { return realized_; }
  /// What would be earned by closing at `mark`, half even.
  money unrealized(price mark) const;

  /// Buys or sells; more than what is held turns the position around. Answers the part of the
  /// realised profit that this fill made, in units of 1e-18.
  int128 apply(side which, quantity filled, price at);
  /// Takes over what is held elsewhere; the realised profit stays.
  void restore(quantity held, price average);

  /// After a split: what the shares cost together stays, save for the part of those that became no
  /// share of their own, so `after` may be less than the ratio makes of them, on the same side.
  void split(split_ratio by, quantity after);

  /// All of it, to go on from exactly: amounts in units of 1e-18.
  struct figures {
    quantity qty;
    price average;
    int128 cost = 0;
    int128 realized = 0;
  };
  figures exact() const { return {qty_, average_, cost_, realized_}; }
  void restore(const figures& x);

 private:
  int128 close(quantity shares, price at);
  void open(quantity shares, price at);

  quantity qty_;
  price average_;
  /// Exact value paid (long) or received (short) for what is held, positive, in 1e-18. It differs
  /// from qty × average by what rounding took; flat, the difference has gone into the profit.
  int128 cost_ = 0;
  int128 realized_ = 0;
};

/// One execution on its way into the book.
struct book_fill {
  strategy_id strategy = no_strategy;
  symbol_id symbol = no_symbol;
  bw::side side = side::buy;
  quantity qty;
  price at;
};

/// Positions by strategy and symbol, and by symbol alone; with exact arithmetic the cash of all
/// fills plus the cost of what is held is the realised profit. Symbols and strategies are dense and
/// known at the start. Single-threaded; used by router, backtest and analytics.
class position_book {
 public:
  struct sizes {
    std::size_t symbols = 0;
    std::size_t strategies = 0;
  };
  explicit position_book(sizes counts);

  struct change {
    /// Position of the symbol, over all strategies.
    quantity before;
    quantity after;
    /// Realised by this fill in the strategy's own book, half even.
    money realized;
  };
  change apply(const book_fill& fill);

  /// Shares found at the broker or in the records of an earlier run. Those of no strategy are given
  /// to no_strategy and count for the symbol only.
  void restore(strategy_id strategy, symbol_id symbol, quantity held, price average);

  const position& of(symbol_id symbol) const;
  const position& of(strategy_id strategy, symbol_id symbol) const;
  /// Sum over all symbols, half even.
  money realized() const;

 private:
  std::size_t index(strategy_id strategy, symbol_id symbol) const;

  sizes counts_;
  std::vector<position> by_symbol_;
  /// One block of strategies a symbol; the last of each block is that of no_strategy.
  std::vector<position> by_strategy_;
};

}  // namespace bw
