#include "messages/audit.hpp"
#include "messages/person_requests.hpp"
#include "messages/strategy_change.hpp"

namespace bw {

std::string_view to_string(feed_state x) noexcept {
  switch (x) {
    case feed_state::down: return "down";
    case feed_state::connecting: return "connecting";
    case feed_state::authenticating: return "authenticating";
    case feed_state::subscribing: return "subscribing";
    case feed_state::snapshot: return "snapshot";
    case feed_state::synced: return "synced";
    case feed_state::suspect: return "suspect";
    case feed_state::latched: return "latched";
  }
  return "invalid";
}

std::string_view to_string(side x) noexcept {
  switch (x) {
    case side::buy: return "buy";
    case side::sell: return "sell";
  }
  return "invalid";
}

std::string_view to_string(order_type x) noexcept {
  switch (x) {
    case order_type::market: return "market";
    case order_type::limit: return "limit";
    case order_type::stop: return "stop";
    case order_type::stop_limit: return "stop_limit";
    case order_type::trailing_stop: return "trailing_stop";
  }
  return "invalid";
}

std::string_view to_string(time_in_force x) noexcept {
  switch (x) {
    case time_in_force::day: return "day";
    case time_in_force::gtc: return "gtc";
    case time_in_force::ioc: return "ioc";
    case time_in_force::fok: return "fok";
    case time_in_force::opg: return "opg";
    case time_in_force::cls: return "cls";
  }
  return "invalid";
}

std::string_view to_string(order_purpose x) noexcept {
  switch (x) {
    case order_purpose::entry: return "entry";
    case order_purpose::exit: return "exit";
    case order_purpose::protective: return "protective";
    case order_purpose::flatten: return "flatten";
  }
  return "invalid";
}

std::string_view to_string(signal_reason x) noexcept {
  switch (x) {
    case signal_reason::momentum_breakout: return "momentum_breakout";
    case signal_reason::rsi_turned_up: return "rsi_turned_up";
    case signal_reason::below_vwap: return "below_vwap";
    case signal_reason::overbought: return "overbought";
    case signal_reason::stop_hit: return "stop_hit";
    case signal_reason::target_hit: return "target_hit";
    case signal_reason::trailing_stop_hit: return "trailing_stop_hit";
    case signal_reason::close_of_day: return "close_of_day";
    case signal_reason::operator_request: return "operator_request";
    case signal_reason::strategy_rule: return "strategy_rule";
  }
  return "invalid";
}

std::string_view to_string(order_state x) noexcept {
  switch (x) {
    case order_state::intent: return "intent";
    case order_state::sending: return "sending";
    case order_state::accepted: return "accepted";
    case order_state::working: return "working";
    case order_state::partial: return "partial";
    case order_state::filled: return "filled";
    case order_state::canceled: return "canceled";
    case order_state::expired: return "expired";
    case order_state::rejected: return "rejected";
    case order_state::replaced: return "replaced";
    case order_state::denied: return "denied";
    case order_state::not_sent: return "not_sent";
    case order_state::unknown: return "unknown";
    case order_state::needs_review: return "needs_review";
    case order_state::done_for_day: return "done_for_day";
    case order_state::suspended: return "suspended";
  }
  return "invalid";
}

std::string_view to_string(order_event x) noexcept {
  switch (x) {
    case order_event::pending_new: return "pending_new";
    case order_event::accepted: return "accepted";
    case order_event::new_order: return "new";
    case order_event::partial_fill: return "partial_fill";
    case order_event::fill: return "fill";
    case order_event::canceled: return "canceled";
    case order_event::expired: return "expired";
    case order_event::rejected: return "rejected";
    case order_event::replaced: return "replaced";
    case order_event::done_for_day: return "done_for_day";
    case order_event::pending_cancel: return "pending_cancel";
    case order_event::pending_replace: return "pending_replace";
    case order_event::cancel_rejected: return "order_cancel_rejected";
    case order_event::replace_rejected: return "order_replace_rejected";
    case order_event::stopped: return "stopped";
    case order_event::suspended: return "suspended";
    case order_event::calculated: return "calculated";
    case order_event::held: return "held";
    case order_event::other: return "other";
    case order_event::restated: return "restated";
    case order_event::trade_bust: return "trade_bust";
    case order_event::trade_correct: return "trade_correct";
    case order_event::pending_review: return "pending_review";
  }
  return "invalid";
}

std::string_view to_string(submit_outcome x) noexcept {
  switch (x) {
    case submit_outcome::accepted: return "accepted";
    case submit_outcome::rejected: return "rejected";
    case submit_outcome::duplicate: return "duplicate";
    case submit_outcome::not_sent: return "not_sent";
    case submit_outcome::unknown: return "unknown";
  }
  return "invalid";
}

std::string_view to_string(risk_rule x) noexcept {
  switch (x) {
    case risk_rule::state: return "STATE";
    case risk_rule::symbol: return "SYMBOL";
    case risk_rule::session: return "SESSION";
    case risk_rule::halted: return "HALTED_SYM";
    case risk_rule::stale: return "STALE";
    case risk_rule::crossed: return "CROSSED";
    case risk_rule::wide: return "WIDE";
    case risk_rule::malformed: return "MALFORMED";
    case risk_rule::stream: return "STREAM";
    case risk_rule::collar: return "COLLAR";
    case risk_rule::size: return "SIZE";
    case risk_rule::value: return "VALUE";
    case risk_rule::min_value: return "MIN_VALUE";
    case risk_rule::position: return "POSITION";
    case risk_rule::positions: return "POSITIONS";
    case risk_rule::exposure: return "EXPOSURE";
    case risk_rule::buying_power: return "BP";
    case risk_rule::open_orders: return "COUNT";
    case risk_rule::rate: return "RATE";
    case risk_rule::duplicate: return "DUP";
    case risk_rule::interval: return "INTERVAL";
    case risk_rule::entries: return "ENTRIES";
    case risk_rule::loss: return "LOSS";
    case risk_rule::reduce_only: return "REDUCE_ONLY";
    case risk_rule::band: return "BAND";
    case risk_rule::price_walk: return "WALK";
    case risk_rule::net: return "NET";
    case risk_rule::short_sale: return "SHORT";
    case risk_rule::window_second: return "WINDOW_1S";
    case risk_rule::window_minute: return "WINDOW_60S";
    case risk_rule::window_day: return "WINDOW_DAY";
    case risk_rule::repeat: return "REPEAT";
    case risk_rule::strategy_off: return "STRATEGY_OFF";
    case risk_rule::streak: return "STREAK";
    case risk_rule::symbol_lock: return "SYMBOL_LOCK";
    case risk_rule::drawdown: return "DRAWDOWN";
    case risk_rule::trade_risk: return "TRADE_RISK";
    case risk_rule::portfolio_risk: return "PORTFOLIO_RISK";
    case risk_rule::min_buying_power: return "MIN_BP";
    case risk_rule::min_equity: return "MIN_EQUITY";
    case risk_rule::self_cross: return "WASH";
    case risk_rule::volatility: return "VOLATILITY";
    case risk_rule::reserve: return "RESERVE";
    case risk_rule::identity: return "IDENTITY";
    case risk_rule::volume: return "VOLUME";
    case risk_rule::hop: return "HOP";
    case risk_rule::clock: return "CLOCK";
    case risk_rule::books: return "BOOKS_AGE";
    case risk_rule::account_age: return "ACCOUNT_AGE";
    case risk_rule::strategy_budget: return "STRATEGY_BUDGET";
    case risk_rule::regime: return "REGIME";
  }
  return "invalid";
}

std::string_view to_string(market_regime x) noexcept {
  switch (x) {
    case market_regime::trending: return "trending";
    case market_regime::ranging: return "ranging";
    case market_regime::unsettled: return "volatile";
    case market_regime::unknown: return "unknown";
  }
  return "invalid";
}

std::string text_of_regimes(regime_set all) {
  std::string out;
  for (std::uint8_t value = 1; value <= market_regime_count; ++value)
    if (const auto one = market_regime{value}; has_regime(all, one))
      out += (out.empty() ? "" : " or ") + std::string{to_string(one)};
  return out.empty() ? "any" : out;
}

std::string_view to_string(proof_kind x) noexcept {
  switch (x) {
    case proof_kind::parity: return "parity";
    case proof_kind::backtest: return "backtest";
  }
  return "invalid";
}

std::string_view to_string(evidence x) noexcept {
  switch (x) {
    case evidence::response: return "response";
    case evidence::stream: return "stream";
    case evidence::poll: return "poll";
    case evidence::reconciliation: return "reconciliation";
    case evidence::local: return "local";
  }
  return "invalid";
}

std::string_view to_string(check_outcome x) noexcept {
  switch (x) {
    case check_outcome::passed: return "passed";
    case check_outcome::denied: return "denied";
    case check_outcome::not_applicable: return "not_applicable";
    case check_outcome::overridden: return "overridden";
  }
  return "invalid";
}

std::string_view to_string(trading_mode x) noexcept {
  switch (x) {
    case trading_mode::active: return "ACTIVE";
    case trading_mode::reducing: return "REDUCING";
    case trading_mode::halted: return "HALTED";
  }
  return "invalid";
}

std::string_view to_string(halt_reason x) noexcept {
  switch (x) {
    case halt_reason::boot: return "BOOT";
    case halt_reason::reconciling: return "RECONCILING";
    case halt_reason::operator_halt: return "OPERATOR";
    case halt_reason::kill: return "KILL";
    case halt_reason::loss: return "LOSS";
    case halt_reason::audit: return "AUDIT";
    case halt_reason::position_mismatch: return "POSITION_MISMATCH";
    case halt_reason::auth: return "AUTH";
    case halt_reason::supervisor: return "SUPERVISOR";
    case halt_reason::feed: return "FEED";
    case halt_reason::stream: return "STREAM";
    case halt_reason::breaker: return "BREAKER";
    case halt_reason::rejects: return "REJECTS";
    case halt_reason::account: return "ACCOUNT";
    case halt_reason::shutdown: return "SHUTDOWN";
    case halt_reason::parent_child: return "PARENT_CHILD";
    case halt_reason::difference: return "DIFFERENCE";
    case halt_reason::day_unmatched: return "DAY_UNMATCHED";
    case halt_reason::clock: return "CLOCK";
    case halt_reason::window: return "WINDOW";
    case halt_reason::drawdown: return "DRAWDOWN";
    case halt_reason::disk: return "DISK";
    case halt_reason::market_wide: return "MWCB";
    case halt_reason::arm: return "ARM";
    case halt_reason::alert_unacknowledged: return "ALERT_UNACKED";
    case halt_reason::freshness: return "FRESHNESS";
    case halt_reason::reserve: return "RESERVE";
    case halt_reason::not_flat: return "NOT_FLAT";
    case halt_reason::brief: return "BRIEF";
  }
  return "invalid";
}

std::string_view to_string(session_phase x) noexcept {
  switch (x) {
    case session_phase::unknown: return "unknown";
    case session_phase::closed: return "closed";
    case session_phase::open_guard: return "open_guard";
    case session_phase::entries: return "entries";
    case session_phase::exits_only: return "exits_only";
    case session_phase::flatten: return "flatten";
  }
  return "invalid";
}

std::string_view to_string(signal_fate x) noexcept {
  switch (x) {
    case signal_fate::ordered: return "ordered";
    case signal_fate::conflict: return "conflict";
    case signal_fate::too_small: return "too_small";
    case signal_fate::not_warm: return "not_warm";
    case signal_fate::not_free: return "not_free";
    case signal_fate::no_quote: return "no_quote";
    case signal_fate::shadow: return "shadow";
  }
  return "invalid";
}

std::string_view to_string(comparison x) noexcept {
  switch (x) {
    case comparison::above: return "above";
    case comparison::at_least: return "at least";
    case comparison::below: return "below";
    case comparison::at_most: return "at most";
  }
  return "invalid";
}

std::string_view to_string(evaluation_outcome x) noexcept {
  switch (x) {
    case evaluation_outcome::wished: return "wished";
    case evaluation_outcome::conditions_not_met: return "conditions_not_met";
    case evaluation_outcome::indicators_not_ready: return "indicators_not_ready";
    case evaluation_outcome::not_warm: return "not_warm";
    case evaluation_outcome::disabled: return "disabled";
  }
  return "invalid";
}

std::string_view to_string(trade_event_kind x) noexcept {
  switch (x) {
    case trade_event_kind::open: return "open";
    case trade_event_kind::update: return "update";
    case trade_event_kind::close: return "close";
  }
  return "invalid";
}

std::string_view to_string(trade_type x) noexcept {
  switch (x) {
    case trade_type::simulated: return "simulated";
    case trade_type::paper: return "paper";
    case trade_type::live: return "live";
  }
  return "invalid";
}

std::string_view to_string(unknown_step x) noexcept {
  switch (x) {
    case unknown_step::opened: return "UNKNOWN_OPENED";
    case unknown_step::asked: return "UNKNOWN_ASKED";
    case unknown_step::missing: return "UNKNOWN_MISSING";
    case unknown_step::unanswered: return "UNKNOWN_UNANSWERED";
    case unknown_step::stream_lost: return "UNKNOWN_STREAM_LOST";
    case unknown_step::list_asked: return "UNKNOWN_LIST_ASKED";
    case unknown_step::list_lacks: return "UNKNOWN_LIST_LACKS";
    case unknown_step::list_unanswered: return "UNKNOWN_LIST_UNANSWERED";
    case unknown_step::resolved: return "UNKNOWN_RESOLVED";
    case unknown_step::refused: return "UNKNOWN_REFUSED";
    case unknown_step::not_found: return "UNKNOWN_NOT_FOUND";
    case unknown_step::late_appearance: return "UNKNOWN_LATE_APPEARANCE";
    case unknown_step::watch_ended: return "UNKNOWN_WATCH_ENDED";
  }
  return "invalid";
}

std::string_view to_string(flatten_stage x) noexcept {
  switch (x) {
    case flatten_stage::none: return "none";
    case flatten_stage::queued: return "queued";
    case flatten_stage::closing: return "closing";
    case flatten_stage::late: return "late";
  }
  return "invalid";
}

std::string_view to_string(flatten_wish x) noexcept {
  switch (x) {
    case flatten_wish::now: return "now";
    case flatten_wish::at_open: return "at_open";
    case flatten_wish::withdraw: return "withdraw";
  }
  return "invalid";
}

std::string_view to_string(on_disable x) noexcept {
  switch (x) {
    case on_disable::close: return "close";
    case on_disable::keep: return "keep";
  }
  return "invalid";
}

std::string_view to_string(symbol_stop_reason x) noexcept {
  switch (x) {
    case symbol_stop_reason::unknown_order: return "UNKNOWN_ORDER";
    case symbol_stop_reason::unknown_status: return "UNKNOWN_STATUS";
    case symbol_stop_reason::late_appearance: return "LATE_APPEARANCE";
  }
  return "invalid";
}

std::string_view to_string(command_channel x) noexcept {
  switch (x) {
    case command_channel::terminal: return "terminal";
    case command_channel::api: return "api";
    case command_channel::file: return "file";
    case command_channel::signal: return "signal";
    case command_channel::watchdog: return "watchdog";
  }
  return "invalid";
}

std::string_view to_string(alert_level x) noexcept {
  switch (x) {
    case alert_level::notice: return "notice";
    case alert_level::warning: return "warning";
    case alert_level::critical: return "critical";
  }
  return "invalid";
}

std::string_view to_string(plugin_step x) noexcept {
  switch (x) {
    case plugin_step::loaded: return "loaded";
    case plugin_step::refused: return "refused";
    case plugin_step::unloaded: return "unloaded";
    case plugin_step::disabled: return "disabled";
    case plugin_step::enabled: return "enabled";
  }
  return "invalid";
}

std::string_view audit_type_name(std::size_t index) noexcept {
  static constexpr std::string_view names[] = {
      "boot",         "config",        "state",       "session",   "signal",          "intent",
      "verdict",      "sending",       "withdrawn",   "submit",    "update",          "fill",
      "cancel",       "cancel_result", "account",     "reconcile", "supervisor",      "feed",
      "trade",        "snapshot",      "shutdown",    "strategy",  "evaluation",      "decision",
      "hops",         "exchange",      "trade_event", "segment",   "unknown",         "symbol_stop",
      "external",     "adoption",      "day",         "anchor",    "books",           "emergency",
      "previous_log", "operator",      "alert",       "limits",    "plugin",          "reload",
      "breaker",      "drill",         "arming",      "coverage",  "strategy_switch", "split",
      "cash_flow",    "deploy",        "preflight",   "flatten",   "proof",           "fee",
      "proposal",     "performance",   "trend"};
  static_assert(std::size(names) == audit_type_count);
  return index < std::size(names) ? names[index] : "unknown";
}

}  // namespace bw
