#include "venue/order_query.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

namespace bw::venue {
namespace {

constexpr std::size_t limit_default = 50;
constexpr std::size_t limit_max = 500;

struct order_query {
  std::string status = "open";
  std::size_t limit = limit_default;
  bool ascending = false;
  /// Legs appear beneath their order and nowhere else.
  bool nested = false;
  bool equities = true;
  std::optional<utc_ns> after;
  std::optional<utc_ns> until;
  std::vector<std::string> symbols;
  std::string side;
  /// Serials of the cursors' orders, both exclusive.
  std::optional<std::uint64_t> after_serial;
  std::optional<std::uint64_t> before_serial;
};

refusal invalid(std::string message) { return {422, 40010001, std::move(message), {}}; }

std::optional<utc_ns> read_time(std::string_view text) {
  if (const auto instant = parse_rfc3339(text)) return *instant;
  const auto date = parse_date(text);
  if (!date) return std::nullopt;
  return utc_ns{} + std::chrono::hours{24} * days_from_civil(*date);
}

std::optional<refusal> read_range(const api_request& request, order_query& out) {
  for (const auto& [name, bound] : {std::pair{"after", &out.after}, {"until", &out.until}}) {
    if (request.parameter(name).empty()) continue;
    *bound = read_time(request.parameter(name));
    if (!*bound) return invalid(std::string{"invalid "} + name);
  }
  return std::nullopt;
}

std::optional<refusal> read_cursors(const api_request& request, const exchange& market,
                                    order_query& out) {
  for (const auto& [name, serial] :
       {std::pair{"after_order_id", &out.after_serial}, {"before_order_id", &out.before_serial}}) {
    const auto id = request.parameter(name);
    if (id.empty()) continue;
    const auto* order = market.order(id);
    if (order == nullptr) return invalid(std::string{"invalid "} + name);
    *serial = order->serial;
  }
  if ((out.after_serial || out.before_serial) && (out.after || out.until))
    return invalid("order id cursors cannot be combined with after and until");
  if (out.after_serial && out.before_serial)
    return invalid("only one of before_order_id and after_order_id is accepted");
  return std::nullopt;
}

std::optional<refusal> read_query(const api_request& request, const exchange& market,
                                  order_query& out) {
  if (!request.parameter("status").empty()) out.status = request.parameter("status");
  if (out.status != "open" && out.status != "closed" && out.status != "all")
    return invalid("invalid status");
  if (const auto text = request.parameter("limit"); !text.empty()) {
    const auto read = std::from_chars(text.data(), text.data() + text.size(), out.limit);
    if (read.ec != std::errc{} || read.ptr != text.data() + text.size() || out.limit == 0)
      return invalid("invalid limit");
    out.limit = std::min(out.limit, limit_max);
  }
  const auto direction = request.parameter("direction");
  if (!direction.empty() && direction != "asc" && direction != "desc")
    return invalid("invalid direction");
  out.ascending = direction == "asc";
  const auto nested = request.parameter("nested");
  out.nested = nested == "true" || nested == "TRUE" || nested == "1";
  const auto classes = split_list(request.parameter("asset_class"));
  const auto is_equity = [](const auto& x) { return x == "us_equity" || x == "all"; };
  out.equities = classes.empty() || std::any_of(classes.begin(), classes.end(), is_equity);
  out.symbols = split_list(request.parameter("symbols"));
  out.side = request.parameter("side");
  if (!out.side.empty() && out.side != "buy" && out.side != "sell") return invalid("invalid side");
  if (auto refused = read_range(request, out)) return refused;
  return read_cursors(request, market, out);
}

bool matches(const order_query& query, const venue_order& order) {
  if (!query.equities || (query.nested && order.parent != 0)) return false;
  if (query.status != "all" && is_terminal(order.status) != (query.status == "closed"))
    return false;
  if (query.status == "open" && order.status == venue_status::held) return false;
  if (query.after && order.submitted_at <= *query.after) return false;
  if (query.until && order.submitted_at >= *query.until) return false;
  if (query.after_serial && order.serial <= *query.after_serial) return false;
  if (query.before_serial && order.serial >= *query.before_serial) return false;
  if (!query.side.empty() && to_string(order.side) != query.side) return false;
  return query.symbols.empty() || std::find(query.symbols.begin(), query.symbols.end(),
                                            order.symbol_text) != query.symbols.end();
}

}  // namespace

std::variant<std::vector<const venue_order*>, refusal> select_orders(const api_request& request,
                                                                     const exchange& market) {
  order_query query;
  if (auto refused = read_query(request, market, query)) return *refused;
  auto orders = market.orders();
  if (!query.ascending) std::reverse(orders.begin(), orders.end());
  std::vector<const venue_order*> out;
  for (const auto* order : orders) {
    if (out.size() == query.limit) break;
    if (matches(query, *order)) out.push_back(order);
  }
  return out;
}

}  // namespace bw::venue
