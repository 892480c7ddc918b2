#pragma once

#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "messages/market_data.hpp"
#include "venue/accounts.hpp"
#include "venue/bar_path.hpp"
#include "venue/venue_order.hpp"

namespace bw::venue {

/// An order with what only the exchange knows of it.
struct live_order {
  venue_order order;
  /// The highest price a buy may pay; zero for a sell. Cash is reserved at this price.
  price ceiling;
  /// Per share, when the order opens a position: what `reserved.cash` counts.
  price reserved_price;
  reservation reserved;
  /// The shares that the order sells are kept back for it. Of two exits only one keeps them.
  bool holds_shares = false;
  /// The next thing that time alone does to the order: acknowledgement, first or second look.
  std::optional<utc_ns> wake_at;
  /// The market can execute it: acknowledged, or an exit whose turn has come.
  bool working = false;
  /// A market order from before the open: its ceiling comes from the first quote of the session.
  bool priced_at_open = false;
  /// Was looked at once without a fill.
  bool rested = false;
  /// Serial of the exit that ends when this one does; zero for none.
  std::uint64_t twin = 0;
  /// Serial of the order whose place this one is about to take; zero once it has it.
  std::uint64_t replaces = 0;
  /// The replacement asked for another quantity.
  bool resized = false;
  /// Status to go back to when a replacement fails or a day begins.
  venue_status status_before = venue_status::new_order;
};

/// A stop of any kind that the market has not set off yet.
bool waits_for_stop(const venue_order& order);
/// May be executed by the next market event: working, and not waiting for a look by time.
bool matchable(const live_order& live);

/// The prices at which any order of one symbol could do something: an event beyond none of them
/// need not be shown to the orders. Never too narrow; it may be too wide.
class price_interest {
 public:
  void add(const live_order& live);

  bool wants(const quote& market) const {
    return always_ || (market.ask.is_positive() && market.ask <= ask_falls_to_) ||
           market.bid >= bid_rises_to_ || market.ask >= stop_rises_to_ ||
           (market.bid.is_positive() && market.bid <= stop_falls_to_);
  }
  /// Of anything in it; all prices are above zero.
  bool wants(const price_range& x) const {
    return always_ || x.lowest_ask <= ask_falls_to_ || x.highest_bid >= bid_rises_to_ ||
           x.highest_ask >= stop_rises_to_ || x.lowest_bid <= stop_falls_to_ ||
           x.highest_trade >= trade_rises_to_ || x.lowest_trade <= trade_falls_to_;
  }
  bool wants(const trade& print) const {
    return always_ || print.last >= trade_rises_to_ || print.last <= trade_falls_to_;
  }

 private:
  bool always_ = false;
  price ask_falls_to_;
  price bid_rises_to_ = price::max();
  price stop_rises_to_ = price::max();
  price stop_falls_to_;
  price trade_rises_to_ = price::max();
  price trade_falls_to_;
};

/// All orders of the account by serial, by id and by symbol. Bounded: beyond `orders_max` the
/// oldest terminal ones are dropped. A client order id stays spent for ever; `client_ids_max`
/// bounds how many there can be. An order keeps its address until it is dropped.
class order_store {
 public:
  using order_list = std::vector<live_order*>;

  order_store(std::size_t orders_max, std::size_t client_ids_max, std::size_t symbols);

  /// False when open orders take too many places, or no client ids are left, for `count` more.
  bool has_room(std::size_t count) const;
  live_order& add(live_order order);
  /// To be called when the order became terminal: it leaves the open lists.
  void close(live_order& order);
  /// To be called when what the market can do to the order has changed.
  void touch(const live_order& order) { views_[order.order.symbol.value].stale = true; }

  live_order* find(std::uint64_t serial);
  const live_order* find(std::uint64_t serial) const;
  live_order* find(std::string_view id);
  const live_order* find(std::string_view id) const;
  const live_order* find_client_id(std::string_view client_order_id) const;
  bool client_id_spent(std::string_view client_order_id) const;

  /// Open orders in order of acceptance.
  const order_list& open(symbol_id symbol) const { return views_[symbol.value].open; }
  /// The same of all symbols.
  order_list open() const;
  const price_interest& interest(symbol_id symbol);
  std::vector<const venue_order*> all() const;

  /// Sets or clears when the order wants to be looked at.
  void wake(live_order& order, std::optional<utc_ns> at);
  std::optional<utc_ns> next_wake() const;
  /// Takes out the first order that is due at `now`.
  live_order* due(utc_ns now);

  /// Sets the end of the order's life.
  void expire_at(live_order& order, utc_ns at);
  std::optional<utc_ns> next_expiry() const;
  live_order* first_expired(utc_ns now);

 private:
  struct symbol_view {
    order_list open;
    price_interest interest;
    bool stale = false;
  };

  void drop_oldest();

  std::size_t orders_max_;
  std::size_t client_ids_max_;
  std::uint64_t last_serial_ = 0;
  std::map<std::uint64_t, live_order> orders_;
  std::deque<std::uint64_t> terminal_;
  std::vector<symbol_view> views_;
  std::unordered_map<std::string, std::uint64_t> by_id_;
  /// Every client order id that was ever accepted.
  std::unordered_map<std::string, std::uint64_t> by_client_id_;
  std::set<std::pair<utc_ns, std::uint64_t>> wakes_;
  std::set<std::pair<utc_ns, std::uint64_t>> expiries_;
};

}  // namespace bw::venue
