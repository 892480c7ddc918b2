#include "broker/alpaca_broker.hpp"

#include <gtest/gtest.h>

#include "tests/broker/broker_fixture.hpp"

namespace bw {
namespace {

using alpaca_broker_test = broker_test;

TEST_F(alpaca_broker_test, sends_an_order_and_reads_the_echo) {
  answer_with(200, order_body("bw-1", "venue-9", "pending_new"));
  make();
  const auto result = submit();
  EXPECT_EQ(result.outcome, submit_outcome::accepted) << result.text.view();
  EXPECT_EQ(result.order, order_id{7});
  EXPECT_EQ(result.client_id.view(), "bw-1");
  EXPECT_EQ(result.venue_id.view(), "venue-9");
  EXPECT_EQ(result.http_status, 200);
  EXPECT_NE(result.sent, mono_ns{});
  EXPECT_GE(result.answered, result.sent);

  const auto sent = request(0);
  EXPECT_EQ(sent.method, "POST");
  EXPECT_EQ(sent.target, "/v2/orders");
  EXPECT_EQ(sent.body, encode_order(order()));
  EXPECT_EQ(net::find_header(sent.headers, "APCA-API-KEY-ID"), "PKTEST");
  EXPECT_EQ(net::find_header(sent.headers, "APCA-API-SECRET-KEY"), "hush");
  EXPECT_EQ(net::find_header(sent.headers, "Content-Type"), "application/json");
}

TEST_F(alpaca_broker_test, tells_apart_what_the_broker_says) {
  make();
  const struct {
    const char* name;
    std::uint16_t status;
    std::string body;
    submit_outcome outcome;
    std::uint32_t code;
  } rows[] = {
      {"buying power", 403, R"({"code":40310000,"message":"insufficient buying power"})",
       submit_outcome::rejected, 40310000},
      {"unknown asset", 422, R"({"code":42210000,"message":"asset \"XYZ\" not found"})",
       submit_outcome::rejected, 42210000},
      {"duplicate", 422, R"({"code":40010001,"message":"client_order_id must be unique"})",
       submit_outcome::duplicate, 40010001},
      {"forbidden by a proxy", 403, "<html>403</html>", submit_outcome::unknown, 0},
      {"keys refused", 401, "<html>401 Authorization Required</html>", submit_outcome::unknown, 0},
      {"rate limit", 429, R"({"code":42910000,"message":"rate limit exceeded"})",
       submit_outcome::unknown, 42910000},
      {"server error", 500, "", submit_outcome::unknown, 0},
      {"gateway timeout", 504, "upstream", submit_outcome::unknown, 0},
      {"broken body", 200, R"({"id":"x","client_order_id":"bw-1")", submit_outcome::unknown, 0},
      {"another order", 200, order_body("bw-2"), submit_outcome::unknown, 0},
      {"another quantity", 200, order_body("bw-1", "v", "new", "11"), submit_outcome::unknown, 0},
  };
  for (const auto& row : rows) {
    answer_with(row.status, row.body);
    const auto result = submit();
    EXPECT_EQ(result.outcome, row.outcome) << row.name;
    EXPECT_EQ(result.http_status, row.status) << row.name;
    EXPECT_EQ(result.broker_code, row.code) << row.name;
    EXPECT_NE(result.sent, mono_ns{}) << row.name;
  }
  EXPECT_EQ(requests(), std::size(rows)) << "nothing is sent twice";
}

TEST_F(alpaca_broker_test, does_not_know_what_became_of_an_order_without_an_answer) {
  where.change([&] { server.silent = true; });
  make();
  const auto result = submit();
  EXPECT_EQ(result.outcome, submit_outcome::unknown);
  EXPECT_EQ(result.http_status, 0);
  EXPECT_NE(result.sent, mono_ns{});
  EXPECT_EQ(requests(), 1U);
}

TEST_F(alpaca_broker_test, knows_that_nothing_was_sent_without_a_connection) {
  make(options(1));
  const auto result = submit();
  EXPECT_EQ(result.outcome, submit_outcome::not_sent);
  EXPECT_EQ(result.sent, mono_ns{});
}

