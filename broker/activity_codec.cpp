#include "broker/activity_codec.hpp"

#include <simdjson.h>

#include <utility>

#include "broker/alpaca_words.hpp"
#include "broker/report_numbers.hpp"

namespace bw {
namespace {

namespace ondemand = simdjson::ondemand;

constexpr std::size_t shown_max = 80;

/// One activity while its fields come in, in any order.
struct activity_fields {
  account_activity out;
  std::string bad;
  std::string created;
  std::string date;
  std::string transaction;

  void refuse(std::string_view name, std::string_view why) {
    if (bad.empty()) bad = "field " + std::string{name} + ": " + std::string{why};
  }
  template <class Decimal>
  void number(std::string_view name, std::string_view text, Decimal& to) {
    if (text.empty()) return;
    const auto units = parse_decimal_half_even(text);
    if (!units) return refuse(name, units.failure().context);
    to = Decimal::from_units(*units);
  }

  void take(std::string_view name, std::string_view text) {
    if (name == "id") out.id = text;
    if (name == "activity_type") out.type = cut<short_name>(text);
    if (name == "symbol") out.symbol = cut<symbol_name>(text);
    if (name == "order_id") out.order = cut<venue_order_id>(text);
    if (name == "side") out.side = text == "buy" ? side::buy : side::sell;
    if (name == "qty") number(name, text, out.qty);
    if (name == "price") number(name, text, out.at_price);
    if (name == "cum_qty") number(name, text, out.filled_total);
    if (name == "net_amount") number(name, text, out.net_amount);
    if (name == "description") out.description = text;
    if (name == "transaction_time") transaction = text;
    if (name == "created_at") created = text;
    if (name == "date") date = text;
  }

  void check() {
    if (out.id.empty()) refuse("id", "it is missing");
    if (out.type.empty()) refuse("activity_type", "it is missing");
    for (const auto* text : {&transaction, &created}) {
      if (text->empty() || out.at != utc_ns{}) continue;
      const auto instant = parse_rfc3339(*text);
      if (!instant) return refuse("time", instant.failure().context);
      out.at = *instant;
    }
    if (out.at == utc_ns{} && !date.empty()) {
      const auto day = parse_date(date);
      if (!day) return refuse("date", day.failure().context);
      out.at = utc_ns{} + std::chrono::hours{24} * days_from_civil(*day);
    }
    if (!out.is_fill()) return;
    if (out.order.empty()) refuse("order_id", "it is missing");
    if (out.symbol.empty()) refuse("symbol", "it is missing");
    if (!out.qty.is_positive()) refuse("qty", "an execution has shares");
    if (!out.at_price.is_positive()) refuse("price", "an execution has a price");
    // Without the order's total an execution cannot be told from one that was counted before.
    if (!out.filled_total.is_positive()) refuse("cum_qty", "it is missing");
  }
};

simdjson::error_code read_element(ondemand::value element, activity_fields& to) {
  ondemand::object object;
  if (const auto error = element.get_object().get(object)) return error;
  for (auto entry : object) {
    ondemand::field field;
    if (const auto error = std::move(entry).get(field)) return error;
    std::string_view name;
    if (const auto error = field.unescaped_key().get(name)) return error;
    auto value = field.value();
    std::string_view text;
    if (value.get_string().get(text) != simdjson::SUCCESS) {
      text = value.raw_json_token();
      const auto end = text.find_last_not_of(" \t\r\n");
      text = text.substr(0, end == std::string_view::npos ? 0 : end + 1);
      if (text == "null" || (!text.empty() && (text[0] == '{' || text[0] == '['))) text = {};
    }
    to.take(name, text);
  }
  return simdjson::SUCCESS;
}

error unreadable(std::string_view body, std::string_view why) {
  return {ec::parse_failed, "a list of activities of " + std::to_string(body.size()) +
                                " bytes: " + std::string{why} + "; it begins with " +
                                std::string{body.substr(0, shown_max)}};
}

}  // namespace

result<std::vector<account_activity>> decode_activities(std::string body) {
  body.reserve(body.size() + simdjson::SIMDJSON_PADDING);
  ondemand::parser parser;
  ondemand::document document;
  ondemand::array items;
  std::vector<account_activity> out;
  std::string bad;
  const auto read = [&]() -> simdjson::error_code {
    if (const auto error = parser.iterate(body.data(), body.size(), body.capacity()).get(document))
      return error;
    if (const auto error = document.get_array().get(items)) return error;
    for (auto item : items) {
      ondemand::value element;
      if (const auto error = std::move(item).get(element)) return error;
      activity_fields fields;
      if (const auto error = read_element(element, fields)) return error;
      fields.check();
      if (!fields.bad.empty()) {
        bad = std::move(fields.bad);
        return simdjson::INCORRECT_TYPE;
      }
      out.push_back(std::move(fields.out));
    }
    return simdjson::SUCCESS;
  };
  if (const auto error = read())
    return unreadable(body, bad.empty() ? simdjson::error_message(error) : bad);
  return out;
}

}  // namespace bw
