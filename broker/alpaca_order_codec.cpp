// Orders as bodies show them. What the stream says of them is read in trade_update_codec.cpp, the
// account around them in alpaca_account_codec.cpp.

#include "broker/alpaca_order_codec.hpp"

#include <utility>

#include "broker/alpaca_order_codec_state.ipp"
#include "broker/order_fields.ipp"

namespace bw {
namespace {

std::uint32_t small_number(std::string_view text) {
  const auto units = parse_decimal(text);
  return !units || *units < 0 ? 0 : static_cast<std::uint32_t>(*units / decimal_scale);
}

}  // namespace

alpaca_order_codec::alpaca_order_codec() : state_(std::make_unique<state>()) {}
alpaca_order_codec::~alpaca_order_codec() = default;

const unknown_parts& alpaca_order_codec::unknown() const { return state_->unknown; }

result<open_order_report> alpaca_order_codec::order(std::string body) {
  order_fields order;
  const auto error = state_->walker.object(
      body, [&](auto name, auto value) { order.take(name, value, state_->unknown); });
  if (error) return json::unreadable("an order", body, error);
  order.check();
  if (!order.fields.bad().empty()) return json::unreadable("an order", body, order.fields.bad());
  state_->check_word(order.report.status, "status", order.status);
  return order.report;
}

result<std::vector<open_order_report>> alpaca_order_codec::orders(std::string body) {
  std::vector<open_order_report> out;
  order_fields order;
  std::string bad;
  const auto error = state_->walker.list(
      body, [&](auto name, auto value) { order.take(name, value, state_->unknown); },
      [&] {
        order.check();
        if (bad.empty()) bad = order.fields.bad();
        state_->check_word(order.report.status, "status", order.status);
        const auto whole = std::exchange(order, {});
        out.push_back(whole.report);
        for (auto leg : whole.legs) {
          leg.parent = whole.report.client_id;
          out.push_back(std::move(leg));
        }
      });
  if (error) return json::unreadable("a list of orders", body, error);
  if (!bad.empty()) return json::unreadable("a list of orders", body, bad);
  return out;
}

result<std::uint32_t> alpaca_order_codec::cancelled(std::string body) {
  std::uint32_t out = 0;
  std::uint32_t status = 0;
  const auto error = state_->walker.list(
      body,
      [&](std::string_view name, json::ondemand::value value) {
        if (name == "status") status = small_number(json::scalar(value));
      },
      [&] { out += std::exchange(status, 0) == 200 ? 1 : 0; });
  if (error) return json::unreadable("a list of cancelled orders", body, error);
  return out;
}

error_body decode_refusal(std::string body) {
  error_body out;
  json::body_walker walker;
  const auto error = walker.object(body, [&](std::string_view name, json::ondemand::value value) {
    if (name == "code") out.code = small_number(json::scalar(value));
    if (name == "message") out.message = json::scalar(value);
  });
  if (error) return {};
  return out;
}

bool error_body::says_duplicate() const {
  // In doubt it is a duplicate: then the order is looked up, whereas a refusal would be final. The
  // one other complaint about this field is about its length.
  return message.find("client_order_id") != std::string::npos &&
         message.find("characters") == std::string::npos;
}

}  // namespace bw
