#pragma once

#include "venue/accounts.hpp"
#include "venue/exchange.hpp"
#include "venue/fill_model.hpp"
#include "venue/ids.hpp"
#include "venue/liquidity.hpp"
#include "venue/market_board.hpp"
#include "venue/order_checks.hpp"
#include "venue/order_life.hpp"
#include "venue/order_store.hpp"

namespace bw::venue {

/// The inside of the exchange. Its parts are in four files by what they are about: time, orders,
/// groups of orders with their replacements, and matching.
struct exchange::state {
  using events = std::vector<venue_event>;
  using kind = venue_event::kind;

  state(exchange_options o, std::vector<listed_symbol> s);

  // Time: exchange_time.cpp.
  utc_ns clamp(utc_ns at) { return now = std::max(now, at); }
  void advance(utc_ns until, events& out);
  /// When time alone does something next; the end of time when it never does.
  utc_ns next_due() const;
  /// Orders or sessions are about to change: what is due has to be looked up again.
  void forget_due() { nothing_before = utc_ns{INT64_MIN}; }
  void set_session(market_session current_or_next, bool open, utc_ns at, events& out);
  void open_session(utc_ns at, events& out);
  void close_session(utc_ns at, events& out);
  void release_queued(utc_ns at, events& out);
  void wake(live_order& live, utc_ns at, events& out);
  /// Whether orders of that kind are executed now.
  bool trades(const venue_order& order) const;
  bool trades(bool extended_hours, time_in_force tif) const;

  // Orders: exchange_orders.cpp.
  check_inputs inputs_for(std::optional<symbol_id> symbol) const;
  std::variant<venue_order, refusal> submit(const new_order& wish, utc_ns at, events& out);
  std::optional<refusal> cancel(std::string_view id, utc_ns at, events& out);
  live_order accepted_order(const new_order& wish, const order_plan& plan, symbol_id symbol,
                            utc_ns at);
  venue_event& emit(live_order& live, kind what, utc_ns at, events& out);
  void acknowledge(live_order& live, utc_ns at, events& out);
  void end(live_order& live, kind what, utc_ns at, events& out);
  void keep_for(live_order& live, quantity remaining);
  std::optional<symbol_id> find_symbol(std::string_view symbol) const;

  // Groups and replacements: exchange_groups.cpp.
  void add_exits(live_order& parent, const new_order& wish);
  void activate_exits(live_order& entry, utc_ns at, events& out);
  void end_relatives(live_order& live, kind what, utc_ns at, events& out);
  void end_if_open(std::uint64_t serial, kind what, utc_ns at, events& out);
  void shrink_twin(live_order& live, utc_ns at, events& out);
  std::variant<venue_order, refusal> replace(std::string_view id, const order_change& change,
                                             utc_ns at, events& out);
  void take_place(live_order& live, utc_ns at, events& out);
  void refuse_place(live_order& live, live_order* old, utc_ns at, events& out);

  // Matching: exchange_matching.cpp.
  template <class Event>
  void match_all(symbol_id symbol, const Event& event, utc_ns at, events& out);
  template <class Event>
  void follow_and_trigger(live_order& live, const Event& event, utc_ns at, events& out);
  void set_off(live_order& live, utc_ns at, events& out);
  void look(live_order& live, utc_ns at, events& out);
  bool try_fill(live_order& live, utc_ns at, events& out);
  bool fill_in_dollars(live_order& live, price at_price, utc_ns at, events& out);
  bool fill_in_turn(live_order& live, const trade& print, utc_ns at, events& out);
  /// An auction at this price, or none when it is not positive: executes the order whole or ends
  /// it.
  void auction(live_order& live, price at_price, utc_ns at, events& out);
  void opening_auction(live_order& live, const trade& print, utc_ns at, events& out);
  bool pay_up_to(live_order& live, price ceiling);
  void execute(live_order& live, price at_price, quantity qty, utc_ns at, events& out);

  exchange_options options;
  const std::string account_id;
  const std::string account_number;
  account_rules rules;
  std::vector<listed_symbol> symbols;
  market_board board;
  account_book account;
  order_store orders;
  fill_model fills;
  liquidity offered;
  id_source ids;
  money last_equity;
  money last_maintenance_margin;
  session_phases phases;
  utc_ns now{};
  /// Nothing is due before it, as long as orders and sessions stay as they are.
  utc_ns nothing_before{INT64_MIN};
  /// Orders that an event concerns; kept so that an event allocates nothing.
  order_store::order_list concerned;
};

}  // namespace bw::venue
