// The account's book as the broker sends it, and what is refused.

#include "broker/activity_codec.hpp"

#include <gtest/gtest.h>

#include "tests/broker/broker_fixture.hpp"

namespace bw {
namespace {

std::string fill(const std::string& id, const std::string& more = {}) {
  return R"({"activity_type":"FILL","id":")" + id +
         R"(","order_id":"4c0a4c41","transaction_time":"2026-11-02T14:31:05.123456Z",)"
         R"("type":"partial_fill","side":"buy","symbol":"AAPL","price":"187.31","qty":"4",)"
         R"("cum_qty":"4","leaves_qty":"6","order_status":"partially_filled")" +
         more + "}";
}

TEST(activity_codec, reads_executions_and_other_movements) {
  const auto list = decode_activities(
      "[" + fill("20261102093105123::a", R"(,"something_new":{"x":[1]})") +
      R"(,{"activity_type":"DIV","id":"20261103::d","date":"2026-11-03","net_amount":"1.02",)"
      R"("symbol":"T","qty":"2","per_share_amount":"0.51","description":"dividend"},)"
      R"({"activity_type":"BRANDNEW","id":"x","created_at":"2026-11-03T10:00:00Z"}])");
  ASSERT_TRUE(list.ok()) << list.failure().text();
  ASSERT_EQ(list->size(), 3u);
  const auto& first = (*list)[0];
  EXPECT_TRUE(first.is_fill());
  EXPECT_EQ(first.order.view(), "4c0a4c41");
  EXPECT_EQ(first.side, side::buy);
  EXPECT_EQ(first.qty, quantity::from_int(4));
  EXPECT_EQ(first.filled_total, quantity::from_int(4));
  EXPECT_EQ(first.at_price, *price::parse("187.31"));
  EXPECT_EQ(first.at, *parse_rfc3339("2026-11-02T14:31:05.123456Z"));
  const auto& dividend = (*list)[1];
  EXPECT_EQ(dividend.net_amount, *money::parse("1.02"));
  EXPECT_EQ(dividend.at, *parse_rfc3339("2026-11-03T00:00:00Z"));
  EXPECT_EQ((*list)[2].type.view(), "BRANDNEW");
  EXPECT_TRUE(decode_activities("[]")->empty());
}

TEST(activity_codec, refuses_what_could_be_counted_wrongly) {
  for (const char* body :
       {"", "{}", "[1]", "[{}]", "<html>", R"([{"activity_type":"FILL","id":"a"}])",
        R"([{"activity_type":"FILL","id":"a","order_id":"o","symbol":"AAPL","qty":"1",)"
        R"("price":"1"}])",
        R"([{"activity_type":"FILL","id":"a","order_id":"o","symbol":"AAPL","qty":"-1",)"
        R"("price":"1","cum_qty":"1"}])",
        R"([{"activity_type":"FILL","id":"a","order_id":"o","symbol":"AAPL","qty":"1e9999",)"
        R"("price":"1","cum_qty":"1"}])",
        R"([{"activity_type":"DIV","id":"a","date":"yesterday"}])", "[{\"id\":\"a\""}) {
    const auto list = decode_activities(body);
    ASSERT_FALSE(list.ok()) << body;
    EXPECT_EQ(list.code(), ec::parse_failed);
  }
}

using activity_walk_test = broker_test;

TEST_F(activity_walk_test, reads_every_page_by_the_token_of_the_last_element) {
  make();
  where.change([&] {
    server.on_request = [&](const net::http_request& asked) {
      const auto target = net::parse_target(asked.target);
      const std::string token{target.parameter("page_token")};
      int first = token.empty() ? 0 : std::stoi(token) + 1;
      std::string body = "[";
      for (int k = 0; k < 100 && first + k < 1'234; ++k) {
        std::string id = std::to_string(first + k);
        id.insert(0, 6 - id.size(), '0');
        body += (k > 0 ? "," : "") + fill(id);
      }
      return scripted_broker_server::say(200, body + "]", {});
    };
  });
  const auto list = ask<std::vector<account_activity>>(
      [&](auto done) { broker->activities(*parse_rfc3339("2026-11-02T00:00:00Z"), done); });
  ASSERT_TRUE(list.ok()) << list.failure().text();
  EXPECT_EQ(list->size(), 1'234u);
  EXPECT_EQ(list->back().id, "001233");
  EXPECT_EQ(requests(), 13u);
  EXPECT_NE(request(0).target.find("direction=asc&page_size=100&after=2026-11-02T00%3A00%3A00Z"),
            std::string::npos)
      << request(0).target;
}

TEST_F(activity_walk_test, a_server_that_repeats_itself_is_an_error) {
  make();
  std::string page = "[";
  for (int k = 0; k < 100; ++k) page += (k > 0 ? "," : "") + fill("same");
  answer_with(200, page + "]");
  const auto list =
      ask<std::vector<account_activity>>([&](auto done) { broker->activities({}, done); });
  ASSERT_FALSE(list.ok());
  EXPECT_EQ(list.code(), ec::protocol_violation);
}

TEST_F(activity_walk_test, legs_follow_their_parents_and_name_them) {
  make();
  auto parent = order_body("bw-1", "venue-1", "filled", "10", "10");
  const auto at = parent.find(R"("legs":null)");
  parent.replace(at, 11, R"("legs":[)" + order_body("made-by-broker", "leg-1", "held") + "]");
  answer_with(200, "[" + parent + "," + order_body("bw-2", "venue-2") + "]");
  const auto list =
      ask<std::vector<open_order_report>>([&](auto done) { broker->orders_since({}, done); });
  ASSERT_TRUE(list.ok()) << list.failure().text();
  ASSERT_EQ(list->size(), 3u);
  EXPECT_EQ((*list)[1].client_id.view(), "made-by-broker");
  EXPECT_EQ((*list)[1].parent.view(), "bw-1");
  EXPECT_TRUE((*list)[2].parent.empty());
  EXPECT_NE(request(requests() - 1).target.find("status=all&nested=true"), std::string::npos);
}

TEST_F(activity_walk_test, only_the_brokers_own_words_mean_flat) {
  make();
  answer_with(404, R"({"code":40410000,"message":"position does not exist"})");
  const auto flat = ask<position_report>([&](auto done) { broker->position("AAPL", done); });
  ASSERT_TRUE(flat.ok());
  EXPECT_TRUE(flat->qty.is_zero());
  answer_with(404, "<html>no such page</html>");
  EXPECT_FALSE(ask<position_report>([&](auto done) { broker->position("AAPL", done); }).ok());
  answer_with(200, R"({"symbol":"AAPL","qty":"3","side":"long"})");
  EXPECT_EQ(ask<position_report>([&](auto done) { broker->position("AAPL", done); })->qty,
            quantity::from_int(3));
  answer_with(200, R"({"symbol":"MSFT","qty":"3","side":"long"})");
  EXPECT_FALSE(ask<position_report>([&](auto done) { broker->position("AAPL", done); }).ok());
  answer_with(200, order_body("bw-1", "other"));
  EXPECT_FALSE(ask<open_order_report>([&](auto done) {
                 broker->order_by_venue_id(venue_order_id{"venue-1"}, done);
               }).ok());
}

}  // namespace
}  // namespace bw
