#include <gmock/gmock.h>

#include "tests/app/command_line_fixture.hpp"
#include "tests/support/program.hpp"
#include "tests/venue/server_fixture.hpp"

namespace bw {
namespace {

using ::testing::HasSubstr;

/// Each command against a venue on a real port.
class broker_command : public command_line_test {
 protected:
  command_outcome ask(std::vector<std::string> words) const {
    words.insert(words.begin(), "broker");
    words.insert(words.end(), {"--venue", std::to_string(venue_.port)});
    return run(std::move(words));
  }
  nlohmann::json ask_json(std::vector<std::string> words) const {
    words.push_back("--json");
    const auto x = ask(std::move(words));
    EXPECT_EQ(x.code, 0) << x.err;
    EXPECT_EQ(x.err, "");
    return nlohmann::json::parse(x.out, nullptr, false);
  }
  venue::tests::json order(const char* limit) {
    return venue_.ask_json("POST", "/v2/orders",
                           std::string{R"({"symbol":"AAPL","qty":"1","side":"buy",)"} +
                               R"("type":"limit","time_in_force":"day","limit_price":")" + limit +
                               "\"}");
  }

  mutable venue::tests::socket_venue venue_;
};

TEST_F(broker_command, tells_the_account_and_what_is_around_it) {
  EXPECT_EQ(ask_json({"account"})["account"]["cash"], "100000");
  EXPECT_EQ(ask_json({"config"})["configuration"]["suspend_trade"], false);
  EXPECT_EQ(ask_json({"clock"})["clock"]["is_open"], true);
  EXPECT_EQ(ask_json({"calendar", "--from", "2026-10-30", "--to", "2026-11-02"})["calendar"].size(),
            2u);
  EXPECT_EQ(ask_json({"assets"})["assets"].size(), 3u);
  EXPECT_EQ(ask_json({"assets", "F"})["asset"]["class"], "us_equity");
  EXPECT_TRUE(ask_json({"history", "--period", "1D"})["history"].contains("timeframe"));
  EXPECT_EQ(ask_json({"positions"})["positions"].size(), 0u);
  EXPECT_EQ(ask_json({"activities"})["activities"].size(), 0u);
  const auto text = ask({"account"});
  EXPECT_EQ(text.code, 0);
  EXPECT_THAT(text.out, HasSubstr("cash"));
  EXPECT_THAT(text.out, HasSubstr("100000"));
}

TEST_F(broker_command, tells_orders_and_says_when_there_are_more) {
  const auto first = order("50");
  order("51");
  order("52");
  const auto some = ask_json({"orders", "--limit", "2"});
  EXPECT_EQ(some["orders"].size(), 2u);
  EXPECT_EQ(some["more"], true);
  EXPECT_EQ(ask_json({"orders"})["more"], false);
  const auto one = ask_json({"orders", first["id"]});
  EXPECT_EQ(one["order"]["limit_price"], "50");
  EXPECT_EQ(ask_json({"orders", first["client_order_id"]})["order"]["id"], first["id"]);
  const auto text = ask({"orders", "--limit", "2"});
  EXPECT_THAT(text.out, HasSubstr("client_order_id"));
  EXPECT_THAT(text.err, HasSubstr("--limit"));
  EXPECT_EQ(ask_json({"orders", "--symbol", "F"})["orders"].size(), 0u);
}

TEST_F(broker_command, tells_the_market) {
  const auto bars = ask_json(
      {"bars", "AAPL", "F", "--from", "2026-10-30T13:30:00Z", "--to", "2026-10-30T13:39:00Z"});
  EXPECT_EQ(bars["bars"].size(), 20u);
  // A market that has just begun has told little.
  EXPECT_TRUE(tests::eventually(std::chrono::seconds{20}, [&] {
    return ask_json({"quotes", "AAPL", "--limit", "3"})["quotes"].size() == 3u &&
           ask_json({"trades", "AAPL", "--limit", "1"})["trades"].size() == 1u;
  }));
  EXPECT_EQ(ask_json({"trades", "AAPL", "--limit", "1"})["trades"][0]["S"], "AAPL");
  EXPECT_EQ(ask_json({"latest", "AAPL", "F"})["quotes"].size(), 2u);
  EXPECT_EQ(ask_json({"latest", "AAPL", "--what", "bars"})["bars"][0]["S"], "AAPL");
  EXPECT_EQ(ask_json({"snapshot", "AAPL"})["snapshots"][0]["symbol"], "AAPL");
  const auto news = ask_json({"news", "--limit", "3", "--content"});
  EXPECT_EQ(news["news"].size(), 3u);
  EXPECT_EQ(news["more"], true);
  EXPECT_THAT(ask({"bars", "AAPL", "--from", "2026-10-30", "--limit", "2"}).out,
              HasSubstr("volume"));
  EXPECT_THAT(ask({"news", "NOSUCH"}).out, HasSubstr("none"));
}

TEST_F(broker_command, what_is_wrong_is_one_line_and_a_code) {
  EXPECT_EQ(ask({"positions", "AAPL"}).code, 2) << "no such position";
  EXPECT_EQ(ask({"orders", "no-such-order"}).code, 2);
  EXPECT_EQ(ask({"bars", "AAPL", "--from", "yesterday"}).code, 2);
  EXPECT_EQ(ask({"bars"}).code, 2);
  EXPECT_EQ(ask({"latest", "AAPL", "--what", "rumours"}).code, 2);
  EXPECT_EQ(ask({"bars", "AAPL", "--timeframe", "7Lightyears"}).code, 5);
  const auto typo = run({"broker", "acount"});
  EXPECT_EQ(typo.code, 2);
  EXPECT_THAT(typo.err, HasSubstr("account"));
  const auto nobody = run({"broker", "account", "--venue", "1"});
  EXPECT_EQ(nobody.code, 5);
  EXPECT_THAT(nobody.err, HasSubstr("bellwether: "));
  EXPECT_EQ(run({"broker", "account", "--config", path("none.toml")}).code, 2);
}

TEST_F(broker_command, refused_keys_are_code_four) {
  auto options = venue::tests::socket_venue::usual_options();
  options.key_id = "somebody";
  options.secret_key = secret{"else"};
  venue::tests::socket_venue closed{std::move(options)};
  const auto x = run({"broker", "account", "--venue", std::to_string(closed.port), "--json"});
  EXPECT_EQ(x.code, 4);
  EXPECT_EQ(nlohmann::json::parse(x.err)["code"], 4);
}

}  // namespace
}  // namespace bw
