#include "config/config_loader.hpp"
#include "net/endpoint.hpp"

namespace bw {
namespace {

/// Symbols that the free feed takes for trades and quotes.
constexpr std::size_t iex_symbols_max = 30;
/// Stops nearer than this are hit by ordinary noise.
constexpr std::int64_t near_stop_bp = 100;

using lines = std::vector<std::string>;

void check_symbols(const node_config& config, lines& out) {
  const auto count = config.symbols().size();
  if (count == 0)
    out.push_back("no enabled strategy has a symbol in its watchlist: nothing would be traded");
  if (count > iex_symbols_max && config.feed.name == "iex" && config.mode != environment::sim)
    out.push_back("the watchlists name " + std::to_string(count) + " symbols; the iex feed takes " +
                  std::to_string(iex_symbols_max));
}

void check_limits(const node_config& config, lines& out) {
  const auto& risk = config.risk;
  if (risk.loss_warn_bp > risk.loss_reduce_bp || risk.loss_reduce_bp > risk.loss_halt_bp)
    out.push_back("risk.loss: warn_bp, reduce_bp and halt_bp must rise");
  const auto rises = [](const std::optional<money>& low, const std::optional<money>& high) {
    return !low || !high || *low <= *high;
  };
  if (!rises(risk.loss_warn_usd, risk.loss_reduce_usd) ||
      !rises(risk.loss_reduce_usd, risk.loss_halt_usd) ||
      !rises(risk.loss_warn_usd, risk.loss_halt_usd))
    out.push_back("risk.loss: warn_usd, reduce_usd and halt_usd must rise");
  if (config.mode == environment::live && config.loss_clear != loss_clear::person)
    out.push_back("risk.loss.clear: with real money it is person");
  if (risk.drawdown_halve_bp > risk.drawdown_emergency_bp)
    out.push_back("risk.drawdown: halve_bp must not be larger than emergency_bp");
  if (risk.volatility_pause_bp > risk.volatility_off_bp)
    out.push_back("risk.volatility: pause_bp must not be larger than off_bp");
  if (risk.requests_reserved > risk.requests_per_minute)
    out.push_back("risk.requests: more are reserved than there are");
  if (risk.order_max_usd && risk.order_min_usd > *risk.order_max_usd)
    out.push_back("risk.order: min_usd is larger than max_usd, so no order would pass");
  if (config.session.entries_end_before < config.session.flatten_before)
    out.push_back("risk.session: close_guard_ms must not be less than flatten_ms");
}

void check_ports(const node_config& config, lines& out) {
  if (!net::is_loopback_host(config.ops.address))
    out.push_back(
        "ops.address: expected a loopback address like 127.0.0.1; reach it from "
        "elsewhere by SSH forwarding or a reverse proxy");
  if (config.mode == environment::sim && config.ops.port == config.sim.port)
    out.push_back("ops.port and sim.port are the same");
}

void check_live(const node_config& config, lines& out) {
  const auto& live = config.live;
  if (live.gate.window_sessions < live.gate.sessions)
    out.push_back("live.gate: window_sessions must not be less than sessions");
  if (live.state_folder.lexically_normal() == config.state_folder.lexically_normal())
    out.push_back("live.state_folder and state_folder are the same; live keeps books of its own");
}

}  // namespace

std::vector<std::string> check_config(const node_config& config) {
  lines out;
  check_symbols(config, out);
  check_limits(config, out);
  check_ports(config, out);
  check_live(config, out);
  return out;
}

std::vector<std::string> config_warnings(const node_config& config) {
  lines out;
  if (config.holding.stop_loss_bp < near_stop_bp)
    out.push_back("risk.stop_loss_bp: a stop nearer than 1 % is often hit by noise");
  if (config.mode == environment::live && config.audit.sync == audit_sync::process)
    out.push_back("audit.sync: with process a power loss may take the records of live orders");
  return out;
}

}  // namespace bw
