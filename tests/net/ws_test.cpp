#include <gmock/gmock.h>

#include <optional>

#include "net/http_server.hpp"
#include "net/ws_client.hpp"
#include "tests/net/net_fixture.hpp"

namespace bw::net {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

struct seen_message {
  std::string payload;
  frame_kind kind;
  friend bool operator==(const seen_message&, const seen_message&) = default;
};

class ws_test : public net_test {
 protected:
  /// A server that keeps its sessions and what they received.
  std::uint16_t serve(http_server_options options = {}) {
    server.emplace(
        loop, std::move(options),
        http_server_handlers{
            .check_upgrade =
                [this](const http_request& request) {
                  upgrade = request;
                  return refusal;
                },
            .on_upgrade =
                [this](const http_request&, std::shared_ptr<ws_session> session) {
                  sessions.push_back(session);
                  return ws_session_events{
                      .on_message =
                          [this, raw = session.get()](std::string_view payload, frame_kind kind) {
                            server_got.push_back({std::string{payload}, kind});
                            if (echo) raw->send(std::make_shared<std::string>(payload), kind);
                          },
                      .on_close = [this] { ++server_closes; },
                      .on_slow = [this] { ++server_slow; }};
                }});
    return *server->start();
  }
  ws_client& connect(std::uint16_t port, ws_client_options options = {}) {
    client.emplace(
        loop, endpoint{"127.0.0.1", port, security::plain_loopback}, std::move(options), time,
        ws_client_events{.on_open = [this] { ++opens; },
                         .on_message =
                             [this](std::string_view payload, frame_kind kind, mono_ns received) {
                               // The promised bytes behind the message can be read: valgrind and
                               // ASan agree.
                               volatile char sum = 0;
                               for (std::size_t k = 0; k < 64; ++k)
                                 sum = static_cast<char>(sum ^ payload.data()[payload.size() + k]);
                               EXPECT_GT(received.value, 0);
                               client_got.push_back({std::string{payload}, kind});
                               if (on_message) on_message();
                             },
                         .on_burst_end = [this] { bursts.push_back(client_got.size()); },
                         .on_close = [this](error why) { closes.push_back(std::move(why)); }});
    client->start();
    return *client;
  }
  testing::AssertionResult opened() {
    return run_until([this] { return opens == 1; });
  }
  testing::AssertionResult closed() {
    return run_until([this] { return !closes.empty(); });
  }

