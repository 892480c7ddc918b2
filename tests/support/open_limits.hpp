#pragma once

#include "domain/risk_options.hpp"

namespace bw::tests {

/// Opens the limits on how much, how often and after which losses something may be entered, for
/// tests that are about something else. What an order must be, and the market it needs, stays.
inline void open_limits(risk_options& risk) {
  constexpr std::int64_t any = 1'000'000;
  risk.second_max_usd = risk.minute_max_usd = risk.day_max_usd = std::nullopt;
  risk.second_max_equity_bp = risk.minute_max_equity_bp = risk.day_max_equity_bp = any;
  risk.trade_risk_bp = risk.portfolio_risk_bp = any;
  risk.net_max_equity_bp = any;
  risk.price_walk_bp = risk.volatility_pause_bp = risk.volatility_off_bp = any;
  risk.volume_max_bp = any;
  risk.repeat_max = any;
  risk.rate_denials_max = risk.duplicate_denials_max = any;
  risk.rejects_max = risk.rejects_in_row = any;
  risk.rejects_share_bp = 10'000;
  risk.streak_strategy_losses = risk.streak_exits = any;
  risk.drawdown_session_bp = risk.drawdown_halve_bp = risk.drawdown_emergency_bp = any;
  // Every order is far from using what is reserved, and what is reserved is far above its need.
  risk.requests_reserved = any;
  risk.requests_per_minute = 100 * any;
}

}  // namespace bw::tests
