#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/clock.hpp"
#include "core/result.hpp"
#include "net/http.hpp"
#include "net/io_loop.hpp"
#include "net/ws_client.hpp"

namespace bw::net {

struct http_server_options {
  /// Loopback only: anything else is refused with ec::invalid_argument.
  std::string address = "127.0.0.1";
  /// 0 takes a free port.
  std::uint16_t port = 0;
  std::uint16_t connections_max = 64;
  std::uint32_t header_bytes_max = 8 * 1024;
  std::uint64_t body_bytes_max = 64 * 1024;
  /// For one request, from its first byte to the end of its answer: 408 while it is being read, 503
  /// while the handler has it.
  std::chrono::milliseconds request_timeout{5000};
  std::chrono::milliseconds idle_timeout{30000};
  std::uint64_t ws_message_bytes_max = 1024 * 1024;
  /// Messages waiting for a slow reader; then it is disconnected (on_slow is told first).
  std::uint32_t ws_queue_max = 65536;
};

/// One accepted WebSocket. All on the loop's thread. Lives as long as the peer or `close`.
class ws_session {
 public:
  virtual ~ws_session() = default;
  /// Ignored once `close` or `abort` was called or the peer has gone.
  virtual void send(std::shared_ptr<const std::string> payload, frame_kind kind) = 0;
  /// Sends what waits, then a close frame; cuts the connection when the peer takes longer than 2 s.
  virtual void close(std::uint16_t code, std::string_view reason) = 0;
  /// Cuts the TCP connection without a word: for fault scripts.
  virtual void abort() = 0;
  /// Messages that were not yet written whole.
  virtual std::size_t queued() const = 0;
};

/// What the owner does with one accepted WebSocket. Text and binary arrive reassembled. on_close
/// comes once, whoever ended the session, and never from within a call of the session; the
/// functions are dropped afterwards, so they may hold the session.
struct ws_session_events {
  std::function<void(std::string_view payload, frame_kind kind)> on_message;
  std::function<void()> on_close;
  std::function<void()> on_slow;
};

/// Answers a request, now or later, from the loop's thread. A second answer, and one that comes
/// after the connection has gone, is ignored.
using responder = std::function<void(http_response)>;

struct http_server_handlers {
  /// Every request that is no upgrade.
  std::function<void(http_request request, responder answer)> on_request;
  /// An upgrade request. An http_response refuses it (429, 404, …); otherwise the session is
  /// accepted and the returned events are used. Without this handler every upgrade gets 404.
  std::function<std::optional<http_response>(const http_request& request)> check_upgrade;
  std::function<ws_session_events(const http_request& request, std::shared_ptr<ws_session> session)>
      on_upgrade;
};

/// HTTP/1.1 and WebSocket server on loopback, plain text. Refuses chunked request bodies (411),
/// TRACE and CONNECT (405), `Expect` (417) and permessage-deflate. Its owner stops it on the loop's
/// thread, before the loop runs or after it has ended; then nothing is called back any more.
class http_server {
 public:
  http_server(io_loop& loop, http_server_options options, http_server_handlers handlers);
  ~http_server();

  /// Binds and listens; the port in use is ec::address_in_use with the address and a hint.
  /// Answers the port.
  result<std::uint16_t> start();
  /// Closes every connection. Any number of times.
  void stop();

  http_server(const http_server&) = delete;
  http_server& operator=(const http_server&) = delete;

 private:
  struct state;
  std::shared_ptr<state> state_;
};

}  // namespace bw::net