  std::optional<http_server> server;
  std::optional<ws_client> client;
  std::optional<http_response> refusal;
  http_request upgrade;
  std::vector<std::shared_ptr<ws_session>> sessions;
  std::vector<seen_message> server_got, client_got;
  std::vector<std::size_t> bursts;
  std::vector<error> closes;
  std::function<void()> on_message;
  bool echo = true;
  int opens = 0, server_closes = 0, server_slow = 0;
};

/// A server's frame: no mask.
std::string frame(std::uint8_t first, const std::string& payload) {
  std::string out{static_cast<char>(first)};
  if (payload.size() < 126) {
    out += static_cast<char>(payload.size());
  } else {
    out += {126, static_cast<char>(payload.size() >> 8), static_cast<char>(payload.size() & 255)};
  }
  return out + payload;
}
constexpr std::uint8_t text_frame = 0x81, close_frame = 0x88, ping_frame = 0x89;

/// The upgrade of a client that uses the key of RFC 6455's example, and the answer to it.
std::string raw_upgrade(const std::string& extra = {}) {
  return "GET /s HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
         "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
         extra + "\r\n";
}

TEST_F(ws_test, carries_text_and_binary_both_ways) {
  auto& ws = connect(serve(), {.target = "/stream?x=1", .headers = {{"X-Key", "k"}}});
  ws.send("sent before it is open");
  ASSERT_TRUE(opened());
  ws.send(std::string("\0\xff\x01", 3), frame_kind::binary);
  ws.send("");
  ASSERT_TRUE(run_until([&] { return client_got.size() == 3; }));
  EXPECT_THAT(client_got,
              ElementsAre(seen_message{"sent before it is open", frame_kind::text},
                          seen_message{std::string("\0\xff\x01", 3), frame_kind::binary},
                          seen_message{"", frame_kind::text}));
  EXPECT_EQ(server_got, client_got);
  EXPECT_EQ(upgrade.target, "/stream?x=1");
  EXPECT_EQ(find_header(upgrade.headers, "x-key"), "k");
}

TEST_F(ws_test, carries_large_messages_up_to_the_limit) {
  auto& ws = connect(serve(), {.message_bytes_max = 1000000});
  const std::string large(1000000, 'x');
  ws.send(large);
  ASSERT_TRUE(run_until([&] { return client_got.size() == 1; }));
  EXPECT_EQ(client_got[0].payload, large);
  sessions[0]->send(std::make_shared<std::string>(large + "x"), frame_kind::text);
  ASSERT_TRUE(closed());
  EXPECT_EQ(closes[0].code, ec::protocol_violation) << closes[0].text();
  ASSERT_TRUE(run_until([&] { return server_closes == 1; }));
}

// Compression is broken in the Beast releases that distributions carry.
TEST_F(ws_test, never_offers_and_never_accepts_compression) {
  raw_peer peer{loop, [](auto&) {}};
  connect(peer.port());
  ASSERT_TRUE(run_until([&] {
    return !peer.links.empty() && peer.links[0]->received.find("\r\n\r\n") != std::string::npos;
  }));
  EXPECT_THAT(peer.links[0]->received, Not(HasSubstr("Sec-WebSocket-Extensions")));
  EXPECT_THAT(peer.links[0]->received, Not(HasSubstr("deflate")));

  raw_caller caller{loop, serve()};
  caller.send(raw_upgrade("Sec-WebSocket-Extensions: permessage-deflate\r\n"));
  ASSERT_TRUE(run_until([&] { return caller.received().find("\r\n\r\n") != std::string::npos; }));
  EXPECT_THAT(caller.received(), HasSubstr("101"));
  EXPECT_THAT(caller.received(), Not(HasSubstr("Sec-WebSocket-Extensions")));
}

TEST_F(ws_test, an_answer_without_upgrade_is_an_error_by_its_status) {
  const struct {
    std::uint16_t status;
    ec code;
  } table[] = {{429, ec::rate_limited},
               {401, ec::http_status},
               {404, ec::http_status},
               {503, ec::http_status},
               {200, ec::http_status}};
  for (const auto& row : table) {
    refusal = http_response{.status = row.status, .body = "no"};
    closes.clear();
    connect(serve());
    ASSERT_TRUE(closed());
    EXPECT_EQ(closes[0].code, row.code) << closes[0].text();
    EXPECT_THAT(closes[0].context, HasSubstr(std::to_string(row.status)));
  }
  EXPECT_EQ(opens, 0);
}

TEST_F(ws_test, no_connection_no_upgrade_and_no_fit_host_are_reported_once) {
  raw_peer silent{loop, [](auto&) {}};
  connect(silent.port(), {.connect_timeout = std::chrono::milliseconds{50}});
  ASSERT_TRUE(closed());
  EXPECT_EQ(closes[0].code, ec::timed_out);

  const auto port = silent.port();
  silent.stop_listening();
  settle();
  closes.clear();
  connect(port);
  ASSERT_TRUE(closed());
  EXPECT_EQ(closes[0].code, ec::connection_failed);

  closes.clear();
  ws_client foreign{
      loop, {"example.com", 443, security::tls}, {}, time, {.on_close = [this](error why) {
        closes.push_back(std::move(why));
      }}};
  foreign.start();
  ASSERT_TRUE(closed());
  EXPECT_EQ(closes[0].code, ec::invalid_argument);

  closes.clear();
  connect(port, {.headers = {{"X", "a\r\nb"}}});
  ASSERT_TRUE(closed());
  EXPECT_EQ(closes[0].code, ec::invalid_argument);
  settle();
  EXPECT_EQ(closes.size(), 1u);
}

TEST_F(ws_test, the_peers_close_is_reported_with_code_and_text) {
  connect(serve());
  ASSERT_TRUE(opened());
  sessions[0]->close(1008, "slow " + std::string(200, 'x'));
  ASSERT_TRUE(closed());
  EXPECT_EQ(closes[0].code, ec::connection_closed);
  EXPECT_THAT(closes[0].context, HasSubstr("1008: slow xxx"));
  ASSERT_TRUE(run_until([&] { return server_closes == 1; }));
  settle();
  EXPECT_EQ(closes.size(), 1u);
}

TEST_F(ws_test, a_cut_connection_is_reported_by_both_sides) {
  connect(serve());
  ASSERT_TRUE(opened());
  ASSERT_TRUE(run_until([&] { return sessions.size() == 1; }));
  sessions[0]->abort();
  EXPECT_EQ(server_closes, 0) << "never from within a call";
  ASSERT_TRUE(closed());
  EXPECT_EQ(closes[0].code, ec::connection_closed);
  ASSERT_TRUE(run_until([&] { return server_closes == 1; }));
}

TEST_F(ws_test, close_sends_what_waits_and_ends_as_cancelled) {
  echo = false;
  auto& ws = connect(serve());
  ASSERT_TRUE(opened());
  for (int k = 0; k < 100; ++k) ws.send(std::to_string(k));
  ws.close();
  ws.close();
  ws.send("too late");
  ASSERT_TRUE(closed());
  EXPECT_EQ(closes[0].code, ec::cancelled) << closes[0].text();
  ASSERT_TRUE(run_until([&] { return server_closes == 1; }));
  EXPECT_EQ(server_got.size(), 100u);
  settle();
  EXPECT_EQ(closes.size(), 1u);
}

TEST_F(ws_test, the_servers_close_sends_what_waits) {
  connect(serve());
  ASSERT_TRUE(opened());
  for (int k = 0; k < 100; ++k)
    sessions[0]->send(std::make_shared<std::string>(std::to_string(k)), frame_kind::text);
  EXPECT_EQ(sessions[0]->queued(), 100u);
  sessions[0]->close(1000, "");
  ASSERT_TRUE(closed());
  EXPECT_EQ(client_got.size(), 100u);
}

/// A server that upgrades and then does nothing by itself.
class raw_ws_test : public ws_test {
 protected:
  ws_client& connect_raw(ws_client_options options = {}) {
    // The key is random, so a true server makes the answer; only its bytes are taken over.
    serve();
    peer.emplace(loop, [this](raw_peer::link& link) {
      if (upgraded || link.received.find("\r\n\r\n") == std::string::npos) return;
      upgraded = true;
      relay = std::make_unique<raw_caller>(loop, *port_of_server);
      relay->send(link.received);
      link.received.clear();
    });
    auto& ws = connect(peer->port(), std::move(options));
    EXPECT_TRUE(run_until(
        [&] { return relay && relay->received().find("\r\n\r\n") != std::string::npos; }));
    return ws;
  }
  /// The client's view begins with the upgrade's answer, followed by `bytes` in one piece.
  void answer_with(const std::string& bytes) { peer->links[0]->send(relay->received() + bytes); }
  raw_peer::link& link() { return *peer->links[0]; }

