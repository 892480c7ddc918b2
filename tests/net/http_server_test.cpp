#include "net/http_server.hpp"

#include <gmock/gmock.h>

#include "tests/net/net_fixture.hpp"

namespace bw::net {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

class http_server_test : public net_test {
 protected:
  std::uint16_t serve(http_server_options options = {}) {
    server.emplace(
        loop, std::move(options),
        http_server_handlers{.on_request = [this](http_request request, responder answer) {
          requests.push_back(std::move(request));
          if (handle) return handle(std::move(answer));
          answer({.body = "ok"});
        }});
    auto port = server->start();
    EXPECT_TRUE(port) << port.failure().text();
    return port ? *port : std::uint16_t{0};
  }
  /// The answer to raw bytes, up to the end of the connection.
  std::string answer_to(std::uint16_t port, const std::string& bytes) {
    raw_caller caller{loop, port};
    caller.send(bytes);
    EXPECT_TRUE(run_until([&] { return caller.ended(); })) << bytes.substr(0, 80);
    return caller.received();
  }

  std::optional<http_server> server;
  std::vector<http_request> requests;
  std::function<void(responder)> handle;
};

TEST_F(http_server_test, answers_requests_one_after_the_other_on_one_connection) {
  raw_caller caller{loop, serve()};
  // Two at once: the second waits in the buffer.
  caller.send("GET /a HTTP/1.1\r\nHost: x\r\n\r\nPOST /b HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc");
  const std::string one = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
  ASSERT_TRUE(run_until([&] { return caller.received() == one + one; })) << caller.received();
  ASSERT_EQ(requests.size(), 2u);
  EXPECT_EQ(requests[0].target, "/a");
  EXPECT_EQ(requests[1].method, "POST");
  EXPECT_EQ(requests[1].body, "abc");
  caller.send("GET /c HTTP/1.0\r\n\r\n");
  ASSERT_TRUE(run_until([&] { return caller.ended(); }));
  EXPECT_THAT(caller.received(), HasSubstr("Connection: close"));
}

TEST_F(http_server_test, refuses_with_the_status_of_the_reason) {
  const auto port = serve({.header_bytes_max = 512, .body_bytes_max = 100});
  const auto long_header = "GET / HTTP/1.1\r\nX: " + std::string(600, 'x') + "\r\n\r\n";
  const struct {
    const char* status;
    std::string bytes;
  } table[] = {
      {"400", "nonsense\r\n\r\n"},
      {"400", "GET / HTTP/9.9\r\n\r\n"},
      {"400", "POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n"},
      {"405", "TRACE / HTTP/1.1\r\n\r\n"},
      {"405", "CONNECT a:1 HTTP/1.1\r\n\r\n"},
      {"411", "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
      {"413", "POST / HTTP/1.1\r\nContent-Length: 101\r\n\r\n"},
      {"417", "POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n"},
      {"431", long_header},
      {"404",
       "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
       "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"},
  };
  for (const auto& row : table)
    EXPECT_THAT(answer_to(port, row.bytes), StartsWith(std::string{"HTTP/1.1 "} + row.status))
        << row.bytes;
  EXPECT_TRUE(requests.empty());
}

// The refusal must reach a client that is still writing its too long body.
TEST_F(http_server_test, a_refusal_survives_bytes_that_nobody_read) {
  const auto port = serve({.body_bytes_max = 10});
  EXPECT_THAT(
      answer_to(port, "POST / HTTP/1.1\r\nContent-Length: 20000\r\n\r\n" + std::string(20000, 'x')),
      StartsWith("HTTP/1.1 413"));
}

TEST_F(http_server_test, answers_408_to_a_request_that_never_ends_and_503_for_a_slow_handler) {
  const auto port = serve({.request_timeout = std::chrono::milliseconds{50}});
  EXPECT_THAT(answer_to(port, "GET / HTT"), StartsWith("HTTP/1.1 408"));
  EXPECT_THAT(answer_to(port, "POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nab"),
              StartsWith("HTTP/1.1 408"));
  responder late;
  handle = [&](responder answer) { late = std::move(answer); };
  EXPECT_THAT(answer_to(port, "GET / HTTP/1.1\r\n\r\n"), StartsWith("HTTP/1.1 503"));
  late({.body = "too late"});
}

TEST_F(http_server_test, closes_an_idle_connection) {
  const auto port = serve({.idle_timeout = std::chrono::milliseconds{30}});
  EXPECT_EQ(answer_to(port, ""), "");
}

TEST_F(http_server_test, takes_an_answer_later_and_only_once) {
  std::vector<responder> waiting;
  handle = [&](responder answer) { waiting.push_back(std::move(answer)); };
  raw_caller caller{loop, serve()};
  caller.send("GET / HTTP/1.1\r\n\r\n");
  ASSERT_TRUE(run_until([&] { return waiting.size() == 1; }));
  waiting[0]({.body = "first"});
  waiting[0]({.body = "second"});
  ASSERT_TRUE(run_until([&] { return caller.received().ends_with("first"); }));
  // An answer to the request before is not taken for one to this.
  caller.send("GET / HTTP/1.1\r\n\r\n");
  ASSERT_TRUE(run_until([&] { return waiting.size() == 2; }));
  waiting[0]({.body = "stale"});
  waiting[1]({.body = "third"});
  ASSERT_TRUE(run_until([&] { return caller.received().ends_with("third"); }));
  EXPECT_THAT(caller.received(), Not(HasSubstr("stale")));
  EXPECT_THAT(caller.received(), Not(HasSubstr("second")));
}

TEST_F(http_server_test, an_answer_after_the_end_goes_nowhere) {
  responder late;
  handle = [&](responder answer) { late = std::move(answer); };
  {
    raw_caller caller{loop, serve()};
    caller.send("GET / HTTP/1.1\r\n\r\n");
    ASSERT_TRUE(run_until([&] { return late != nullptr; }));
  }
  server->stop();
  late({});
  settle();
  server.reset();
  late({});
  settle();
}

TEST_F(http_server_test, status_zero_cuts_the_connection) {
  handle = [](responder answer) { answer({.status = 0}); };
  EXPECT_EQ(answer_to(serve(), "GET / HTTP/1.1\r\n\r\n"), "");
}

TEST_F(http_server_test, closes_connections_beyond_the_limit) {
  const auto port = serve({.connections_max = 2});
  raw_caller first{loop, port};
  raw_caller second{loop, port};
  settle();
  raw_caller third{loop, port};
  ASSERT_TRUE(run_until([&] { return third.ended(); }));
  EXPECT_FALSE(first.ended() || second.ended());
  first.link->close();
  settle();
  raw_caller fourth{loop, port};
  fourth.send("GET / HTTP/1.1\r\n\r\n");
  EXPECT_TRUE(run_until([&] { return fourth.received().ends_with("ok"); }));
}

TEST_F(http_server_test, refuses_addresses_that_others_can_reach) {
  for (const auto* address : {"0.0.0.0", "::", "192.168.1.1", "8.8.8.8", "example.com", ""}) {
    http_server other{loop, {.address = address}, {}};
    const auto port = other.start();
    ASSERT_FALSE(port) << address;
    EXPECT_EQ(port.code(), ec::invalid_argument) << address;
  }
}

TEST_F(http_server_test, a_port_in_use_is_named_with_a_hint) {
  const auto port = serve();
  http_server other{loop, {.port = port}, {}};
  const auto answer = other.start();
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.code(), ec::address_in_use);
  EXPECT_THAT(answer.failure().context, HasSubstr("127.0.0.1:" + std::to_string(port)));
}

TEST_F(http_server_test, stops_in_the_middle_of_everything) {
  responder held;
  handle = [&](responder answer) { held = std::move(answer); };
  const auto port = serve();
  raw_caller idle{loop, port};
  raw_caller reading{loop, port};
  raw_caller handling{loop, port};
  reading.send("GET / HT");
  handling.send("GET / HTTP/1.1\r\n\r\n");
  ASSERT_TRUE(run_until([&] { return held != nullptr; }));
  server->stop();
  server->stop();
  EXPECT_TRUE(run_until([&] { return idle.ended() && reading.ended() && handling.ended(); }));
  server.reset();
  settle();
}

TEST_F(http_server_test, may_be_stopped_by_its_own_handler) {
  handle = [this](responder answer) {
    server->stop();
    answer({.body = "gone"});
  };
  EXPECT_EQ(answer_to(serve(), "GET / HTTP/1.1\r\n\r\n"), "");
}

}  // namespace
}  // namespace bw::net
