#pragma once

#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/decimal.hpp"
#include "core/prng.hpp"
#include "core/result.hpp"
#include "messages/market_data.hpp"
#include "messages/orders.hpp"
#include "venue/market_source.hpp"

namespace bw::venue {

/// The exchange's own words for the life of an order; not the node's, on purpose.
enum class venue_status : std::uint8_t {
  accepted = 1,  // Taken while the market is closed: waits for the open.
  pending_new,
  new_order,
  partially_filled,
  filled,
  canceled,
  expired,
  rejected,
  pending_cancel,
};

/// Alpaca's word: "new", "partially_filled", …
std::string_view to_string(venue_status x) noexcept;
bool is_terminal(venue_status x) noexcept;

/// What a client asks for, already well-formed as JSON; the exchange checks the rules.
struct new_order {
  std::string symbol;
  bw::side side = side::buy;
  order_type type = order_type::market;
  time_in_force tif = time_in_force::day;
  quantity qty;
  price limit;
  price stop;
  /// Empty: the exchange makes a UUID.
  std::string client_order_id;
  bool extended_hours = false;
};

struct venue_order {
  std::string id;
  std::string client_order_id;
  symbol_id symbol = no_symbol;
  std::string symbol_text;
  bw::side side = side::buy;
  order_type type = order_type::market;
  time_in_force tif = time_in_force::day;
  quantity qty;
  price limit;
  price stop;
  bool extended_hours = false;
  bool stop_triggered = false;
  venue_status status = venue_status::pending_new;
  quantity filled_qty;
  /// Exact sum of price × quantity of its fills, 1e-18.
  int128 filled_notional = 0;
  utc_ns created_at;
  utc_ns updated_at;
  utc_ns submitted_at;
  std::optional<utc_ns> filled_at;
  std::optional<utc_ns> canceled_at;
  std::optional<utc_ns> expired_at;
  std::optional<utc_ns> failed_at;
  std::optional<utc_ns> expires_at;
  std::optional<utc_ns> cancel_requested_at;
  /// Order of acceptance: paging and matching use it.
  std::uint64_t serial = 0;

