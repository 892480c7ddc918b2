#include "broker/order_ticket.hpp"

#include <algorithm>

#include "core/json_writer.hpp"

namespace bw {
namespace {

constexpr std::size_t client_id_max = 128;
constexpr auto cent = price::from_units(10'000'000);
constexpr auto notional_min = money::from_int(1);
constexpr auto whole_percent = ratio::from_int(100);

error refuse(std::string rule) { return {ec::invalid_argument, std::move(rule)}; }

bool has_limit(order_type x) { return x == order_type::limit || x == order_type::stop_limit; }
bool has_stop(order_type x) { return x == order_type::stop || x == order_type::stop_limit; }
bool lasts(time_in_force x) { return x == time_in_force::day || x == time_in_force::gtc; }
bool is_whole(quantity x) { return x.units() % decimal_scale == 0; }
bool is_fractional(const order_ticket& x) { return !x.notional.is_zero() || !is_whole(x.qty); }
std::string text(std::string_view x) { return std::string{x}; }

result<void> check_id(std::string_view id) {
  if (id.size() > client_id_max)
    return refuse("client_order_id must be no more than 128 characters");
  const auto good = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '.' ||
           c == '_' || c == '-';
  };
  if (!std::all_of(id.begin(), id.end(), good))
    return refuse("client_order_id is made of letters, digits, '.', '_' and '-'");
  return {};
}

result<void> check_price(std::string_view name, price x) {
  if (!x.is_positive()) return refuse(text(name) + " must be > 0");
  if (!on_tick(x))
    return refuse(text(name) + " " + x.text() + " is off the tick of " + tick_size(x).text());
  return {};
}

/// There where the order has it, and nowhere else.
result<void> check_price_where(std::string_view name, price x, bool wanted) {
  if (wanted) return check_price(name, x);
  if (!x.is_zero()) return refuse("this order takes no " + text(name));
  return {};
}

result<void> check_amount(const order_ticket& x) {
  if (x.qty.is_zero() == x.notional.is_zero())
    return refuse("exactly one of qty and notional is wanted");
  if (x.qty.is_negative()) return refuse("qty must be > 0");
  if (!x.notional.is_zero() && x.notional < notional_min) return refuse("notional must be >= 1.00");
  return {};
}

result<void> check_prices(const order_ticket& x) {
  if (x.group == order_class::oco) {
    if (!x.limit.is_zero() && x.limit != x.take_profit)
      return refuse("the limit_price of an oco order is that of its take_profit");
  } else if (auto checked = check_price_where("limit_price", x.limit, has_limit(x.type));
             !checked) {
    return checked;
  }
  if (auto checked = check_price_where("stop_price", x.stop, has_stop(x.type)); !checked)
    return checked;
  const bool by_price = !x.trail_price.is_zero();
  const bool by_percent = !x.trail_percent.is_zero();
  if (x.type != order_type::trailing_stop)
    return by_price || by_percent ? result<void>{refuse("this order takes no trail")}
                                  : result<void>{};
  if (by_price == by_percent)
    return refuse("exactly one of trail_price and trail_percent is wanted");
  if (by_price) return check_price("trail_price", x.trail_price);
  if (!x.trail_percent.is_positive() || x.trail_percent >= whole_percent)
    return refuse("trail_percent must be > 0 and < 100");
  return {};
}

result<void> check_time(const order_ticket& x, std::optional<int> minute) {
  if ((has_stop(x.type) || x.type == order_type::trailing_stop) && !lasts(x.tif))
    return refuse(text(to_string(x.type)) + " orders are day or gtc orders");
  if (x.extended_hours && (x.type != order_type::limit || !lasts(x.tif)))
    return refuse("orders for extended hours are day or gtc limit orders");
  if (!minute) return {};
  if (x.tif == time_in_force::opg && *minute >= opening_orders_end &&
      *minute < auction_orders_begin)
    return refuse("opg orders are not taken from 09:28 to 19:00 in New York");
  if (x.tif == time_in_force::cls && *minute >= closing_orders_end &&
      *minute < auction_orders_begin)
    return refuse("cls orders are not taken from 15:50 to 19:00 in New York");
  return {};
}

result<void> check_fraction(const order_ticket& x) {
  if (!is_fractional(x)) return {};
  if (x.tif != time_in_force::day) return refuse("fractional orders are day orders");
  if (x.type == order_type::trailing_stop)
    return refuse("fractional orders are market, limit, stop or stop_limit orders");
  if (x.group != order_class::simple) return refuse("fractional orders are simple orders");
  if (x.intent == position_intent::sell_to_open)
    return refuse("fractional orders cannot be sold short");
  return {};
}

result<void> check_members(const order_ticket& x) {
  const bool profit = !x.take_profit.is_zero();
  const bool loss = !x.stop_loss.is_zero();
  const auto name = text(to_string(x.group));
  if (!x.stop_loss_limit.is_zero() && !loss)
    return refuse("stop_loss.limit_price needs stop_loss.stop_price");
  switch (x.group) {
    case order_class::simple:
      if (profit || loss) return refuse("simple orders have neither take_profit nor stop_loss");
      return {};
    case order_class::oto:
      if (profit == loss) return refuse("oto orders need one of take_profit and stop_loss");
      return {};
    case order_class::bracket:
    case order_class::oco:
      if (!profit) return refuse(name + " orders need take_profit.limit_price");
      if (!loss) return refuse(name + " orders need stop_loss.stop_price");
      return {};
  }
  return refuse("no such order class");
}

/// The exits of a long position sell: the profit above, the loss a cent or more below.
result<void> check_exits(const order_ticket& x) {
  for (const auto& [name, exit] : {std::pair{"take_profit.limit_price", x.take_profit},
                                   {"stop_loss.stop_price", x.stop_loss},
                                   {"stop_loss.limit_price", x.stop_loss_limit}})
    if (!exit.is_zero())
      if (auto checked = check_price(name, exit); !checked) return checked;
  const auto exit_side = x.group == order_class::oco ? x.side : opposite(x.side);
  const bool sells = exit_side == side::sell;
  const auto above = [sells](price a, price b) { return sells ? a > b : a < b; };
  if (!x.take_profit.is_zero() && !x.stop_loss.is_zero() && !above(x.take_profit, x.stop_loss))
    return refuse(std::string{"take_profit.limit_price must be "} + (sells ? ">" : "<") +
                  " stop_loss.stop_price");
  const auto base = x.group == order_class::oco ? x.take_profit : x.limit;
  if (base.is_zero() || x.stop_loss.is_zero()) return {};
  const auto bound = sells ? base - cent : base + cent;
  if (above(x.stop_loss, bound))
    return refuse(std::string{"stop_loss.stop_price must be a cent or more "} +
                  (sells ? "below" : "above") + " " + base.text());
  return {};
}

result<void> check_group(const order_ticket& x) {
  if (auto checked = check_members(x); !checked || x.group == order_class::simple) return checked;
  const auto name = text(to_string(x.group));
  if (x.group == order_class::oco && x.type != order_type::limit)
    return refuse("oco orders are limit orders");
  if (x.type == order_type::trailing_stop) return refuse("trailing stops are simple orders");
  if (!lasts(x.tif)) return refuse(name + " orders are day or gtc orders");
  if (x.extended_hours) return refuse(name + " orders are not for extended hours");
  return check_exits(x);
}

void write_ticket_prices(json_writer& out, const order_ticket& x) {
  const auto add = [&out](std::string_view name, auto value) {
    if (!value.is_zero()) out.member(name, value);
  };
  add("qty", x.qty);
  add("notional", x.notional);
  add("limit_price", x.limit);
  add("stop_price", x.stop);
  add("trail_price", x.trail_price);
  add("trail_percent", x.trail_percent);
  if (!x.take_profit.is_zero())
    out.key("take_profit").begin_object().member("limit_price", x.take_profit).end_object();
  if (x.stop_loss.is_zero()) return;
  out.key("stop_loss").begin_object().member("stop_price", x.stop_loss);
  add("limit_price", x.stop_loss_limit);
  out.end_object();
}

}  // namespace

