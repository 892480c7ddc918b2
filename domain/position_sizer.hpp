#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "core/decimal.hpp"

namespace bw {

/// Shares of one million parts: factors of size are exact in it.
inline constexpr std::int64_t whole_ppm = 1'000'000;

struct position_sizer_options {
  /// Largest value of one symbol's position, of equity.
  std::int64_t position_max_equity_bp = 1'000;
  /// Largest planned loss of one trade, of equity.
  std::int64_t trade_risk_bp = 100;
  money order_min = money::from_int(10);
  money order_max = money::from_int(10'000);
  quantity qty_max = quantity::from_int(500);
  /// Largest order, of the average daily volume.
  std::int64_t daily_volume_bp = 100;
};

/// What limits a size, in the order in which the steps are taken.
enum class size_step : std::uint8_t {
  position = 1,  // a: share of equity in one symbol
  trade_risk,    // b: planned loss down to the stop
  order_max,     // c: value of one order
  cash,          // d: cash after reservations
  gross_room,    // e: room below the gross exposure limit
  qty_max,       // shares of one order
  daily_volume,  // share of what trades in a day
  wish,          // the strategy asked for less
  budget,        // what the strategy's own budgets leave
};
inline constexpr std::size_t money_step_count = 5;

std::string_view to_string(size_step step) noexcept;

struct sizing_input {
  /// The most an order can pay for a share.
  price worst_price;
  /// Where the position is given up; must lie below the price.
  price stop;
  money equity;
  money cash;
  money gross_room;
  /// Value already held or pending in the symbol.
  money held_value;
  /// Product of the factors for drawdown, sentiment and stage: 0 … whole_ppm.
  std::int64_t factor_ppm = whole_ppm;
  /// Zero: not known, the step is left out.
  quantity average_daily_volume;
  /// Zero: no wish.
  quantity wish;
  /// What the budgets of the strategy leave; empty where it has none.
  std::optional<money> budget_left;
};

struct position_size {
  /// Whole shares; zero when nothing may be bought.
  quantity qty;
  /// The step that allowed least; the first of several.
  size_step bound = size_step::position;
  /// What steps a to e allowed, never below zero.
  std::array<money, money_step_count> amounts{};
};

/// Number of shares of an entry. Amounts, and at last shares, are rounded down. The quantity is
/// zero also when its value would lie under order_min: then the order is not worth its costs.
position_size size_position(const position_sizer_options& options, const sizing_input& input);

}  // namespace bw
