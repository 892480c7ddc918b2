#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <vector>

#include "backtest/latency.hpp"
#include "domain/order_ledger.hpp"
#include "venue/exchange.hpp"

namespace bw {

/// What an order can have beyond an order_request; no strategy asks for it, scripted orders may.
struct order_shape {
  /// A bracket, oco or oto with the prices of its exits, as venue::new_order has them.
  venue::order_class order_class = venue::order_class::simple;
  price take_profit;
  price stop_loss;
  price stop_loss_limit;
  /// One of the two for a trailing stop.
  price trail_price;
  venue::percentage trail_percent;
  bool extended_hours = false;

  friend bool operator==(const order_shape&, const order_shape&) = default;
};

/// What the exchange is asked for by a plain order.
venue::new_order new_order_of(const order_request& request, std::string symbol,
                              std::string client_id);
/// What it asks for when it is to take the place of an order that the exchange has.
venue::order_change change_of(const venue::new_order& wish);

/// What router and broker connection are in the node: numbers each order, keeps it in the ledger,
/// and carries it to the exchange, where it arrives a drawn latency later. Answers and events come
/// back at once and in order, so no order's outcome is ever unknown and nothing is looked up.
/// Pure: time is an argument. Made for one run, used by its thread; the exchange must outlive it.
class order_desk {
 public:
  using reports = std::vector<order_report>;

  order_desk(venue::exchange& market, latency_options latency, std::uint32_t reject_percent = 0)
      : market_(market),
        reject_percent_(reject_percent),
        random_(latency.seed ^ 0x72656a65'63747321ULL),
        latency_(std::move(latency)) {}

  /// An approved order sets out. The first report bears its number and client id, or says that the
  /// ledger had no place for it. The exits that the exchange makes for a group get numbers of their
  /// own when it arrives, and are reported like every order.
  void submit(order_request request, utc_ns now, reports& out, const order_shape& shape = {});
  /// Sets out after the order it is about, so that it never overtakes it. Nothing happens when the
  /// order is over or its cancel is under way.
  void cancel(order_id order, utc_ns now);
  void cancel_entries(utc_ns now);

  /// When the next order or cancel reaches the exchange.
  std::optional<utc_ns> next_arrival() const;
  /// Hands over what has arrived by `now`.
  void arrive(utc_ns now, std::vector<venue::venue_event>& events, reports& out);
  /// The exchange's word about an order.
  void on_event(const venue::venue_event& event, utc_ns now, reports& out);

  const order_ledger& ledger() const { return ledger_; }

 private:
  enum class errand : std::uint8_t { order = 1, cancel };
  struct parcel {
    utc_ns arrives;
    errand what;
    order_id order;
  };

  void send(errand what, order_id order, utc_ns now);
  void deliver_order(const ledger_entry& entry, utc_ns now, std::vector<venue::venue_event>& events,
                     reports& out);
  void adopt_exits(const venue::venue_order& first, const order_request& request, utc_ns now,
                   reports& out);
  bool add(order_request request, const client_order_id& client_id, utc_ns now, reports& out);
  void deliver_cancel(const ledger_entry& entry, utc_ns now,
                      std::vector<venue::venue_event>& events, reports& out);

  venue::exchange& market_;
  std::uint32_t reject_percent_;
  prng random_;
  latency_model latency_;
  order_ledger ledger_;
  /// Of orders under way that have one.
  std::map<order_id, order_shape> shapes_;
  /// By arrival: one connection keeps the order, so that a short way waits for a longer one before
  /// it. At most two for each live order.
  std::deque<parcel> under_way_;
};

}  // namespace bw
