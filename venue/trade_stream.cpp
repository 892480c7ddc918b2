#include "venue/trade_stream.hpp"

#include <algorithm>
#include <utility>

#include "core/json_writer.hpp"
#include "venue/msgpack_writer.hpp"

namespace bw::venue {
namespace {

constexpr std::uint16_t close_policy_violation = 1008;
constexpr std::string_view stream_name = "trade_updates";

}  // namespace

wire_codec codec_of(const net::http_request& handshake) {
  const auto type = net::find_header(handshake.headers, "Content-Type");
  return type == "application/msgpack" ? wire_codec::msgpack : wire_codec::json;
}

trade_stream::trade_stream(trade_stream_options options, net::io_loop& loop,
                           const alpaca_auth& auth, venue_outlet& outlet,
                           std::function<void()> on_authorized)
    : options_(options),
      loop_(loop),
      auth_(auth),
      outlet_(outlet),
      on_authorized_(std::move(on_authorized)) {}

net::ws_session_events trade_stream::accept(const net::http_request& request,
                                            std::shared_ptr<net::ws_session> session) {
  const auto id = next_id_++;
  auto added = std::make_shared<connection>();
  added->session = std::move(session);
  added->codec = codec_of(request);
  added->authorized = auth_.admits(request.headers);
  connections_.emplace(id, added);
  const auto self = weak_from_this();
  if (added->authorized) {
    on_authorized_();
  } else {
    added->auth_deadline =
        loop_.after(options_.auth_timeout, [self, waiting = std::weak_ptr{added}] {
          const auto alive = self.lock();
          const auto late = waiting.lock();
          if (alive && late && !late->authorized) alive->refuse(*late);
        });
  }

  net::ws_session_events events;
  events.on_message = [self, id](std::string_view payload, net::frame_kind) {
    if (const auto alive = self.lock()) alive->receive(id, payload);
  };
  events.on_close = [self, id] {
    if (const auto alive = self.lock()) alive->connections_.erase(id);
  };
  return events;
}

void trade_stream::receive(std::uint64_t id, std::string_view payload) {
  const auto found = connections_.find(id);
  if (found == connections_.end()) return;
  const auto from = found->second;
  const auto message = wire_document::read(payload, from->codec);
  const auto action = message ? message->text("action") : std::string_view{};
  if (action == "authenticate" || action == "auth") {
    authenticate(*from, *message);
  } else if (action == "listen") {
    listen(*from, *message);
  } else {
    send(*from, R"({"action":"error","data":{"error_message":"invalid syntax"}})");
  }
}

void trade_stream::authenticate(connection& from, const wire_document& message) {
  presented_keys keys;
  if (message.text("action") == "auth") {
    keys = {std::string{message.text("key")}, secret{std::string{message.text("secret")}}};
  } else {
    keys = {std::string{message.text("data.key_id")},
            secret{std::string{message.text("data.secret_key")}}};
  }
  if (!auth_.admits(keys)) return refuse(from);
  from.authorized = true;
  from.auth_deadline.reset();
  send_authorization(from, "authorized", "authenticate");
  on_authorized_();
}

/// Nothing is said of a time-out on this stream: it ends as with keys that are not good.
void trade_stream::refuse(connection& from) {
  from.auth_deadline.reset();
  send_authorization(from, "unauthorized", "authenticate");
  from.session->close(close_policy_violation, "unauthorized");
}

void trade_stream::listen(connection& from, const wire_document& message) {
  if (!from.authorized) {
    send_authorization(from, "unauthorized", "listen");
    return;
  }
  // A list is the whole set that is wanted; names nobody serves are missing from the answer.
  const auto wanted = message.texts("data.streams").value_or(std::vector<std::string>{});
  from.listening = std::find(wanted.begin(), wanted.end(), stream_name) != wanted.end();
  json_writer out;
  out.begin_object().member("stream", "listening").key("data").begin_object();
  out.key("streams").begin_array();
  if (from.listening) out.value(stream_name);
  out.end_array().end_object().end_object();
  send(from, out.take());
}

void trade_stream::send_authorization(connection& to, std::string_view status,
                                      std::string_view action) {
  json_writer out;
  out.begin_object().member("stream", "authorization").key("data").begin_object();
  out.member("action", action).member("status", status);
  out.end_object().end_object();
  send(to, out.take());
}

void trade_stream::send(connection& to, const std::string& json) {
  const bool packed = to.codec == wire_codec::msgpack;
  outlet_.send(to.session,
               std::make_shared<const std::string>(packed ? json_to_msgpack(json) : json),
               packed ? net::frame_kind::binary : options_.json_frames, stream_kind::trade);
}

void trade_stream::abort_all() {
  // A session whose server stops tells nobody that it is gone.
  for (const auto& [id, gone] : std::exchange(connections_, {})) gone->session->abort();
}

void trade_stream::publish(const std::string& message) {
  for (auto at = connections_.begin(); at != connections_.end();) {
    // A session may end while it is written to, and be gone from the map then.
    const auto to = (at++)->second;
    if (to->listening) send(*to, message);
  }
}

}  // namespace bw::venue
