#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "net/http_server.hpp"
#include "venue/alpaca_auth.hpp"
#include "venue/venue_outlet.hpp"
#include "venue/wire_document.hpp"

namespace bw::venue {

struct trade_stream_options {
  /// Paper accounts get JSON in binary frames, others in text frames.
  net::frame_kind json_frames = net::frame_kind::binary;
  /// Real time a client has to authenticate, as on the data stream.
  std::chrono::milliseconds auth_timeout{10'000};
};

/// The stream /stream: clients authenticate, listen to trade_updates, and get every event of the
/// account from then on; nothing is replayed. Speaks JSON, or MessagePack to a client whose
/// handshake asks for it. Lives in a shared_ptr, because sessions may outlast their owner; `auth`
/// and `outlet` must outlive the server that accepts the sessions. On the loop's thread.
class trade_stream : public std::enable_shared_from_this<trade_stream> {
 public:
  /// `on_authorized` is called whenever a client has shown good credentials.
  trade_stream(trade_stream_options options, net::io_loop& loop, const alpaca_auth& auth,
               venue_outlet& outlet, std::function<void()> on_authorized);

  net::ws_session_events accept(const net::http_request& request,
                                std::shared_ptr<net::ws_session> session);
  /// A whole trade_updates message in JSON, to everybody who listens.
  void publish(const std::string& message);

  /// Cuts every connection without a word.
  void abort_all();

  std::size_t connections() const { return connections_.size(); }

 private:
  struct connection {
    std::shared_ptr<net::ws_session> session;
    wire_codec codec = wire_codec::json;
    bool authorized = false;
    bool listening = false;
    std::shared_ptr<net::io_loop::timer> auth_deadline;
  };

  void receive(std::uint64_t id, std::string_view payload);
  void authenticate(connection& from, const wire_document& message);
  void listen(connection& from, const wire_document& message);
  void refuse(connection& from);
  void send(connection& to, const std::string& json);
  void send_authorization(connection& to, std::string_view status, std::string_view action);

  trade_stream_options options_;
  net::io_loop& loop_;
  const alpaca_auth& auth_;
  venue_outlet& outlet_;
  std::function<void()> on_authorized_;
  std::map<std::uint64_t, std::shared_ptr<connection>> connections_;
  std::uint64_t next_id_ = 1;
};

/// The codec a client's handshake asks for.
wire_codec codec_of(const net::http_request& handshake);

}  // namespace bw::venue
