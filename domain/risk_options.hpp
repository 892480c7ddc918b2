#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/decimal.hpp"
#include "domain/quote_board.hpp"
#include "domain/rate_limiter.hpp"
#include "messages/orders.hpp"

namespace bw {

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

  // One order.
  quantity max_qty = quantity::from_int(500);                    // risk.max_qty
  std::int64_t max_average_volume_bp = 100;                      // risk.max_adv_bp
  std::optional<money> order_max_usd = money::from_int(10'000);  // risk.order.max_usd
  std::int64_t order_max_equity_bp = 1'000;                      // risk.order.max_equity_bp
  money order_min_usd = money::from_int(10);                     // risk.order.min_usd

  // Positions and exposure.
  quantity position_max_qty = quantity::from_int(1'000);  // risk.position.max_qty
  std::optional<money> position_max_usd;                  // risk.position.max_usd
  std::int64_t position_max_equity_bp = 1'000;            // risk.position.max_equity_bp
  std::uint32_t max_positions = 5;                        // risk.max_positions
  std::optional<money> gross_max_usd;                     // risk.gross.max_usd
  std::int64_t gross_max_equity_bp = 5'000;               // risk.gross.max_equity_bp

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

  // Loss of the day, of the equity at the day's start.
  std::int64_t loss_warn_bp = 100;       // risk.loss.warn_bp
  std::int64_t loss_reduce_bp = 150;     // risk.loss.reduce_bp
  std::int64_t loss_halt_bp = 200;       // risk.loss.halt_bp
  std::optional<money> loss_warn_usd;    // risk.loss.warn_usd
  std::optional<money> loss_reduce_usd;  // risk.loss.reduce_usd
  std::optional<money> loss_halt_usd;    // risk.loss.halt_usd
};

}  // namespace bw
