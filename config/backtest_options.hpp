#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "core/decimal.hpp"
#include "core/time.hpp"
#include "venue/bar_path.hpp"
#include "venue/slippage.hpp"

namespace bw {

/// How the simulated market fills an order that can be filled.
enum class simulated_fill : std::uint8_t {
  next = 1,      // At the best price on the other side when the order arrives, any quantity.
  immediate,     // The same without any way to the exchange: at the price the decision saw.
  displayed,     // No more than the quote shows.
  volume_share,  // No more than a share of what trades.
};
enum class simulated_queue : std::uint8_t { none = 1, estimate };
enum class simulated_latency : std::uint8_t { fixed = 1, uniform, measured };
enum class simulated_commission : std::uint8_t { none = 1, basis_points, per_share };
/// Prices as they were, with splits and dividends booked; or scaled so that neither shows.
enum class price_basis : std::uint8_t { raw = 1, adjusted };

/// The simulated world of a backtest: keys [backtest] of node.toml. The node ignores them.
struct backtest_options {
  std::uint64_t seed = 1;
  money cash = money::from_int(100'000);

  simulated_fill fill = simulated_fill::next;
  std::int64_t volume_percent = 10;
  simulated_queue queue = simulated_queue::none;
  std::uint32_t queue_ahead_ticks = 0;
  std::uint32_t partial_percent = 0;
  std::uint32_t reject_percent = 0;
  venue::bar_path bar_path = venue::bar_path::nearest_first;

  venue::slippage_model slippage = venue::slippage_model::fixed;
  std::int64_t slippage_bp = 5;
  std::int64_t slippage_spread_percent = 50;

  simulated_latency latency = simulated_latency::fixed;
  nanoseconds latency_least = std::chrono::milliseconds{50};
  nanoseconds latency_spread = std::chrono::milliseconds{100};
  /// State folder of a node whose answers are to be measured; "off" without one.
  std::string latency_state = "off";

  simulated_commission commission = simulated_commission::none;
  std::int64_t commission_bp = 0;
  price commission_per_share = price::from_units(5'000'000);
  money commission_least = money::from_int(1);
  std::int64_t commission_most_bp = 50;
  bool regulatory_fees = true;
  std::int64_t borrow_bp = 0;

  /// A CSV of splits and dividends, or a folder with LEAN factor files; "off" without one.
  std::string corporate_actions = "off";
  price_basis prices = price_basis::raw;
  bool hold_overnight = false;
};

std::string_view to_string(simulated_fill x) noexcept;
std::string_view to_string(simulated_latency x) noexcept;
std::string_view to_string(simulated_commission x) noexcept;

}  // namespace bw
