#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/decimal.hpp"
#include "domain/quote_board.hpp"
#include "domain/rate_limiter.hpp"
#include "messages/orders.hpp"

namespace bw {

/// Whose rule decides which of our open orders a new one may not meet (R19).
enum class self_cross_policy : std::uint8_t {
  strict = 1,  // Protective and trailing orders count like all others.
  broker,      // The broker exempts trailing stops.
};

/// Who ends the halt that the day's loss made; neither does before the next session.
enum class loss_clear : std::uint8_t {
  person = 1,
  next_session,  // By itself, without real money alone.
};

/// Limits of the gate with the defaults of paper trading. Each names its key. Where a limit has a
/// dollar form and a share of equity, the smaller one binds; without a dollar form the share alone.
struct risk_options {
  // Form of an order.
  std::vector<order_type> entry_types{order_type::limit};  // risk.types.entry
  std::vector<order_type> exit_types{order_type::limit, order_type::stop, order_type::stop_limit,
                                     order_type::market};  // risk.types.exit
  bool fractional = false;                                 // risk.fractional
  bool entries_need_stop = true;                           // risk.entries_need_stop
  nanoseconds asset_age_max = std::chrono::hours{24};      // risk.asset_max_age_ms

  // Market.
  quote_limits quote{};                // risk.quote.*
  std::int64_t collar_mid_bp = 200;    // risk.collar.mid_bp
  std::int64_t collar_last_bp = 300;   // risk.collar.last_bp
  std::int64_t collar_far_bp = 1'500;  // risk.collar.far_bp: passive exits and triggers
  std::int64_t price_walk_bp = 300;    // risk.collar.walk_bp: own moves in 60 s
  /// A move from one minute to the next pauses entries, or ends them for the session.
  std::int64_t volatility_pause_bp = 300;  // risk.volatility.pause_bp
  std::int64_t volatility_off_bp = 600;    // risk.volatility.off_bp
  /// Shares of a minute against the median minute: ten times as many are unusual.
  std::int64_t volume_max_bp = 100'000;  // risk.volatility.volume_bp

