#pragma once

#include "config/node_config.hpp"
#include "tests/support/open_limits.hpp"

namespace bw::tests {

/// A configuration in which only the market decides about an order: wide limits, no costs, no
/// guards, any quote is fresh, positions stay over night.
inline node_config bare_config() {
  node_config out;
  auto& risk = out.risk;
  open_limits(risk);
  risk.max_qty = quantity::from_int(1'000'000);
  risk.position_max_qty = quantity::from_int(1'000'000);
  risk.order_max_usd = std::nullopt;
  risk.order_max_equity_bp = 10'000;
  risk.position_max_equity_bp = 10'000;
  risk.gross_max_equity_bp = 10'000;
  risk.buying_power_bp = 10'000;
  risk.entries_need_stop = false;
  risk.entry_types = {order_type::limit, order_type::market};
  risk.exit_types = {order_type::limit, order_type::market};
  risk.quote.receive_age_max = std::chrono::hours{48};
  risk.quote.event_age_max = std::chrono::hours{48};
  out.session.open_guard = {};
  auto& options = out.backtest;
  options.slippage = venue::slippage_model::none;
  options.regulatory_fees = false;
  options.hold_overnight = true;
  return out;
}

}  // namespace bw::tests
