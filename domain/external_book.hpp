#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "messages/reconciliation.hpp"
#include "messages/status.hpp"

namespace bw {

struct external_book_options {
  /// Orders kept. Beyond it the one that ended and came first is forgotten; live ones never are.
  std::size_t orders_max = 10'000;
};

/// Orders and shares in the account that are not of our making: known by the broker's own ids,
/// counted by totals that only grow, so that lists, look-ups and executions may repeat each other
/// and come in any order. Nothing here is ever traded. Pure, single-threaded.
class external_book {
 public:
  explicit external_book(external_book_options options = {}) : options_(options) {}

  /// As the log has it.
  void restore(const external_record& kept);
  external_record record(std::string cause) const;

  /// A look at an order that is not in our books. `gap`: it has our prefix. Answers whether
  /// anything changed. ec::queue_full when all that are kept are live.
  result<bool> on_order(const open_order_report& seen, bool gap);
  /// An execution of an order that is known here; answers whether it was new.
  bool on_fill(const account_activity& fill);
  /// The broker's list of open orders, asked for at `asked`, does not show it any more.
  bool end(const venue_order_id& id);
  /// Shares that are there and that no order explains: adds them. The note says why.
  void adopt(symbol_name symbol, quantity more, price average, std::string note, bool stopped);
  /// A stop of ours that guards the shares bought or sold `by` of them. How much was counted of
  /// each such order stays in the record: its executions stand in the log on their own, and one may
  /// stand in front of a record that was written before anybody here had heard of it.
  void count_guard(const client_order_id& id, symbol_name symbol, quantity by, price at);
  /// Counts the executions of guards that `known` has counted and this book has not.
  void catch_up(const external_book& known);
  /// Guards whose counts are kept; the one that was executed first is forgotten beyond it.
  static constexpr std::size_t guards_max = 64;
  /// A symbol that is not ours to trade: what the broker says is what is there.
  bool set_holding(symbol_name symbol, quantity qty, price average);
  /// A person has looked at the symbol.
  bool release(symbol_name symbol);

  bool knows(const venue_order_id& id) const { return orders_.contains(id); }
  bool knows(const client_order_id& id) const { return by_client_id_.contains(id); }
  const external_order* find(const venue_order_id& id) const;
  quantity qty(symbol_name symbol) const;
  price average(symbol_name symbol) const;
  bool stopped(symbol_name symbol) const;
  /// What live orders of others may still sell.
  quantity open_sells(symbol_name symbol) const;
  std::vector<const external_order*> live_orders() const;
  /// By symbol; empty ones are not there.
  std::vector<external_holding> holdings() const;
  std::size_t order_count() const { return orders_.size(); }

  /// For status: one row a symbol that has shares or live orders.
  std::vector<external_status> status() const;
  /// For the gate: configured symbols by their ids, the rest as one value. `marks` prices shares.
  external_report exposure(const std::vector<std::string>& symbols,
                           const std::map<symbol_name, price>& marks) const;

 private:
  struct counted_guard {
    client_order_id id;
    symbol_name symbol;
    /// Negative when it sold.
    quantity counted;
    price at;
  };
  counted_guard* find_guard(const client_order_id& id);

  bool make_room();
  void move(symbol_name symbol, quantity by, price at);

  external_book_options options_;
  std::map<venue_order_id, external_order> orders_;
  std::map<client_order_id, venue_order_id> by_client_id_;
  std::map<symbol_name, external_holding> holdings_;
  std::deque<counted_guard> guards_;
};

}  // namespace bw
