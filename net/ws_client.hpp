#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "core/clock.hpp"
#include "core/result.hpp"
#include "net/endpoint.hpp"
#include "net/http.hpp"
#include "net/io_loop.hpp"
#include "net/tls_trust.hpp"

namespace bw::net {

enum class frame_kind : std::uint8_t { text = 1, binary };

struct ws_client_options {
  std::string target = "/";
  header_list headers;
  std::chrono::milliseconds connect_timeout{5000};
  /// Ping when nothing came for this long; dead (ec::timed_out) when nothing came for twice as
  /// long. Looked at four times in this span, so both may come a quarter of it late.
  std::chrono::milliseconds silence_ping{5000};
  std::uint64_t message_bytes_max = 1024 * 1024;
};

/// All called on the loop's thread.
struct ws_client_events {
  std::function<void()> on_open;
  /// One whole message. At least 64 bytes behind it may be read (content undefined): simdjson's
  /// padding. `received` is the clock's monotonic instant at which the read completed.
  std::function<void(std::string_view payload, frame_kind kind, mono_ns received)> on_message;
  /// After messages, when no further whole message lies in the stream's buffer: at the latest after
  /// one read of the socket, so that a flood cannot hold it back.
  std::function<void()> on_burst_end;
  /// Exactly once after start, when the connection could not be made or ended, for whatever reason.
  /// An HTTP answer instead of the upgrade is ec::http_status (429: ec::rate_limited).
  std::function<void(error why)> on_close;
};

/// One WebSocket connection, once: to reconnect, make another. Never offers permessage-deflate.
/// Same TLS rules as http_client. All calls on the loop's thread; destroying it ends the connection
/// and calls nothing back.
class ws_client {
 public:
  ws_client(io_loop& loop, endpoint to, ws_client_options options, const clock& time,
            ws_client_events events, tls_trust trust = {});
  ~ws_client();

  void start();
  /// Queued behind what waits already; bounded at 1,024 messages (then the connection is closed).
  void send(std::string payload, frame_kind kind = frame_kind::text);
  /// Sends what waits, then a close frame; messages are no longer reported. on_close with
  /// ec::cancelled follows, at the latest after 2 s.
  void close();

  ws_client(const ws_client&) = delete;
  ws_client& operator=(const ws_client&) = delete;

 private:
  struct state;
  std::shared_ptr<state> state_;
};

}  // namespace bw::net
