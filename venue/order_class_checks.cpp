#include "venue/order_class_checks.hpp"

namespace bw::venue {
namespace {

constexpr auto cent = price::from_units(10'000'000);

bool has_take_profit(const new_order& order) { return !order.take_profit.is_zero(); }
bool has_stop_loss(const new_order& order) { return !order.stop_loss.is_zero(); }
bool has_stop_loss_limit(const new_order& order) { return !order.stop_loss_limit.is_zero(); }

std::string name_of(const new_order& order) { return std::string{to_string(order.order_class)}; }

/// What an exit's distance is measured from: the price at which the entry is likely executed.
price base_price(const new_order& order, const check_inputs& inputs) {
  if (order.order_class == order_class::oco) return order.take_profit;
  if (has_limit(order.type)) return order.limit;
  // A stop entry is executed at its stop; today's price says little about its exits.
  if (has_stop(order.type)) return order.stop;
  return current_price(inputs);
}

check_outcome check_members(const new_order& order) {
  const auto name = name_of(order);
  if (order.order_class == order_class::oto) {
    if (has_take_profit(order) == has_stop_loss(order))
      return invalid_order(
          "oto orders require one of take_profit.limit_price and stop_loss.stop_price");
  } else {
    if (!has_take_profit(order))
      return invalid_order(name + " orders require take_profit.limit_price");
    if (!has_stop_loss(order)) return invalid_order(name + " orders require stop_loss.stop_price");
  }
  if (has_stop_loss_limit(order) && !has_stop_loss(order))
    return invalid_order(name + " orders require stop_loss.stop_price");
  return std::nullopt;
}

check_outcome check_exit_ticks(const new_order& order) {
  if (has_take_profit(order))
    if (auto bad = check_price("take_profit.limit_price", order.take_profit)) return bad;
  if (has_stop_loss(order))
    if (auto bad = check_price("stop_loss.stop_price", order.stop_loss)) return bad;
  if (has_stop_loss_limit(order))
    if (auto bad = check_price("stop_loss.limit_price", order.stop_loss_limit)) return bad;
  return std::nullopt;
}

refusal off_base(std::string message, price base) {
  auto out = invalid_order(std::move(message));
  out.extra = {{"base_price", base.text()}};
  return out;
}

/// Exits of a long position sell: the profit above, the loss below. Those of a short one buy.
check_outcome check_exit_prices(const new_order& order, const check_inputs& inputs) {
  const auto exit = order.order_class == order_class::oco ? order.side : opposite(order.side);
  const bool sells = exit == side::sell;
  const auto above = [&](price x, price y) { return sells ? x > y : x < y; };
  if (has_take_profit(order) && has_stop_loss(order) && !above(order.take_profit, order.stop_loss))
    return invalid_order(std::string{"take_profit.limit_price must be "} + (sells ? ">" : "<") +
                         " stop_loss.stop_price");
  const auto base = base_price(order, inputs);
  if (!base.is_positive()) return std::nullopt;
  const auto loss_bound = sells ? base - cent : base + cent;
  if (has_stop_loss(order) && above(order.stop_loss, loss_bound))
    return off_base(sells ? "stop_loss.stop_price must be <= base_price - 0.01"
                          : "stop_loss.stop_price must be >= base_price + 0.01",
                    base);
  if (order.order_class == order_class::oco) return std::nullopt;
  const auto profit_bound = sells ? base + cent : base - cent;
  if (has_take_profit(order) && above(profit_bound, order.take_profit))
    return off_base(sells ? "take_profit.limit_price must be >= base_price + 0.01"
                          : "take_profit.limit_price must be <= base_price - 0.01",
                    base);
  return std::nullopt;
}

}  // namespace

check_outcome check_order_class(const new_order& order, const check_inputs& inputs) {
  if (order.order_class == order_class::simple) return std::nullopt;
  const auto name = name_of(order);
  if (order.order_class == order_class::oco && order.type != order_type::limit)
    return invalid_order("oco orders must be limit orders");
  if (order.type == order_type::trailing_stop)
    return invalid_order("trailing_stop orders must be simple orders");
  if (order.tif != time_in_force::day && order.tif != time_in_force::gtc)
    return invalid_order(name + " orders must be DAY or GTC orders");
  if (order.extended_hours)
    return invalid_order(name + " orders must not be extended hours orders");
  if (auto bad = check_members(order)) return bad;
  if (auto bad = check_exit_ticks(order)) return bad;
  return check_exit_prices(order, inputs);
}

check_outcome check_group_direction(const new_order& order, const check_inputs& inputs) {
  if (order.order_class == order_class::simple) return std::nullopt;
  const bool is_exit = reduces(order, inputs);
  if (order.order_class == order_class::oco)
    return is_exit ? std::nullopt : check_outcome{invalid_order("oco orders must be exit orders")};
  if (is_exit) return invalid_order(name_of(order) + " orders must be entry orders");
  return std::nullopt;
}

std::size_t orders_of(const new_order& order) {
  switch (order.order_class) {
    case order_class::simple: return 1;
    case order_class::bracket: return 3;
    case order_class::oco:
    case order_class::oto: return 2;
  }
  return 1;
}

}  // namespace bw::venue