TEST_F(alpaca_broker_test, withdraws_an_order_when_sends_are_blocked) {
  answer_with(200, order_body("bw-1"));
  make();
  mark.block_sends();
  EXPECT_EQ(submit().outcome, submit_outcome::not_sent);
  EXPECT_EQ(requests(), 0U);
  answer_with(204, "");
  EXPECT_EQ(cancel("venue-1").outcome, submit_outcome::accepted) << "cancels always pass";
  mark.allow_sends();
  answer_with(200, order_body("bw-1"));
  EXPECT_EQ(submit().outcome, submit_outcome::accepted);
}

TEST_F(alpaca_broker_test, sends_what_the_audit_log_has_acknowledged) {
  answer_with(200, order_body("bw-1"));
  make();
  auto what = order();
  what.intent_sequence = 12;
  mark.acknowledge(12);
  EXPECT_EQ(submit(what).outcome, submit_outcome::accepted);
}

TEST_F(alpaca_broker_test, dies_rather_than_send_what_the_audit_log_does_not_have) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH(
      {
        make();
        auto what = order();
        what.intent_sequence = 12;
        mark.acknowledge(11);
        submit(what);
      },
      "acknowledged an order before its bytes leave");
}

TEST_F(alpaca_broker_test, dies_rather_than_send_on_the_senders_word_alone) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  // The router says that everything is there; the log has the records of the order before only.
  EXPECT_DEATH(
      {
        logged_orders = 6;
        make();
        submit();
      },
      "intent and verdict of an order are in the audit log before its bytes leave");
  // And a sender that claims nothing is no better.
  EXPECT_DEATH(
      {
        make();
        auto what = order();
        what.intent_sequence = 0;
        submit(what);
      },
      "acknowledged an order before its bytes leave");
}

TEST_F(alpaca_broker_test, a_404_counts_only_with_the_brokers_own_code) {
  make();
  const auto look = [&] {
    return ask<open_order_report>(
        [&](auto done) { broker->order_by_client_id(client_order_id{"bw-1"}, done); });
  };
  answer_with(404, "<html>404 Not Found</html>");
  EXPECT_EQ(look().code(), ec::http_status);
  answer_with(404, R"({"code":40410000,"message":"order not found"})");
  EXPECT_EQ(look().code(), ec::not_found);
}

TEST_F(alpaca_broker_test, lists_all_orders_since_an_instant) {
  make();
  answer_with(200, "[" + order_body("c1", "v1", "canceled") + "]");
  const auto all = ask<std::vector<open_order_report>>(
      [&](auto done) { broker->orders_since(utc_ns{1'793'629'800'000'000'000}, done); });
  ASSERT_TRUE(all.ok()) << all.failure().text();
  EXPECT_EQ(all->at(0).client_id.view(), "c1");
  EXPECT_EQ(
      request(0).target,
      "/v2/orders?status=all&nested=true&direction=asc&limit=500&after=2026-11-02T14%3A30%3A00Z");
}

TEST_F(alpaca_broker_test, cancels_by_the_brokers_id) {
  make();
  const struct {
    std::uint16_t status;
    const char* body;
    submit_outcome outcome;
  } rows[] = {
      {204, "", submit_outcome::accepted},
      {422, R"({"code":42210000,"message":"order is already in \"filled\" state"})",
       submit_outcome::rejected},
      {404, R"({"code":40410000,"message":"order not found for x"})", submit_outcome::rejected},
      {500, "", submit_outcome::unknown},
      {429, "", submit_outcome::unknown},
  };
  for (const auto& row : rows) {
    answer_with(row.status, row.body);
    const auto result = cancel("venue-1");
    EXPECT_EQ(result.outcome, row.outcome) << row.status;
    EXPECT_EQ(result.http_status, row.status);
    EXPECT_EQ(result.order, order_id{7});
  }
  EXPECT_EQ(request(0).method, "DELETE");
  EXPECT_EQ(request(0).target, "/v2/orders/venue-1");
}

TEST_F(alpaca_broker_test, looks_an_order_up_before_it_cancels_it) {
  where.change([&] {
    server.on_request = [](const net::http_request& x) {
      return x.method == "GET" ? scripted_broker_server::say(200, order_body("bw-1", "found-3"))
                               : scripted_broker_server::say(204, "");
    };
  });
  make();
  EXPECT_EQ(cancel("").outcome, submit_outcome::accepted);
  EXPECT_EQ(request(0).target, "/v2/orders:by_client_order_id?client_order_id=bw-1");
  EXPECT_EQ(request(1).target, "/v2/orders/found-3");

  answer_with(404, R"({"code":40410000,"message":"order not found"})");
  EXPECT_EQ(cancel("").outcome, submit_outcome::rejected);
  answer_with(500, "");
  EXPECT_EQ(cancel("").outcome, submit_outcome::unknown);
  answer_with(200, order_body("bw-other"));
  EXPECT_EQ(cancel("").outcome, submit_outcome::unknown) << "never cancel what is not ours";
  EXPECT_EQ(requests(), 5U);
}

