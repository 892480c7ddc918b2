#include "tests/venue/recorded.hpp"
#include "tests/venue/server_fixture.hpp"

namespace bw::venue::tests {
namespace {

std::string header(const net::http_response& answer, std::string_view name) {
  return std::string{net::find_header(answer.headers, name)};
}

std::vector<std::string> ids(const json& orders) {
  std::vector<std::string> out;
  for (const auto& order : orders) out.push_back(order["client_order_id"]);
  return out;
}

using texts = std::vector<std::string>;

TEST(server_auth, any_pair_is_good_by_default_and_only_the_given_one_on_demand) {
  rest_venue open;
  rest_venue closed{{}, {"PKONE", secret{"one"}}};
  const auto with = [](std::string key, std::string secret_key) {
    return net::header_list{{"apca-api-key-id", std::move(key)},
                            {"APCA-API-SECRET-KEY", std::move(secret_key)}};
  };
  struct row {
    net::header_list headers;
    std::uint16_t in_open;
    std::uint16_t in_closed;
  };
  const std::vector<row> table = {
      {with("x", "y"), 200, 401},
      {with("PKONE", "one"), 200, 200},
      {with("PKONE", "two"), 200, 401},
      {with("PKONE", ""), 401, 401},
      {with("", "one"), 401, 401},
      {{}, 401, 401},
      {{{"Authorization", "Basic UEtPTkU6b25l"}}, 200, 200},  // PKONE:one
      {{{"Authorization", "Basic ???"}}, 401, 401},
      {{{"Authorization", "Bearer token"}}, 401, 401},
  };
  for (const auto& row : table) {
    EXPECT_EQ(open.ask("GET", "/v2/account", "", row.headers).status, row.in_open);
    EXPECT_EQ(closed.ask("GET", "/v2/account", "", row.headers).status, row.in_closed);
  }
}

TEST(server_auth, a_refusal_is_json_from_the_api_and_a_page_from_the_gateway) {
  rest_venue venue;
  const auto api = venue.ask("GET", "/v2/account", "", {});
  EXPECT_EQ(api.body, R"({"message":"unauthorized."})");
  EXPECT_EQ(header(api, "WWW-Authenticate"), "Bearer, Basic realm=\"alpaca.markets\"");
  for (const auto* path : {"/v2/clock", "/v2/calendar", "/v2/stocks/bars"}) {
    const auto page = venue.ask("GET", path, "", {});
    EXPECT_EQ(page.status, 401);
    EXPECT_EQ(header(page, "Content-Type"), "text/html") << path;
  }
}

TEST(server_limits, counts_each_minute_of_venue_time_and_shows_the_count) {
  rest_venue venue{{.requests_per_minute = 3}};
  const auto first = venue.ask("GET", "/v2/clock");
  EXPECT_EQ(header(first, "X-RateLimit-Limit"), "3");
  EXPECT_EQ(header(first, "X-RateLimit-Remaining"), "2");
  EXPECT_EQ(header(first, "X-RateLimit-Reset"),
            std::to_string(utc("2026-11-02T15:01:00Z").value / 1'000'000'000));
  venue.ask("GET", "/v2/clock");
  EXPECT_EQ(venue.ask("GET", "/v2/clock").status, 200);
  const auto refused = venue.ask("GET", "/v2/clock");
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.body, R"({"code":42910000,"message":"rate limit exceeded"})");
  EXPECT_EQ(header(refused, "X-RateLimit-Remaining"), "0");
  // Market data has a budget of its own, and says nothing of it when it is spent.
  for (int k = 0; k < 3; ++k)
    EXPECT_EQ(venue.ask("GET", "/v2/stocks/AAPL/quotes/latest").status, 200);
  const auto data = venue.ask("GET", "/v2/stocks/AAPL/quotes/latest");
  EXPECT_EQ(data.status, 429);
  EXPECT_EQ(data.body, R"({"message":"too many requests."})");
  EXPECT_EQ(header(data, "X-RateLimit-Limit"), "");
  venue.pass(std::chrono::seconds{60});
  EXPECT_EQ(venue.ask("GET", "/v2/clock").status, 200);
}

TEST(server_limits, can_be_switched_off) {
  rest_venue venue{{.requests_per_minute = 0}};
  for (int k = 0; k < 500; ++k) ASSERT_EQ(venue.ask("GET", "/v2/clock").status, 200);
  EXPECT_EQ(header(venue.ask("GET", "/v2/clock"), "X-RateLimit-Limit"), "");
}

TEST(server_routes, every_answer_has_an_id_and_unknown_paths_and_methods_are_refused) {
  rest_venue venue;
  const auto a = header(venue.ask("GET", "/v2/account"), "X-Request-ID");
  const auto b = header(venue.ask("GET", "/nowhere"), "X-Request-ID");
  EXPECT_EQ(a.size(), 32U);
  EXPECT_NE(a, b);
  EXPECT_EQ(header(venue.ask("GET", "/v2/account"), "Content-Type"),
            "application/json; charset=UTF-8");
  for (const auto* path : {"/", "/v1/account", "/v2", "/v2/nothing", "/v2/account/x/y",
                           "/v2/clock/x", "/v2/stocks", "/v2/stocks/AAPL", "/v2/stocks/AAPL/what",
                           "/v2/stocks/bars/first?symbols=F", "/v2/stocks/AAPL/bars/latest/x"})
    EXPECT_EQ(venue.ask("GET", path).status, 404) << path;
  EXPECT_EQ(venue.ask("POST", "/v2/account").status, 405);
  EXPECT_EQ(venue.ask("PUT", "/v2/orders").status, 405);
  EXPECT_EQ(venue.ask("POST", "/v2/stocks/AAPL/bars").status, 405);
  EXPECT_EQ(venue.ask("PATCH", "/v2/orders/x").status, 400) << "no body";
}

TEST(server_account, shows_money_as_text_and_the_day_before_as_its_balance) {
  rest_venue venue;
  const auto account = venue.get("/v2/account");
  EXPECT_EQ(account["cash"], "100000");
  EXPECT_EQ(account["multiplier"], "2");
  EXPECT_EQ(account["shorting_enabled"], false) << "the venue's own option is off";
  EXPECT_EQ(account["balance_asof"], "2026-10-30");
  EXPECT_EQ(account["created_at"], "2026-11-02T15:00:00Z");
}

TEST(server_account, the_clock_carries_the_anchor_of_the_venues_time) {
  rest_venue venue;
  venue.time.follow({mono_ns{12}, utc_ns{34}, 5});
  EXPECT_EQ(header(venue.ask("GET", "/v2/clock"), "X-Bellwether-Clock"), "12 34 5");
}

TEST(server_account, the_calendar_takes_a_range) {
  rest_venue venue;
  EXPECT_EQ(venue.get("/v2/calendar").size(), 3U);
  EXPECT_EQ(venue.get("/v2/calendar?start=2026-10-31&end=2026-11-02").size(), 1U);
  EXPECT_EQ(venue.get("/v2/calendar?start=2026-10-31T00%3A00%3A00Z").size(), 2U);
  venue.ask_json(422, "GET", "/v2/calendar?start=soon");
}

TEST(server_assets, are_found_by_symbol_and_by_id) {
  rest_venue venue;
  const auto all = venue.get("/v2/assets?status=active&asset_class=us_equity");
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(venue.get("/v2/assets/F"), all[1]);
  EXPECT_EQ(venue.get("/v2/assets/" + all[1]["id"].get<std::string>()), all[1]);
  EXPECT_EQ(venue.get("/v2/assets?exchange=NYSE").size(), 1U);
  EXPECT_EQ(venue.get("/v2/assets?asset_class=crypto").size(), 0U);
  const auto missing = venue.ask_json(404, "GET", "/v2/assets/NOPE");
  EXPECT_EQ(missing["code"], 40410000);
  EXPECT_EQ(missing["message"], "asset not found for NOPE");
}

TEST(server_orders, an_order_is_found_by_both_its_ids_and_fills) {
  rest_venue venue;
  const auto posted = venue.buy("AAPL", "3");
  EXPECT_EQ(posted["status"], "pending_new");
  const auto id = posted["id"].get<std::string>();
  const auto by_id = venue.get("/v2/orders/" + id);
  EXPECT_EQ(by_id["status"], "filled");
  EXPECT_EQ(by_id["filled_avg_price"], "100");
  const auto client_id = posted["client_order_id"].get<std::string>();
  EXPECT_EQ(venue.get("/v2/orders:by_client_order_id?client_order_id=" + client_id), by_id);
  EXPECT_EQ(venue.ask_json(404, "GET", "/v2/orders/none")["message"], "order not found for none");
  venue.ask_json(404, "GET", "/v2/orders:by_client_order_id?client_order_id=none");
}

TEST(server_orders, refusals_pass_through_with_their_status) {
  rest_venue venue;
  venue.rest_order("twice");
  const auto again = venue.ask_json(422, "POST", "/v2/orders",
                                    R"({"symbol":"AAPL","qty":"1","side":"buy","type":"limit",
      "limit_price":"50","time_in_force":"day","client_order_id":"twice"})");
  EXPECT_EQ(again["message"], "client_order_id must be unique");
  EXPECT_EQ(venue.ask_json(400, "POST", "/v2/orders", "{")["code"], 40010000);
  const auto unknown = venue.ask_json(422, "POST", "/v2/orders",
                                      R"({"symbol":"NOPE","qty":"1","side":"buy","type":"market",
      "time_in_force":"day"})");
  EXPECT_EQ(unknown["message"], "asset \"NOPE\" not found");
}

TEST(server_orders, a_list_is_filtered_ordered_and_cut) {
  rest_venue venue;
  for (const auto* id : {"a", "b", "c"}) {
    venue.rest_order(id, id == std::string{"b"} ? "F" : "AAPL");
    venue.pass(std::chrono::seconds{1});
  }
  venue.buy("AAPL", "1");
  const auto orders = venue.get("/v2/orders?status=all&direction=asc");
  const auto b_id = orders[1]["id"].get<std::string>();
  const auto b_time = orders[1]["submitted_at"].get<std::string>();
  const std::vector<std::pair<std::string, texts>> table = {
      {"", {"c", "b", "a"}},
      {"?status=open&direction=asc", {"a", "b", "c"}},
      {"?limit=1", {"c"}},
      {"?symbols=F,SPY", {"b"}},
      {"?side=sell", {}},
      {"?after=" + b_time, {"c"}},
      {"?until=" + b_time, {"a"}},
      {"?after=2026-11-03", {}},
      {"?after_order_id=" + b_id, {"c"}},
      {"?before_order_id=" + b_id, {"a"}},
      {"?limit=9999&nested=true", {"c", "b", "a"}},
  };
  for (const auto& [query, expected] : table)
    EXPECT_EQ(ids(venue.get("/v2/orders" + query)), expected) << query;
  EXPECT_EQ(venue.get("/v2/orders?status=closed").size(), 1U);
  EXPECT_EQ(venue.get("/v2/orders?status=all").size(), 4U);
  for (const auto* bad : {"status=some", "limit=x", "limit=0", "limit=-1", "direction=up",
                          "after=soon", "until=soon", "side=both", "after_order_id=none"})
    venue.ask_json(422, "GET", std::string{"/v2/orders?"} + bad);
  venue.ask_json(422, "GET", "/v2/orders?after_order_id=" + b_id + "&before_order_id=" + b_id);
}

TEST(server_orders, a_list_stops_at_five_hundred) {
  rest_venue venue{{.requests_per_minute = 0}};
  for (int k = 0; k < 510; ++k) venue.rest_order("n" + std::to_string(k));
  EXPECT_EQ(venue.get("/v2/orders?limit=600").size(), 500U);
  EXPECT_EQ(venue.get("/v2/orders").size(), 50U);
}

TEST(server_orders, one_cancel_is_204_and_a_second_one_too_late) {
  rest_venue venue;
  const auto id = venue.rest_order("x")["id"].get<std::string>();
  venue.pass(std::chrono::seconds{1});
  const auto first = venue.ask("DELETE", "/v2/orders/" + id);
  EXPECT_EQ(first.status, 204);
  EXPECT_EQ(first.body, "");
  venue.pass(std::chrono::seconds{1});
  EXPECT_EQ(venue.get("/v2/orders/" + id)["status"], "canceled");
  const auto late = venue.ask_json(422, "DELETE", "/v2/orders/" + id);
  EXPECT_EQ(late["message"], "order is already in \"canceled\" state");
  venue.ask_json(404, "DELETE", "/v2/orders/none");
}

TEST(server_orders, cancel_all_answers_for_each_order) {
  rest_venue venue;
  EXPECT_EQ(venue.ask_json(207, "DELETE", "/v2/orders"), json::array());
  venue.rest_order("a");
  venue.rest_order("b");
  venue.pass(std::chrono::seconds{1});
  const auto outcome = venue.ask_json(207, "DELETE", "/v2/orders");
  ASSERT_EQ(outcome.size(), 2U);
  for (const auto& one : outcome) EXPECT_EQ(one["status"], 200);
  venue.pass(std::chrono::seconds{1});
  EXPECT_TRUE(venue.get("/v2/orders").empty());
}

TEST(server_positions, are_listed_found_and_closed) {
  rest_venue venue;
  EXPECT_EQ(venue.get("/v2/positions"), json::array());
  EXPECT_EQ(venue.ask_json(404, "GET", "/v2/positions/AAPL")["message"], "position does not exist");
  venue.buy("AAPL", "10");
  const auto held = venue.get("/v2/positions/AAPL");
  EXPECT_EQ(held["qty"], "10");
  EXPECT_EQ(held["lastday_price"], "100.09") << "the close of the day before";
  EXPECT_EQ(venue.get("/v2/positions"), json::array({held}));
  EXPECT_EQ(venue.get("/v2/positions/" + held["asset_id"].get<std::string>()), held);

  const auto part = venue.ask_json(200, "DELETE", "/v2/positions/AAPL?qty=4");
  EXPECT_EQ(part["side"], "sell");
  EXPECT_EQ(part["qty"], "4");
  EXPECT_EQ(part["position_intent"], "sell_to_close");
  venue.pass(std::chrono::seconds{1});
  EXPECT_EQ(venue.ask_json(200, "DELETE", "/v2/positions/AAPL?percentage=50")["qty"], "3");
  venue.pass(std::chrono::seconds{1});
  EXPECT_EQ(venue.ask_json(200, "DELETE", "/v2/positions/AAPL")["qty"], "3");
  venue.pass(std::chrono::seconds{1});
  EXPECT_EQ(venue.get("/v2/positions"), json::array());
  // What an order did to the position stays true after the position is gone.
  const auto last = venue.get("/v2/orders?status=closed&limit=1")[0];
  EXPECT_EQ(last["position_intent"], "sell_to_close");
}

TEST(server_positions, closing_takes_sensible_amounts_only) {
  rest_venue venue;
  venue.buy("AAPL", "1");
  for (const auto* bad : {"qty=x", "qty=0", "qty=-1", "percentage=0", "percentage=101",
                          "percentage=10", "qty=1&percentage=10"})
    venue.ask_json(422, "DELETE", std::string{"/v2/positions/AAPL?"} + bad);
}

TEST(server_positions, closing_all_answers_for_each_and_can_cancel_first) {
  rest_venue venue;
  venue.buy("AAPL", "2");
  venue.buy("F", "1");
  venue.ask_json(200, "POST", "/v2/orders",
                 R"({"symbol":"F","qty":"1","side":"sell","type":"limit","limit_price":"900",
                     "time_in_force":"day"})");
  venue.pass(std::chrono::seconds{1});
  const auto outcome = venue.ask_json(207, "DELETE", "/v2/positions");
  ASSERT_EQ(outcome.size(), 2U);
  EXPECT_EQ(outcome[0]["symbol"], "AAPL");
  EXPECT_EQ(outcome[0]["status"], 200);
  EXPECT_EQ(outcome[0]["body"]["qty"], "2");
  EXPECT_EQ(outcome[1]["status"], 403);
  EXPECT_EQ(outcome[1]["body"]["code"], 40310000);
  venue.pass(std::chrono::seconds{1});
  venue.ask_json(207, "DELETE", "/v2/positions?cancel_orders=true");
  venue.pass(std::chrono::seconds{1});
  EXPECT_TRUE(venue.get("/v2/orders").empty());
}

