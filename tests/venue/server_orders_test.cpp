#include "tests/venue/recorded.hpp"
#include "tests/venue/server_fixture.hpp"

// Shows groups, changes and account settings as a client of the REST interface sees them, beside
// what Alpaca was recorded to answer.

namespace bw::venue::tests {
namespace {

json bracket() {
  return {{"symbol", "AAPL"},
          {"qty", "2"},
          {"side", "buy"},
          {"type", "limit"},
          {"limit_price", "50"},
          {"time_in_force", "day"},
          {"order_class", "bracket"},
          {"take_profit", {{"limit_price", "130"}}},
          {"stop_loss", {{"stop_price", "40"}, {"limit_price", "39"}}}};
}

TEST(server_groups, a_bracket_has_the_shape_of_a_recorded_one) {
  BW_RECORDED_OR_SKIP(theirs, recorded_body("recorded_rest/r_orders_order_submit_properly_places_a_"
                                            "bracket_order_class.json"));
  rest_venue x;
  const auto ours = x.ask_json(200, "POST", "/v2/orders", bracket().dump());
  expect_same_shape(ours, *theirs);
  ASSERT_EQ(ours["legs"].size(), 2u);
  for (int k = 0; k < 2; ++k) {
    const auto& mine = ours["legs"][k];
    const auto& recorded_leg = (*theirs)["legs"][k];
    expect_same_shape(mine, recorded_leg);
    for (const auto* name : {"status", "order_type", "side", "order_class", "time_in_force"})
      EXPECT_EQ(mine[name], recorded_leg[name]) << name;
  }
}

TEST(server_groups, other_recorded_orders_have_our_shape) {
  rest_venue x;
  x.buy("AAPL", "10");
  auto oto = bracket();
  oto["order_class"] = "oto";
  oto.erase("take_profit");
  const json trail = {{"symbol", "AAPL"},       {"qty", "1"},
                      {"side", "sell"},         {"type", "trailing_stop"},
                      {"time_in_force", "day"}, {"trail_percent", "5"}};
  const std::pair<const char*, json> rows[] = {
      {"r_orders_order_submit_properly_places_an_oto_order_class.json", oto},
      {"r_orders_trailing_stop_works_with_a_stop_percent.1.json", trail}};
  for (const auto& [file, body] : rows) {
    BW_RECORDED_OR_SKIP(theirs, recorded_body(std::string{"recorded_rest/"} + file));
    expect_same_shape(x.ask_json(200, "POST", "/v2/orders", body.dump()), *theirs);
  }
}

TEST(server_groups, legs_are_listed_beneath_their_order_or_hidden_while_held) {
  rest_venue x;
  const auto made = x.ask_json(200, "POST", "/v2/orders", bracket().dump());
  x.pass(std::chrono::seconds{1});
  const std::string id = made["id"];
  EXPECT_EQ(x.get("/v2/orders?status=open").size(), 1u) << "held legs do not show";
  EXPECT_TRUE(x.get("/v2/orders?status=open")[0]["legs"].is_null());
  EXPECT_EQ(x.get("/v2/orders?status=open&nested=true")[0]["legs"].size(), 2u);
  EXPECT_EQ(x.get("/v2/orders?status=all").size(), 3u);
  EXPECT_EQ(x.get("/v2/orders?status=all&nested=true").size(), 1u);
  EXPECT_TRUE(x.get("/v2/orders/" + id)["legs"].is_null());
  EXPECT_EQ(x.get("/v2/orders/" + id + "?nested=true")["legs"][0]["status"], "held");
  const auto outcomes = x.ask_json(207, "DELETE", "/v2/orders");
  ASSERT_EQ(outcomes.size(), 3u);
  for (const auto& outcome : outcomes) EXPECT_EQ(outcome["status"], 200) << outcome;
}

TEST(server_replace, answers_with_the_new_order) {
  rest_venue x;
  const auto old = x.rest_order("first");
  x.pass(std::chrono::seconds{1});
  const std::string path = "/v2/orders/" + old["id"].get<std::string>();
  const auto next = x.ask_json(200, "PATCH", path, R"({"limit_price":"51","qty":"2"})");
  EXPECT_EQ(next["replaces"], old["id"]);
  EXPECT_EQ(next["status"], "pending_new");
  x.pass(std::chrono::seconds{1});
  EXPECT_EQ(x.get(path)["status"], "replaced");
  EXPECT_EQ(x.get(path)["replaced_by"], next["id"]);
  EXPECT_FALSE(x.get(path)["replaced_at"].is_null());
  const auto why = x.ask_json(422, "PATCH", path, R"({"limit_price":"52"})");
  EXPECT_EQ(why["code"], 40010001) << "as recorded";
  const auto same = "/v2/orders/" + next["id"].get<std::string>();
  EXPECT_EQ(x.ask_json(403, "PATCH", same, R"({"qty":"2"})")["message"],
            "order parameters are not changed");
  EXPECT_EQ(x.ask_json(404, "PATCH", "/v2/orders/nobody", "{}")["code"], 40410000);
}

TEST(server_refusals, related_orders_are_a_list) {
  rest_venue x;
  x.buy("AAPL", "1");
  const json sale = {{"symbol", "AAPL"}, {"qty", "1"},           {"side", "sell"},
                     {"type", "limit"},  {"limit_price", "150"}, {"time_in_force", "day"}};
  const auto first = x.ask_json(200, "POST", "/v2/orders", sale.dump());
  const auto why = x.ask_json(403, "POST", "/v2/orders", sale.dump());
  EXPECT_EQ(why["related_orders"], json::array({first["id"]}));
  EXPECT_EQ(why["held_for_orders"], "1");
}

TEST(server_refusals, have_the_members_of_a_recorded_one) {
  BW_RECORDED_OR_SKIP(
      theirs,
      recorded_body(
          "recorded_rest/ruby_new_order_raises_an_exception_when_buying_power_is_not_sufficient."
          "json"));
  rest_venue x;
  auto order = bracket();
  order["qty"] = "100000";
  const auto ours = x.ask_json(403, "POST", "/v2/orders", order.dump());
  EXPECT_EQ(ours["code"], (*theirs)["code"]);
  EXPECT_EQ(ours["message"], (*theirs)["message"]);
}

TEST(server_notional, has_dollars_and_no_quantity) {
  rest_venue x;
  const json wish = {{"symbol", "AAPL"},
                     {"notional", "250"},
                     {"side", "buy"},
                     {"type", "market"},
                     {"time_in_force", "day"}};
  const auto order = x.ask_json(200, "POST", "/v2/orders", wish.dump());
  EXPECT_EQ(order["notional"], "250");
  EXPECT_TRUE(order["qty"].is_null());
  x.pass(std::chrono::seconds{1});
  const auto filled = x.get("/v2/orders/" + order["id"].get<std::string>());
  EXPECT_EQ(filled["status"], "filled");
  EXPECT_EQ(filled["filled_qty"], "2.5");
  EXPECT_TRUE(filled["qty"].is_null());
}

TEST(server_configurations, are_shown_changed_and_obeyed) {
  rest_venue x;
  const std::string path = "/v2/account/configurations";
  BW_RECORDED_OR_SKIP(theirs, recorded_body("recorded_rest/r_account_account_config_properly_sets_"
                                            "account_parameters.json"));
  const auto set = x.ask_json(200, "PATCH", path, R"({"no_shorting":true,"suspend_trade":true})");
  expect_same_shape(set, *theirs, {"dtbp_check", "pdt_check"});
  EXPECT_EQ(set["suspend_trade"], true);
  EXPECT_EQ(x.get("/v2/account")["trade_suspended_by_user"], true);
  EXPECT_EQ(x.ask_json(403, "POST", "/v2/orders", bracket().dump())["code"], 40310000);
  EXPECT_EQ(x.ask_json(422, "PATCH", path, R"({"suspend_trade":"yes"})")["code"], 40010001);
  EXPECT_EQ(x.ask_json(422, "PATCH", path, R"({"max_margin_multiplier":"3"})")["code"], 40010001);
  EXPECT_EQ(x.get(path), set) << "what was refused changed nothing";
}

TEST(server_portfolio, has_equal_lists_of_numbers) {
  rest_venue x;
  const auto noted = parse_rfc3339("2026-11-02T15:01:30Z");
  x.world.equity.note(*noted, money::from_int(100'000));
  x.world.equity.note(*noted + std::chrono::minutes{1}, *money::parse("100042.5"));
  const auto out = x.get(
      "/v2/account/portfolio/history?timeframe=1Min&start=2026-11-02T15:00:00Z&end="
      "2026-11-02T16:00:00Z");
  EXPECT_EQ(out["equity"], json::parse("[100000,100042.5]"));
  EXPECT_EQ(out["profit_loss"], json::parse("[0,42.5]"));
  EXPECT_EQ(out["profit_loss_pct"], json::parse("[0,0.000425]"));
  EXPECT_EQ(out["timestamp"][0], noted->value / 1'000'000'000 / 60 * 60);
  EXPECT_EQ(out["base_value"], 100000);
  EXPECT_EQ(out["timeframe"], "1Min");
  for (const auto* bad : {"period=1X", "timeframe=2Min", "start=x", "period=1D&start=a&end=b"})
    EXPECT_EQ(x.ask_json(422, "GET", std::string{"/v2/account/portfolio/history?"} + bad)["code"],
              40010001)
        << bad;
}

TEST(server_news, has_its_form_and_nothing_in_it) {
  rest_venue x;
  EXPECT_EQ(x.get("/v1beta1/news?symbols=AAPL"),
            json::parse(R"({"news":[],"next_page_token":null})"));
}

}  // namespace
}  // namespace bw::venue::tests
