#pragma once

#include <functional>
#include <memory>

#include "core/clock.hpp"
#include "core/result.hpp"
#include "net/endpoint.hpp"
#include "net/http.hpp"
#include "net/io_loop.hpp"
#include "net/tls_trust.hpp"

namespace bw::net {

struct http_client_options {
  /// Warm keep-alive connections; one request is in flight on each, the rest waits in a queue.
  std::uint16_t connections = 2;
  /// Requests waiting for a connection; a further one ends at once with ec::queue_full.
  std::uint16_t queue_max = 64;
  std::chrono::milliseconds connect_timeout{3000};
  /// From the first byte written to the last byte read.
  std::chrono::milliseconds response_timeout{5000};
  std::uint64_t body_bytes_max = 16 * 1024 * 1024;
  /// Added to each request (credentials, user agent). Never logged.
  header_list headers;
};

/// What is known about a request afterwards. The two instants tell the caller whether bytes may
/// have reached the peer: that decides between "not sent" and "unknown".
struct http_outcome {
  result<http_response> response;
  /// When the first byte was handed to the socket; zero when none was.
  mono_ns sent;
  /// When the answer was complete; zero without one.
  mono_ns answered;

  bool was_sent() const { return sent != mono_ns{}; }
};

/// Asked on the loop's thread as the last thing before the bytes are handed to the socket.
/// False withdraws the request: it ends with ec::halted and was never sent.
using last_gate = std::function<bool()>;

/// HTTP/1.1 over plain loopback or verified TLS (chain and host name, TLS 1.2 or newer).
/// No retries: a request is written at most once; a keep-alive connection that the peer had closed
/// before the first byte was written is replaced by a fresh one. No redirects, no proxies. When a
/// connection cannot be made and no other stands, all waiting requests end with that error.
/// All calls and callbacks on the loop's thread; `send` and `close` may be called from any thread.
/// Destroyed on the loop's thread or after the loop has ended.
class http_client {
 public:
  http_client(io_loop& loop, endpoint to, http_client_options options, const clock& time,
              tls_trust trust = {});
  ~http_client();

  /// Calls `done` exactly once, unless the client is destroyed first.
  void send(http_request request, std::function<void(http_outcome)> done, last_gate gate = {});
  /// Opens the connections that are missing, so that the next requests find them warm. Failures are
  /// silent: the next request meets them itself.
  void warm_up();
  /// Ends what is under way with ec::cancelled and refuses what comes later.
  void close();

  http_client(const http_client&) = delete;
  http_client& operator=(const http_client&) = delete;

 private:
  struct state;
  std::shared_ptr<state> state_;
};

}  // namespace bw::net
