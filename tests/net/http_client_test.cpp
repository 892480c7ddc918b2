#include "net/http_client.hpp"

#include <gmock/gmock.h>

#include <optional>
#include <thread>

#include "net/http_server.hpp"
#include "tests/net/net_fixture.hpp"

namespace bw::net {
namespace {

using testing::HasSubstr;

class http_client_test : public net_test {
 protected:
  /// Answers "METHOD TARGET BODY" and counts.
  http_server make_echo() {
    return {loop, {}, {.on_request = [this](http_request request, responder answer) {
              ++requests;
              answer({.headers = {{"X-Seen", std::string{find_header(request.headers, "X-Mark")}}},
                      .body = request.method + " " + request.target + " " + request.body});
            }}};
  }
  std::unique_ptr<http_client> connect(std::uint16_t port, http_client_options options = {}) {
    return std::make_unique<http_client>(
        loop, endpoint{"127.0.0.1", port, security::plain_loopback}, std::move(options), time);
  }
  std::function<void(http_outcome)> keep() {
    return [this](http_outcome outcome) { outcomes.push_back(std::move(outcome)); };
  }
  http_outcome exchange(http_client& client, http_request request, last_gate gate = {}) {
    const auto before = outcomes.size();
    client.send(std::move(request), keep(), std::move(gate));
    EXPECT_TRUE(run_until([&] { return outcomes.size() > before; }));
    return outcomes.size() > before ? outcomes.back()
                                    : http_outcome{.response = error{ec::timed_out, "test"}};
  }

