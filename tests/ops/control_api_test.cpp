// The way in for people: who may act, what is understood, and that nothing acts without a token.

#include "ops/control_api.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

#include "tests/feeds/loop_thread.hpp"

namespace bw {
namespace {

constexpr const char* good_token = "0123456789abcdef0123456789abcdef";

struct control_api_test : testing::Test {
  control_api_test() {
    add_control_routes(routes, where.loop, time, {good_token, [this](control_request x, auto done) {
                                                    asked.push_back(x);
                                                    done(answer);
                                                  }});
  }

  net::http_response send(const char* path, std::string body, net::header_list headers) {
    ops_request request;
    request.http.method = "POST";
    request.http.target = path;
    request.http.headers = std::move(headers);
    request.http.body = std::move(body);
    request.target = net::parse_target(path);
    std::optional<net::http_response> out;
    where.on_loop([&] {
      routes.answer(
          request, [&](net::http_response x) { where.change([&] { out = std::move(x); }); },
          time.utc_now());
    });
    EXPECT_TRUE(where.wait_until([&] { return out.has_value(); }));
    return out.value_or(net::http_response{});
  }
  net::http_response send(const char* path, std::string body) {
    return send(path, std::move(body),
                {{"Content-Type", "application/json"},
                 {"Authorization", std::string{"Bearer "} + good_token}});
  }

  system_clock time;
  route_table routes;
  std::vector<control_request> asked;
  control_answer answer{true, "done"};
  loop_thread where;
};

TEST_F(control_api_test, carries_limits_overrides_and_strategies) {
  EXPECT_EQ(
      send("/api/v1/limits/lower", R"({"who":"ann","why":"x","limits":{"risk.max_qty":"100"}})")
          .status,
      200);
  EXPECT_EQ(
      send("/api/v1/override", R"({"strategy":"momentum","symbol":"AAPL","side":"buy","qty":"5"})")
          .status,
      200);
  EXPECT_EQ(send("/api/v1/strategies/enable", R"({"strategy":"momentum"})").status, 200);
  ASSERT_EQ(asked.size(), 3u);
  EXPECT_EQ(asked[0].verb, control_verb::lower_limits);
  ASSERT_EQ(asked[0].limits.settings.size(), 1u);
  EXPECT_EQ(asked[0].limits.settings[0].key, "risk.max_qty");
  EXPECT_EQ(asked[0].limits.settings[0].value, "100");
  EXPECT_EQ(asked[1].verb, control_verb::let_pass);
  EXPECT_EQ(asked[1].strategy + asked[1].symbol + asked[1].side + asked[1].qty, "momentumAAPLbuy5");
  EXPECT_EQ(asked[2].verb, control_verb::put_back);
  for (const char* wrong : {R"({"limits":[]})", R"({"limits":{"risk.max_qty":100}})",
                            R"({"limits":"risk.max_qty=1"})", R"({"qty":5})"})
    EXPECT_EQ(send("/api/v1/limits/lower", wrong).status, 400) << wrong;
}

TEST_F(control_api_test, carries_every_field_of_a_request) {
  const auto said = send("/api/v1/halt", R"({"kill":true,"who":"ann","why":"odd"})");
  EXPECT_EQ(said.status, 200);
  EXPECT_EQ(nlohmann::json::parse(said.body)["text"], "done");
  ASSERT_EQ(asked.size(), 1u);
  EXPECT_EQ(asked[0].verb, control_verb::halt);
  EXPECT_TRUE(asked[0].kill);
  EXPECT_EQ(asked[0].who, "ann");
  EXPECT_EQ(asked[0].why, "odd");
}

TEST_F(control_api_test, a_refusal_is_a_conflict) {
  answer = {false, "KILL is cleared only in a process that started after the kill"};
  EXPECT_EQ(send("/api/v1/resume", R"({"reason":"kill","who":"ann","why":"x"})").status, 409);
}

TEST_F(control_api_test, nothing_acts_without_the_token) {
  for (const char* header : {"", "Bearer ", "Bearer 0123456789abcdef0123456789abcdeX",
                             "Bearer 0123456789abcdef0123456789abcdef0", "Basic abc"}) {
    const auto said = send("/api/v1/halt", "{}",
                           {{"Content-Type", "application/json"}, {"Authorization", header}});
    EXPECT_EQ(said.status, 401) << header;
  }
  EXPECT_TRUE(asked.empty());
}

TEST_F(control_api_test, guessing_locks_everything_but_a_halt) {
  for (int k = 0; k < 5; ++k) send("/api/v1/resume", "{}", {{"Authorization", "Bearer no"}});
  EXPECT_EQ(send("/api/v1/resume", "{}").status, 429) << "even the right one waits";
  EXPECT_TRUE(asked.empty());
  EXPECT_EQ(send("/api/v1/halt", "{}").status, 200);
}

TEST_F(control_api_test, a_body_of_another_form_is_refused) {
  for (const char* body : {"[", "[]", "7", R"({"who":7})", R"({"kill":"yes"})"})
    EXPECT_EQ(send("/api/v1/halt", body).status, 400) << body;
  const auto text = send(
      "/api/v1/halt", "{}",
      {{"Content-Type", "text/plain"}, {"Authorization", std::string{"Bearer "} + good_token}});
  EXPECT_EQ(text.status, 415);
  EXPECT_TRUE(asked.empty());
}

TEST(control_api, a_token_that_is_too_short_opens_nothing) {
  net::io_loop loop;
  const system_clock time;
  route_table routes;
  add_control_routes(routes, loop, time, {"short", [](control_request, auto) {}});
  ops_request request;
  request.http.method = "POST";
  request.target = net::parse_target("/api/v1/halt");
  std::uint16_t status = 0;
  routes.answer(
      request, [&](const net::http_response& x) { status = x.status; }, time.utc_now());
  EXPECT_EQ(status, 404);
}

}  // namespace
}  // namespace bw
