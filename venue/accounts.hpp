#pragma once

#include <algorithm>
#include <vector>

#include "core/decimal.hpp"
#include "domain/split_ratio.hpp"
#include "messages/orders.hpp"

namespace bw::venue {

/// What an open order keeps back, so that what was promised can be paid and delivered.
struct reservation {
  /// Cash of an order that opens or grows a position, 1e-18; zero for one that reduces it.
  int128 cash = 0;
  /// Shares of an order that reduces a position; zero for one that opens.
  quantity shares;

  friend bool operator==(const reservation&, const reservation&) = default;
};

/// Values of the account at given prices. Sums are exact inside and rounded half to even here.
struct account_values {
  money cash;
  money equity;
  money long_market_value;
  money short_market_value;
  money initial_margin;
  money maintenance_margin;
  money buying_power;
};

/// Cash and positions of one account. Cash, reservations and positions are exact (1e-18 and 1e-9);
/// only the average price and reports are rounded. Pure, single-threaded; lives with its exchange.
class account_book {
 public:
  account_book(money start_cash, std::uint32_t multiplier, std::size_t symbols);

  /// One execution at `at`. Moves cash and position; the reservation is the caller's to shrink.
  void apply_fill(symbol_id symbol, side side, quantity qty, price at);
  /// The position of the symbol is split; nothing else changes.
  void split(symbol_id symbol, split_ratio by);
  void charge(money fee) { cash_ -= static_cast<int128>(fee.units()) * decimal_scale; }

  /// What new orders may count on from now on: 1 cash, 2 Reg T, 4 intraday.
  void set_multiplier(std::uint32_t multiplier) { multiplier_ = std::max(multiplier, 1U); }
  std::uint32_t multiplier() const { return multiplier_; }

  void reserve(symbol_id symbol, const reservation& amount);
  void release(symbol_id symbol, const reservation& amount);

  quantity position(symbol_id symbol) const { return entry(symbol).qty; }
  price average(symbol_id symbol) const { return entry(symbol).average; }
  quantity held(symbol_id symbol) const { return entry(symbol).held; }
  /// Shares of the position that no open order has claimed.
  quantity available(symbol_id symbol) const;

  int128 cash_exact() const { return cash_; }
  int128 reserved_exact() const { return reserved_; }
  /// What a new opening order may cost, 1e-18, at the given price of each symbol.
  int128 buying_power_exact(const std::vector<price>& prices) const;
  account_values values(const std::vector<price>& prices) const;

 private:
  struct holding_of_symbol {
    quantity qty;
    price average;
    quantity held;
  };
  struct exact_values {
    int128 longs = 0;
    int128 shorts = 0;  // Not above zero.
    int128 maintenance = 0;
  };

  const holding_of_symbol& entry(symbol_id symbol) const;
  exact_values mark(const std::vector<price>& prices) const;
  int128 buying_power_of(const exact_values& marked) const;

  int128 cash_ = 0;
  int128 reserved_ = 0;
  std::uint32_t multiplier_ = 1;
  std::vector<holding_of_symbol> holdings_;
};

/// 1e-18 to 1e-9, half to even or down; what money cannot express becomes its largest value.
money to_money_half_even(int128 exact);
money to_money_floor(int128 exact);
money to_money_ceil(int128 exact);

}  // namespace bw::venue
