#include "venue/trading_routes.hpp"

#include <algorithm>

#include "venue/account_routes.hpp"
#include "venue/alpaca_order_body.hpp"
#include "venue/order_query.hpp"

namespace bw::venue {
namespace {

/// One request on its way through the trading routes.
class trading_call {
 public:
  trading_call(const api_request& request, venue_world& world, utc_ns now,
               std::vector<venue_event>& out)
      : request_(request), world_(world), now_(now), out_(out) {}

  net::http_response answer() {
    if (request_.path.size() < 2) return no_such_endpoint();
    const auto& what = request_.path[1];
    if (what == "account" && request_.path.size() > 2) return account_part();
    if (request_.path.size() > 3) return no_such_endpoint();
    const bool one = request_.path.size() == 3;
    if (what == "orders") return one ? one_order() : all_orders();
    if (what == "positions") return one ? one_position() : all_positions();
    if (request_.method != "GET") return method_not_allowed();
    if (what == "assets") return one ? one_asset() : all_assets();
    if (one) return no_such_endpoint();
    if (what == "account") return account();
    if (what == "clock") return clock();
    if (what == "calendar") return calendar();
    if (what == "orders:by_client_order_id" || what == "orders%3Aby_client_order_id")
      return order_by_client_id();
    return no_such_endpoint();
  }

 private:
  net::http_response written(std::uint16_t status = 200) {
    return json_answer(status, json_.take());
  }

  net::http_response account();
  net::http_response account_part();
  net::http_response clock();
  net::http_response calendar();
  net::http_response all_assets();
  net::http_response one_asset();

  net::http_response all_orders();
  net::http_response list_orders();
  net::http_response cancel_all();
  net::http_response one_order();
  net::http_response order_by_client_id();
  net::http_response cancel_order(const std::string& id);
  net::http_response submit(const new_order& order);
  std::variant<venue_order, refusal> accept(const new_order& order);
  void write(const venue_order& order) { write_order(json_, order, world_.face_of(order)); }
  void write_with_legs(const venue_order& order) {
    write_order(json_, order, world_.face_of(order), world_.legs_of(order));
  }
  bool nested() const {
    const auto text = request_.parameter("nested");
    return text == "true" || text == "TRUE" || text == "1";
  }
  net::http_response replace_order(const std::string& id);

  net::http_response all_positions();
  net::http_response one_position();
  net::http_response close_all();
  net::http_response close(const venue_position& position);
  void write(venue_position position);
  price last_close_before_today(symbol_id symbol) const;
  void cancel_open(std::vector<std::pair<std::string, std::optional<refusal>>>& out);

  /// A listed symbol by its ticker or its asset id.
  std::optional<symbol_id> listed(const std::string& symbol_or_id) const;