  std::uint16_t serve(http_server_options options = {}) {
    port_of_server = ws_test::serve(std::move(options));
    return *port_of_server;
  }
  std::optional<std::uint16_t> port_of_server;
  std::optional<raw_peer> peer;
  std::unique_ptr<raw_caller> relay;
  bool upgraded = false;
};

TEST_F(raw_ws_test, several_messages_of_one_read_end_in_one_burst) {
  connect_raw();
  answer_with(frame(text_frame, "one") + frame(text_frame, "two") + frame(text_frame, "three") +
              frame(text_frame, "cut in the middle").substr(0, 9));
  // The end of the burst does not wait for the message whose rest is still on its way.
  ASSERT_TRUE(run_until([&] { return !bursts.empty(); }));
  EXPECT_THAT(bursts, ElementsAre(3));
  link().send(frame(text_frame, "cut in the middle").substr(9));
  ASSERT_TRUE(run_until([&] { return bursts.size() == 2; }));
  EXPECT_EQ(client_got[3].payload, "cut in the middle");
  EXPECT_THAT(bursts, ElementsAre(3, 4));
}

// A flood that never pauses must not hold back the end of a burst.
TEST_F(raw_ws_test, a_flood_is_cut_into_bursts) {
  connect_raw();
  std::string flood;
  for (int k = 0; k < 2000; ++k) flood += frame(text_frame, "message " + std::to_string(k));
  answer_with(flood);
  ASSERT_TRUE(run_until([&] { return client_got.size() == 2000; }));
  EXPECT_GT(bursts.size(), 10u);
  EXPECT_LT(bursts.size(), 1000u);
  EXPECT_EQ(bursts.back(), 2000u);
}

TEST_F(raw_ws_test, fragments_arrive_as_one_message_and_pings_are_answered) {
  connect_raw();
  answer_with(frame(0x01, "hel") + frame(ping_frame, "p") + frame(0x80, "lo"));
  ASSERT_TRUE(run_until([&] { return client_got.size() == 1; }));
  EXPECT_EQ(client_got[0], (seen_message{"hello", frame_kind::text}));
  ASSERT_TRUE(run_until([&] { return !link().received.empty(); }));
  EXPECT_EQ(static_cast<std::uint8_t>(link().received[0]), 0x8a) << "a pong";
}

TEST_F(raw_ws_test, silence_brings_a_ping_and_then_the_end) {
  connect_raw({.silence_ping = std::chrono::milliseconds{40}});
  answer_with("");
  ASSERT_TRUE(opened());
  ASSERT_TRUE(run_until([&] { return !link().received.empty(); }));
  EXPECT_EQ(static_cast<std::uint8_t>(link().received[0]), ping_frame);
  EXPECT_TRUE(closes.empty());
  ASSERT_TRUE(closed());
  EXPECT_EQ(closes[0].code, ec::timed_out);
  EXPECT_THAT(closes[0].context, HasSubstr("silent"));
}

TEST_F(raw_ws_test, an_answered_ping_keeps_the_connection) {
  connect_raw({.silence_ping = std::chrono::milliseconds{20}});
  answer_with("");
  int pings = 0;
  ASSERT_TRUE(run_until([&] {
    if (!link().received.empty()) {
      ++pings;
      link().received.clear();
      link().send(frame(0x8a, ""));
    }
    return pings == 5;
  }));
  EXPECT_TRUE(closes.empty());
}

TEST_F(raw_ws_test, a_close_that_nobody_answers_ends_within_two_seconds) {
  auto& ws = connect_raw();
  answer_with("");
  ASSERT_TRUE(opened());
  const auto begin = std::chrono::steady_clock::now();
  ws.close();
  ASSERT_TRUE(closed());
  EXPECT_EQ(closes[0].code, ec::cancelled);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::milliseconds{2500});
}

