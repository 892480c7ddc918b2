#include "config/node_config.hpp"

#include <algorithm>

namespace bw {

std::string_view to_string(environment x) noexcept {
  switch (x) {
    case environment::sim: return "sim";
    case environment::paper: return "paper";
    case environment::live: return "live";
  }
  return "invalid";
}

std::string_view to_string(on_shutdown x) noexcept {
  switch (x) {
    case on_shutdown::keep: return "keep";
    case on_shutdown::cancel: return "cancel";
    case on_shutdown::flatten: return "flatten";
  }
  return "invalid";
}

std::string_view to_string(hot_wait x) noexcept {
  switch (x) {
    case hot_wait::spin: return "spin";
    case hot_wait::adaptive: return "adaptive";
    case hot_wait::block: return "block";
  }
  return "invalid";
}

std::vector<std::string> node_config::symbols() const {
  std::vector<std::string> out;
  for (const auto& strategy : strategies)
    if (strategy.enabled)
      out.insert(out.end(), strategy.watchlist.begin(), strategy.watchlist.end());
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

std::vector<strategy_id> node_config::budgeted_strategies() const {
  std::vector<strategy_id> out;
  for (std::size_t k = 0; k < strategies.size(); ++k)
    if (strategies[k].budget.is_positive())
      out.push_back(strategy_id{static_cast<std::uint16_t>(k)});
  return out;
}

position_sizer_options node_config::sizing() const {
  position_sizer_options out;
  out.position_max_equity_bp = risk.position_max_equity_bp;
  out.trade_risk_bp = risk.trade_risk_bp;
  out.order_min = risk.order_min_usd;
  out.order_max = risk.order_max_usd.value_or(money::max());
  out.qty_max = risk.max_qty;
  out.daily_volume_bp = risk.max_average_volume_bp;
  return out;
}

}  // namespace bw
