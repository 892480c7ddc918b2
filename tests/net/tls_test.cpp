#include <gmock/gmock.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <boost/asio/ssl.hpp>
#include <cstdio>
#include <filesystem>

#include "net/http_client.hpp"
#include "net/ws_client.hpp"
#include "tests/net/net_fixture.hpp"

namespace bw::net {
namespace {

namespace asio = boost::asio;
using testing::HasSubstr;

/// A key and a certificate that signs itself, made for one test.
struct certificate {
  certificate(const std::string& name, long seconds_left) {
    key = EVP_EC_gen("P-256");
    x509 = X509_new();
    X509_set_version(x509, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(x509), 1);
    X509_gmtime_adj(X509_getm_notBefore(x509), -7200);
    X509_gmtime_adj(X509_getm_notAfter(x509), seconds_left);
    X509_set_pubkey(x509, key);
    auto* subject = X509_get_subject_name(x509);
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>("test"), -1, -1, 0);
    X509_set_issuer_name(x509, subject);
    auto* names =
        X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, ("DNS:" + name).c_str());
    X509_add_ext(x509, names, -1);
    X509_EXTENSION_free(names);
    X509_sign(x509, key, EVP_sha256());
  }
  ~certificate() {
    X509_free(x509);
    EVP_PKEY_free(key);
  }
  certificate(const certificate&) = delete;
  certificate& operator=(const certificate&) = delete;

  std::string write_pem(const std::string& stem) const {
    const auto path = testing::TempDir() + stem + ".pem";
    auto* file = std::fopen(path.c_str(), "w");
    PEM_write_X509(file, x509);
    std::fclose(file);
    return path;
  }

  EVP_PKEY* key = nullptr;
  X509* x509 = nullptr;
};

/// A TLS server that answers every connection's first bytes and counts handshakes.
class tls_peer {
 public:
  using stream = asio::ssl::stream<asio::ip::tcp::socket>;

  tls_peer(io_loop& loop, const certificate& shown)
      : context_(asio::ssl::context::tls_server),
        acceptor_(loop.context(), {asio::ip::address_v4::loopback(), 0}) {
    SSL_CTX_use_certificate(context_.native_handle(), shown.x509);
    SSL_CTX_use_PrivateKey(context_.native_handle(), shown.key);
    SSL_CTX_set_session_id_context(context_.native_handle(),
                                   reinterpret_cast<const unsigned char*>("t"), 1);
    accept();
  }
  std::uint16_t port() const { return acceptor_.local_endpoint().port(); }
  void limit_to(int version) { SSL_CTX_set_max_proto_version(context_.native_handle(), version); }

  std::string answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
  bool hang_up_after = false;
  int handshakes = 0, resumed = 0, requests = 0;
  std::string server_name;

 private:
  struct link {
    explicit link(stream s) : tls(std::move(s)) {}
    stream tls;
    std::array<char, 4096> scratch{};
  };
  void accept() {
    acceptor_.async_accept([this](auto failed, asio::ip::tcp::socket socket) {
      if (failed) return;
      auto made = std::make_shared<link>(stream{std::move(socket), context_});
      made->tls.async_handshake(asio::ssl::stream_base::server, [this, made](auto refused) {
        if (refused) return;
        ++handshakes;
        resumed += SSL_session_reused(made->tls.native_handle());
        if (const char* name =
                SSL_get_servername(made->tls.native_handle(), TLSEXT_NAMETYPE_host_name))
          server_name = name;
        read(made);
      });
      accept();
    });
  }
  void read(const std::shared_ptr<link>& from) {
    from->tls.async_read_some(asio::buffer(from->scratch), [this, from](auto failed, std::size_t) {
      if (failed) return;
      ++requests;
      asio::async_write(from->tls, asio::buffer(answer), [this, from](auto, std::size_t) {
        if (hang_up_after)
          from->tls.next_layer().close();
        else
          read(from);
      });
    });
  }

  asio::ssl::context context_;
  asio::ip::tcp::acceptor acceptor_;
};

constexpr auto host = "venue.test";

class tls_test : public net_test {
 protected:
  http_outcome ask(std::uint16_t port, const tls_trust& trust) {
    if (!client || client_port != port)
      client = std::make_unique<http_client>(loop, endpoint{trust.test_host, port}, options, time,
                                             trust);
    client_port = port;
    std::optional<http_outcome> outcome;
    client->send({}, [&](http_outcome x) { outcome = std::move(x); });
    EXPECT_TRUE(run_until([&] { return outcome.has_value(); }));
    return *outcome;
  }

  http_client_options options{.connections = 1};
  std::unique_ptr<http_client> client;
  std::uint16_t client_port = 0;
};