  int requests = 0;
  std::vector<http_outcome> outcomes;
};

constexpr auto empty_answer = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

TEST_F(http_client_test, exchanges_requests_and_reports_both_instants) {
  auto server = make_echo();
  auto client = connect(*server.start(), {.headers = {{"X-Mark", "m1"}}});
  const auto outcome =
      exchange(*client, {.method = "POST", .target = "/v2/orders?a=b", .body = "{}"});
  ASSERT_TRUE(outcome.response) << outcome.response.failure().text();
  EXPECT_EQ(outcome.response->status, 200);
  EXPECT_EQ(outcome.response->body, "POST /v2/orders?a=b {}");
  EXPECT_EQ(find_header(outcome.response->headers, "x-seen"), "m1");
  EXPECT_TRUE(outcome.was_sent());
  EXPECT_GE(outcome.answered, outcome.sent);
}

TEST_F(http_client_test, reuses_one_connection) {
  int answers = 0;
  raw_peer peer{loop, [&](auto& link) {
                  if (link.received.find("\r\n\r\n") == std::string::npos) return;
                  link.received.clear();
                  ++answers;
                  link.send(empty_answer);
                }};
  auto client = connect(peer.port());
  for (int k = 0; k < 5; ++k) EXPECT_TRUE(exchange(*client, {}).response);
  EXPECT_EQ(answers, 5);
  EXPECT_EQ(peer.links.size(), 1u);
}

TEST_F(http_client_test, warms_up_all_its_connections) {
  raw_peer peer{loop, [](auto&) {}};
  auto client = connect(peer.port(), {.connections = 3});
  client->warm_up();
  EXPECT_TRUE(run_until([&] { return peer.links.size() == 3; }));
  client->warm_up();
  settle();
  EXPECT_EQ(peer.links.size(), 3u);
}

TEST_F(http_client_test, a_gate_that_says_no_withdraws_the_request_unsent) {
  auto server = make_echo();
  auto client = connect(*server.start());
  const auto held = exchange(*client, {.method = "POST"}, [] { return false; });
  ASSERT_FALSE(held.response);
  EXPECT_EQ(held.response.code(), ec::halted);
  EXPECT_FALSE(held.was_sent());
  settle();
  EXPECT_EQ(requests, 0);
  // The connection is as good as before, for HEAD and all others.
  EXPECT_FALSE(exchange(*client, {.method = "HEAD"}, [] { return false; }).response);
  EXPECT_EQ(exchange(*client, {}, [] { return true; }).response->body, "GET / ");
}

// The gate decides at the last moment: after waiting in the queue, not when the call was made.
TEST_F(http_client_test, asks_the_gate_when_the_connection_is_ready) {
  std::vector<responder> answers;
  http_server server{loop, {}, {.on_request = [&](http_request, responder answer) {
                       answers.push_back(std::move(answer));
                     }}};
  auto client = connect(*server.start(), {.connections = 1});
  bool open = true;
  client->send({}, keep());
  client->send({}, keep(), [&] { return open; });
  ASSERT_TRUE(run_until([&] { return answers.size() == 1; }));
  open = false;
  answers[0]({});
  ASSERT_TRUE(run_until([&] { return outcomes.size() == 2; }));
  EXPECT_TRUE(outcomes[0].response);
  EXPECT_EQ(outcomes[1].response.code(), ec::halted);
  EXPECT_EQ(answers.size(), 1u);
}

TEST_F(http_client_test, silence_after_the_request_is_a_timeout_of_something_sent) {
  raw_peer peer{loop, [](auto&) {}};
  auto client = connect(peer.port(), {.response_timeout = std::chrono::milliseconds{50}});
  const auto outcome = exchange(*client, {.method = "POST", .target = "/v2/orders?x=1"});
  ASSERT_FALSE(outcome.response);
  EXPECT_EQ(outcome.response.code(), ec::timed_out);
  EXPECT_THAT(outcome.response.failure().context, HasSubstr("POST /v2/orders from"));
  EXPECT_TRUE(outcome.was_sent());
  EXPECT_EQ(outcome.answered, mono_ns{});
}

TEST_F(http_client_test, a_refused_connection_ends_all_waiting_requests_unsent) {
  std::uint16_t port = 0;
  {
    raw_peer gone{loop, [](auto&) {}};
    port = gone.port();
    gone.stop_listening();
    settle();
  }
  auto client = connect(port);
  for (int k = 0; k < 5; ++k) client->send({}, keep());
  ASSERT_TRUE(run_until([&] { return outcomes.size() == 5; }));
  for (const auto& outcome : outcomes) {
    EXPECT_EQ(outcome.response.code(), ec::connection_failed);
    EXPECT_FALSE(outcome.was_sent());
  }
}

TEST_F(http_client_test, a_peer_that_hangs_up_before_the_answer_leaves_it_sent) {
  raw_peer peer{loop, [](auto& link) { link.close(); }};
  auto client = connect(peer.port());
  const auto outcome = exchange(*client, {.method = "POST"});
  EXPECT_EQ(outcome.response.code(), ec::connection_closed);
  EXPECT_TRUE(outcome.was_sent());
  EXPECT_EQ(peer.links.size(), 1u);
}

// The peer ends an idle connection; the next request goes over a fresh one, whether or not the loop
// has seen the end before.
TEST_F(http_client_test, replaces_a_keep_alive_connection_that_the_peer_closed) {
  raw_peer peer{loop, [](auto& link) { link.send(empty_answer); }};
  auto client = connect(peer.port());
  for (const bool seen : {true, false}) {
    ASSERT_TRUE(exchange(*client, {.method = "POST"}).response);
    const auto before = peer.links.size();
    peer.links.back()->close();
    if (seen) settle();
    const auto outcome = exchange(*client, {.method = "POST"});
    EXPECT_TRUE(outcome.response);
    EXPECT_EQ(peer.links.size(), before + 1);
  }
}

// An answer nobody asked for must never be taken for the answer to the next request.
TEST_F(http_client_test, does_not_take_a_surplus_answer_for_the_next_one) {
  raw_peer peer{loop, [](auto& link) {
                  link.send(
                      "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nA"
                      "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nB");
                }};
  auto client = connect(peer.port());
  EXPECT_EQ(exchange(*client, {}).response->body, "A");
  EXPECT_EQ(exchange(*client, {}).response->body, "A");
  EXPECT_EQ(peer.links.size(), 2u);
  peer.links.back()->send("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nC");
  EXPECT_EQ(exchange(*client, {}).response->body, "A");
}

// Half an answer before the question: the rest must not pass for the answer.
TEST_F(http_client_test, does_not_complete_a_surplus_answer_with_the_next_request) {
  for (const auto* half :
       {"HTTP/1.1 200 OK\r\nConte", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nX"}) {
    raw_peer peer{loop,
                  [](auto& link) { link.send("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nA"); }};
    auto client = connect(peer.port());
    EXPECT_EQ(exchange(*client, {}).response->body, "A");
    peer.links.back()->send(half);
    settle();
    EXPECT_EQ(exchange(*client, {}).response->body, "A");
    EXPECT_EQ(peer.links.size(), 2u);
  }
}

TEST_F(http_client_test, keeps_to_the_limit_of_the_body) {
  raw_peer peer{loop, [](auto& link) {
                  link.send("HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n12345678901");
                }};
  auto client = connect(peer.port(), {.body_bytes_max = 10});
  const auto outcome = exchange(*client, {});
  ASSERT_FALSE(outcome.response);
  EXPECT_EQ(outcome.response.code(), ec::out_of_range);
  EXPECT_TRUE(outcome.was_sent());
}

TEST_F(http_client_test, reads_chunks_heads_and_interim_answers) {
  raw_peer peer{loop, [](auto& link) {
                  if (link.received.starts_with("HEAD"))
                    link.send("HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n");
                  else
                    link.send(
                        "HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\n"
                        "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");
                  link.received.clear();
                }};
  auto client = connect(peer.port(), {.connections = 1});
  EXPECT_EQ(exchange(*client, {}).response->body, "abcde");
  EXPECT_EQ(exchange(*client, {.method = "HEAD"}).response->body, "");
  EXPECT_EQ(exchange(*client, {}).response->body, "abcde");
  EXPECT_EQ(peer.links.size(), 1u);
}

TEST_F(http_client_test, what_is_no_http_is_a_violation_of_the_protocol) {
  for (const auto* bytes : {"220 smtp ready\r\n\r\n", "HTTP/1.1 101 Switching Protocols\r\n\r\n"}) {
    raw_peer peer{loop, [&](auto& link) { link.send(bytes); }};
    auto client = connect(peer.port());
    EXPECT_EQ(exchange(*client, {}).response.code(), ec::protocol_violation) << bytes;
  }
}

TEST_F(http_client_test, a_body_cut_short_is_an_error) {
  raw_peer peer{loop, [](auto& link) {
                  link.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n123");
                  link.close();
                }};
  auto client = connect(peer.port());
  EXPECT_EQ(exchange(*client, {}).response.code(), ec::connection_closed);
}

TEST_F(http_client_test, a_full_queue_refuses_at_once) {
  raw_peer peer{loop, [](auto&) {}};
  auto client = connect(peer.port(), {.connections = 1, .queue_max = 2});
  ASSERT_TRUE(run_until([&] {
    client->warm_up();
    return peer.links.size() == 1;
  }));
  settle();
  for (int k = 0; k < 4; ++k) client->send({}, keep());
  EXPECT_TRUE(outcomes.empty()) << "never from within send";
  ASSERT_TRUE(run_until([&] { return outcomes.size() == 1; }));
  EXPECT_EQ(outcomes[0].response.code(), ec::queue_full);
  EXPECT_FALSE(outcomes[0].was_sent());
}

TEST_F(http_client_test, close_ends_what_is_under_way_and_refuses_the_rest) {
  raw_peer peer{loop, [](auto&) {}};
  auto client = connect(peer.port(), {.connections = 1});
  client->send({}, keep());
  client->send({}, keep());
  ASSERT_TRUE(run_until([&] { return !peer.links.empty() && !peer.links[0]->received.empty(); }));
  client->close();
  client->send({}, keep());
  ASSERT_TRUE(run_until([&] { return outcomes.size() == 3; }));
  for (const auto& outcome : outcomes) EXPECT_EQ(outcome.response.code(), ec::cancelled);
  EXPECT_EQ(
      std::count_if(outcomes.begin(), outcomes.end(), [](const auto& x) { return x.was_sent(); }),
      1);
}

TEST_F(http_client_test, may_be_destroyed_by_its_own_answer_and_then_calls_nothing) {
  auto server = make_echo();
  auto client = connect(*server.start(), {.connections = 1});
  int answers = 0;
  for (int k = 0; k < 3; ++k)
    client->send({}, [&](http_outcome) {
      ++answers;
      client.reset();
    });
  ASSERT_TRUE(run_until([&] { return answers == 1; }));
  settle();
  EXPECT_EQ(answers, 1);
}

TEST_F(http_client_test, takes_requests_from_other_threads) {
  auto server = make_echo();
  auto client = connect(*server.start());
  constexpr int each = 20;
  std::vector<std::thread> callers;
  for (int k = 0; k < 3; ++k)
    callers.emplace_back([&] {
      for (int n = 0; n < each; ++n) client->send({}, keep());
    });
  for (auto& caller : callers) caller.join();
  EXPECT_TRUE(outcomes.empty());
  EXPECT_TRUE(run_until([&] { return outcomes.size() == 3 * each; }));
  for (const auto& outcome : outcomes) EXPECT_TRUE(outcome.response);
}

TEST_F(http_client_test, refuses_foreign_hosts_and_malformed_requests_unsent) {
  http_client foreign{loop, {"example.com", 443, security::tls}, {}, time};
  EXPECT_EQ(exchange(foreign, {}).response.code(), ec::invalid_argument);
  http_client open_text{loop, {"api.alpaca.markets", 80, security::plain_loopback}, {}, time};
  EXPECT_EQ(exchange(open_text, {}).response.code(), ec::invalid_argument);
  auto server = make_echo();
  auto client = connect(*server.start());
  EXPECT_EQ(exchange(*client, {.target = "/a b"}).response.code(), ec::invalid_argument);
  EXPECT_EQ(requests, 0);
}

}  // namespace
}  // namespace bw::net
