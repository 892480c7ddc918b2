#include "net/transport.ipp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>

#include <boost/asio/connect.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/ssl/error.hpp>
#include <cerrno>
#include <utility>

namespace bw::net {
namespace {

/// Where a context keeps its tls_context. Asio has taken the place that OpenSSL offers by default.
int owner_index() {
  static const int index = SSL_CTX_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
  return index;
}

/// Bytes that the peer does not acknowledge end the connection after so long; the kernel alone
/// would try for a quarter of an hour.
void give_up_unacknowledged(int socket) {
  constexpr unsigned after_ms = 10'000;
  ::setsockopt(socket, IPPROTO_TCP, TCP_USER_TIMEOUT, &after_ms, sizeof after_ms);
}

/// Called by OpenSSL for each session the peer hands out; 1 takes the reference.
int on_new_session(SSL* connection, SSL_SESSION* session) {
  auto* owner =
      static_cast<tls_context*>(SSL_CTX_get_ex_data(SSL_get_SSL_CTX(connection), owner_index()));
  owner->keep_session(session);
  return 1;
}

void load_authorities(SSL_CTX* context, const tls_trust& trust) {
  // A file that cannot be loaded leaves fewer authorities: every handshake then fails, visibly.
  if (!trust.test_host.empty() && !trust.test_authorities.empty()) {
    SSL_CTX_load_verify_locations(context, trust.test_authorities.c_str(), nullptr);
    return;
  }
  // By path and not by SSL_CTX_set_default_verify_paths, which lets the environment choose.
  SSL_CTX_load_verify_locations(context, nullptr, X509_get_default_cert_dir());
  SSL_CTX_load_verify_locations(context, X509_get_default_cert_file(), nullptr);
  ERR_clear_error();
}

/// The addresses of a loopback endpoint, without asking any name server.
std::vector<tcp::endpoint> loopback_addresses(const endpoint& to) {
  const tcp::endpoint v4{asio::ip::address_v4::loopback(), to.port};
  const tcp::endpoint v6{asio::ip::address_v6::loopback(), to.port};
  if (to.host == "::1") return {v6};
  if (to.host == "localhost") return {v4, v6};
  return {v4};
}

error handshake_error(const error_code& failed, SSL* connection, const endpoint& to) {
  const auto verdict = SSL_get_verify_result(connection);
  std::string why = failed.message();
  if (verdict != X509_V_OK)
    why = std::string{"the certificate is refused: "} + X509_verify_cert_error_string(verdict);
  return {ec::tls_failed, "TLS handshake with " + to.text() + " failed: " + why};
}

}  // namespace

tls_context::tls_context(const tls_trust& trust) : context_(asio::ssl::context::tls_client) {
  SSL_CTX* native = context_.native_handle();
  SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
  SSL_CTX_set_options(native, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
  // For TLS 1.2: forward secrecy and authenticated encryption only. TLS 1.3 has nothing else.
  SSL_CTX_set_cipher_list(native, "ECDHE+AESGCM:ECDHE+CHACHA20");
  SSL_CTX_set_verify(native, SSL_VERIFY_PEER, nullptr);
  load_authorities(native, trust);
  SSL_CTX_set_session_cache_mode(native, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
  SSL_CTX_set_ex_data(native, owner_index(), this);
  SSL_CTX_sess_set_new_cb(native, &on_new_session);
}

tls_context::~tls_context() {
  SSL_CTX_sess_set_new_cb(context_.native_handle(), nullptr);
  if (session_) SSL_SESSION_free(session_);
}

void tls_context::keep_session(SSL_SESSION* session) {
  if (session_) SSL_SESSION_free(session_);
  session_ = session;
}

bool transport::still_idle() {
  char byte = 0;
  const auto got = ::recv(socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  if (got < 0) return errno == EAGAIN || errno == EWOULDBLOCK;
  // Over TLS the peer may send tickets at any time; without it every byte is one too many.
  return got > 0 && uses_tls();
}

connector::connector(std::shared_ptr<void> owner, transport& stream, wish what, done_call done)
    : owner_(std::move(owner)),
      stream_(stream),
      what_(std::move(what)),
      done_(std::move(done)),
      resolver_(stream.get_executor()),
      timer_(stream.get_executor()) {}

void connector::start() {
  timer_.expires_after(what_.timeout);
  timer_.async_wait([self = shared_from_this()](const error_code& failed) {
    if (failed) return;
    self->finish({ec::timed_out, "no connection to " + self->what_.to.text() + " within " +
                                     std::to_string(self->what_.timeout.count()) + " ms"});
  });
  asio::post(stream_.get_executor(), [self = shared_from_this()] {
    if (auto fit = check_endpoint(self->what_.to, self->what_.trust); !fit)
      return self->finish(std::move(fit));
    self->resolve();
  });
}

void connector::cancel() {
  done_ = nullptr;
  timer_.cancel();
  resolver_.cancel();
  stream_.close();
}

void connector::resolve() {
  if (!done_) return;
  const auto& to = what_.to;
  if (to.how == security::plain_loopback || to.host == what_.trust.test_host)
    return connect(loopback_addresses(to));
  resolver_.async_resolve(
      to.host, std::to_string(to.port), tcp::resolver::numeric_service,
      [self = shared_from_this()](const error_code& failed, tcp::resolver::results_type found) {
        if (!self->done_) return;
        const auto& name = self->what_.to.host;
        if (failed)
          return self->finish(
              {ec::connection_failed, "cannot resolve " + name + ": " + failed.message()});
        std::vector<tcp::endpoint> addresses;
        for (const auto& entry : found)
          if (is_global_unicast(entry.endpoint().address().to_string()))
            addresses.push_back(entry.endpoint());
        if (addresses.empty())
          return self->finish(
              {ec::connection_failed, name + " resolves to no public address: check the DNS"});
        self->connect(std::move(addresses));
      });
}

void connector::connect(std::vector<tcp::endpoint> addresses) {
  // The list is moved into the handler's keeping, because the operation only refers to it.
  auto list = std::make_shared<std::vector<tcp::endpoint>>(std::move(addresses));
  asio::async_connect(
      stream_.socket(), *list,
      [self = shared_from_this(), list](const error_code& failed, const tcp::endpoint&) {
        if (!self->done_) return;
        if (failed)
          return self->finish({ec::connection_failed, "cannot connect to " + self->what_.to.text() +
                                                          ": " + failed.message()});
        error_code ignored;
        self->stream_.socket().set_option(tcp::no_delay{true}, ignored);
        give_up_unacknowledged(self->stream_.socket().native_handle());
        if (self->what_.to.how == security::tls) return self->shake_hands();
        self->finish({});
      });
}

void connector::shake_hands() {
  auto& tls = stream_.add_tls(*what_.tls);
  SSL* native = tls.native_handle();
  const auto& host = what_.to.host;
  SSL_set_hostflags(native, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  if (SSL_set1_host(native, host.c_str()) != 1 ||
      SSL_set_tlsext_host_name(native, host.c_str()) != 1)
    return finish({ec::tls_failed, "OpenSSL does not take the host name " + host});
  if (SSL_SESSION* session = what_.tls->session()) SSL_set_session(native, session);
  tls.async_handshake(asio::ssl::stream_base::client,
                      [self = shared_from_this(), native](const error_code& failed) {
                        if (!self->done_) return;
                        if (failed)
                          return self->finish(handshake_error(failed, native, self->what_.to));
                        self->finish({});
                      });
}

void connector::finish(result<void> outcome) {
  if (!done_) return;
  timer_.cancel();
  if (!outcome) {
    resolver_.cancel();
    stream_.close();
  }
  auto done = std::exchange(done_, nullptr);
  done(std::move(outcome));
}

error connection_error(const error_code& failed, const std::string& where) {
  if (failed == asio::ssl::error::stream_truncated)
    return {ec::connection_closed, where + " ended the connection without TLS's farewell"};
  if (failed.category() == asio::error::get_ssl_category())
    return {ec::tls_failed, "TLS with " + where + " failed: " + failed.message()};
  return {ec::connection_closed, "the connection to " + where + " ended: " + failed.message()};
}

}  // namespace bw::net