  quantity remaining() const { return qty - filled_qty; }
  std::optional<price> filled_average() const;
};

/// One event of an order's life; becomes a trade_updates message.
struct venue_event {
  enum class kind : std::uint8_t {
    pending_new = 1,
    accepted,
    new_order,
    partial_fill,
    fill,
    canceled,
    expired,
    rejected,
    pending_cancel,
    order_cancel_rejected
  } what;
  venue_order order;         // As it is after the event.
  std::string event_id;      // ULID
  std::string execution_id;  // UUID; empty where Alpaca has none.
  price fill_price;
  quantity fill_qty;
  quantity position_qty;
  utc_ns at;
};
std::string_view to_string(venue_event::kind x) noexcept;

/// A refusal with Alpaca's HTTP status, code, message and extra members (alpaca-api 4.3). An extra
/// value that begins with '[' is a JSON array and goes out as it is; the others are strings.
struct refusal {
  std::uint16_t http_status = 422;
  std::uint32_t code = 42210000;
  std::string message;
  std::vector<std::pair<std::string, std::string>> extra;
};

struct venue_position {
  symbol_id symbol = no_symbol;
  std::string symbol_text;
  quantity qty;  // Negative: short.
  price average;
  price last;
  price lastday;
  quantity held_for_orders;
};

struct venue_account {
  std::string id;
  std::string account_number;
  money cash;
  money equity;
  money last_equity;
  money long_market_value;
  money short_market_value;
  money buying_power;
  money initial_margin;
  money maintenance_margin;
};

/// A fee on sales from a day on, as regulators set it.
struct sale_fee {
  utc_ns from;
  /// Of the proceeds: 27.80 dollars a million are 27'800.
  std::int64_t proceeds_parts_per_billion = 0;
  price per_share;
  /// Cap of the part that counts shares; zero: none.
  money per_share_max;
};

/// What an execution costs beside its price. Without entries, as on the broker's paper accounts,
/// nothing.
struct fee_schedule {
  std::int64_t commission_basis_points = 0;
  /// Ascending by `from`; the last one that began applies.
  std::vector<sale_fee> sales;
};

struct exchange_options {
  std::uint64_t seed = 1;
  money start_cash = money::from_int(100'000);
  /// Margin multiplier of the account: 1 cash, 2 Reg T.
  std::uint32_t multiplier = 1;
  /// Of eligible fills, in percent, that are made partial with a random quantity (alpaca-api 21).
  std::uint32_t partial_fill_percent = 10;
  /// Between acceptance and the venue's acknowledgement, and until the first match.
  nanoseconds acknowledge_delay = std::chrono::milliseconds{20};
  /// Orders kept in memory, terminal ones included; the oldest terminal ones are dropped beyond it.
  std::size_t orders_max = 100'000;
  /// Client order ids that can ever be used; they stay spent after their orders were dropped.
  std::size_t client_ids_max = 2'000'000;
  /// Queue position of limit orders: by how many ticks the market must come through the limit
  /// before they fill. 0: as soon as they are marketable.
  std::uint32_t queue_ahead_ticks = 0;
  /// By how much market and triggered stop orders fill worse than the far side.
  std::int64_t slippage_basis_points = 0;
  /// Between a cancel request and its end; in between the order is pending_cancel and may fill.
  nanoseconds cancel_delay{0};
  /// Sales beyond the position open a short one. Needs a multiplier of at least 2.
  bool shorting_enabled = false;
  fee_schedule fees;
};

/// The exchange and broker behind the venue: accounts, order life, matching. Pure and
/// single-threaded: no sockets, no clock; `now` only goes forward, an earlier one counts as the
/// last. Same seed and inputs, same events. A limit order with `extended_hours` is accepted and
/// fills in the regular session only. Orders taken while the market is closed say nothing on the
/// stream until the open, then pending_new and new.
class exchange {
 public:
  exchange(exchange_options options, std::vector<listed_symbol> symbols);
  ~exchange();

  /// Price and previous close of a symbol before the first event: what market orders are checked
  /// against while the market is closed, and where the day's change is counted from.
  void set_last_close(symbol_id symbol, price last);
  /// A market event: matches resting orders and keeps last, bid and ask. Events go to `out`.
  void on_market(const market_event& event, utc_ns now, std::vector<venue_event>& out);
  /// Which session holds; used for queueing, expiry and day orders. Opening releases the queue. The
  /// close happens by itself when time reaches it.
  void set_session(market_session current_or_next, bool open, utc_ns now,
                   std::vector<venue_event>& out);
  /// Delayed acknowledgements, second looks at partial fills, expiries up to `now`.
  void advance(utc_ns now, std::vector<venue_event>& out);
  /// When `advance` has something to do next.
  std::optional<utc_ns> next_time() const;

  std::variant<venue_order, refusal> submit(const new_order& order, utc_ns now,
                                            std::vector<venue_event>& out);
  /// Nothing on success (204). Terminal orders and unknown ids are refused.
  std::optional<refusal> cancel(std::string_view id, utc_ns now, std::vector<venue_event>& out);

  const venue_order* order(std::string_view id) const;
  const venue_order* order_by_client_id(std::string_view client_order_id) const;
  /// All orders in order of acceptance.
  std::vector<const venue_order*> orders() const;
  std::vector<venue_position> positions() const;
  std::optional<venue_position> position(std::string_view symbol) const;
  venue_account account() const;

  std::optional<quote> latest_quote(symbol_id symbol) const;
  std::optional<trade> latest_trade(symbol_id symbol) const;
  std::optional<bar> latest_bar(symbol_id symbol) const;
  std::optional<symbol_id> find_symbol(std::string_view symbol) const;
  const std::vector<listed_symbol>& symbols() const;
  /// Deterministic UUID of a listed symbol.
  std::string asset_id(symbol_id symbol) const;

 private:
  struct state;
  std::unique_ptr<state> state_;
};

}  // namespace bw::venue
