// The frames of the order stream.

#include <utility>

#include "broker/alpaca_order_codec_state.ipp"
#include "broker/order_fields.ipp"

namespace bw {
namespace {

/// What an update may carry that we have no use for: ids of the event, shares held after it, and
/// the parts of orders with several legs.
bool is_known_part(std::string_view name) {
  return name == "event_id" || name == "position_qty" || name == "position_qtys" || name == "legs";
}

/// Everything that may stand in the `data` of a stream's message.
struct update_fields {
  std::string event;
  std::string status;
  std::string action;
  std::string message;
  bool listens_to_updates = false;
  bool has_order = false;
  order_fields order;
  utc_ns timestamp;
  utc_ns at;
  quantity qty;
  price at_price;
  execution_id execution;
  field_reader fields;

  simdjson::error_code take(std::string_view name, json::ondemand::value value,
                            unknown_parts& unknown) {
    if (name == "order") {
      has_order = true;
      return json::each_field(value, [&](std::string_view key, json::ondemand::value x) {
        order.take(key, x, unknown);
        return simdjson::SUCCESS;
      });
    }
    if (name == "streams") return take_streams(value);
    const auto text = json::scalar(value);
    field_reader lenient;  // A time explains; without it the event still counts.
    if (name == "event") {
      event = text;
    } else if (name == "status") {
      status = text;
    } else if (name == "action") {
      action = text;
    } else if (name == "message" || name == "error_message") {
      message = text;
    } else if (name == "timestamp") {
      lenient.time(name, text, timestamp);
    } else if (name == "at") {
      lenient.time(name, text, at);
    } else if (name == "qty") {
      fields.exact(name, text, qty);
    } else if (name == "price") {
      fields.rounded(name, text, at_price);
    } else if (name == "execution_id") {
      execution = cut<execution_id>(text);
    } else if (!is_known_part(name)) {
      unknown.field(name);
    }
    return simdjson::SUCCESS;
  }

  simdjson::error_code take_streams(json::ondemand::value value) {
    json::ondemand::array list;
    if (const auto error = value.get_array().get(list))
      return error == simdjson::INCORRECT_TYPE ? simdjson::SUCCESS : error;
    for (auto item : list) {
      json::ondemand::value stream;
      if (const auto error = std::move(item).get(stream)) return error;
      listens_to_updates = listens_to_updates || json::scalar(stream) == "trade_updates";
    }
    return simdjson::SUCCESS;
  }
};

result<order_update> make_update(update_fields& data, std::string_view payload, mono_ns received) {
  const auto& order = data.order.report;
  const auto event = event_of_word(data.event);
  const bool is_fill = event == order_event::fill || event == order_event::partial_fill;
  data.fields.need("event", !data.event.empty());
  data.fields.need("order", data.has_order && !order.venue_id.empty());
  if (is_fill) {
    data.fields.need("qty", data.qty.is_positive());
    data.fields.need("price", data.at_price.is_positive());
  }
  if (data.fields.bad().empty() && !data.order.fields.bad().empty())
    data.fields.refuse("order", data.order.fields.bad());
  if (!data.fields.bad().empty())
    return json::unreadable("an order update", payload, data.fields.bad());

  order_update out;
  out.client_id = order.client_id;
  out.venue_id = order.venue_id;
  out.event = event;
  out.source = evidence::stream;
  out.filled_total = order.filled_total;
  out.filled_average = order.filled_average;
  out.execution = data.execution;
  if (is_fill) {
    out.last_qty = data.qty;
    out.last_price = data.at_price;
  }
  if (event >= order_event::other)  // Unknown, or altering what was told before.
    out.text = cut<short_text>("event " + data.event + ", status " + data.order.status);
  if (event == order_event::replaced && !order.replaced_by.empty())
    out.text = cut<short_text>("replaced by " + order.replaced_by.str());
  out.replaced_by = order.replaced_by;
  out.replaces = order.replaces;
  out.ts_event = data.timestamp == utc_ns{} ? data.at : data.timestamp;
  out.received = received;
  return out;
}

}  // namespace

result<stream_frame> alpaca_order_codec::frame(std::string_view payload, mono_ns received) {
  stream_frame out;
  // Old servers send single bytes to keep the connection alive.
  if (payload.size() <= 1) return out;
  std::string stream;
  std::string action;
  update_fields data;
  const auto error = state_->walker.root(payload, [&](json::ondemand::value root) {
    return json::each_field(root, [&](std::string_view name, json::ondemand::value value) {
      if (name == "stream") stream = json::scalar(value);
      if (name == "action") action = json::scalar(value);
      if (name != "data") return simdjson::SUCCESS;
      return json::each_field(value, [&](std::string_view key, json::ondemand::value x) {
        return data.take(key, x, state_->unknown);
      });
    });
  });
  if (error) return json::unreadable("a frame", payload, error);

  out.text = data.message;
  if (stream == "authorization") {
    out.what = data.status == "authorized" ? stream_frame::kind::authorized
                                           : stream_frame::kind::unauthorized;
    if (out.text.empty()) out.text = data.status + " on " + data.action;
  } else if (stream == "listening") {
    out.what = stream_frame::kind::listening;
    out.listens_to_updates = data.listens_to_updates;
  } else if (action == "error" || stream == "error") {
    out.what = stream_frame::kind::error;
  } else if (stream == "trade_updates") {
    out.what = stream_frame::kind::update;
    auto made = make_update(data, payload, received);
    if (!made) return std::move(made).failure();
    state_->check_word(made->event, "event", data.event);
    out.update = *made;
  }
  return out;
}

}  // namespace bw
