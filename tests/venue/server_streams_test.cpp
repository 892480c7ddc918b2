#include "tests/venue/server_fixture.hpp"

namespace bw::venue::tests {
namespace {

const json keys_for_data = {{"action", "auth"}, {"key", "key"}, {"secret", "secret"}};
const json connected = {{"T", "success"}, {"msg", "connected"}};
const json authenticated = {{"T", "success"}, {"msg", "authenticated"}};

json stream_error_of(int code, const std::string& message) {
  return {{"T", "error"}, {"code", code}, {"msg", message}};
}

json authorization(const std::string& status, const std::string& action) {
  return {{"stream", "authorization"}, {"data", {{"status", status}, {"action", action}}}};
}

const json login = {{"action", "authenticate"},
                    {"data", {{"key_id", "key"}, {"secret_key", "secret"}}}};
const json listen = {{"action", "listen"}, {"data", {{"streams", {"trade_updates", "other"}}}}};
const json listening = {{"stream", "listening"}, {"data", {{"streams", {"trade_updates"}}}}};

const std::string market_buy =
    R"({"symbol":"AAPL","qty":"2","side":"buy","type":"market","time_in_force":"day",
        "client_order_id":"mine"})";

net::header_list packed_codec() { return {{"Content-Type", "application/msgpack"}}; }

TEST(server_trade_stream, tells_the_life_of_an_order_in_binary_frames) {
  socket_venue venue;
  stream_client client{venue.loop, venue.port, "/stream"};
  client.say(login);
  EXPECT_EQ(client.hears(), authorization("authorized", "authenticate"));
  client.say(listen, net::frame_kind::binary);
  EXPECT_EQ(client.hears(), listening);
  EXPECT_EQ(client.last_kind(), net::frame_kind::binary);

  EXPECT_EQ(venue.ask_json("POST", "/v2/orders", market_buy)["status"], "pending_new");
  for (const auto* event : {"pending_new", "new", "fill"}) {
    const auto update = client.hears();
    EXPECT_EQ(update["stream"], "trade_updates");
    EXPECT_EQ(update["data"]["event"], event);
    EXPECT_EQ(update["data"]["order"]["client_order_id"], "mine");
  }
  const auto counts = venue.counts();
  EXPECT_EQ(counts.orders, 1U);
  EXPECT_EQ(counts.fills, 1U);
  EXPECT_EQ(counts.requests, 1U);
  EXPECT_EQ(counts.trade_connections, 1U);
  EXPECT_EQ(counts.stream_messages, 5U);
}

TEST(server_trade_stream, takes_both_forms_of_authentication_and_text_frames_on_request) {
  auto options = socket_venue::usual_options();
  options.trade_frames = net::frame_kind::text;
  socket_venue venue{options};
  stream_client client{venue.loop, venue.port, "/stream"};
  client.say({{"action", "auth"}, {"key", "key"}, {"secret", "secret"}});
  EXPECT_EQ(client.hears(), authorization("authorized", "authenticate"));
  EXPECT_EQ(client.last_kind(), net::frame_kind::text);
}

TEST(server_trade_stream, refuses_strangers_and_ends_after_bad_keys) {
  auto options = socket_venue::usual_options();
  options.key_id = "key";
  options.secret_key = secret{"another"};
  socket_venue venue{options};
  stream_client client{venue.loop, venue.port, "/stream"};
  client.say(listen);
  EXPECT_EQ(client.hears(), authorization("unauthorized", "listen"));
  client.say_raw("{nonsense");
  EXPECT_EQ(client.hears()["action"], "error");
  client.say(login);
  EXPECT_EQ(client.hears(), authorization("unauthorized", "authenticate"));
  client.server_ends();
}

TEST(server_trade_stream, ends_with_who_does_not_authenticate_in_time) {
  auto options = socket_venue::usual_options();
  options.auth_timeout = std::chrono::milliseconds{50};
  socket_venue venue{options};
  stream_client silent{venue.loop, venue.port, "/stream"};
  stream_client known{venue.loop, venue.port, "/stream", usual_keys()};
  stream_client quick{venue.loop, venue.port, "/stream"};
  quick.say(login);
  EXPECT_EQ(quick.hears(), authorization("authorized", "authenticate"));
  EXPECT_EQ(silent.hears(), authorization("unauthorized", "authenticate"));
  silent.server_ends();
  for (auto* client : {&known, &quick}) {
    client->say(listen);
    EXPECT_EQ(client->hears(), listening) << "the others stay";
  }
}

