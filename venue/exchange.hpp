#pragma once

#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/decimal.hpp"
#include "core/result.hpp"
#include "domain/split_ratio.hpp"
#include "messages/market_data.hpp"
#include "venue/market_source.hpp"
#include "venue/session_phases.hpp"
#include "venue/slippage.hpp"
#include "venue/venue_order.hpp"

namespace bw::venue {

class account_book;
class market_board;

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
  /// Valid as long as the exchange.
  std::string_view id;
  std::string_view account_number;
  money cash;
  money equity;
  money last_equity;
  money long_market_value;
  money short_market_value;
  money buying_power;
  money initial_margin;
  money maintenance_margin;
  /// What applies now: the account's own, bounded by its owner's rules.
  std::uint32_t multiplier = 1;
  bool shorting_enabled = false;
  bool suspended = false;
  money last_maintenance_margin;
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

/// A commission by the share, as some brokers charge: so much a share, at least `least`, and at
/// most `most_basis_points` of the value where that is more than the least (zero: no such bound).
struct share_commission {
  price per_share;
  money least;
  std::int64_t most_basis_points = 0;
};

/// What an execution costs beside its price. Without entries, as on the broker's paper accounts,
/// nothing.
struct fee_schedule {
  std::int64_t commission_basis_points = 0;
  /// Ascending by `from`; the last one that began applies.
  std::vector<sale_fee> sales;
  share_commission by_share;
};

/// What the market gives at a price; `liquidity` explains.
enum class fill_rule : std::uint8_t { endless = 1, displayed, volume_share };
enum class queue_rule : std::uint8_t { none = 1, estimate };

struct liquidity_options {
  fill_rule rule = fill_rule::endless;
  std::int64_t volume_percent = 10;
  queue_rule queue = queue_rule::none;
};

enum class partial_entry : std::uint8_t {
  cancels_exits = 1,
  /// They become active for what was filled.
  activates_exits,
};

struct exchange_options {
  std::uint64_t seed = 1;
  money start_cash = money::from_int(100'000);
  /// Margin multiplier of the account: 1 cash, 2 Reg T.
  std::uint32_t multiplier = 1;
  /// Of eligible fills, in percent, that are made partial with a random quantity.
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
  /// Between a replace request and its end; in between the old order may fill.
  nanoseconds replace_delay = std::chrono::milliseconds{20};
  /// What the exits of a bracket or oto do when its entry ends after a part of it was filled.
  partial_entry exits_of_partial_entry = partial_entry::cancels_exits;
  /// Orders that outlive a day are done_for_day from its close to the next open. Without it they
  /// keep their status and nothing is said.
  bool tells_done_for_day = false;
  liquidity_options liquidity;
  /// Another model than the fixed basis points above.
  std::optional<slippage_options> slippage;
};

enum class confirm_email : std::uint8_t { all = 1, none };
/// Alpaca's word: "all" or "none".
constexpr std::string_view to_string(confirm_email x) {
  return x == confirm_email::all ? "all" : "none";
}

/// What the account's owner may change at any time.
struct account_rules {
  bool suspend_trade = false;
  bool no_shorting = false;
  bool fractional_trading = true;
  /// 1, 2 or 4; bounds the account's own multiplier.
  std::uint32_t max_margin_multiplier = 4;
  /// Kept and shown; they change nothing here.
  venue::confirm_email confirm_email = venue::confirm_email::all;
  bool ptp_no_exception_entry = false;
  bool disable_overnight_trading = false;

  friend bool operator==(const account_rules&, const account_rules&) = default;
};

/// The exchange and broker behind the venue: accounts, order life, matching. Pure and
/// single-threaded: no sockets, no clock; `now` only goes forward, an earlier one counts as the
/// last. Same seed and inputs, same events.
///
/// Sessions: orders taken while the market is closed say nothing on the stream until their phase
/// begins, then pending_new and new. `extended_hours` orders are also executed from 04:00 to the
/// open and for four hours behind the close. Orders of an auction (opg, cls) are executed whole: at
/// the first print of the session, or against the quote when there is none within a minute; at the
/// close at the last price of the day.
///
/// Groups: exits wait as `held` until their entry is filled completely. The two exits of a pair
/// share one reservation; what one executes, the other shrinks by, and the end of one is the end of
/// the other. The stop of an oco stays `held` until the market sets it off.
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
  /// The order that shall take the place of `id`. It does so a moment later unless the old one was
  /// executed before: then the new one is rejected.
  std::variant<venue_order, refusal> replace(std::string_view id, const order_change& change,
                                             utc_ns now, std::vector<venue_event>& out);

  const account_rules& rules() const;
  void configure(const account_rules& rules);

  /// A split between two sessions: the position, the last close and the quote of before follow it,
  /// open orders of the symbol end.
  void split(symbol_id symbol, split_ratio by, utc_ns now, std::vector<venue_event>& out);
  /// Dividends in, borrowing fees out (negative).
  void credit(money amount);

  const venue_order* order(std::string_view id) const;
  const venue_order* order(std::uint64_t serial) const;
  const venue_order* order_by_client_id(std::string_view client_order_id) const;
  /// All orders in order of acceptance.
  std::vector<const venue_order*> orders() const;
  std::vector<venue_position> positions() const;
  std::optional<venue_position> position(std::string_view symbol) const;
  venue_account account() const;
  market_phase phase(utc_ns now) const;
  /// What the account is made of, for whoever reckons with it more often than reports are of use.
  const account_book& book() const;
  const market_board& board() const;
  /// Equity at the last close.
  money last_equity() const;
  bool has_open_orders(symbol_id symbol) const;
  /// Whether quotes and trades of the symbol within these bounds would reach no order, so that of
  /// all of them only the last quote, trade and bar need to be told.
  bool is_beyond_orders(symbol_id symbol, const price_range& x) const;

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
