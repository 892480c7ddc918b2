// For the .cpp files of this folder: it names Asio.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/role.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "core/result.hpp"
#include "net/endpoint.hpp"
#include "net/tls_trust.hpp"

namespace bw::net {

namespace asio = boost::asio;
using error_code = boost::system::error_code;
using tcp = asio::ip::tcp;
// With the executor's type known, Asio needs no virtual calls and no allocation for it.
using executor = asio::io_context::executor_type;
using tcp_socket = asio::basic_stream_socket<tcp, executor>;
using tcp_resolver = asio::ip::basic_resolver<tcp, executor>;
using loop_timer =
    asio::basic_waitable_timer<std::chrono::steady_clock,
                               asio::wait_traits<std::chrono::steady_clock>, executor>;

/// TLS settings of one endpoint, and the session with which a reconnect saves a round trip.
class tls_context {
 public:
  explicit tls_context(const tls_trust& trust);
  ~tls_context();
  tls_context(const tls_context&) = delete;
  tls_context& operator=(const tls_context&) = delete;

  asio::ssl::context& context() { return context_; }
  /// Takes over the reference.
  void keep_session(SSL_SESSION* session);
  /// The newest one; null when there is none.
  SSL_SESSION* session() const { return session_; }

 private:
  asio::ssl::context context_;
  SSL_SESSION* session_ = nullptr;
};

/// A TCP connection that may carry TLS: one stream type for both, so that HTTP and WebSocket are
/// compiled once. An AsyncStream in Asio's sense.
class transport {
 public:
  using executor_type = executor;

  explicit transport(asio::io_context& context) : socket_(context) {}
  executor_type get_executor() { return socket_.get_executor(); }

  tcp_socket& socket() { return socket_; }
  bool uses_tls() const { return tls_.has_value(); }

  /// Reads begun so far. It grows with every piece that arrived.
  std::uint64_t reads_begun() const { return reads_begun_; }
  /// `work` is called whenever the layer above has used up its bytes and asks for more.
  void before_each_read(std::function<void()> work) { before_read_ = std::move(work); }

  template <class Buffers, class Handler>
  auto async_read_some(const Buffers& buffers, Handler&& handler) {
    ++reads_begun_;
    if (before_read_) before_read_();
    if (tls_) return tls_->async_read_some(buffers, std::forward<Handler>(handler));
    return socket_.async_read_some(buffers, std::forward<Handler>(handler));
  }
  template <class Buffers, class Handler>
  auto async_write_some(const Buffers& buffers, Handler&& handler) {
    if (tls_) return tls_->async_write_some(buffers, std::forward<Handler>(handler));
    return socket_.async_write_some(buffers, std::forward<Handler>(handler));
  }

  asio::ssl::stream<tcp_socket&>& add_tls(tls_context& context) {
    return tls_.emplace(socket_, context.context());
  }
  /// Ends all operations with an error. Any number of times.
  void close() {
    error_code ignored;
    // Otherwise OpenSSL forbids to resume the session of a connection that ends without farewell.
    if (tls_) SSL_set_shutdown(tls_->native_handle(), SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
    socket_.shutdown(tcp_socket::shutdown_both, ignored);
    socket_.close(ignored);
  }
  /// False when the peer has closed an idle connection, or has sent what nobody asked for, and the
  /// loop does not know it yet.
  bool still_idle();

 private:
  tcp_socket socket_;
  std::optional<asio::ssl::stream<tcp_socket&>> tls_;
  std::uint64_t reads_begun_ = 0;
  std::function<void()> before_read_;
};

// Beast asks for these when a WebSocket ends. Its close frames have said the end, over TLS too.
inline void beast_close_socket(transport& stream) { stream.close(); }
template <class Handler>
void async_teardown(boost::beast::role_type, transport& stream, Handler&& handler) {
  error_code ignored;
  stream.socket().shutdown(tcp_socket::shutdown_send, ignored);
  asio::post(stream.get_executor(),
             [handler = std::forward<Handler>(handler)]() mutable { handler(error_code{}); });
}
inline void teardown(boost::beast::role_type, transport& stream, error_code& failed) {
  stream.close();
  failed = {};
}

/// Brings a transport to an endpoint: check, resolve, connect, TLS. Once.
class connector : public std::enable_shared_from_this<connector> {
 public:
  struct wish {
    endpoint to;
    tls_trust trust;
    /// Null without TLS.
    std::shared_ptr<tls_context> tls;
    std::chrono::milliseconds timeout{};
  };
  using done_call = std::function<void(result<void>)>;

  /// `owner` keeps `stream` alive until the last operation on it has ended.
  connector(std::shared_ptr<void> owner, transport& stream, wish what, done_call done);
  /// `done` follows exactly once, and not from within, unless `cancel` comes first.
  void start();
  void cancel();

 private:
  void resolve();
  void connect(std::vector<tcp::endpoint> addresses);
  void shake_hands();
  void finish(result<void> outcome);

  std::shared_ptr<void> owner_;
  transport& stream_;
  wish what_;
  done_call done_;
  tcp_resolver resolver_;
  loop_timer timer_;
};

/// The error of an operation on an established connection: its end, or what TLS found wrong.
error connection_error(const error_code& failed, const std::string& where);

}  // namespace bw::net