result<void> check_ticket(const order_ticket& ticket, std::optional<int> new_york_minute) {
  if (ticket.symbol.empty()) return refuse("symbol is wanted");
  if (auto checked = check_id(ticket.client_id); !checked) return checked;
  if (auto checked = check_amount(ticket); !checked) return checked;
  if (auto checked = check_prices(ticket); !checked) return checked;
  if (auto checked = check_time(ticket, new_york_minute); !checked) return checked;
  if (auto checked = check_fraction(ticket); !checked) return checked;
  return check_group(ticket);
}

std::string encode_ticket(const order_ticket& ticket) {
  json_writer out;
  out.begin_object().member("symbol", ticket.symbol);
  out.member("side", to_string(ticket.side)).member("type", to_string(ticket.type));
  out.member("time_in_force", to_string(ticket.tif));
  write_ticket_prices(out, ticket);
  if (ticket.extended_hours) out.member("extended_hours", true);
  if (ticket.group != order_class::simple) out.member("order_class", to_string(ticket.group));
  if (ticket.intent) out.member("position_intent", to_string(*ticket.intent));
  if (!ticket.client_id.empty()) out.member("client_order_id", ticket.client_id);
  out.end_object();
  return out.take();
}

result<void> check_change(const order_change& change) {
  if (!change.qty && !change.tif && !change.limit && !change.stop && !change.trail)
    return refuse("nothing is to be changed");
  if (auto checked = check_id(change.client_id); !checked) return checked;
  if (change.qty && !(change.qty->is_positive() && is_whole(*change.qty)))
    return refuse("qty must be a whole number > 0");
  if (change.trail && !change.trail->is_positive()) return refuse("trail must be > 0");
  if (change.limit)
    if (auto checked = check_price("limit_price", *change.limit); !checked) return checked;
  if (change.stop)
    if (auto checked = check_price("stop_price", *change.stop); !checked) return checked;
  return {};
}

std::string encode_change(const order_change& change) {
  json_writer out;
  out.begin_object();
  if (change.qty) out.member("qty", *change.qty);
  if (change.tif) out.member("time_in_force", to_string(*change.tif));
  if (change.limit) out.member("limit_price", *change.limit);
  if (change.stop) out.member("stop_price", *change.stop);
  if (change.trail) out.member("trail", *change.trail);
  if (!change.client_id.empty()) out.member("client_order_id", change.client_id);
  out.end_object();
  return out.take();
}

}  // namespace bw