  // One order.
  quantity max_qty = quantity::from_int(500);                    // risk.max_qty
  std::int64_t max_average_volume_bp = 100;                      // risk.max_adv_bp
  std::optional<money> order_max_usd = money::from_int(10'000);  // risk.order.max_usd
  std::int64_t order_max_equity_bp = 1'000;                      // risk.order.max_equity_bp
  money order_min_usd = money::from_int(10);                     // risk.order.min_usd
  bool average_volume_needed = false;                            // risk.max_adv_needed
  bool short_sales = false;                                      // risk.short
  self_cross_policy self_cross = self_cross_policy::strict;      // risk.self_cross
  bool overrides = false;                                        // risk.override

  // Positions and exposure.
  quantity position_max_qty = quantity::from_int(1'000);  // risk.position.max_qty
  std::optional<money> position_max_usd;                  // risk.position.max_usd
  std::int64_t position_max_equity_bp = 1'000;            // risk.position.max_equity_bp
  std::uint32_t max_positions = 5;                        // risk.max_positions
  std::optional<money> gross_max_usd;                     // risk.gross.max_usd
  std::int64_t gross_max_equity_bp = 5'000;               // risk.gross.max_equity_bp
  std::optional<money> net_max_usd;                       // risk.net.max_usd
  std::int64_t net_max_equity_bp = 5'000;                 // risk.net.max_equity_bp

  // Planned loss down to the stops, of equity.
  std::int64_t trade_risk_bp = 100;      // risk.trade_risk_bp: one trade
  std::int64_t portfolio_risk_bp = 500;  // risk.portfolio_risk_bp: all open trades

  // Account.
  std::int64_t buying_power_bp = 9'000;                    // risk.buying_power_bp
  money min_buying_power_usd = money::from_int(10);        // risk.min_buying_power_usd
  std::optional<money> min_equity_usd;                     // risk.min_equity_usd
  nanoseconds account_age_max = std::chrono::seconds{60};  // risk.account_max_age_ms

  // Counts and rates.
  std::uint32_t open_orders_per_symbol = 4;                       // risk.open.per_symbol
  std::uint32_t open_orders_total = 20;                           // risk.open.total
  rate_limit rate_short{5, std::chrono::seconds{1}, 10};          // risk.rate.second, .burst
  rate_limit rate_long{60, std::chrono::seconds{60}, 60};         // risk.rate.minute
  nanoseconds duplicate_window = std::chrono::milliseconds{500};  // risk.duplicate_ms
  nanoseconds min_entry_interval = std::chrono::seconds{120};     // risk.min_entry_interval_ms
  std::uint32_t max_entries_per_day = 10;                         // risk.max_entries_per_day
  std::uint32_t repeat_max = 20;                                  // risk.repeat_max

  // Value sent, exits counted in, within a second, a minute and a day.
  std::optional<money> second_max_usd = money::from_int(10'000);  // risk.window.second_usd
  std::int64_t second_max_equity_bp = 1'000;                      // risk.window.second_equity_bp
  std::optional<money> minute_max_usd = money::from_int(50'000);  // risk.window.minute_usd
  std::int64_t minute_max_equity_bp = 5'000;                      // risk.window.minute_equity_bp
  std::optional<money> day_max_usd = money::from_int(250'000);    // risk.window.day_usd
  std::int64_t day_max_equity_bp = 25'000;                        // risk.window.day_equity_bp

  // Requests to the broker: how many there are, and how many are kept for getting flat.
  std::int64_t requests_per_minute = 150;  // risk.requests.per_minute
  std::int64_t requests_reserved = 30;     // risk.requests.reserved

  // A strategy that keeps running into a rule is taken out until a person puts it back.
  std::uint32_t rate_denials_max = 3;                               // risk.rate.denials_max
  nanoseconds rate_denials_within = std::chrono::seconds{10};       // risk.rate.denials_within_ms
  std::uint32_t duplicate_denials_max = 3;                          // risk.duplicate_max
  nanoseconds duplicate_denials_within = std::chrono::seconds{60};  // risk.duplicate_within_ms

  // Rejects of the broker: so many within the period, or such a share of the last twenty, narrow
  // trading; so many in a row halt it.
  std::uint32_t rejects_max = 5;                          // risk.rejects.max
  nanoseconds rejects_period = std::chrono::seconds{60};  // risk.rejects.period_ms
  std::int64_t rejects_share_bp = 3'000;                  // risk.rejects.share_bp
  std::uint32_t rejects_in_row = 10;                      // risk.rejects.in_row

  // Losing trades in a row end a strategy's session; losing exits of the account lock the symbols.
  std::uint32_t streak_strategy_losses = 2;              // risk.streak.strategy_losses
  std::uint32_t streak_exits = 4;                        // risk.streak.exits
  nanoseconds streak_within = std::chrono::minutes{60};  // risk.streak.within_ms
  nanoseconds streak_lock = std::chrono::minutes{60};    // risk.streak.lock_ms

  // Fall below the highest equity: of the session, and of all time.
  std::int64_t drawdown_session_bp = 200;      // risk.drawdown.session_bp: halts
  std::int64_t drawdown_halve_bp = 500;        // risk.drawdown.halve_bp: sizes are halved
  std::int64_t drawdown_emergency_bp = 1'000;  // risk.drawdown.emergency_bp: halts and closes
  std::optional<money> halve_below_usd;        // risk.halve_below_usd

  // What is older or slower narrows trading until it has been right for a minute.
  nanoseconds fresh_quote_age_max = std::chrono::seconds{30};     // risk.fresh.quote_ms
  nanoseconds fresh_account_age_max = std::chrono::seconds{180};  // risk.fresh.account_ms
  nanoseconds fresh_hop_max = std::chrono::seconds{1};            // risk.fresh.hop_ms
  nanoseconds hop_p99_max = std::chrono::milliseconds{250};       // risk.fresh.hop_p99_ms
  nanoseconds clock_off_max = std::chrono::milliseconds{500};     // risk.fresh.clock_ms
  nanoseconds books_age_max = std::chrono::seconds{120};          // risk.fresh.books_ms
  nanoseconds fresh_clean_for = std::chrono::seconds{60};         // risk.fresh.clean_ms

  // Loss of the day, of the equity at the day's start.
  std::int64_t loss_warn_bp = 100;       // risk.loss.warn_bp
  std::int64_t loss_reduce_bp = 150;     // risk.loss.reduce_bp
  std::int64_t loss_halt_bp = 200;       // risk.loss.halt_bp
  std::optional<money> loss_warn_usd;    // risk.loss.warn_usd
  std::optional<money> loss_reduce_usd;  // risk.loss.reduce_usd
  std::optional<money> loss_halt_usd;    // risk.loss.halt_usd
};

}  // namespace bw
