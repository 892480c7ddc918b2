#include "core/json_writer.hpp"
#include "core/version.hpp"
#include "messages/status.hpp"

namespace bw {
namespace {

constexpr int schema_version = 1;

std::string_view name_of(health x) {
  switch (x) {
    case health::ok: return "ok";
    case health::degraded: return "degraded";
    case health::failed: return "failed";
  }
  return "invalid";
}

void text_or_null(json_writer& json, std::string_view name, std::string_view text) {
  json.key(name);
  if (text.empty())
    json.null();
  else
    json.value(text);
}

/// An instant that never came is null.
void instant(json_writer& json, std::string_view name, utc_ns at) {
  json.key(name);
  if (at.value == 0)
    json.null();
  else
    json.value(at);
}

/// Part of the whole in percent as decimal text, rounded half to even to four places; null when
/// there is no whole to take a part of.
void percent(json_writer& json, std::string_view name, money part, money whole) {
  json.key(name);
  constexpr int128 steps_per_percent = 10'000;
  constexpr int128 units_per_step = decimal_scale / steps_per_percent;
  if (!whole.is_positive()) {
    json.null();
    return;
  }
  const auto steps =
      divide_half_even(int128{part.units()} * 100 * steps_per_percent, int128{whole.units()});
  const auto units = steps * units_per_step;
  if (fits_decimal(units))
    json.value(std::string_view{format_decimal(static_cast<std::int64_t>(units))});
  else
    json.null();
}

void strings(json_writer& json, std::string_view name, const std::vector<std::string>& texts) {
  json.key(name).begin_array();
  for (const auto& text : texts) json.value(std::string_view{text});
  json.end_array();
}

void reasons(json_writer& json, const trading_state& state) {
  json.key("reasons").begin_array();
  for (std::size_t k = 1; k <= halt_reason_count; ++k) {
    const auto reason = static_cast<halt_reason>(k);
    if (has_reason(state, reason)) json.value(to_string(reason));
  }
  json.end_array();
}

void positions(json_writer& json, const std::vector<position_status>& held) {
  json.member("position_count", std::uint64_t{held.size()});
  json.key("positions").begin_array();
  for (const auto& position : held) {
    json.begin_object()
        .member("symbol", position.symbol)
        .member("qty", position.qty)
        .member("avg_price", position.average)
        .member("last", position.last)
        .member("unrealized_pnl", position.unrealized);
    json.key("stop");
    if (position.stop.is_zero())
      json.null();
    else
      json.value(position.stop);
    json.member("strategy", position.strategy).member("covered_qty", position.covered).end_object();
  }
  json.end_array();
}

void account(json_writer& json, const node_status& status) {
  json.key("account")
      .begin_object()
      .member("portfolio_value", status.portfolio_value)
      .member("cash", status.cash)
      .member("buying_power", status.buying_power);
  instant(json, "as_of", status.account_at);
  json.end_object();
}

void data_ages(json_writer& json, const node_status& status) {
  json.key("data_age_ms").begin_object();
  for (const auto& [symbol, age] : status.data_age_ms) json.member(symbol, age);
  json.end_object();
}

void regimes(json_writer& json, const node_status& status) {
  json.key("regimes").begin_object();
  for (const auto& [symbol, regime] : status.regimes) json.member(symbol, to_string(regime));
  json.end_object();
}

void versions(json_writer& json, const node_status& status) {
  json.key("versions").begin_object();
  json.member("binary", std::string{version()} + "+" + std::string{revision()});
  json.member("config", status.config_hash);
  text_or_null(json, "limits", status.limits_hash);
  text_or_null(json, "binary_sha256", status.binary_hash);
  // Plugins name themselves.
  json.key("plugins").begin_array().end_array().end_object();
}

/// The fields that the contract of status.json names, in its order.
void contract(json_writer& json, const node_status& status) {
  json.member("schema_version", schema_version);
  json.member("timestamp", status.at);
  json.member("mode", status.mode);
  json.member("state", to_string(status.trading.mode));
  reasons(json, status.trading);
  json.member("market_open", status.market_open);
  json.member("trading_halted", status.trading.mode == trading_mode::halted);
  account(json, status);
  json.member("daily_pnl", status.daily_pnl);
  percent(json, "daily_pnl_pct", status.daily_pnl, status.day_start_equity);
  positions(json, status.positions);
  json.member("open_orders", status.open_orders);
  json.member("unknown_orders", status.unknown_orders);
  json.member("trades_today", status.trades_today);
  strings(json, "strategies_active", status.strategies_active);
  data_ages(json, status);
  instant(json, "last_reconcile", status.last_reconcile);
  text_or_null(json, "live_stage", status.live_stage);
  versions(json, status);
}

void counts(json_writer& json, const node_status& status) {
  json.key("market_data")
      .begin_object()
      .member("messages", status.market_messages)
      .member("quotes", status.quotes)
      .member("trades", status.trades)
      .member("bars", status.bars)
      .member("conflated", status.conflated)
      .member("dropped", status.dropped)
      .end_object();
  json.member("signals", status.signals);
  json.key("orders")
      .begin_object()
      .member("submitted", status.orders_submitted)
      .member("filled", status.orders_filled)
      .member("rejected", status.orders_rejected)
      .member("denied", status.orders_denied)
      .member("unknown", status.unknown_orders)
      .end_object();
  json.member("fills", status.fills);
}

void external(json_writer& json, const std::vector<external_status>& rows) {
  json.key("external").begin_array();
  for (const auto& row : rows)
    json.begin_object()
        .member("symbol", row.symbol)
        .member("qty", row.qty)
        .member("open_orders", row.open_orders)
        .member("stopped", row.stopped)
        .member("note", row.note)
        .end_object();
  json.end_array();
}

void strategies(json_writer& json, const std::vector<strategy_status>& rows) {
  json.key("strategies").begin_array();
  for (const auto& row : rows) {
    json.begin_object()
        .member("strategy", row.strategy)
        .member("kind", row.kind)
        .member("version", row.version)
        .member("enabled", row.enabled)
        .member("latched", row.latched)
        .member("text", row.text)
        .member("signals_taken", row.signals_taken)
        .member("signals_refused", row.signals_refused)
        .member("trades", row.trades)
        .member("wins", row.wins)
        .member("losses", row.losses);
    percent(json, "win_rate_pct", money::from_units(static_cast<std::int64_t>(row.wins)),
            money::from_units(static_cast<std::int64_t>(row.wins + row.losses)));
    json.member("realized_pnl", row.realized)
        .member("unrealized_pnl", row.unrealized)
        .member("exposure", row.exposure)
        .member("confidence_won_ppm", row.confidence_won_ppm)
        .member("confidence_lost_ppm", row.confidence_lost_ppm)
        .member("shadow", row.shadow)
        .member("shadow_trades", row.shadow_trades)
        .member("shadow_wins", row.shadow_wins);
    percent(json, "shadow_win_rate_pct",
            money::from_units(static_cast<std::int64_t>(row.shadow_wins)),
            money::from_units(static_cast<std::int64_t>(row.shadow_trades)));
    json.member("shadow_realized_pnl", row.shadow_realized)
        .member("shadow_unrealized_pnl", row.shadow_unrealized)
        .end_object();
  }
  json.end_array();
}

template <class Stream>
void stream(json_writer& json, const Stream& now) {
  json.member("state", to_string(now.state));
  json.member("reason", now.reason.view());
  instant(json, "since", now.at);
}

void components(json_writer& json, const std::vector<component_status>& parts) {
  json.key("components").begin_array();
  for (const auto& part : parts) {
    json.begin_object()
        .member("name", part.name)
        .member("state", name_of(part.state))
        .member("text", part.text);
    json.key("counts").begin_object();
    for (const auto& [name, count] : part.counts) json.member(name, count);
    json.end_object().end_object();
  }
  json.end_array();
}

}  // namespace

std::string to_json(const node_status& status) {
  json_writer json;
  json.begin_object();
  contract(json, status);
  json.member("lifecycle", status.lifecycle);
  json.key("session").begin_object().member("phase", to_string(status.session.phase));
  instant(json, "open", status.session.open);
  instant(json, "close", status.session.close);
  json.end_object();
  counts(json, status);
  json.member("equity", status.portfolio_value);
  json.member("day_start_equity", status.day_start_equity);
  json.member("realized_pnl", status.realized_pnl);
  json.key("audit")
      .begin_object()
      .member("records", status.audit_records)
      .member("sync", status.audit_sync)
      .end_object();
  json.key("feed").begin_object();
  stream(json, status.feed);
  json.member("symbols_subscribed", status.feed.symbols_subscribed).end_object();
  json.key("order_stream").begin_object();
  stream(json, status.order_stream);
  json.end_object();
  json.member("reconcile_differences", status.reconcile_differences);
  json.member("reconcile_oldest_s", status.reconcile_oldest.count() / 1'000'000'000);
  strings(json, "reconcile_texts", status.reconcile_texts);
  json.member("uncovered_seconds", status.uncovered.count() / 1'000'000'000);
  json.member("uncovered_total_seconds", status.uncovered_total.count() / 1'000'000'000);
  text_or_null(json, "flatten", status.flatten);
  external(json, status.external);
  strategies(json, status.strategies);
  json.member("restarts", status.restarts);
  components(json, status.components);
  regimes(json, status);
  json.end_object();
  return json.take();
}

std::string state_json(const node_status& status) {
  json_writer json;
  json.begin_object();
  json.member("schema_version", schema_version);
  json.member("timestamp", status.at);
  json.member("mode", status.mode);
  json.member("lifecycle", status.lifecycle);
  json.member("state", to_string(status.trading.mode));
  reasons(json, status.trading);
  text_or_null(json, "live_stage", status.live_stage);
  versions(json, status);
  json.member("audit_records", status.audit_records);
  json.end_object();
  return json.take();
}

}  // namespace bw