TEST_F(tls_test, talks_to_a_host_whose_certificate_is_known) {
  const certificate shown{host, 3600};
  tls_peer peer{loop, shown};
  const auto outcome = ask(peer.port(), {host, shown.write_pem("known")});
  ASSERT_TRUE(outcome.response) << outcome.response.failure().text();
  EXPECT_EQ(outcome.response->body, "ok");
  EXPECT_EQ(peer.server_name, host);
}

TEST_F(tls_test, refuses_a_certificate_that_signs_itself) {
  const certificate shown{host, 3600};
  tls_peer peer{loop, shown};
  // The system's authorities do not know it, and that is all that production believes.
  const auto outcome = ask(peer.port(), {host, ""});
  ASSERT_FALSE(outcome.response);
  EXPECT_EQ(outcome.response.code(), ec::tls_failed);
  EXPECT_THAT(outcome.response.failure().context, HasSubstr("self"));
  EXPECT_FALSE(outcome.was_sent());
  EXPECT_EQ(peer.requests, 0);
}

TEST_F(tls_test, refuses_a_known_certificate_for_another_host) {
  for (const auto* name : {"other.test", "*.test", "v*.test", "venue.test.evil"}) {
    const certificate shown{name, 3600};
    tls_peer peer{loop, shown};
    const auto outcome = ask(peer.port(), {host, shown.write_pem("other")});
    ASSERT_FALSE(outcome.response) << name;
    EXPECT_EQ(outcome.response.code(), ec::tls_failed);
    EXPECT_THAT(outcome.response.failure().context, testing::ContainsRegex("[Hh]ostname")) << name;
  }
}

TEST_F(tls_test, refuses_an_expired_certificate_and_an_old_protocol) {
  const certificate expired{host, -3600};
  tls_peer late{loop, expired};
  EXPECT_THAT(ask(late.port(), {host, expired.write_pem("late")}).response.failure().context,
              HasSubstr("expired"));
  const certificate shown{host, 3600};
  tls_peer old{loop, shown};
  old.limit_to(TLS1_1_VERSION);
  EXPECT_EQ(ask(old.port(), {host, shown.write_pem("old")}).response.code(), ec::tls_failed);
}

TEST_F(tls_test, resumes_its_session_on_reconnect) {
  const certificate shown{host, 3600};
  for (const int version : {TLS1_3_VERSION, TLS1_2_VERSION}) {
    tls_peer peer{loop, shown};
    peer.limit_to(version);
    peer.answer = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
    const tls_trust trust{host, shown.write_pem("resume")};
    for (int k = 0; k < 3; ++k) EXPECT_TRUE(ask(peer.port(), trust).response);
    EXPECT_EQ(peer.handshakes, 3);
    EXPECT_EQ(peer.resumed, 2) << version;
  }
}

// Without a length, only TLS's farewell tells a whole body from one that somebody cut.
TEST_F(tls_test, a_body_that_ends_without_farewell_is_an_error) {
  const certificate shown{host, 3600};
  tls_peer peer{loop, shown};
  peer.answer = "HTTP/1.1 200 OK\r\n\r\n{\"qty\":1";
  peer.hang_up_after = true;
  const auto outcome = ask(peer.port(), {host, shown.write_pem("cut")});
  ASSERT_FALSE(outcome.response);
  EXPECT_EQ(outcome.response.code(), ec::connection_closed);
  EXPECT_TRUE(outcome.was_sent());
}

TEST_F(tls_test, a_websocket_follows_the_same_rules) {
  const certificate shown{host, 3600};
  tls_peer peer{loop, shown};
  std::vector<error> ends;
  const auto open = [&](const tls_trust& trust) {
    ends.clear();
    ws_client ws{loop,
                 {host, peer.port()},
                 {},
                 time,
                 {.on_close = [&](error why) { ends.push_back(std::move(why)); }},
                 trust};
    ws.start();
    EXPECT_TRUE(run_until([&] { return !ends.empty(); }));
    return ends.empty() ? ec::timed_out : ends[0].code;
  };
  EXPECT_EQ(open({host, ""}), ec::tls_failed);
  EXPECT_EQ(open({host, shown.write_pem("ws")}), ec::http_status) << "past TLS, no upgrade there";
  EXPECT_EQ(open({}), ec::invalid_argument);
}

TEST_F(tls_test, a_peer_that_does_not_shake_hands_times_out) {
  raw_peer peer{loop, [](auto&) {}};
  options.connect_timeout = std::chrono::milliseconds{50};
  const auto outcome = ask(peer.port(), {host, ""});
  EXPECT_EQ(outcome.response.code(), ec::timed_out);
  EXPECT_FALSE(outcome.was_sent());
}

}  // namespace
}  // namespace bw::net
