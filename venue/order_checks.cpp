#include "venue/order_checks.hpp"

#include <algorithm>

#include "venue/fill_model.hpp"

namespace bw::venue {
namespace {

constexpr std::uint32_t code_invalid = 42210000;
constexpr std::uint32_t code_malformed = 40010001;
constexpr std::uint32_t code_forbidden = 40310000;
/// Above the ask, for the cash behind a short sale.
constexpr std::int64_t short_sale_margin_basis_points = 300;
constexpr money short_equity_min = money::from_int(2'000);

using check = std::optional<refusal>;

refusal invalid(std::string message) { return {422, code_invalid, std::move(message), {}}; }
refusal malformed(std::string message) { return {422, code_malformed, std::move(message), {}}; }
refusal forbidden(std::string message) { return {403, code_forbidden, std::move(message), {}}; }

std::string quoted(std::string_view text) { return '"' + std::string{text} + '"'; }

bool is_fractional(quantity qty) { return qty.units() % decimal_scale != 0; }
bool has_limit(order_type type) {
  return type == order_type::limit || type == order_type::stop_limit;
}
bool has_stop(order_type type) {
  return type == order_type::stop || type == order_type::stop_limit;
}
bool lasts(time_in_force tif) { return tif == time_in_force::day || tif == time_in_force::gtc; }

check check_asset(const new_order& order, const check_inputs& inputs) {
  if (!inputs.listed) return invalid("asset " + quoted(order.symbol) + " not found");
  if (!inputs.listed->tradable)
    return invalid("asset " + quoted(order.symbol) + " is not tradable");
  return std::nullopt;
}

check check_client_id_form(const new_order& order) {
  if (order.client_order_id.size() > client_order_id_length_max)
    return malformed("client_order_id must be no more than 128 characters");
  const auto printable = [](char c) { return c >= ' ' && c <= '~'; };
  if (!std::all_of(order.client_order_id.begin(), order.client_order_id.end(), printable))
    return malformed("client_order_id must be printable ASCII");
  return std::nullopt;
}

check check_price(std::string_view name, price x, bool wanted) {
  const auto words = std::string{name};
  if (!wanted) {
    if (!x.is_zero()) return invalid("order type does not take a " + words + " price");
    return std::nullopt;
  }
  if (!x.is_positive()) return invalid(words + " price must be positive");
  if (x > order_price_max) return invalid(words + " price must be <= " + order_price_max.text());
  if (!on_tick(x))
    return invalid("invalid " + words + "_price " + x.text() +
                   ". sub-penny increment does not fulfill minimum pricing criteria");
  return std::nullopt;
}

check check_form(const new_order& order) {
  if (order.type == order_type::trailing_stop) return malformed("invalid order type");
  if (order.tif == time_in_force::opg || order.tif == time_in_force::cls)
    return invalid("time_in_force " + quoted(to_string(order.tif)) + " is not supported");
  if (has_stop(order.type) && !lasts(order.tif))
    return invalid(std::string{to_string(order.type)} + " orders must be DAY or GTC orders");
  if (!order.qty.is_positive()) return malformed("qty must be > 0");
  if (order.qty > order_qty_max) return malformed("qty must be <= " + order_qty_max.text());
  if (auto bad = check_price("limit", order.limit, has_limit(order.type))) return bad;
  if (auto bad = check_price("stop", order.stop, has_stop(order.type))) return bad;
  if (order.extended_hours && (order.type != order_type::limit || !lasts(order.tif)))
    return invalid("extended hours order must be DAY or GTC limit orders");
  return std::nullopt;
}

check check_fraction(const new_order& order, const check_inputs& inputs) {
  if (!is_fractional(order.qty)) return std::nullopt;
  if (!inputs.listed->fractionable)
    return forbidden("asset " + quoted(order.symbol) + " is not fractionable");
  if (order.tif != time_in_force::day) return invalid("fractional orders must be DAY orders");
  return std::nullopt;
}

check check_unique(const new_order& order, const check_inputs& inputs) {
  if (order.client_order_id.empty() || !inputs.orders.client_id_spent(order.client_order_id))
    return std::nullopt;
  const auto* earlier = inputs.orders.find_client_id(order.client_order_id);
  const bool open = earlier && !is_terminal(earlier->order.status);
  return refusal{422, open ? code_invalid : code_malformed, "client_order_id must be unique", {}};
}

/// The price a stop is measured against: the last one, or the middle of the quote.
price current_price(const check_inputs& inputs) {
  const auto last = inputs.marks[inputs.symbol.value];
  if (last.is_positive()) return last;
  if (!inputs.market.bid.is_positive() || !inputs.market.ask.is_positive()) return {};
  return price::from_units((inputs.market.bid.units() + inputs.market.ask.units()) / 2);
}

check check_market(const new_order& order, const check_inputs& inputs) {
  const auto current = current_price(inputs);
  if (order.type == order_type::market && !current.is_positive() &&
      !inputs.market.ask.is_positive())
    return forbidden(
        "order has been rejected due to no available quote for symbol. "
        "please reenter with a limit");
  if (order.type != order_type::stop || !current.is_positive()) return std::nullopt;
  if (order.side == side::sell && order.stop >= current)
    return invalid("stop price must be less than current price");
  if (order.side == side::buy && order.stop <= current)
    return invalid("stop price must be greater than current price");
  return std::nullopt;
}

refusal insufficient_shares(const new_order& order, const check_inputs& inputs) {
  const auto available = inputs.account.available(inputs.symbol);
  auto out = forbidden("insufficient qty available for order (requested: " + order.qty.text() +
                       ", available: " + available.text() + ")");
  std::string related = "[";
  for (const auto* live : inputs.open) {
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

bool reduces(const new_order& order, const check_inputs& inputs) {
  const auto position = inputs.account.position(inputs.symbol);
  return order.side == side::sell ? position.is_positive() : position.is_negative();
}

check check_short_sale(const new_order& order, const check_inputs& inputs) {
  const auto equity = inputs.account.values(inputs.marks).equity;
  if (!inputs.options.shorting_enabled || inputs.options.multiplier < 2 ||
      equity < short_equity_min)
    return forbidden("account is not allowed to short");
  if (!inputs.listed->shortable)
    return invalid("asset " + quoted(order.symbol) + " cannot be sold short");
  if (is_fractional(order.qty)) return invalid("fractional orders cannot be sold short");
  return std::nullopt;
}

/// Orders of one symbol may open in one direction only, and none may turn a position around.
check check_direction(const new_order& order, const check_inputs& inputs) {
  if (reduces(order, inputs)) {
    if (order.qty > inputs.account.available(inputs.symbol))
      return insufficient_shares(order, inputs);
    return std::nullopt;
  }
  if (order.side == side::sell)
    if (auto bad = check_short_sale(order, inputs)) return bad;
  auto size = abs(inputs.account.position(inputs.symbol)) + order.qty;
  for (const auto* live : inputs.open) {
    if (live->reserved.shares.is_positive()) continue;
    if (live->order.side != order.side)
      return forbidden(order.side == side::buy
                           ? "cannot open a long buy while a short sell order is open"
                           : "cannot open a short sell while a long buy order is open");
    size += live->order.remaining();
  }
  if (size > position_qty_max)
    return forbidden("position must be <= " + position_qty_max.text() + " shares");
  return std::nullopt;
}

check check_wash_trade(const new_order& order, const check_inputs& inputs) {
  for (const auto* live : inputs.open) {
    const auto& other = live->order;
    if (other.side == order.side) continue;
    const bool both_limited = has_limit(order.type) && has_limit(other.type);
    const auto buy_limit = order.side == side::buy ? order.limit : other.limit;
    const auto sell_limit = order.side == side::buy ? other.limit : order.limit;
    if (both_limited && buy_limit < sell_limit) continue;
    auto out = forbidden("potential wash trade detected. use complex orders");
    out.extra = {
        {"existing_order_id", other.id},
        {"reject_reason", has_limit(other.type) ? "opposite side limit order exists"
                                                : "opposite side market/stop order exists"}};
    return out;
  }
  return std::nullopt;
}

order_plan plan_of(const new_order& order, const check_inputs& inputs) {
  order_plan out;
  const auto ask = inputs.market.ask.is_positive() ? inputs.market.ask : current_price(inputs);
  if (order.side == side::buy) {
    if (has_limit(order.type)) out.ceiling = order.limit;
    if (order.type == order_type::stop) out.ceiling = fill_model::buy_stop_limit(order.stop);
    if (order.type == order_type::market) out.ceiling = fill_model::market_ceiling(ask);
  }
  if (reduces(order, inputs)) {
    out.reserved.shares = order.qty;
    return out;
  }
  const auto raised_ask = shift_basis_points(ask, short_sale_margin_basis_points);
  out.reserved_price = order.side == side::buy ? out.ceiling : std::max(order.limit, raised_ask);
  out.reserved.cash = notional_exact(out.reserved_price, order.qty);
  return out;
}

check check_buying_power(const order_plan& plan, const check_inputs& inputs) {
  if (plan.reserved.cash == 0) return std::nullopt;
  const auto buying_power = inputs.account.buying_power_exact(inputs.marks);
  if (plan.reserved.cash <= buying_power) return std::nullopt;
  auto out = forbidden("insufficient buying power");
  out.extra = {{"buying_power", to_money_floor(buying_power).text()},
               {"cost_basis", to_money_ceil(plan.reserved.cash).text()}};
  return out;
}

}  // namespace

std::variant<order_plan, refusal> check_order(const new_order& order, const check_inputs& inputs) {
  using rule_function = check (*)(const new_order&, const check_inputs&);
  static constexpr rule_function rules[] = {
      check_asset,
      [](const new_order& x, const check_inputs&) { return check_client_id_form(x); },
      [](const new_order& x, const check_inputs&) { return check_form(x); },
      check_fraction,
      // Before anything that depends on the account: whoever repeats an order whose answer got
      // lost learns that the first attempt arrived, even when it took all the money.
      check_unique,
      check_market,
      check_wash_trade,
      check_direction,
  };
  for (const auto rule : rules)
    if (auto bad = rule(order, inputs)) return std::move(*bad);
  const auto plan = plan_of(order, inputs);
  if (auto bad = check_buying_power(plan, inputs)) return std::move(*bad);
  if (inputs.orders.full()) return forbidden("too many open orders");
  return plan;
}

}  // namespace bw::venue