TEST(server_trade_stream, is_silent_for_who_stopped_listening_and_speaks_messagepack_on_request) {
  socket_venue venue;
  stream_client quiet{venue.loop, venue.port, "/stream"};
  stream_client packed{venue.loop, venue.port, "/stream", packed_codec()};
  for (auto* client : {&quiet, &packed}) {
    client->say(login);
    EXPECT_EQ(client->hears(), authorization("authorized", "authenticate"));
    client->say(listen);
    EXPECT_EQ(client->hears(), listening);
  }
  quiet.say({{"action", "listen"}, {"data", {{"streams", json::array()}}}});
  EXPECT_EQ(quiet.hears(), json::parse(R"({"stream":"listening","data":{"streams":[]}})"));
  venue.ask_json("POST", "/v2/orders", market_buy);
  EXPECT_EQ(packed.hears()["data"]["event"], "pending_new");
  packed.hears_where([](const json& x) { return x["data"]["event"] == "fill"; });
  // Had it been told of the order, that would come first.
  quiet.say(listen);
  EXPECT_EQ(quiet.hears(), listening);
}

TEST(server_data_stream, greets_authenticates_subscribes_and_delivers) {
  socket_venue venue;
  stream_client client{venue.loop, venue.port, "/v2/iex"};
  EXPECT_EQ(client.hears(), connected);
  client.say(keys_for_data);
  EXPECT_EQ(client.hears(), authenticated);
  client.say({{"action", "subscribe"},
              {"quotes", {"AAPL"}},
              {"trades", {"F"}},
              {"bars", {"*"}},
              {"dailyBars", {"SPY"}}});
  const auto acknowledged = client.hears();
  EXPECT_EQ(acknowledged["T"], "subscription");
  EXPECT_EQ(acknowledged["quotes"], json::array({"AAPL"}));
  EXPECT_EQ(acknowledged["cancelErrors"], json::array({"F"}));
  EXPECT_EQ(acknowledged["statuses"], json::array());

  std::set<std::string> heard;
  while (heard.size() < 4) {
    const auto message = client.hears();
    if (message.is_null()) break;
    const auto type = message["T"].get<std::string>();
    const std::map<std::string, json> symbols = {{"q", "AAPL"}, {"t", "F"}, {"d", "SPY"}};
    if (symbols.count(type) != 0) {
      EXPECT_EQ(message["S"], symbols.at(type));
    }
    if (type == "d") {
      EXPECT_EQ(message["t"], "2026-11-02T05:00:00Z");
      EXPECT_EQ(message["n"], 300) << "30 minutes of the day with 10 trades each";
    }
    heard.insert(type);
  }
  EXPECT_EQ(heard, (std::set<std::string>{"q", "t", "b", "d"}));

  client.say({{"action", "unsubscribe"},
              {"quotes", {"AAPL"}},
              {"trades", {"F"}},
              {"bars", {"*"}},
              {"dailyBars", {"SPY"}}});
  const auto last = client.hears_where([](const json& x) { return x["T"] == "subscription"; });
  for (const auto* channel : {"quotes", "trades", "bars", "dailyBars", "corrections"})
    EXPECT_EQ(last[channel], json::array()) << channel;
  // Nothing is under way any more: the next thing heard answers the next thing said.
  client.say(keys_for_data);
  EXPECT_EQ(client.hears(), stream_error_of(403, "already authenticated"));
}

TEST(server_data_stream, speaks_messagepack_with_times_as_their_own_type) {
  socket_venue venue;
  stream_client client{venue.loop, venue.port, "/v2/sip", packed_codec()};
  EXPECT_EQ(client.hears(), connected);
  EXPECT_EQ(client.last_kind(), net::frame_kind::binary);
  client.say(keys_for_data);
  EXPECT_EQ(client.hears(), authenticated);
  client.say({{"action", "subscribe"}, {"quotes", {"AAPL"}}});
  EXPECT_EQ(client.hears()["quotes"], json::array({"AAPL"}));
  const auto quote = client.hears();
  EXPECT_EQ(quote["T"], "q");
  EXPECT_EQ(quote["ap"], 100.0);
  ASSERT_TRUE(quote["t"].is_binary());
  EXPECT_EQ(quote["t"].get_binary().subtype(), 0xff);
}

