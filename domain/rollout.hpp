#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/decimal.hpp"
#include "core/result.hpp"
#include "core/time.hpp"

namespace bw {

/// How far an accepted change of parameters is in force.
enum class rollout_stage : std::uint8_t {
  shadow = 1,   // Beside the old ones: signals are recorded, and none becomes an order.
  canary,       // In the place of the old ones, with a small budget.
  full,         // In the place of the old ones.
  rolled_back,  // The old ones alone, as before.
};
std::string_view to_string(rollout_stage x) noexcept;
result<rollout_stage> parse_rollout_stage(std::string_view text);
/// Full and rolled back last.
constexpr bool is_over(rollout_stage x) {
  return x == rollout_stage::full || x == rollout_stage::rolled_back;
}

struct rollout_options {
  std::uint32_t shadow_sessions = 5;
  std::uint32_t canary_sessions = 10;
  /// Signals in shadow, and trades as canary, without which nothing is known.
  std::uint32_t signals_least = 1;
  std::uint32_t trades_least = 10;
  /// A stage that does not come to an end by then is taken back.
  std::uint32_t sessions_most = 40;
  /// Most that the strategy may hold in one symbol as canary.
  money canary_budget = money::from_int(1'000);
  /// Taken back when the canary has lost so much of its budget in sum,
  std::int64_t loss_bp = 500;
  /// or when a dollar earns so much less than under the old parameters.
  std::int64_t worse_bp = 25;
};

/// Closed trades, added up.
struct trade_sum {
  std::uint32_t trades = 0;
  /// Of the entries.
  money value;
  /// Fees are taken off.
  money result;

  trade_sum& operator+=(const trade_sum& x);
  /// Of the value of the entries, rounded down; empty without a trade.
  std::optional<std::int64_t> result_bp() const;
  friend bool operator==(const trade_sum&, const trade_sum&) = default;
};

/// What a session that is over says of the strategy.
struct rollout_session {
  calendar_date day;
  /// What went wrong in it; empty when nothing did.
  std::string breach;
  /// Of the new parameters while they are in shadow.
  std::uint32_t signals = 0;
  /// Of the strategy's own trades.
  trade_sum trades;
};

/// Where a rollout stands. A value: sessions are folded into it, each once.
struct rollout_state {
  rollout_stage stage = rollout_stage::shadow;
  /// In this stage.
  std::uint32_t sessions = 0;
  std::uint32_t signals = 0;
  trade_sum trades;
  /// Under the old parameters, in the sessions before the rollout.
  trade_sum before;
  /// The last session that was counted; those up to it are passed over.
  calendar_date last_day{1970, 1, 1};
  /// Of the last change of the stage.
  std::string cause;

  friend bool operator==(const rollout_state&, const rollout_state&) = default;
};

/// A session ended. Without a breach, and with results within the bounds, the stages follow one
/// another; anything else takes the change back at once, and nothing leads out of that.
rollout_state after_session(rollout_state before, const rollout_options& options,
                            const rollout_session& session);

}  // namespace bw
