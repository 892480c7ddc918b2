#include "venue/alpaca_order_body.hpp"

#include <optional>

#include "venue/wire_document.hpp"

namespace bw::venue {
namespace {

constexpr std::size_t client_order_id_max = 128;
constexpr std::uint32_t code_malformed = 40010000;
constexpr std::uint32_t code_invalid = 40010001;
constexpr std::uint32_t code_unprocessable = 42210000;

refusal invalid(std::string message) { return {422, code_invalid, std::move(message), {}}; }
refusal unprocessable(std::string message) {
  return {422, code_unprocessable, std::move(message), {}};
}

using kind = wire_document::kind;

/// Present and not null: clients send null for what they leave open.
const wire_document::value* given(const wire_document& body, std::string_view key) {
  const auto* found = body.find(key);
  return found != nullptr && found->what != kind::null ? found : nullptr;
}

/// One enumeration word: `Enum{1}` to `last` in the spelling of to_string.
template <class Enum>
std::optional<Enum> word(const wire_document& body, std::string_view key, Enum last) {
  const auto text = body.text(key);
  for (auto k = 1U; k <= static_cast<unsigned>(last); ++k)
    if (text == to_string(static_cast<Enum>(k))) return static_cast<Enum>(k);
  return std::nullopt;
}

/// A decimal under `key`; zero when it is not given.
template <class Decimal>
std::optional<refusal> read_decimal(const wire_document& body, std::string_view key, Decimal& out) {
  const auto* found = given(body, key);
  if (found == nullptr) return std::nullopt;
  const bool digits = found->what == kind::text || found->what == kind::number;
  const auto parsed =
      digits ? Decimal::parse(found->text) : result<Decimal>{ec::parse_failed, std::string{key}};
  if (!parsed) return invalid("invalid " + std::string{key});
  out = *parsed;
  return std::nullopt;
}

std::optional<refusal> read_client_order_id(const wire_document& body, std::string& out) {
  out = body.text("client_order_id");
  if (out.size() > client_order_id_max)
    return invalid("client_order_id must be no more than 128 characters");
  return std::nullopt;
}

std::optional<refusal> read_words(const wire_document& body, new_order& out) {
  out.symbol = body.text("symbol");
  if (out.symbol.empty()) return invalid("symbol is required");
  const auto side = word(body, "side", side::sell);
  if (!side) return invalid(given(body, "side") ? "invalid side" : "side is required");
  const auto type = word(body, "type", order_type::trailing_stop);
  if (!type) return invalid(given(body, "type") ? "invalid order type" : "type is required");
  const auto tif = word(body, "time_in_force", time_in_force::cls);
  if (!tif)
    return invalid(given(body, "time_in_force") ? "invalid time_in_force"
                                                : "time_in_force is required");
  out.side = *side;
  out.type = *type;
  out.tif = *tif;
  if (auto refused = read_client_order_id(body, out.client_order_id)) return refused;
  const auto* extended = given(body, "extended_hours");
  if (extended != nullptr && extended->what != kind::boolean)
    return invalid("invalid extended_hours");
  out.extended_hours = extended != nullptr && extended->text == "true";
  return std::nullopt;
}

/// The group and the prices of its exits.
std::optional<refusal> read_order_class(const wire_document& body, new_order& out) {
  const auto name = body.text("order_class");
  if (name == "mleg") return invalid("symbol is not allowed for mleg order");
  if (!name.empty()) {
    const auto known = word(body, "order_class", order_class::oto);
    if (!known) return invalid("invalid order_class");
    out.order_class = *known;
  }
  if (out.order_class == order_class::simple) return std::nullopt;
  if (auto refused = read_decimal(body, "take_profit.limit_price", out.take_profit)) return refused;
  if (auto refused = read_decimal(body, "stop_loss.stop_price", out.stop_loss)) return refused;
  return read_decimal(body, "stop_loss.limit_price", out.stop_loss_limit);
}

std::optional<refusal> read_amounts(const wire_document& body, new_order& out) {
  const bool has_qty = given(body, "qty") != nullptr;
  const bool has_notional = given(body, "notional") != nullptr;
  if (!has_qty && !has_notional) return invalid("qty or notional is required");
  if (has_qty && has_notional) return invalid("only one of qty or notional is accepted");
  if (auto refused = read_decimal(body, "qty", out.qty)) return refused;
  if (has_qty && !out.qty.is_positive()) return invalid("qty must be > 0");
  if (auto refused = read_decimal(body, "notional", out.notional)) return refused;
  if (has_notional && !out.notional.is_positive()) return invalid("notional must be >= 1.00");
  if (auto refused = read_decimal(body, "trail_price", out.trail_price)) return refused;
  if (auto refused = read_decimal(body, "trail_percent", out.trail_percent)) return refused;
  if (auto refused = read_decimal(body, "limit_price", out.limit)) return refused;
  return read_decimal(body, "stop_price", out.stop);
}

/// A member of a change: nothing when it is missing or null.
template <class Decimal>
std::optional<refusal> read_change(const wire_document& body, std::string_view key,
                                   std::optional<Decimal>& out) {
  if (given(body, key) == nullptr) return std::nullopt;
  Decimal read;
  if (auto refused = read_decimal(body, key, read)) return refused;
  out = read;
  return std::nullopt;
}

bool brings_its_limit(const new_order& order) {
  return order.order_class == order_class::oco && !order.take_profit.is_zero();
}

std::optional<refusal> check_prices(const wire_document& body, const new_order& order) {
  const bool wants_limit = order.type == order_type::limit || order.type == order_type::stop_limit;
  const bool wants_stop = order.type == order_type::stop || order.type == order_type::stop_limit;
  const bool has_limit = given(body, "limit_price") != nullptr;
  const bool has_stop = given(body, "stop_price") != nullptr;
  // The limit of an oco is the one of its profit.
  const bool has_profit = brings_its_limit(order);
  if (wants_limit && !has_limit && !has_profit)
    return invalid("limit orders require a limit price");
  if (wants_stop && !has_stop) return invalid("stop orders require a stop price");
  if (!wants_limit && has_limit)
    return invalid(std::string{to_string(order.type)} + " orders require no limit price");
  if (!wants_stop && has_stop)
    return invalid(std::string{to_string(order.type)} + " orders require no stop price");
  if (has_limit && !order.limit.is_positive()) return unprocessable("limit price must be positive");
  if (has_stop && !order.stop.is_positive()) return unprocessable("stop price must be positive");
  return std::nullopt;
}

}  // namespace

std::variant<new_order, refusal> parse_order_body(std::string_view body) {
  const auto document = wire_document::read(body, wire_codec::json);
  if (!document) return refusal{400, code_malformed, "request body format is invalid", {}};
  new_order out;
  if (auto refused = read_words(*document, out)) return *refused;
  if (auto refused = read_order_class(*document, out)) return *refused;
  if (auto refused = read_amounts(*document, out)) return *refused;
  if (auto refused = check_prices(*document, out)) return *refused;
  return out;
}

std::variant<order_change, refusal> parse_change_body(std::string_view body) {
  const auto document = wire_document::read(body, wire_codec::json);
  if (!document) return refusal{400, code_malformed, "request body format is invalid", {}};
  order_change out;
  if (given(*document, "notional")) return invalid("notional cannot be replaced");
  if (auto refused = read_change(*document, "qty", out.qty)) return *refused;
  if (auto refused = read_change(*document, "limit_price", out.limit)) return *refused;
  if (auto refused = read_change(*document, "stop_price", out.stop)) return *refused;
  if (auto refused = read_change(*document, "trail", out.trail)) return *refused;
  if (given(*document, "time_in_force")) {
    out.tif = word(*document, "time_in_force", time_in_force::cls);
    if (!out.tif) return invalid("invalid time_in_force");
  }
  if (auto refused = read_client_order_id(*document, out.client_order_id)) return *refused;
  return out;
}

}  // namespace bw::venue
