#include "venue/alpaca_wire.hpp"

#include <algorithm>

namespace bw::venue {
namespace {

void optional_time(json_writer& out, std::string_view name, const std::optional<utc_ns>& at) {
  out.key(name);
  at ? out.value(*at) : out.null();
}

template <class Decimal>
void optional_decimal(json_writer& out, std::string_view name, const std::optional<Decimal>& x) {
  out.key(name);
  x ? out.value(*x) : out.null();
}

/// A price that an order's type may not have.
template <class Decimal>
std::optional<Decimal> unless_zero(Decimal x) {
  return x.is_zero() ? std::nullopt : std::optional{x};
}

void nulls(json_writer& out, std::initializer_list<std::string_view> names) {
  for (const auto name : names) out.key(name).null();
}

enum class order_view : std::uint8_t { rest = 1, stream };

void write_order_times(json_writer& out, const venue_order& order, order_view view) {
  out.member("created_at", order.created_at);
  out.member("updated_at", order.updated_at);
  out.member("submitted_at", order.submitted_at);
  optional_time(out, "filled_at", order.filled_at);
  optional_time(out, "expired_at", order.expired_at);
  optional_time(out, "expires_at", order.expires_at);
  if (view == order_view::stream)
    optional_time(out, "cancel_requested_at", order.cancel_requested_at);
  optional_time(out, "canceled_at", order.canceled_at);
  optional_time(out, "failed_at", order.failed_at);
}

using order_pointers = std::vector<const venue_order*>;

void text_or_null(json_writer& out, std::string_view name, const std::string& text) {
  out.key(name);
  text.empty() ? out.null() : out.value(text);
}

void write_order_object(json_writer& out, const venue_order& order, const order_face& face,
                        order_view view, const order_pointers& legs) {
  out.begin_object();
  out.member("id", order.id);
  out.member("client_order_id", order.client_order_id);
  write_order_times(out, order, view);
  optional_time(out, "replaced_at", order.replaced_at);
  text_or_null(out, "replaced_by", order.replaced_by);
  text_or_null(out, "replaces", order.replaces);
  out.member("asset_id", face.asset_id);
  out.member("symbol", order.symbol_text);
  out.member("asset_class", "us_equity");
  const bool in_dollars = !order.notional.is_zero();
  optional_decimal(out, "notional", in_dollars ? std::optional{order.notional} : std::nullopt);
  optional_decimal(out, "qty", in_dollars ? std::nullopt : std::optional{order.qty});
  out.member("filled_qty", order.filled_qty);
  optional_decimal(out, "filled_avg_price", order.filled_average());
  const bool alone = order.order_class == order_class::simple;
  out.member("order_class", alone ? "" : to_string(order.order_class));
  out.member("order_type", to_string(order.type));
  out.member("type", to_string(order.type));
  out.member("side", to_string(order.side));
  out.member("position_intent", to_string(order.intent));
  out.member("time_in_force", to_string(order.tif));
  optional_decimal(out, "limit_price", unless_zero(order.limit));
  optional_decimal(out, "stop_price", unless_zero(order.stop));
  out.member("status", to_string(order.status));
  out.member("extended_hours", order.extended_hours);
  out.key("legs");
  if (legs.empty()) {
    out.null();
  } else {
    out.begin_array();
    for (const auto* leg : legs) write_order_object(out, *leg, face, view, {});
    out.end_array();
  }
  optional_decimal(out, "trail_percent", unless_zero(order.trail_percent));
  optional_decimal(out, "trail_price", unless_zero(order.trail_price));
  optional_decimal(out, "hwm", unless_zero(order.high_water_mark));
  nulls(out, {"ratio_qty", "subtag", "source"});
  out.end_object();
}

/// Part of a whole as a decimal fraction, rounded half to even at nine decimals; zero of nothing.
money fraction(int128 part, int128 whole) {
  if (whole == 0) return money{};
  const auto divisor = whole < 0 ? -whole : whole;
  const auto units = divide_half_even(part * decimal_scale, divisor);
  return fits_decimal(units) ? money::from_units(static_cast<std::int64_t>(units)) : money{};
}

money value_of(price p, quantity q) { return notional_half_even(p, q).value_or(money{}); }

std::string without_colon(std::string clock) {
  clock.erase(std::remove(clock.begin(), clock.end(), ':'), clock.end());
  return clock;
}

}  // namespace

void write_order(json_writer& out, const venue_order& order, const order_face& face,
                 const std::vector<const venue_order*>& legs) {
  write_order_object(out, order, face, order_view::rest, legs);
}

std::string trade_update_message(const venue_event& event, const order_face& face) {
  const bool is_fill =
      event.what == venue_event::kind::fill || event.what == venue_event::kind::partial_fill;
  json_writer out;
  out.begin_object().member("stream", "trade_updates").key("data").begin_object();
  out.member("at", event.at);
  out.member("event_id", event.event_id);
  out.member("event", to_string(event.what));
  out.member("timestamp", event.at);
  out.key("order");
  write_order_object(out, event.order, face, order_view::stream, {});
  if (is_fill) {
    out.member("price", event.fill_price);
    out.member("qty", event.fill_qty);
    out.member("position_qty", event.position_qty);
  }
  if (!event.execution_id.empty()) out.member("execution_id", event.execution_id);
  out.end_object().end_object();
  return out.take();
}

void write_position(json_writer& out, const venue_position& position, const asset_face& asset) {
  const auto market_value = value_of(position.last, position.qty);
  const auto cost_basis = value_of(position.average, position.qty);
  const auto profit = market_value - cost_basis;
  const auto profit_share = fraction(profit.units(), cost_basis.units());
  const bool is_short = position.qty.is_negative();
  const auto held = is_short ? -position.held_for_orders : position.held_for_orders;

  out.begin_object();
  out.member("asset_id", asset.id);
  out.member("symbol", position.symbol_text);
  out.member("exchange", asset.exchange);
  out.member("asset_class", "us_equity");
  out.member("asset_marginable", true);
  out.member("qty", position.qty);
  out.member("avg_entry_price", position.average);
  out.member("side", is_short ? "short" : "long");
  out.member("market_value", market_value);
  out.member("cost_basis", cost_basis);
  out.member("unrealized_pl", profit);
  out.member("unrealized_plpc", profit_share);
  // The account starts flat, so the shares count as bought today.
  out.member("unrealized_intraday_pl", profit);
  out.member("unrealized_intraday_plpc", profit_share);
  out.member("current_price", position.last);
  out.member("lastday_price", position.lastday);
  out.member("change_today",
             fraction((position.last - position.lastday).units(), position.lastday.units()));
  out.member("qty_available", position.qty - held);
  out.end_object();
}

void write_asset(json_writer& out, const listed_symbol& listed, std::string_view id) {
  out.begin_object();
  out.member("id", id);
  out.member("class", "us_equity");
  out.member("exchange", listed.exchange);
  out.member("symbol", listed.symbol);
  out.member("name", listed.name);
  out.member("status", "active");
  out.member("tradable", listed.tradable);
  out.member("marginable", true);
  out.member("maintenance_margin_requirement", 30);
  out.member("margin_requirement_long", "30");
  out.member("margin_requirement_short", listed.shortable ? "30" : "100");
  out.member("shortable", listed.shortable);
  out.member("easy_to_borrow", listed.shortable);
  out.member("borrow_status", listed.shortable ? "easy_to_borrow" : "hard_to_borrow");
  out.member("fractionable", listed.fractionable);
  out.key("attributes").begin_array();
  if (listed.fractionable) out.value("fractional_eh_enabled");
  out.end_array();
  out.end_object();
}

void write_account(json_writer& out, const venue_account& account, const account_face& face) {
  const auto spendable = std::max(account.cash, money{});
  out.begin_object();
  out.member("id", account.id);
  out.member("account_number", account.account_number);
  out.member("status", "ACTIVE");
  out.member("crypto_status", "INACTIVE");
  out.member("currency", "USD");
  out.member("cash", account.cash);
  out.member("equity", account.equity);
  out.member("last_equity", account.last_equity);
  out.member("portfolio_value", account.equity);
  out.member("long_market_value", account.long_market_value);
  out.member("short_market_value", account.short_market_value);
  out.member("position_market_value", account.long_market_value + account.short_market_value);
  out.member("initial_margin", account.initial_margin);
  out.member("maintenance_margin", account.maintenance_margin);
  out.member("last_maintenance_margin", account.last_maintenance_margin);
  out.member("sma", "0");
  out.member("multiplier", std::to_string(account.multiplier));
  out.member("buying_power", account.buying_power);
  out.member("regt_buying_power", account.buying_power);
  out.member("effective_buying_power", account.buying_power);
  out.member("non_marginable_buying_power", spendable);
  out.member("options_buying_power", spendable);
  for (const auto* name : {"accrued_fees", "pending_transfer_in", "pending_transfer_out",
                           "pending_reg_taf_fees", "intraday_adjustments"})
    out.member(name, "0");
  out.member("options_approved_level", 0);
  out.member("options_trading_level", 0);
  for (const auto* name : {"trading_blocked", "transfers_blocked", "account_blocked"})
    out.member(name, false);
  out.member("trade_suspended_by_user", account.suspended);
  out.member("shorting_enabled", account.shorting_enabled);
  out.member("balance_asof", format_date(face.balance_as_of));
  out.member("created_at", face.created_at);
  out.key("admin_configurations").begin_object().end_object();
  out.key("user_configurations").null();
  out.member("crypto_tier", 0);
  out.end_object();
}

void write_clock(json_writer& out, const trading_days& days, const new_york_time& new_york,
                 utc_ns now) {
  out.begin_object();
  out.member("timestamp", new_york.rfc3339(now));
  out.member("is_open", days.is_open(now));
  out.member("next_open", new_york.rfc3339(days.next_to_open(now).open));
  out.member("next_close", new_york.rfc3339(days.current_or_next(now).close));
  out.end_object();
}

void write_calendar(json_writer& out, const trading_days& days, const new_york_time& new_york,
                    calendar_date from, calendar_date to) {
  out.begin_array();
  for (const auto& day : days.days()) {
    if (day.date < from || day.date > to) continue;
    const auto close = new_york.hours_and_minutes(day.close);
    out.begin_object();
    out.member("date", format_date(day.date));
    out.member("open", new_york.hours_and_minutes(day.open));
    out.member("close", close);
    out.member("session_open", "0400");
    // After-hours trading lasts four hours on any day.
    const auto last = new_york.hours_and_minutes(day.close + std::chrono::hours{4});
    out.member("session_close", without_colon(last));
    out.member("settlement_date", format_date(days.day_after(day.date)));
    out.end_object();
  }
  out.end_array();
}

void write_rules(json_writer& out, const account_rules& rules) {
  out.begin_object();
  out.member("trade_confirm_email", to_string(rules.confirm_email));
  out.member("suspend_trade", rules.suspend_trade);
  out.member("no_shorting", rules.no_shorting);
  out.member("fractional_trading", rules.fractional_trading);
  out.member("max_margin_multiplier", std::to_string(rules.max_margin_multiplier));
  out.key("max_options_trading_level").null();
  out.member("ptp_no_exception_entry", rules.ptp_no_exception_entry);
  out.member("disable_overnight_trading", rules.disable_overnight_trading);
  out.end_object();
}

std::string refusal_json(const refusal& refused) {
  json_writer out;
  out.begin_object();
  out.member("code", refused.code);
  out.member("message", refused.message);
  for (const auto& [name, text] : refused.extra) {
    out.key(name);
    text.starts_with('[') ? out.raw(text) : out.value(text);
  }
  out.end_object();
  return out.take();
}

}  // namespace bw::venue
