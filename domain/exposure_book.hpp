#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/decimal.hpp"
#include "messages/orders.hpp"

namespace bw {

/// Most live orders that the book can reserve for. Beyond it the book says that there is no room at
/// all, so that nothing new passes.
inline constexpr std::size_t exposure_orders_max = 20'000;

/// What one symbol could come to.
struct symbol_exposure {
  /// As filled so far; negative is short.
  quantity position;
  /// Shares in the account that are not of our making, and what live orders that are not ours may
  /// still add; with their value, exact in 1e-18.
  quantity external;
  quantity external_buys;
  quantity external_sells;
  int128 external_buy_value = 0;
  int128 external_sell_value = 0;
  /// Value of a share of the position: last price told, or the average cost.
  price mark;
  std::uint32_t open_orders = 0;
  /// Remaining shares of live orders.
  quantity entry_buys;
  quantity entry_sells;
  quantity reducing_buys;
  quantity reducing_sells;
  /// Not among them: what stops of ours may still sell of the EXTERNAL shares.
  quantity guard_sells;
  /// Remaining × worst price of live entries, exact in 1e-18.
  int128 entry_buy_value = 0;
  int128 entry_sell_value = 0;

  /// Position if every live order that can make it longer (shorter) is filled, EXTERNAL ones too.
  quantity longest() const;
  quantity shortest() const;
  /// The larger value of both, exact in 1e-18.
  int128 worst_value() const;
  /// What the symbol adds to the account's net exposure if everything that makes it longer
  /// (shorter) is filled; negative when it stays short (long) even then. Never below the true worst
  /// case, exact in 1e-18.
  int128 net_long_value() const;
  int128 net_short_value() const;
  /// Remaining shares of live orders that close the position; and what they leave to be closed. Of
  /// our shares that somebody else has sold already, nothing can be closed.
  quantity reducing() const;
  quantity closable() const;
  /// EXTERNAL shares that neither their owner's orders nor stops of ours are about to sell.
  quantity guardable() const;
  bool is_held_or_pending() const;

  friend bool operator==(const symbol_exposure&, const symbol_exposure&) = default;

 private:
  int128 long_value() const;
  int128 short_value() const;
};

/// An order that may still be filled.
struct live_order {
  order_request request;
  price worst;
  quantity remaining;
  /// What it can take beyond the order whose place it is to take: of both, only one can execute.
  quantity counted;
};

/// The gate's view of what is at risk, never below the true worst case: positions, and every order
/// that may still be filled with its remaining shares at its worst price. Unknown orders keep their
/// reservation; only a terminal report releases it. Reserve with on_intent before the order goes to
/// the router; its reports then find the reservation by order id or, the first time, by content.
/// Single-threaded.
class exposure_book {
 public:
  /// Symbols are dense and known at the start.
  explicit exposure_book(std::size_t symbols) : symbols_(symbols) {}

  /// Reserves for an order that passed the gate, at its worst price (domain/worst_price).
  void on_intent(const order_request& request, price worst);
  /// Releases what an approved order reserved that never got a number (refused by the router).
  void on_withdrawn(const order_request& request);
  /// A change of one of our orders: fills move the position, the rest stays reserved until the end.
  /// An order that the book does not know yet is reserved for.
  void on_report(const order_report& report);
  /// Position at the start or after reconciliation.
  void restore_position(symbol_id symbol, quantity held, price mark);
  /// What is EXTERNAL in the symbol; replaces what was told before. `worst` prices the open orders.
  void set_external(symbol_id symbol, quantity held, quantity buys, quantity sells, price worst);
  /// Value of what lies in symbols that are not ours to trade; counts in gross.
  void set_outside(money value) { outside_ = static_cast<int128>(value.units()) * decimal_scale; }
  /// Latest price of the symbol, for the value of its position.
  void on_mark(symbol_id symbol, price mark);

  bool has(symbol_id symbol) const { return symbol.value < symbols_.size(); }
  const symbol_exposure& of(symbol_id symbol) const;
  /// Worst case over all symbols, rounded up; money::max() when the book is overfull.
  money gross() const;
  /// The same exactly, in 1e-18.
  int128 gross_exact() const;
  /// Sums over all symbols of what each adds to the net exposure, exact in 1e-18. Of what lies in
  /// other symbols the side is not known: it counts for both.
  struct net_sums {
    int128 longest = 0;
    int128 shortest = 0;
  };
  net_sums net_exact() const;
  /// What live entries would cost at their worst prices, short sales too, rounded up.
  money reserved_cash() const;
  /// Symbols with a position or a live entry.
  std::uint32_t held_or_pending() const;
  /// Symbols with shares of ours.
  std::uint32_t held_symbols() const;
  /// In order of arrival.
  const std::vector<live_order>& live_orders() const { return reservations_; }
  std::uint32_t open_orders() const { return static_cast<std::uint32_t>(reservations_.size()); }
  bool is_overfull() const { return overfull_; }
  /// What a live order of ours may still buy or sell; zero for any other.
  quantity remaining_of(order_id order) const;

 private:
  std::size_t find(const order_request& request) const;
  void insert(live_order added);
  void remove(std::size_t at);
  void count(live_order& each, std::int64_t sign);
  void add_up(const live_order& each, std::int64_t sign);
  /// Before a change of the order, and after it: what takes its place counts by what it has left.
  void recount_successor(order_id replaced, std::int64_t sign);
  /// Every change of a symbol goes through it: what the symbol added to the sums is taken out, and
  /// what it adds then is put in.
  template <class Edit>
  void change(symbol_id symbol, Edit edit);

  /// Over all symbols, so that no order has to look at all of them. Exact in 1e-18.
  struct totals {
    int128 worst = 0;
    int128 net_long = 0;
    int128 net_short = 0;
    int128 entries = 0;
    std::uint32_t held_or_pending = 0;
    std::uint32_t held = 0;
    void add(const symbol_exposure& x, std::int32_t sign);
  };

  std::vector<symbol_exposure> symbols_;
  totals totals_;
  /// Few are live at a time.
  std::vector<live_order> reservations_;
  bool overfull_ = false;
  int128 outside_ = 0;
};

}  // namespace bw