TEST_F(alpaca_broker_test, cancels_do_not_wait_behind_orders) {
  where.change([&] { server.silent = true; });
  auto slow = options(server.port);
  slow.response_timeout = std::chrono::seconds{10};
  make(slow);
  for (int k = 0; k < 8; ++k) broker->submit(order());
  ASSERT_TRUE(where.wait_until([&] { return server.held.size() == 2; })) << "two connections";
  where.change([&] {
    server.silent = false;
    server.on_request = [](const net::http_request&) {
      return scripted_broker_server::say(204, "");
    };
  });
  EXPECT_EQ(cancel("venue-1").outcome, submit_outcome::accepted);
  where.change([&] { EXPECT_TRUE(submits.empty()); });
}

TEST_F(alpaca_broker_test, cancels_everything_and_counts) {
  make();
  const auto all = [&] { return ask<std::uint32_t>([&](auto done) { broker->cancel_all(done); }); };
  answer_with(207, R"([{"id":"a","status":200},{"id":"b","status":422,"body":{"code":42210000}}])");
  EXPECT_EQ(*all(), 1U);
  answer_with(207, "[]");
  EXPECT_EQ(*all(), 0U);
  answer_with(401, "<html>");
  EXPECT_EQ(all().code(), ec::auth_refused);
}

TEST_F(alpaca_broker_test, reads_account_positions_clock_calendar_and_asset) {
  make();
  answer_with(200, std::string{account_body}, {{"X-RateLimit-Remaining", "195"}});
  const auto account = ask<account_report>([&](auto done) { broker->account(done); });
  ASSERT_TRUE(account.ok());
  EXPECT_EQ(account->equity, *money::parse("101250.4"));
  EXPECT_NE(account->at, utc_ns{});
  EXPECT_NE(account->received, mono_ns{});

  answer_with(200, R"([{"symbol":"AAPL","qty":"3","side":"long","avg_entry_price":"1"}])");
  EXPECT_EQ(ask<std::vector<position_report>>([&](auto done) { broker->positions(done); })->size(),
            1U);

  answer_with(200, std::string{clock_body}, {{"X-Bellwether-Clock", "5 1793611800000000000 60"}});
  EXPECT_TRUE(ask<clock_report>([&](auto done) { broker->market_clock(done); })->is_open);
  where.change([&] {
    ASSERT_EQ(anchors.size(), 1U);
    EXPECT_EQ(anchors[0], (clock_anchor{mono_ns{5}, utc_ns{1793611800000000000}, 60}));
  });

  answer_with(200, R"([{"date":"2026-11-27","open":"09:30","close":"13:00"}])");
  const auto days = ask<std::vector<session_day>>([&](auto done) {
    broker->calendar({2026, 11, 27}, {2026, 11, 30}, done);
  });
  ASSERT_TRUE(days.ok());
  EXPECT_EQ((*days)[0].open, *parse_rfc3339("2026-11-27T14:30:00Z"));
  EXPECT_EQ(request(requests() - 1).target, "/v2/calendar?start=2026-11-27&end=2026-11-30");

  answer_with(200, R"({"symbol":"BRK.B","status":"active","tradable":true})");
  EXPECT_TRUE(ask<asset_report>([&](auto done) { broker->asset("BRK.B", done); })->active);
  EXPECT_EQ(request(requests() - 1).target, "/v2/assets/BRK.B");
  EXPECT_EQ(metrics.total("bellwether_broker_requests_total"), 5U);
}

TEST_F(alpaca_broker_test, tells_apart_why_a_read_failed) {
  const struct {
    std::uint16_t status;
    ec code;
  } rows[] = {{401, ec::auth_refused}, {403, ec::http_status}, {404, ec::http_status},
              {429, ec::rate_limited}, {500, ec::http_status}, {200, ec::parse_failed}};
  for (const auto& row : rows) {
    answer_with(row.status, "<html>no JSON here</html>");
    make();  // Anew: some of these close the breaker for reads.
    const auto account = ask<account_report>([&](auto done) { broker->account(done); });
    ASSERT_FALSE(account.ok()) << row.status;
    EXPECT_EQ(account.code(), row.code) << row.status;
  }
}

