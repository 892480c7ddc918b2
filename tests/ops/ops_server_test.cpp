#include "ops/ops_server.hpp"

#include <gmock/gmock.h>

#include <atomic>
#include <future>
#include <nlohmann/json.hpp>
#include <optional>
#include <thread>

#include "core/published.hpp"
#include "net/http_client.hpp"
#include "net/http_server.hpp"
#include "ops/request_guard.hpp"
#include "ops/routes.hpp"

namespace bw {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

/// The server on a loop and thread of its own, as in the program.
class ops_server_test : public ::testing::Test {
 protected:
  void SetUp() override {
    auto bound = server.start();
    ASSERT_TRUE(bound) << bound.failure().text();
    port = *bound;
    client.emplace(loop, net::endpoint{"127.0.0.1", port, net::security::plain_loopback},
                   net::http_client_options{}, time);
    runner = std::thread{[this] { loop.run(); }};
  }
  void TearDown() override {
    loop.stop();
    if (runner.joinable()) runner.join();
  }

  net::http_response ask(net::http_request request) {
    std::promise<net::http_outcome> promise;
    client->send(std::move(request), [&](net::http_outcome x) { promise.set_value(std::move(x)); });
    auto outcome = promise.get_future().get();
    EXPECT_TRUE(outcome.response);
    return outcome.response.value_or({});
  }
  net::http_response get(std::string target) { return ask({.target = std::move(target)}); }

  system_clock time;
  metrics_registry metrics;
  published<node_status> status;
  std::atomic<bool> alive{true};
  net::io_loop loop;
  ops_server server{loop,
                    {.port = 0},
                    {.status = [this] { return status.read(); },
                     .metrics = &metrics,
                     .time = &time,
                     .alive = [this] { return alive.load(); },
                     .limits = {.status_age_max = std::chrono::milliseconds{600}}}};
  std::optional<net::http_client> client;
  std::thread runner;
  std::uint16_t port = 0;
};

TEST_F(ops_server_test, serves_probes_metrics_and_status) {
  EXPECT_EQ(get("/livez").status, 200);
  EXPECT_EQ(get("/readyz").status, 503);
  EXPECT_EQ(get("/startupz").status, 503);
  EXPECT_EQ(get("/api/v1/status").status, 503);

  node_status now;
  now.trading = {trading_mode::active, 0};
  now.session.phase = session_phase::closed;
  now.order_stream.state = feed_state::synced;
  now.last_reconcile = utc_ns{1};
  now.mode = "sim";
  status.publish(now);
  metrics.add_counter("bellwether_x_total", "X.").add(7);

  EXPECT_EQ(get("/startupz").status, 200);
  const auto ready = get("/readyz");
  EXPECT_EQ(ready.status, 200) << ready.body;
  EXPECT_EQ(nlohmann::json::parse(ready.body)["state"], "ACTIVE");
  const auto page = get("/metrics");
  EXPECT_THAT(page.body, HasSubstr("bellwether_x_total 7\n"));
  EXPECT_THAT(page.body, HasSubstr("process_open_fds "));
  EXPECT_THAT(std::string{net::find_header(page.headers, "content-type")},
              StartsWith("text/plain; version=0.0.4"));
  const auto shown = get("/api/v1/status");
  EXPECT_EQ(shown.status, 200);
  EXPECT_EQ(nlohmann::json::parse(shown.body)["mode"], "sim");
}

TEST_F(ops_server_test, every_answer_carries_the_safety_headers) {
  for (const auto* target : {"/livez", "/metrics", "/nothing"}) {
    const auto answer = get(target);
    EXPECT_EQ(net::find_header(answer.headers, "x-content-type-options"), "nosniff");
    EXPECT_EQ(net::find_header(answer.headers, "cache-control"), "no-store");
    EXPECT_THAT(std::string{net::find_header(answer.headers, "content-security-policy")},
                HasSubstr("frame-ancestors 'none'"));
    EXPECT_EQ(net::find_header(answer.headers, "access-control-allow-origin"), "");
  }
}

TEST_F(ops_server_test, answers_unknown_paths_and_methods_with_an_error_body) {
  for (const auto* target : {"/", "/livez/", "/LIVEZ", "/api/v1", "//livez", "/livez%00"}) {
    const auto answer = get(target);
    EXPECT_EQ(answer.status, 404) << target;
    const auto body = nlohmann::json::parse(answer.body);
    EXPECT_EQ(body["error"]["code"], "not_found");
    EXPECT_TRUE(body["error"]["timestamp"].is_string());
  }
  for (const auto* method : {"POST", "PUT", "DELETE", "OPTIONS", "PATCH"}) {
    const auto answer = ask({.method = method, .target = "/livez"});
    EXPECT_EQ(answer.status, 405) << method;
    EXPECT_EQ(net::find_header(answer.headers, "allow"), "GET");
  }
  const auto head = ask({.method = "HEAD", .target = "/livez"});
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.body, "");
}

