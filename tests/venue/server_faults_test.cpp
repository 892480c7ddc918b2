// The fault script's seams over real sockets.

#include <gtest/gtest.h>

#include "tests/support/program.hpp"
#include "tests/venue/server_fixture.hpp"

namespace bw::venue::tests {
namespace {

using std::chrono::milliseconds;

venue_options with(std::vector<fault_rule> rules, fault_begin begin = fault_begin::first_client) {
  auto out = socket_venue::usual_options();
  out.speed = 60;
  out.requests_per_minute = 0;
  fault_script script;
  script.begin = begin;
  script.rules = std::move(rules);
  out.faults = std::move(script);
  return out;
}

fault_rule on_order(fault_action what) {
  fault_rule out;
  out.method = "POST";
  out.path = "/v2/orders";
  out.what = what;
  out.count = 1;
  return out;
}

const char* const order =
    R"({"symbol":"AAPL","qty":"1","side":"buy","type":"limit","limit_price":"50",
        "time_in_force":"day","client_order_id":"one"})";

std::uint16_t post(socket_venue& venue) {
  return venue.ask({"POST", "/v2/orders", usual_keys(), order}).status;
}
std::size_t orders(socket_venue& venue) {
  return venue.ask_json("GET", "/v2/orders?status=all").size();
}

TEST(ServerFaults, ALostRequestHasNoEffectAndALostAnswerHas) {
  socket_venue lost{with({on_order(fault_action::drop)})};
  EXPECT_EQ(post(lost), 0);
  EXPECT_EQ(orders(lost), 0u);
  EXPECT_EQ(post(lost), 200) << "once is enough";
  socket_venue unanswered{with({on_order(fault_action::lose_answer)})};
  EXPECT_EQ(post(unanswered), 0);
  EXPECT_EQ(orders(unanswered), 1u);
}

TEST(ServerFaults, AnotherStatusMayHideThatTheOrderExists) {
  auto rule = on_order(fault_action::status);
  rule.code = 504;
  rule.body = "<html>";
  socket_venue refused{with({rule})};
  EXPECT_EQ(post(refused), 504);
  EXPECT_EQ(orders(refused), 0u);
  rule.applied = true;
  socket_venue applied{with({rule})};
  EXPECT_EQ(post(applied), 504);
  EXPECT_EQ(orders(applied), 1u);
}

TEST(ServerFaults, ALateAnswerHasItsEffectAtOnceAndALateRequestLater) {
  auto rule = on_order(fault_action::delay);
  rule.delay = milliseconds{150};
  for (const auto what : {fault_action::delay, fault_action::delay_request}) {
    rule.what = what;
    socket_venue venue{with({rule})};
    system_clock time;
    const auto start = time.mono_now();
    EXPECT_EQ(post(venue), 200);
    EXPECT_GE(time.mono_now() - start, milliseconds{150});
    EXPECT_EQ(orders(venue), 1u);
  }
}

