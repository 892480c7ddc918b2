#pragma once

#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "venue/accounts.hpp"
#include "venue/exchange.hpp"

namespace bw::venue {

/// The one table of an order's life: the status after `what` happened to an order in `from`.
/// Nothing where the exchange must never do that.
std::optional<venue_status> next_status(venue_status from, venue_event::kind what);

/// An order with what only the exchange knows of it.
struct live_order {
  venue_order order;
  /// The highest price a buy may pay; zero for a sell. Cash is reserved at this price.
  price ceiling;
  /// Per share, when the order opens a position: what `reserved.cash` counts.
  price reserved_price;
  reservation reserved;
  /// The next thing that time alone does to the order: acknowledgement, first or second look.
  std::optional<utc_ns> wake_at;
  /// A market order from before the open: its ceiling comes from the first quote of the session.
  bool priced_at_open = false;
  /// Was looked at once without a fill.
  bool rested = false;
};

/// All orders of the account by serial, by id and by symbol. Bounded: beyond `orders_max` the
/// oldest terminal ones are dropped. A client order id stays spent for ever; `client_ids_max`
/// bounds how many there can be.
class order_store {
 public:
  order_store(std::size_t orders_max, std::size_t client_ids_max, std::size_t symbols);

  /// True when every place is taken by an open order or no client id is left.
  bool full() const;
  live_order& add(live_order order);
  /// To be called when the order became terminal: it leaves the open lists.
  void close(live_order& order);

  live_order* find(std::uint64_t serial);
  const live_order* find(std::uint64_t serial) const;
  live_order* find(std::string_view id);
  const live_order* find(std::string_view id) const;
  const live_order* find_client_id(std::string_view client_order_id) const;
  bool client_id_spent(std::string_view client_order_id) const;

  /// Serials of open orders in order of acceptance.
  const std::vector<std::uint64_t>& open(symbol_id symbol) const { return open_[symbol.value]; }
  /// The same of all symbols.
  std::vector<std::uint64_t> open() const;
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
  void drop_oldest();

  std::size_t orders_max_;
  std::size_t client_ids_max_;
  std::uint64_t last_serial_ = 0;
  std::map<std::uint64_t, live_order> orders_;
  std::deque<std::uint64_t> terminal_;
  std::vector<std::vector<std::uint64_t>> open_;
  std::unordered_map<std::string, std::uint64_t> by_id_;
  /// Every client order id that was ever accepted.
  std::unordered_map<std::string, std::uint64_t> by_client_id_;
  std::set<std::pair<utc_ns, std::uint64_t>> wakes_;
  std::set<std::pair<utc_ns, std::uint64_t>> expiries_;
};

}  // namespace bw::venue