  const api_request& request_;
  venue_world& world_;
  utc_ns now_;
  std::vector<venue_event>& out_;
  json_writer json_;
};

net::http_response trading_call::account() {
  const auto today = world_.new_york.date(now_);
  account_face face;
  face.created_at = world_.opened_at;
  face.balance_as_of = world_.days.day_before(today).value_or(today);
  write_account(json_, world_.market.account(), face);
  return written();
}

net::http_response trading_call::account_part() {
  const auto& part = request_.path[2];
  if (part == "configurations" && request_.path.size() == 3)
    return answer_configurations(request_, world_.market);
  const bool history =
      part == "portfolio" && request_.path.size() == 4 && request_.path[3] == "history";
  if (!history) return no_such_endpoint();
  if (request_.method != "GET") return method_not_allowed();
  return answer_portfolio_history(request_, world_, now_);
}

net::http_response trading_call::clock() {
  const auto told = now_ + world_.told_clock_error;
  write_clock(json_, world_.days, world_.new_york, told);
  auto out = written();
  // A node on the same machine sets its own clock by this.
  const auto anchor = world_.time.anchor();
  out.headers.emplace_back("X-Bellwether-Clock",
                           std::to_string(anchor.real.value) + " " +
                               std::to_string((anchor.shown + world_.told_clock_error).value) +
                               " " + std::to_string(anchor.speed));
  return out;
}

net::http_response trading_call::calendar() {
  calendar_date from{1970, 1, 1};
  calendar_date to{2029, 12, 31};
  for (const auto& [name, bound] : {std::pair{"start", &from}, {"end", &to}}) {
    // A time behind the date is tolerated, as Alpaca does.
    const auto text = request_.parameter(name).substr(0, 10);
    if (text.empty()) continue;
    const auto date = parse_date(text);
    if (!date) return refused({422, 40010001, std::string{"invalid "} + name, {}});
    *bound = *date;
  }
  write_calendar(json_, world_.days, world_.new_york, from, to);
  return written();
}

net::http_response trading_call::all_assets() {
  const auto status = request_.parameter("status");
  const auto asset_class = request_.parameter("asset_class");
  const auto exchange_name = request_.parameter("exchange");
  const bool any = (status.empty() || status == "active" || status == "all") &&
                   (asset_class.empty() || asset_class == "us_equity");
  const auto& symbols = world_.market.symbols();
  json_.begin_array();
  for (std::uint32_t k = 0; any && k < symbols.size(); ++k)
    if (exchange_name.empty() || symbols[k].exchange == exchange_name)
      write_asset(json_, symbols[k], world_.market.asset_id(symbol_id{k}));
  json_.end_array();
  return written();
}

net::http_response trading_call::one_asset() {
  const auto id = listed(request_.path[2]);
  if (!id) return refused({404, 40410000, "asset not found for " + request_.path[2], {}});
  write_asset(json_, world_.market.symbols()[id->value], world_.market.asset_id(*id));
  return written();
}

std::optional<symbol_id> trading_call::listed(const std::string& symbol_or_id) const {
  if (const auto found = world_.market.find_symbol(symbol_or_id)) return found;
  for (std::uint32_t k = 0; k < world_.market.symbols().size(); ++k)
    if (world_.market.asset_id(symbol_id{k}) == symbol_or_id) return symbol_id{k};
  return std::nullopt;
}

net::http_response trading_call::all_orders() {
  if (request_.method == "GET") return list_orders();
  if (request_.method == "DELETE") return cancel_all();
  if (request_.method != "POST") return method_not_allowed();
  const auto order = parse_order_body(request_.body);
  if (const auto* why = std::get_if<refusal>(&order)) return refused(*why);
  return submit(std::get<new_order>(order));
}

net::http_response trading_call::list_orders() {
  const auto selected = select_orders(request_, world_.market);
  if (const auto* why = std::get_if<refusal>(&selected)) return refused(*why);
  json_.begin_array();
  for (const auto* order : std::get<0>(selected))
    nested() ? write_with_legs(*order) : write(*order);
  json_.end_array();
  return written();
}

std::variant<venue_order, refusal> trading_call::accept(const new_order& order) {
  return world_.market.submit(order, now_, out_);
}

net::http_response trading_call::submit(const new_order& order) {
  const auto accepted = accept(order);
  if (const auto* why = std::get_if<refusal>(&accepted)) return refused(*why);
  write_with_legs(std::get<venue_order>(accepted));
  return written();
}

net::http_response trading_call::replace_order(const std::string& id) {
  const auto change = parse_change_body(request_.body);
  if (const auto* why = std::get_if<refusal>(&change)) return refused(*why);
  const auto replaced = world_.market.replace(id, std::get<order_change>(change), now_, out_);
  if (const auto* why = std::get_if<refusal>(&replaced)) return refused(*why);
  write_with_legs(std::get<venue_order>(replaced));
  return written();
}

void trading_call::cancel_open(std::vector<std::pair<std::string, std::optional<refusal>>>& out) {
  // Ids first: a cancel may move what `orders` points at.
  for (const auto* order : world_.market.orders())
    if (!is_terminal(order->status)) out.emplace_back(order->id, std::nullopt);
  for (auto& [id, why] : out) {
    // The end of one order of a group may have been the end of this one.
    const auto* order = world_.market.order(id);
    if (order == nullptr || order->status == venue_status::canceled) continue;
    why = world_.market.cancel(id, now_, out_);
  }
}

net::http_response trading_call::cancel_all() {
  std::vector<std::pair<std::string, std::optional<refusal>>> outcomes;
  cancel_open(outcomes);
  json_.begin_array();
  for (const auto& [id, why] : outcomes) {
    json_.begin_object().member("id", id).member("status", why ? why->http_status : 200);
    if (why) json_.key("body").raw(refusal_json(*why));
    json_.end_object();
  }
  json_.end_array();
  return written(207);
}

net::http_response trading_call::one_order() {
  const auto& id = request_.path[2];
  if (request_.method == "DELETE") return cancel_order(id);
  if (request_.method == "PATCH") return replace_order(id);
  if (request_.method != "GET") return method_not_allowed();
  const auto* order = world_.market.order(id);
  if (order == nullptr) return refused({404, 40410000, "order not found for " + id, {}});
  nested() ? write_with_legs(*order) : write(*order);
  return written();
}

net::http_response trading_call::order_by_client_id() {
  const auto id = request_.parameter("client_order_id");
  const auto* order = world_.market.order_by_client_id(id);
  if (order == nullptr)
    return refused({404, 40410000, "order not found for " + std::string{id}, {}});
  write(*order);
  return written();
}

net::http_response trading_call::cancel_order(const std::string& id) {
  if (const auto why = world_.market.cancel(id, now_, out_)) return refused(*why);
  net::http_response out;
  out.status = 204;
  return out;
}

void trading_call::write(venue_position position) {
  const auto& listing = world_.market.symbols()[position.symbol.value];
  if (position.lastday.is_zero()) position.lastday = last_close_before_today(position.symbol);
  write_position(json_, position, {world_.market.asset_id(position.symbol), listing.exchange});
}

/// For the first day, when the exchange itself has seen no close yet.
price trading_call::last_close_before_today(symbol_id symbol) const {
  constexpr auto reach = std::chrono::hours{24} * 5;
  const auto today = world_.new_york.midnight(now_);
  const auto bars = world_.source.minute_bars(symbol, today - reach, today - nanoseconds{1}, now_);
  return bars.empty() ? price{} : bars.back().close;
}

net::http_response trading_call::all_positions() {
  if (request_.method == "DELETE") return close_all();
  if (request_.method != "GET") return method_not_allowed();
  json_.begin_array();
  for (const auto& position : world_.market.positions()) write(position);
  json_.end_array();
  return written();
}

net::http_response trading_call::one_position() {
  const auto id = listed(request_.path[2]);
  const auto position =
      id ? world_.market.position(world_.market.symbols()[id->value].symbol) : std::nullopt;
  if (!position) return refused({404, 40410000, "position does not exist", {}});
  if (request_.method == "DELETE") return close(*position);
  if (request_.method != "GET") return method_not_allowed();
  write(*position);
  return written();
}

new_order closing_order(const venue_position& position) {
  new_order out;
  out.symbol = position.symbol_text;
  out.side = position.qty.is_negative() ? side::buy : side::sell;
  out.qty = abs(position.qty);
  return out;
}

net::http_response trading_call::close(const venue_position& position) {
  auto order = closing_order(position);
  if (request_.has("qty") && request_.has("percentage"))
    return refused({422, 40010001, "only one of qty or percentage is accepted", {}});
  if (request_.has("qty")) {
    const auto qty = quantity::parse(request_.parameter("qty"));
    if (!qty || !qty->is_positive()) return refused({422, 40010001, "invalid qty", {}});
    order.qty = *qty;
  } else if (request_.has("percentage")) {
    constexpr auto whole = quantity::from_int(100);
    const auto percentage = quantity::parse(request_.parameter("percentage"));
    if (!percentage || !percentage->is_positive() || *percentage > whole)
      return refused({422, 40010001, "invalid percentage", {}});
    const auto share =
        divide_floor(static_cast<int128>(order.qty.units()) * percentage->units(), whole.units());
    // Only a position with a fraction is closed by fractions.
    const bool fractional = order.qty.units() % decimal_scale != 0;
    const auto units = fractional ? share : share / decimal_scale * decimal_scale;
    order.qty = quantity::from_units(static_cast<std::int64_t>(units));
    if (!order.qty.is_positive()) return refused({422, 40010001, "qty must be > 0", {}});
  }
  return submit(order);
}

net::http_response trading_call::close_all() {
  if (request_.parameter("cancel_orders") == "true") {
    std::vector<std::pair<std::string, std::optional<refusal>>> outcomes;
    cancel_open(outcomes);
  }
  json_.begin_array();
  for (const auto& position : world_.market.positions()) {
    const auto accepted = accept(closing_order(position));
    const auto* why = std::get_if<refusal>(&accepted);
    json_.begin_object().member("symbol", position.symbol_text);
    json_.member("status", why != nullptr ? why->http_status : 200);
    json_.key("body");
    if (why != nullptr)
      json_.raw(refusal_json(*why));
    else
      write(std::get<venue_order>(accepted));
    json_.end_object();
  }
  json_.end_array();
  return written(207);
}

}  // namespace

net::http_response answer_trading(const api_request& request, venue_world& world, utc_ns now,
                                  std::vector<venue_event>& out) {
  if (world.activities != nullptr && asks_for_activities(request))
    return answer_activities(request, *world.activities);
  return trading_call{request, world, now, out}.answer();
}

}  // namespace bw::venue