TEST(ServerFaults, ARateLimitSaysWhenItEnds) {
  auto rule = on_order(fault_action::rate_limit);
  rule.lasting = std::chrono::seconds{30};
  socket_venue venue{with({rule})};
  const auto answer = venue.ask({"POST", "/v2/orders", usual_keys(), order});
  EXPECT_EQ(answer.status, 429);
  const auto reset = net::find_header(answer.headers, "X-RateLimit-Reset");
  EXPECT_GT(std::stoll(std::string{reset}), utc("2026-11-02T14:59:59Z").value / 1'000'000'000 + 29);
}

TEST(ServerFaults, AHandshakeCanBeRefusedOnce) {
  fault_rule rule;
  rule.on = fault_point::connect;
  rule.what = fault_action::status;
  rule.path = "/v2/*";
  rule.code = 429;
  rule.count = 1;
  socket_venue venue{with({rule})};
  venue.ask_json("GET", "/v2/clock");
  stream_client refused{venue.loop, venue.port, "/v2/iex"};
  refused.server_ends();
  stream_client admitted{venue.loop, venue.port, "/v2/iex"};
  EXPECT_EQ(admitted.hears().at("msg"), "connected");
}

TEST(ServerFaults, StreamMessagesAreDroppedDoubledAndRewritten) {
  fault_rule connected;
  connected.on = fault_point::data_message;
  connected.match = "\"connected\"";
  connected.what = fault_action::duplicate;
  connected.count = 1;
  fault_rule welcome = connected;
  welcome.match = "\"authenticated\"";
  welcome.what = fault_action::rewrite;
  welcome.replace = R"([{"T":"error","code":406,"msg":"connection limit exceeded"}])";
  socket_venue venue{with({connected, welcome})};
  venue.ask_json("GET", "/v2/clock");
  stream_client client{venue.loop, venue.port, "/v2/iex"};
  EXPECT_EQ(client.hears().at("msg"), "connected");
  EXPECT_EQ(client.hears().at("msg"), "connected") << "twice";
  client.say({{"action", "auth"}, {"key", "key"}, {"secret", "secret"}});
  EXPECT_EQ(client.hears().at("code"), 406);
}

TEST(ServerFaults, ASilentSymbolIsSilentAloneAndAClosedPortOpensAgain) {
  fault_rule silent;
  silent.on = fault_point::tick;
  silent.what = fault_action::drop;
  silent.symbol = "SPY";
  fault_rule closed;
  closed.on = fault_point::time;
  closed.what = fault_action::refuse;
  closed.from = milliseconds{300};
  closed.lasting = milliseconds{100};
  socket_venue venue{with({silent, closed})};
  venue.ask_json("GET", "/v2/clock");
  stream_client client{venue.loop, venue.port, "/v2/iex"};
  client.hears();
  client.say({{"action", "auth"}, {"key", "key"}, {"secret", "secret"}});
  client.hears();
  client.say({{"action", "subscribe"}, {"quotes", {"AAPL", "SPY"}}});
  client.hears();
  EXPECT_EQ(client.hears_where([](const json& x) { return x.value("T", "") == "q"; }).at("S"),
            "AAPL");
  client.server_ends();
  EXPECT_TRUE(bw::tests::eventually(patience, [&] {
    return venue.ask({"GET", "/v2/clock", usual_keys(), ""}).status == 200;
  }));
}

TEST(ServerFaults, SomebodyElseUsesTheAccountAndTheTollIsShown) {
  fault_rule act;
  act.on = fault_point::time;
  act.what = fault_action::act;
  act.method = "POST";
  act.path = "/v2/orders";
  act.body = R"({"symbol":"AAPL","qty":"1","side":"buy","type":"limit","limit_price":"50",)"
             R"("time_in_force":"day","client_order_id":"hand-{n}"})";
  act.times = 300;
  socket_venue venue{with({act}, fault_begin::first_order)};
  EXPECT_EQ(orders(venue), 0u);
  EXPECT_EQ(post(venue), 200);
  fault_progress went;
  EXPECT_TRUE(bw::tests::eventually(patience, [&] {
    venue.on_loop([&] { went = venue.service->faults(); });
    return went.over;
  })) << "no key and no request budget stand in the way";
  EXPECT_EQ(venue.ask_json("GET", "/v2/orders?status=all&limit=500").size(), 301u);
  EXPECT_EQ(went.tallies.at(0).acted, 1u);
}

TEST(ServerFaults, TheToldClockIsWrongAndTheMarketsIsNot) {
  fault_rule step;
  step.on = fault_point::time;
  step.what = fault_action::clock_step;
  step.by = std::chrono::hours{1};
  socket_venue venue{with({step})};
  std::string told;
  EXPECT_TRUE(bw::tests::eventually(patience, [&] {
    told = venue.ask_json("GET", "/v2/clock").value("timestamp", "");
    return told.find("T11:") != std::string::npos;
  })) << told;
  EXPECT_LT(venue.counts().now, utc("2026-11-02T15:30:00Z"));
}

fault_rule on_trade(fault_action what) {
  fault_rule out;
  out.on = fault_point::tick;
  out.what = what;
  out.symbol = "AAPL";
  out.behind = 3;
  out.shift_bp = -50;
  return out;
}

/// What a client hears of a trade, and what GET trades shows of it afterwards.
struct mended_trade {
  json told;
  json word;
  json listed = json::array();
};
mended_trade mend(fault_action what, const char* type, net::header_list headers = {}) {
  socket_venue venue{with({on_trade(what)})};
  stream_client client{venue.loop, venue.port, "/v2/iex", std::move(headers)};
  client.say({{"action", "auth"}, {"key", "key"}, {"secret", "secret"}});
  client.say({{"action", "subscribe"}, {"trades", {"AAPL"}}});
  mended_trade out;
  // What was told before the subscription may be mended after it.
  std::map<std::uint64_t, json> trades;
  const auto* key = what == fault_action::cancel ? "i" : "oi";
  out.word = client.hears_where([&](const json& x) {
    if (x["T"] == "t") trades[x["i"].get<std::uint64_t>()] = x;
    return x["T"] == type && trades.count(x[key].get<std::uint64_t>()) != 0;
  });
  const auto id = out.word.value(key, std::uint64_t{0});
  out.told = trades[id];
  const auto page =
      venue.ask_json("GET", "/v2/stocks/AAPL/trades?limit=10000&start=2026-11-02&end=2026-11-03");
  for (const auto& each : page["trades"])
    if (each["i"] == id) out.listed.push_back(each);
  return out;
}

TEST(ServerFaults, ATradeIsCorrectedAfterwards) {
  for (const auto& codec :
       {net::header_list{}, net::header_list{{"Content-Type", "application/msgpack"}}}) {
    const auto x = mend(fault_action::correct, "c", codec);
    ASSERT_TRUE(x.told.is_object()) << "the trade itself comes first: " << x.word;
    EXPECT_EQ(x.word["op"], x.told["p"]);
    EXPECT_EQ(x.word["os"], x.told["s"]);
    EXPECT_EQ(x.word["oc"], x.told["c"]);
    EXPECT_EQ(x.word["cs"], x.told["s"]);
    EXPECT_NEAR(x.word["cp"].get<double>(), x.told["p"].get<double>() * 0.995, 0.005);
    for (const auto* key :
         {"T", "S", "x", "oi", "op", "os", "oc", "ci", "cp", "cs", "cc", "t", "z"})
      EXPECT_TRUE(x.word.contains(key)) << key;
    ASSERT_EQ(x.listed.size(), 1u);
    EXPECT_EQ(x.listed[0]["p"], x.word["cp"]);
  }
}

TEST(ServerFaults, ATradeIsTakenBackAfterwards) {
  const auto x = mend(fault_action::cancel, "x");
  ASSERT_TRUE(x.told.is_object()) << x.word;
  EXPECT_EQ(x.word["p"], x.told["p"]);
  EXPECT_EQ(x.word["s"], x.told["s"]);
  EXPECT_EQ(x.word["a"], "C");
  EXPECT_TRUE(x.listed.empty()) << "it is in no list any more";
}

}  // namespace
}  // namespace bw::venue::tests