TEST_F(alpaca_broker_test, looks_orders_up_by_client_id) {
  make();
  const auto look = [&] {
    return ask<open_order_report>(
        [&](auto done) { broker->order_by_client_id(client_order_id{"bw-1"}, done); });
  };
  answer_with(200, order_body("bw-1", "v", "filled", "10", "10"));
  EXPECT_EQ(look()->status, order_event::fill);
  answer_with(200, order_body("bw-2"));
  EXPECT_EQ(look().code(), ec::protocol_violation);
  answer_with(404, R"({"code":40410000,"message":"order not found"})");
  EXPECT_EQ(look().code(), ec::not_found);
}

TEST_F(alpaca_broker_test, reads_every_page_of_open_orders) {
  constexpr int total = 1200;
  where.change([&] {
    server.on_request = [](const net::http_request& x) {
      const auto target = net::parse_target(x.target);
      const auto after = target.parameter("after_order_id");
      const int first = after.empty() ? 0 : std::stoi(std::string{after.substr(1)}) + 1;
      const int limit = std::stoi(std::string{target.parameter("limit")});
      std::string out = "[";
      for (int k = first; k < total && k < first + limit; ++k)
        out +=
            (k > first ? "," : "") + order_body("c" + std::to_string(k), "v" + std::to_string(k));
      return scripted_broker_server::say(200, out + "]");
    };
  });
  make();
  const auto read = [&] {
    return ask<std::vector<open_order_report>>([&](auto done) { broker->open_orders(done); });
  };
  const auto orders = read();
  ASSERT_TRUE(orders.ok()) << orders.failure().text();
  ASSERT_EQ(orders->size(), std::size_t{total});
  EXPECT_EQ(orders->back().venue_id.view(), "v1199");
  EXPECT_EQ(requests(), 3U);

  // A server that ignores the cursor must not be read for ever.
  where.change([&] {
    server.on_request = [](const net::http_request&) {
      std::string out = "[";
      for (int k = 0; k < 500; ++k) out += (k > 0 ? "," : "") + order_body("c", std::to_string(k));
      return scripted_broker_server::say(200, out + "]");
    };
  });
  EXPECT_EQ(read().code(), ec::protocol_violation);
}

TEST_F(alpaca_broker_test, answers_everything_when_it_stops) {
  where.change([&] { server.silent = true; });
  auto slow = options(server.port);
  slow.response_timeout = std::chrono::seconds{10};
  make(slow);
  for (int k = 0; k < 4; ++k) broker->submit(order());
  ASSERT_TRUE(where.wait_until([&] { return server.held.size() == 2; }));
  broker->stop();
  ASSERT_EQ(submits.size(), 4U);
  int unknown = 0;
  for (const auto& result : submits) unknown += result.outcome == submit_outcome::unknown ? 1 : 0;
  EXPECT_EQ(unknown, 2) << "two were sent, two were not";

  where.change([&] { server.silent = false; });
  answer_with(200, order_body("bw-1"));
  start();
  EXPECT_EQ(submit().outcome, submit_outcome::accepted) << "it can be started again";
}

TEST(clock_anchor_text, is_three_numbers) {
  EXPECT_EQ(*parse_clock_anchor("1,2,3"), (clock_anchor{mono_ns{1}, utc_ns{2}, 3}));
  EXPECT_EQ(*parse_clock_anchor("1 2 0"), (clock_anchor{mono_ns{1}, utc_ns{2}, 0}));
  for (const char* bad : {"", "1", "1 2", "1 2 3 4", "1 2 x", "1 2 -3"})
    EXPECT_FALSE(parse_clock_anchor(bad).ok()) << bad;
}

TEST(trading_endpoint, is_fixed_for_each_mode) {
  EXPECT_EQ(trading_endpoint_for("sim", 7)->port, 7);
  EXPECT_EQ(trading_endpoint_for("paper", 7)->host, "paper-api.alpaca.markets");
  EXPECT_EQ(trading_endpoint_for("live", 7)->host, "api.alpaca.markets");
  EXPECT_EQ(trading_endpoint_for("", 7).code(), ec::invalid_argument);
}

}  // namespace
}  // namespace bw