TEST_F(ops_server_test, shows_checks_as_lines_and_as_health_json) {
  const auto lines = get("/livez?verbose");
  EXPECT_EQ(lines.status, 200);
  EXPECT_THAT(lines.body, StartsWith("[+]threads ok\n"));
  EXPECT_EQ(get("/readyz?verbose&exclude=status").status, 200) << "the only check before a status";
  const auto json = ask({.target = "/readyz", .headers = {{"Accept", "application/health+json"}}});
  EXPECT_EQ(net::find_header(json.headers, "content-type"), "application/health+json");
  EXPECT_EQ(nlohmann::json::parse(json.body)["status"], "fail");
}

TEST_F(ops_server_test, a_node_that_stands_still_is_not_alive) {
  status.publish({});
  EXPECT_EQ(get("/livez").status, 200);
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{10};
  while (get("/livez").status == 200) ASSERT_LT(std::chrono::steady_clock::now(), deadline);
  status.publish({});
  EXPECT_EQ(get("/livez").status, 200);
  alive = false;
  EXPECT_EQ(get("/livez").status, 503);
}

TEST_F(ops_server_test, a_taken_port_and_a_public_address_are_refused) {
  const ops_sources sources{.status = [] { return nullptr; }, .metrics = &metrics, .time = &time};
  net::io_loop other_loop;
  ops_server taken{other_loop, {.port = port}, sources};
  EXPECT_EQ(taken.start().code(), ec::address_in_use);
  ops_server open{other_loop, {.address = "0.0.0.0", .port = 0}, sources};
  EXPECT_EQ(open.start().code(), ec::invalid_argument);
}

TEST(request_guard, answers_only_its_own_names_and_origins) {
  const struct {
    std::uint16_t status;
    net::header_list headers;
  } table[] = {
      {0, {{"Host", "127.0.0.1:8750"}}},
      {0, {{"Host", "localhost:8750"}}},
      {0, {{"host", "LocalHost:8750"}}},
      {0, {{"Host", "[::1]:8750"}}},
      {0, {{"Host", "localhost:8750"}, {"Origin", "http://localhost:8750"}}},
      {0, {{"Host", "localhost:8750"}, {"Sec-Fetch-Site", "none"}}},
      {0, {{"Host", "localhost:8750"}, {"Sec-Fetch-Site", "same-origin"}}},
      {421, {}},
      {421, {{"Host", ""}}},
      {421, {{"Host", "localhost"}}},
      {421, {{"Host", "localhost:8751"}}},
      {421, {{"Host", "evil.com:8750"}}},
      {421, {{"Host", "localhost:8750.evil.com"}}},
      {421, {{"Host", "localhost:8750"}, {"Host", "evil.com"}}},
      {403, {{"Host", "localhost:8750"}, {"Origin", "http://127.0.0.1:8750"}}},
      {403, {{"Host", "localhost:8750"}, {"Origin", "https://localhost:8750"}}},
      {403, {{"Host", "localhost:8750"}, {"Origin", "null"}}},
      {403, {{"Host", "localhost:8750"}, {"Origin", "http://evil.com"}}},
      {403, {{"Host", "localhost:8750"}, {"Sec-Fetch-Site", "cross-site"}}},
      {403, {{"Host", "localhost:8750"}, {"Sec-Fetch-Site", "same-site"}}},
  };
  for (const auto& row : table) {
    const auto refusal = refuse_foreign({.headers = row.headers}, 8750, utc_ns{0});
    EXPECT_EQ(refusal ? refusal->status : 0, row.status) << testing::PrintToString(row.headers);
  }
}

TEST(route_table, finds_the_route_by_path_and_method_and_may_answer_later) {
  route_table routes;
  net::responder waiting;
  routes.add_get("/a", [](const ops_request&) { return net::http_response{.body = "a"}; });
  routes.add("POST", "/a", [&](const ops_request&, net::responder answer) { waiting = answer; });
  std::vector<std::uint16_t> answers;
  const auto ask = [&](std::string method, std::string target) {
    ops_request request{.target = net::parse_target(target)};
    request.http.method = std::move(method);
    routes.answer(
        request, [&](net::http_response x) { answers.push_back(x.status); }, utc_ns{0});
  };
  ask("GET", "/a?x=1");
  ask("POST", "/a");
  EXPECT_THAT(answers, testing::ElementsAre(200));
  waiting({.status = 202});
  ask("DELETE", "/a");
  ask("GET", "/b");
  EXPECT_THAT(answers, testing::ElementsAre(200, 202, 405, 404));
}

}  // namespace
}  // namespace bw
