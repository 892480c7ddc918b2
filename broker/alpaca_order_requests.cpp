// What goes to Alpaca's trading API, as text. What comes from it is read in alpaca_order_codec.cpp.

#include "broker/alpaca_order_codec.hpp"
#include "broker/order_ticket.hpp"
#include "core/json_writer.hpp"

namespace bw {

std::string encode_order(const outgoing_order& order) {
  const auto& request = order.request;
  json_writer out;
  out.begin_object().member("symbol", order.symbol.view());
  out.member("side", to_string(request.side)).member("type", to_string(request.type));
  out.member("time_in_force", to_string(request.tif)).member("qty", request.qty);
  if (request.type == order_type::limit || request.type == order_type::stop_limit)
    out.member("limit_price", request.limit);
  if (request.type == order_type::stop || request.type == order_type::stop_limit)
    out.member("stop_price", request.stop);
  // A trailing stop's distance travels in the field that other types use for their stop.
  if (request.type == order_type::trailing_stop) out.member("trail_price", request.stop);
  out.member("client_order_id", order.client_id.view()).end_object();
  return out.take();
}

std::string encode_replacement(const outgoing_order& order) {
  const auto& request = order.request;
  order_change change;
  if (request.limit.is_positive()) change.limit = request.limit;
  if (request.type == order_type::trailing_stop)
    change.trail = request.stop;
  else if (request.stop.is_positive())
    change.stop = request.stop;
  change.client_id = order.client_id.str();
  return encode_change(change);
}

std::string encode_authenticate(std::string_view key_id, std::string_view secret_key) {
  json_writer out;
  out.begin_object().member("action", "authenticate").key("data").begin_object();
  out.member("key_id", key_id).member("secret_key", secret_key).end_object().end_object();
  return out.take();
}

std::string encode_listen() {
  return R"({"action":"listen","data":{"streams":["trade_updates"]}})";
}

}  // namespace bw