TEST(server_data_stream, the_test_stream_acknowledges_its_three_channels) {
  socket_venue venue;
  stream_client client{venue.loop, venue.port, "/v2/test", usual_keys()};
  EXPECT_EQ(client.hears(), connected);
  EXPECT_EQ(client.hears(), authenticated) << "the handshake carried the keys";
  client.say({{"action", "subscribe"}, {"statuses", {"*"}}});
  EXPECT_EQ(client.hears(),
            json::parse(R"({"T":"subscription","trades":[],"quotes":[],"bars":[]})"));
}

TEST(server_data_stream, errors_that_leave_the_connection_open) {
  auto options = socket_venue::usual_options();
  options.iex_symbols_max = 1;
  socket_venue venue{options};
  stream_client client{venue.loop, venue.port, "/v2/iex"};
  EXPECT_EQ(client.hears(), connected);
  client.say({{"action", "subscribe"}, {"bars", {"F"}}});
  EXPECT_EQ(client.hears(), stream_error_of(401, "not authenticated"));
  client.say_raw("[1,2");
  EXPECT_EQ(client.hears(), stream_error_of(400, "invalid syntax"));
  client.say(keys_for_data);
  EXPECT_EQ(client.hears(), authenticated);
  client.say({{"action", "dance"}});
  EXPECT_EQ(client.hears(), stream_error_of(400, "invalid syntax"));
  client.say({{"action", "subscribe"}, {"quotes", {"F", "SPY"}}});
  EXPECT_EQ(client.hears(), stream_error_of(405, "symbol limit exceeded"));
}

TEST(server_data_stream, errors_that_end_the_connection) {
  auto options = socket_venue::usual_options();
  options.key_id = "key";
  options.secret_key = secret{"secret"};
  options.sip_entitled = false;
  socket_venue venue{options};
  {
    stream_client stranger{venue.loop, venue.port, "/v2/iex"};
    EXPECT_EQ(stranger.hears(), connected);
    stranger.say({{"action", "auth"}, {"key", "key"}, {"secret", "wrong"}});
    EXPECT_EQ(stranger.hears(), stream_error_of(402, "auth failed"));
    stranger.server_ends();
  }
  {
    stream_client without_plan{venue.loop, venue.port, "/v2/sip", usual_keys()};
    EXPECT_EQ(without_plan.hears(), connected);
    EXPECT_EQ(without_plan.hears(), stream_error_of(409, "insufficient subscription"));
    without_plan.server_ends();
  }
}

TEST(server_data_stream, one_connection_for_each_endpoint_until_it_ends) {
  socket_venue venue;
  stream_client first{venue.loop, venue.port, "/v2/iex", usual_keys()};
  first.hears();
  EXPECT_EQ(first.hears(), authenticated);
  stream_client elsewhere{venue.loop, venue.port, "/v2/sip", usual_keys()};
  elsewhere.hears();
  EXPECT_EQ(elsewhere.hears(), authenticated);
  {
    stream_client second{venue.loop, venue.port, "/v2/iex", usual_keys()};
    second.hears();
    EXPECT_EQ(second.hears(), stream_error_of(406, "connection limit exceeded"));
    second.server_ends();
  }
  first.ends();
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (venue.counts().data_connections > 1 && std::chrono::steady_clock::now() < deadline) {
  }
  stream_client third{venue.loop, venue.port, "/v2/iex", usual_keys()};
  third.hears();
  EXPECT_EQ(third.hears(), authenticated);
}

TEST(server_data_stream, who_does_not_authenticate_in_time_is_sent_away) {
  auto options = socket_venue::usual_options();
  options.auth_timeout = std::chrono::milliseconds{50};
  socket_venue venue{options};
  stream_client silent{venue.loop, venue.port, "/v2/iex"};
  EXPECT_EQ(silent.hears(), connected);
  EXPECT_EQ(silent.hears(), stream_error_of(404, "auth timeout"));
  silent.server_ends();
}

TEST(server_upgrade, other_paths_have_no_stream) {
  socket_venue venue;
  stream_client client{venue.loop, venue.port, "/v2/nowhere"};
  client.server_ends();
}

}  // namespace
}  // namespace bw::venue::tests