TEST_F(raw_ws_test, bytes_that_break_the_protocol_end_the_connection) {
  for (const auto& bytes :
       {frame(0xc1, "reserved bit"), frame(0x83, "unknown opcode"), frame(text_frame, "\xff\xfe"),
        frame(0x80, "continues nothing"), std::string("\x81\x80\0\0\0\0", 6)}) {
    closes.clear();
    upgraded = false;
    opens = 0;
    connect_raw();
    answer_with(bytes);
    ASSERT_TRUE(closed());
    EXPECT_EQ(closes[0].code, ec::protocol_violation) << closes[0].text();
    client.reset();
    relay.reset();
  }
  EXPECT_TRUE(client_got.empty());
}

TEST_F(raw_ws_test, a_queue_that_nobody_reads_is_bounded) {
  auto& ws = connect_raw();
  answer_with("");
  ASSERT_TRUE(opened());
  const std::string large(100000, 'x');
  // What is being written counts as waiting.
  for (int k = 0; k < 1025; ++k) ws.send(large);
  EXPECT_TRUE(closes.empty());
  ASSERT_TRUE(closed());
  EXPECT_EQ(closes[0].code, ec::queue_full);
}

TEST_F(raw_ws_test, a_close_frame_of_the_peer_is_answered) {
  connect_raw();
  answer_with(frame(close_frame, std::string("\x03\xf0", 2) + "policy"));
  ASSERT_TRUE(closed());
  EXPECT_EQ(closes[0].code, ec::connection_closed);
  EXPECT_THAT(closes[0].context, HasSubstr("1008: policy"));
  ASSERT_TRUE(run_until([&] { return !link().received.empty(); }));
  EXPECT_EQ(static_cast<std::uint8_t>(link().received[0]), close_frame);
}

TEST_F(ws_test, a_slow_reader_is_told_of_and_cut_off) {
  const auto port = serve({.ws_queue_max = 50});
  raw_caller caller{loop, port};
  caller.send(raw_upgrade());
  ASSERT_TRUE(run_until([&] { return sessions.size() == 1; }));
  // The caller stops reading: cancel its pending read, then fill its socket.
  caller.link->socket.cancel();
  settle();
  const auto large = std::make_shared<std::string>(1 << 20, 'x');
  while (server_slow == 0) {
    sessions[0]->send(large, frame_kind::binary);
    loop.context().restart();
    loop.context().poll();
  }
  EXPECT_EQ(server_slow, 1);
  ASSERT_TRUE(run_until([&] { return server_closes == 1; }));
  sessions[0]->send(large, frame_kind::binary);
  EXPECT_EQ(server_slow, 1);
}

TEST_F(ws_test, the_client_may_be_destroyed_by_its_own_message) {
  connect(serve());
  ASSERT_TRUE(opened());
  on_message = [this] { client.reset(); };
  for (int k = 0; k < 10; ++k)
    sessions[0]->send(std::make_shared<std::string>("x"), frame_kind::text);
  ASSERT_TRUE(run_until([&] { return !client; }));
  ASSERT_TRUE(run_until([&] { return server_closes == 1; }));
  EXPECT_EQ(client_got.size(), 1u);
  EXPECT_TRUE(closes.empty());
}

TEST_F(ws_test, a_stopped_server_calls_nothing_back) {
  connect(serve());
  ASSERT_TRUE(opened());
  ASSERT_TRUE(run_until([&] { return sessions.size() == 1; }));
  server->stop();
  ASSERT_TRUE(closed());
  sessions[0]->send(std::make_shared<std::string>("x"), frame_kind::text);
  server.reset();
  settle();
  EXPECT_EQ(server_closes, 0);
}

TEST_F(ws_test, the_owner_may_end_a_session_at_once) {
  int ended = 0;
  http_server other{
      loop, {}, {.on_upgrade = [&](const http_request&, std::shared_ptr<ws_session> session) {
        session->abort();
        return ws_session_events{.on_close = [&] { ++ended; }};
      }}};
  connect(*other.start());
  ASSERT_TRUE(closed());
  EXPECT_TRUE(run_until([&] { return ended == 1; }));
}

}  // namespace
}  // namespace bw::net