TEST(server_bars, are_numbers_between_two_times_both_included) {
  rest_venue venue;
  const auto one = venue.get(
      "/v2/stocks/AAPL/bars?timeframe=1Min&start=2026-11-02T14:30:00Z&end=2026-11-02T14:32:00Z");
  EXPECT_EQ(one["symbol"], "AAPL");
  EXPECT_TRUE(one["next_page_token"].is_null());
  ASSERT_EQ(one["bars"].size(), 3U);
  EXPECT_EQ(one["bars"][0]["t"], "2026-11-02T14:30:00Z");
  EXPECT_TRUE(one["bars"][0]["o"].is_number());
  const auto many =
      venue.get("/v2/stocks/bars?symbols=F,AAPL&timeframe=1Hour&start=2026-10-30&end=2026-10-30");
  EXPECT_EQ(many["bars"]["F"].size(), 7U);
  EXPECT_EQ(many["bars"]["AAPL"].size(), 7U);
  // Today from midnight to now, as far as whole minutes have passed.
  EXPECT_EQ(venue.get("/v2/stocks/AAPL/bars?timeframe=1Min")["bars"].size(), 30U);
}

TEST(server_bars, daily_bars_are_stamped_at_midnight_and_today_is_unfinished) {
  rest_venue venue;
  const auto bars = venue.get("/v2/stocks/AAPL/bars?timeframe=1Day&start=2026-10-01")["bars"];
  ASSERT_EQ(bars.size(), 2U);
  EXPECT_EQ(bars[0]["t"], "2026-10-30T04:00:00Z");
  EXPECT_EQ(bars[0]["v"], 39'000);
  EXPECT_EQ(bars[0]["vw"], 100.045);
  EXPECT_EQ(bars[1]["t"], "2026-11-02T05:00:00Z");
  EXPECT_EQ(bars[1]["v"], 3'000);
  EXPECT_EQ(venue
                .get("/v2/stocks/AAPL/bars?timeframe=1Day&start=2026-10-30T13:30:00Z"
                     "&end=2026-10-30T20:00:00Z")["bars"]
                .size(),
            0U);
}

TEST(server_bars, nothing_tells_an_unknown_symbol_from_a_silent_one) {
  rest_venue venue;
  EXPECT_EQ(venue.get("/v2/stocks/bars?symbols=NOPE&timeframe=1Min"),
            json::parse(R"({"bars":{},"next_page_token":null})"));
  EXPECT_EQ(venue.get("/v2/stocks/NOPE/bars?timeframe=1Min"),
            json::parse(R"({"bars":[],"symbol":"NOPE","next_page_token":null})"));
  EXPECT_EQ(
      venue.get("/v2/stocks/bars?symbols=F&timeframe=1Min&start=2030-01-01&end=2030-01-02")["bars"]
          .size(),
      0U);
}

/// Whatever the page size and direction: the pages together are the whole, in order, without a
/// bar lost or doubled.
TEST(server_bars, pages_add_up_to_the_whole) {
  rest_venue venue{{.requests_per_minute = 0}};
  const std::string range = "start=2026-10-30T13:30:00Z&end=2026-10-30T14:00:00Z";
  for (const std::string query :
       {"symbols=SPY,AAPL,NOPE,F&timeframe=1Min&", "symbols=F&timeframe=5Min&sort=desc&",
        "symbols=AAPL,SPY&timeframe=1Min&sort=desc&"}) {
    const auto base = "/v2/stocks/bars?" + query + range;
    std::vector<std::string> whole;
    const auto all = venue.get(base);
    for (const auto& [symbol, bars] : all["bars"].items())
      for (const auto& bar : bars) whole.push_back(symbol + bar["t"].get<std::string>());
    for (const int limit : {1, 7, 31, 62, 93, 10'000}) {
      std::vector<std::string> joined;
      std::string token;
      do {
        const auto page = venue.get(base + "&limit=" + std::to_string(limit) +
                                    (token.empty() ? "" : "&page_token=" + token));
        std::size_t count = 0;
        for (const auto& [symbol, bars] : page["bars"].items()) {
          for (const auto& bar : bars) joined.push_back(symbol + bar["t"].get<std::string>());
          count += bars.size();
        }
        ASSERT_LE(count, static_cast<std::size_t>(limit));
        ASSERT_GT(count, 0U);
        const auto& next = page["next_page_token"];
        token = next.is_null() ? "" : net::percent_encode(next.get<std::string>());
      } while (!token.empty());
      EXPECT_EQ(joined, whole) << query << limit;
    }
  }
}

TEST(server_bars, senseless_parameters_are_refused_without_a_code) {
  rest_venue venue;
  const std::vector<std::pair<std::string, std::string>> table = {
      {"", "symbols is required"},
      {"symbols=a%20b", "invalid symbol: a b"},
      {"symbols=F", "timeframe is required"},
      {"symbols=F&timeframe=1Fortnight", "invalid timeframe: 1Fortnight"},
      {"symbols=F&timeframe=1Min&start=soon",
       "Invalid format for parameter start: error parsing 'soon' as RFC3339 or 2006-01-02 time"},
      {"symbols=F&timeframe=1Min&start=2026-11-02&end=2026-10-01",
       "end should not be before start"},
      {"symbols=F&timeframe=1Min&limit=0", "invalid limit, limit must be between 1 and 10000"},
      {"symbols=F&timeframe=1Min&limit=10001", "invalid limit, limit must be between 1 and 10000"},
      {"symbols=F&timeframe=1Min&sort=up", "invalid sort"},
      {"symbols=F&timeframe=1Min&page_token=%21", "invalid page token"},
  };
  for (const auto& [query, message] : table) {
    const auto error = venue.ask_json(400, "GET", "/v2/stocks/bars?" + query);
    EXPECT_EQ(error, (json{{"message", message}})) << query;
  }
}

TEST(server_latest, has_a_form_for_one_symbol_and_one_for_many) {
  rest_venue venue;
  const auto one = venue.get("/v2/stocks/AAPL/quotes/latest?feed=iex");
  EXPECT_EQ(one["symbol"], "AAPL");
  EXPECT_EQ(one["quote"]["ap"], 100);
  const auto many = venue.get("/v2/stocks/quotes/latest?symbols=F,NOPE,AAPL");
  EXPECT_EQ(many["quotes"].size(), 2U);
  EXPECT_EQ(many["quotes"]["F"]["ap"], 200);
  EXPECT_EQ(venue.get("/v2/stocks/AAPL/trades/latest")["trade"]["p"], 100);
  venue.pass(std::chrono::seconds{61});
  EXPECT_TRUE(venue.get("/v2/stocks/bars/latest?symbols=F")["bars"]["F"]["vw"].is_number());
  venue.ask_json(404, "GET", "/v2/stocks/NOPE/quotes/latest");
}

TEST(server_latest, snapshots_join_latest_and_daily) {
  rest_venue venue;
  venue.pass(std::chrono::seconds{61});
  const auto one = venue.get("/v2/stocks/F/snapshot");
  EXPECT_EQ(one["symbol"], "F");
  EXPECT_EQ(one["dailyBar"]["t"], "2026-11-02T05:00:00Z");
  EXPECT_EQ(one["prevDailyBar"]["t"], "2026-10-30T04:00:00Z");
  const auto many = venue.get("/v2/stocks/snapshots?symbols=F,NOPE");
  ASSERT_EQ(many.size(), 1U);
  BW_RECORDED_OR_SKIP(file, recorded("sdk_fixtures/go_TestSnapshots_1.json"));
  expect_same_shape(many["F"], json::parse(*file)["AAPL"]);
}

}  // namespace
}  // namespace bw::venue::tests
