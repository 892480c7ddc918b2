#include "venue/order_checks.hpp"

#include <algorithm>

#include "venue/fill_model.hpp"
#include "venue/order_class_checks.hpp"
#include "venue/trailing_price.hpp"

namespace bw::venue {
namespace {

constexpr std::uint32_t code_invalid = 42210000;
constexpr std::uint32_t code_malformed = 40010001;
constexpr std::uint32_t code_forbidden = 40310000;
/// Above the ask, for the cash behind a short sale.
constexpr std::int64_t short_sale_margin_basis_points = 300;
constexpr money short_equity_min = money::from_int(2'000);
/// A trailing sale by so many per cent or more would have no stop left.
constexpr auto trail_percent_end = percentage::from_int(100);

std::string quoted(std::string_view text) { return '"' + std::string{text} + '"'; }

bool lasts(time_in_force tif) { return tif == time_in_force::day || tif == time_in_force::gtc; }
bool is_simple(const new_order& order) { return order.order_class == order_class::simple; }

check_outcome check_account(const new_order&, const check_inputs& inputs) {
  if (inputs.rules.suspend_trade) return forbidden_order("new orders are rejected by user request");
  return std::nullopt;
}

check_outcome check_asset(const new_order& order, const check_inputs& inputs) {
  if (!inputs.listed) return invalid_order("asset " + quoted(order.symbol) + " not found");
  if (!inputs.listed->tradable)
    return invalid_order("asset " + quoted(order.symbol) + " is not tradable");
  return std::nullopt;
}

check_outcome check_client_id_form(const new_order& order) {
  if (order.client_order_id.size() > client_order_id_length_max)
    return malformed_order("client_order_id must be no more than 128 characters");
  const auto printable = [](char c) { return c >= ' ' && c <= '~'; };
  if (!std::all_of(order.client_order_id.begin(), order.client_order_id.end(), printable))
    return malformed_order("client_order_id must be printable ASCII");
  return std::nullopt;
}

check_outcome check_unique(const new_order& order, const check_inputs& inputs) {
  if (order.client_order_id.empty() || !inputs.orders.client_id_spent(order.client_order_id))
    return std::nullopt;
  const auto* earlier = inputs.orders.find_client_id(order.client_order_id);
  const bool open = earlier && !is_terminal(earlier->order.status);
  return refusal{422, open ? code_invalid : code_malformed, "client_order_id must be unique", {}};
}

check_outcome check_price_of_type(std::string_view name, price x, bool wanted) {
  const auto words = std::string{name};
  if (wanted) return check_price(words + "_price", x);
  if (!x.is_zero()) return invalid_order("order type does not take a " + words + " price");
  return std::nullopt;
}

check_outcome check_trail(const new_order& order) {
  const bool by_price = !order.trail_price.is_zero();
  const bool by_percent = !order.trail_percent.is_zero();
  if (order.type != order_type::trailing_stop) {
    if (by_price || by_percent) return invalid_order("order type does not take a trail");
    return std::nullopt;
  }
  if (!by_price && !by_percent)
    return invalid_order("trailing stop orders require trail_price or trail_percent");
  if (by_price && by_percent)
    return invalid_order("only one of trail_price or trail_percent is accepted");
  if (by_price) return check_price("trail_price", order.trail_price);
  if (!order.trail_percent.is_positive() || order.trail_percent >= trail_percent_end)
    return invalid_order("trail_percent must be > 0 and < 100");
  return std::nullopt;
}

check_outcome check_time_in_force(const new_order& order, const check_inputs& inputs) {
  const bool stops = has_stop(order.type) || order.type == order_type::trailing_stop;
  if (stops && !lasts(order.tif))
    return invalid_order(std::string{to_string(order.type)} + " orders must be DAY or GTC orders");
  if (order.tif == time_in_force::opg && !inputs.phases.takes_opening_orders(inputs.now))
    return invalid_order("opg orders are not accepted from 9:28 to 19:00 New York time");
  if (order.tif == time_in_force::cls && !inputs.phases.takes_closing_orders(inputs.now))
    return invalid_order("cls orders are not accepted from 15:50 to 19:00 New York time");
  return std::nullopt;
}

check_outcome check_amount(const new_order& order) {
  if (!order.notional.is_zero()) {
    if (!order.qty.is_zero()) return malformed_order("only one of qty or notional is accepted");
    if (order.notional < notional_min) return malformed_order("notional must be >= 1.00");
    if (order.notional > notional_max)
      return malformed_order("notional must be <= " + notional_max.text());
    return std::nullopt;
  }
  if (!order.qty.is_positive()) return malformed_order("qty must be > 0");
  if (order.qty > order_qty_max) return malformed_order("qty must be <= " + order_qty_max.text());
  return std::nullopt;
}

check_outcome check_quote(const new_order& order, const check_inputs& inputs) {
  const bool needs_price =
      order.type == order_type::market || order.type == order_type::trailing_stop;
  if (needs_price && !current_price(inputs).is_positive() && !inputs.market.ask.is_positive())
    return forbidden_order(
        "order has been rejected due to no available quote for symbol. "
        "please reenter with a limit");
  return std::nullopt;
}

quantity available_shares(const check_inputs& inputs) {
  auto out = inputs.account.available(inputs.symbol);
  if (inputs.replacing) out += inputs.replacing->reserved.shares;
  return out;
}

refusal insufficient_shares(const new_order& order, const check_inputs& inputs) {
  const auto available = available_shares(inputs);
  auto out =
      forbidden_order("insufficient qty available for order (requested: " + order.qty.text() +
                      ", available: " + available.text() + ")");
  std::string related = "[";
  for (const auto* live : inputs.open()) {
    if (!live->reserved.shares.is_positive()) continue;
    if (related.size() > 1) related += ',';
    related += quoted(live->order.id);
  }
  out.extra = {{"available", available.text()},
               {"existing_qty", inputs.account.position(inputs.symbol).text()},
               {"held_for_orders", inputs.account.held(inputs.symbol).text()},
               {"related_orders", related + "]"},
               {"symbol", order.symbol}};
  return out;
}

check_outcome check_short_sale(const new_order& order, const check_inputs& inputs) {
  const auto equity = inputs.account.values(inputs.marks).equity;
  if (!inputs.options.shorting_enabled || inputs.rules.no_shorting ||
      inputs.account.multiplier() < 2 || equity < short_equity_min)
    return forbidden_order("account is not allowed to short");
  if (!inputs.listed->shortable)
    return invalid_order("asset " + quoted(order.symbol) + " cannot be sold short");
  if (is_fractional(order.qty) || !order.notional.is_zero())
    return invalid_order("fractional orders cannot be sold short");
  return std::nullopt;
}

bool is_exempt_from_wash_check(order_class group, order_type type) {
  return group != order_class::simple || type == order_type::trailing_stop;
}

/// Orders in groups and trailing stops are exempt, as new ones and as those they would meet.
check_outcome check_wash_trade(const new_order& order, const check_inputs& inputs) {
  if (is_exempt_from_wash_check(order.order_class, order.type)) return std::nullopt;
  for (const auto* live : inputs.open()) {
    const auto& other = live->order;
    if (other.side == order.side || is_exempt_from_wash_check(other.order_class, other.type))
      continue;
    const bool both_limited = has_limit(order.type) && has_limit(other.type);
    const auto buy_limit = order.side == side::buy ? order.limit : other.limit;
    const auto sell_limit = order.side == side::buy ? other.limit : order.limit;
    if (both_limited && buy_limit < sell_limit) continue;
    auto out = forbidden_order("potential wash trade detected. use complex orders");
    out.extra = {
        {"existing_order_id", other.id},
        {"reject_reason", has_limit(other.type) ? "opposite side limit order exists"
                                                : "opposite side market/stop order exists"}};
    return out;
  }
  return std::nullopt;
}

/// New money must not come in while the same symbol is being sold.
check_outcome check_notional_entry(const new_order& order, const check_inputs& inputs) {
  if (order.notional.is_zero() || order.side != side::buy) return std::nullopt;
  for (const auto* live : inputs.open())
    if (live->order.intent == position_intent::sell_to_close)
      return forbidden_order(
          "unable to open new notional orders while having open closing position orders");
  return std::nullopt;
}

price ask_or_current(const check_inputs& inputs) {
  return inputs.market.ask.is_positive() ? inputs.market.ask : current_price(inputs);
}

/// Shares of an order in dollars at the price at which it is expected to be executed.
quantity estimated_shares(const new_order& order, const check_inputs& inputs) {
  auto reference = has_limit(order.type) ? order.limit : order.stop;
  if (order.type == order_type::market)
    reference = order.side == side::sell && inputs.market.bid.is_positive()
                    ? inputs.market.bid
                    : ask_or_current(inputs);
  const auto exact = static_cast<int128>(order.notional.units()) * decimal_scale;
  const auto units = order.side == side::sell ? divide_ceil(exact, reference.units())
                                              : divide_floor(exact, reference.units());
  return fits_decimal(units) ? quantity::from_units(static_cast<std::int64_t>(units))
                             : quantity::max();
}

}  // namespace

refusal invalid_order(std::string message) { return {422, code_invalid, std::move(message), {}}; }
refusal malformed_order(std::string message) {
  return {422, code_malformed, std::move(message), {}};
}
refusal forbidden_order(std::string message) {
  return {403, code_forbidden, std::move(message), {}};
}

bool is_fractional(quantity qty) { return qty.units() % decimal_scale != 0; }

check_outcome check_price(std::string_view name, price x) {
  const auto member = std::string{name};
  auto words = member;
  if (words.find('.') == std::string::npos) std::replace(words.begin(), words.end(), '_', ' ');
  if (!x.is_positive()) return invalid_order(words + " must be positive");
  if (x > order_price_max) return invalid_order(words + " must be <= " + order_price_max.text());
  if (!on_tick(x))
    return invalid_order("invalid " + member + ' ' + x.text() +
                         ". sub-penny increment does not fulfill minimum pricing criteria");
  return std::nullopt;
}

price current_price(const check_inputs& inputs) {
  const auto last = inputs.marks[inputs.symbol.value];
  if (last.is_positive()) return last;
  if (!inputs.market.bid.is_positive() || !inputs.market.ask.is_positive()) return {};
  return price::from_units((inputs.market.bid.units() + inputs.market.ask.units()) / 2);
}

bool reduces(const new_order& order, const check_inputs& inputs) {
  return !opens(intent_of(order.side, inputs.account.position(inputs.symbol)));
}

check_outcome check_client_id(const new_order& order, const check_inputs& inputs) {
  if (auto bad = check_client_id_form(order)) return bad;
  return check_unique(order, inputs);
}

check_outcome check_form(const new_order& order, const check_inputs& inputs) {
  if (auto bad = check_time_in_force(order, inputs)) return bad;
  if (auto bad = check_amount(order)) return bad;
  if (auto bad = check_price_of_type("limit", order.limit, has_limit(order.type))) return bad;
  if (auto bad = check_price_of_type("stop", order.stop, has_stop(order.type))) return bad;
  if (auto bad = check_trail(order)) return bad;
  if (order.extended_hours && (order.type != order_type::limit || !lasts(order.tif)))
    return invalid_order("extended hours order must be DAY or GTC limit orders");
  return std::nullopt;
}

check_outcome check_fraction(const new_order& order, const check_inputs& inputs) {
  if (!is_fractional(order.qty) && order.notional.is_zero()) return std::nullopt;
  if (!inputs.rules.fractional_trading)
    return forbidden_order("fractional trading is disabled for this account");
  if (!inputs.listed->fractionable)
    return forbidden_order("asset " + quoted(order.symbol) + " is not fractionable");
  if (order.tif != time_in_force::day) return invalid_order("fractional orders must be DAY orders");
  if (order.type == order_type::trailing_stop)
    return invalid_order("fractional orders must be market, limit, stop, or stop_limit orders");
  if (!is_simple(order)) return invalid_order("fractional orders must be simple orders");
  return std::nullopt;
}

check_outcome check_stop_side(const new_order& order, const check_inputs& inputs) {
  const auto current = current_price(inputs);
  if (order.type == order_type::trailing_stop && order.side == side::sell &&
      order.trail_price >= current)
    return invalid_order("trail_price must be less than current price");
  if (order.type != order_type::stop || !current.is_positive()) return std::nullopt;
  if (order.side == side::sell && order.stop >= current)
    return invalid_order("stop price must be less than current price");
  if (order.side == side::buy && order.stop <= current)
    return invalid_order("stop price must be greater than current price");
  return std::nullopt;
}

/// Orders of one symbol may open in one direction only, and none may turn a position around.
check_outcome check_direction(const new_order& order, const check_inputs& inputs) {
  if (reduces(order, inputs)) {
    if (order.qty > available_shares(inputs)) return insufficient_shares(order, inputs);
    return std::nullopt;
  }
  if (order.side == side::sell)
    if (auto bad = check_short_sale(order, inputs)) return bad;
  auto size = abs(inputs.account.position(inputs.symbol)) + std::min(order.qty, position_qty_max);
  for (const auto* live : inputs.open()) {
    if (!opens(live->order.intent) || live == inputs.replacing) continue;
    if (live->order.side != order.side)
      return forbidden_order(order.side == side::buy
                                 ? "cannot open a long buy while a short sell order is open"
                                 : "cannot open a short sell while a long buy order is open");
    size = std::min(size + live->order.remaining(), position_qty_max + quantity::from_int(1));
  }
  if (size > position_qty_max)
    return forbidden_order("position must be <= " + position_qty_max.text() + " shares");
  return std::nullopt;
}

order_plan plan_of(const new_order& order, const check_inputs& inputs) {
  order_plan out;
  out.qty = order.qty;
  out.intent = intent_of(order.side, inputs.account.position(inputs.symbol));
  const auto ask = ask_or_current(inputs);
  if (order.type == order_type::trailing_stop) {
    const auto current = current_price(inputs);
    out.high_water_mark = current.is_positive() ? current : ask;
    out.stop = trailing_stop_price(order.side, {order.trail_price, order.trail_percent},
                                   out.high_water_mark);
  }
  if (order.side == side::buy) {
    if (has_limit(order.type)) out.ceiling = order.limit;
    if (order.type == order_type::stop) out.ceiling = fill_model::buy_stop_limit(order.stop);
    if (order.type == order_type::market) out.ceiling = fill_model::market_ceiling(ask);
    // The stop only comes down from where it begins.
    if (order.type == order_type::trailing_stop) out.ceiling = fill_model::buy_stop_limit(out.stop);
  }
  if (!opens(out.intent)) {
    out.reserved.shares = order.qty;
    return out;
  }
  const auto raised_ask = shift_basis_points(ask, short_sale_margin_basis_points);
  out.reserved_price = order.side == side::buy ? out.ceiling : std::max(order.limit, raised_ask);
  out.reserved.cash = order.notional.is_zero()
                          ? notional_exact(out.reserved_price, order.qty)
                          : static_cast<int128>(order.notional.units()) * decimal_scale;
  return out;
}

check_outcome check_buying_power(const order_plan& plan, const check_inputs& inputs) {
  if (plan.reserved.cash == 0) return std::nullopt;
  auto buying_power = inputs.account.buying_power_exact(inputs.marks);
  if (inputs.replacing) buying_power += inputs.replacing->reserved.cash;
  if (plan.reserved.cash <= buying_power) return std::nullopt;
  auto out = forbidden_order("insufficient buying power");
  out.extra = {{"buying_power", to_money_floor(buying_power).text()},
               {"cost_basis", to_money_ceil(plan.reserved.cash).text()}};
  return out;
}

std::variant<order_plan, refusal> check_order(const new_order& order, const check_inputs& inputs) {
  using rule_function = check_outcome (*)(const new_order&, const check_inputs&);
  static constexpr rule_function rules[] = {
      check_account,
      check_asset,
      [](const new_order& x, const check_inputs&) { return check_client_id_form(x); },
      check_form,
      check_fraction,
      // Before anything that depends on the account: whoever repeats an order whose answer got
      // lost learns that the first attempt arrived, even when it took all the money.
      check_unique,
      check_quote,
      check_order_class,
      check_stop_side,
      check_notional_entry,
      check_wash_trade,
      check_group_direction,
  };
  for (const auto rule : rules)
    if (auto bad = rule(order, inputs)) return std::move(*bad);
  auto sized = order;
  if (!order.notional.is_zero()) sized.qty = estimated_shares(order, inputs);
  if (auto bad = check_direction(sized, inputs)) return std::move(*bad);
  const auto plan = plan_of(sized, inputs);
  if (auto bad = check_buying_power(plan, inputs)) return std::move(*bad);
  if (!inputs.orders.has_room(orders_of(order))) return forbidden_order("too many open orders");
  return plan;
}

}  // namespace bw::venue
