#include <gtest/gtest.h>

#include "venue/alpaca_order_body.hpp"

namespace bw::venue {
namespace {

TEST(order_body, reads_decimals_from_strings_and_numbers_and_ignores_unknown_keys) {
  const auto* as_text =
      R"({"symbol":"AAPL","qty":"10","side":"buy","type":"limit","time_in_force":"gtc",
          "limit_price":"187.35","client_order_id":"x-1","extended_hours":true,
          "surprise":{"a":[1]}})";
  const auto* as_numbers =
      R"({"symbol":"AAPL","qty":10,"side":"buy","type":"limit","time_in_force":"gtc",
          "limit_price":187.35,"client_order_id":"x-1","extended_hours":true,"stop_price":null})";
  for (const auto* body : {as_text, as_numbers}) {
    const auto read = parse_order_body(body);
    ASSERT_TRUE(std::holds_alternative<new_order>(read)) << std::get<refusal>(read).message;
    const auto& order = std::get<new_order>(read);
    EXPECT_EQ(order.symbol, "AAPL");
    EXPECT_EQ(order.side, side::buy);
    EXPECT_EQ(order.type, order_type::limit);
    EXPECT_EQ(order.tif, time_in_force::gtc);
    EXPECT_EQ(order.qty.text(), "10");
    EXPECT_EQ(order.limit.text(), "187.35");
    EXPECT_TRUE(order.stop.is_zero());
    EXPECT_EQ(order.client_order_id, "x-1");
    EXPECT_TRUE(order.extended_hours);
  }
}

struct refused_body {
  std::string body;
  std::uint16_t status;
  std::uint32_t code;
  std::string message;
};

/// A market order with members put in front: the first of two equal keys counts.
std::string with(const std::string& members) {
  return "{" + members +
         R"("symbol":"A","qty":"1","side":"buy","type":"market","time_in_force":"day"})";
}

TEST(order_body, refuses_in_alpacas_words) {
  const std::string long_id(129, 'x');
  const std::vector<refused_body> table = {
      {"", 400, 40010000, "request body format is invalid"},
      {"{", 400, 40010000, "request body format is invalid"},
      {"[]", 400, 40010000, "request body format is invalid"},
      {"{}", 422, 40010001, "symbol is required"},
      {with(R"("symbol":7,)"), 422, 40010001, "symbol is required"},
      {R"({"symbol":"A"})", 422, 40010001, "side is required"},
      {with(R"("side":"short",)"), 422, 40010001, "invalid side"},
      {R"({"symbol":"A","side":"buy"})", 422, 40010001, "type is required"},
      {with(R"("type":"iceberg",)"), 422, 40010001, "invalid order type"},
      {R"({"symbol":"A","side":"buy","type":"market"})", 422, 40010001,
       "time_in_force is required"},
      {with(R"("time_in_force":"week",)"), 422, 40010001, "invalid time_in_force"},
      {with(R"("client_order_id":")" + long_id + R"(",)"), 422, 40010001,
       "client_order_id must be no more than 128 characters"},
      {with(R"("extended_hours":"maybe",)"), 422, 40010001, "invalid extended_hours"},
      {with(R"("order_class":"ladder",)"), 422, 40010001, "invalid order_class"},
      {with(R"("order_class":"mleg",)"), 422, 40010001, "symbol is not allowed for mleg order"},
      {with(R"("qty":null,)"), 422, 40010001, "qty or notional is required"},
      {with(R"("notional":"5",)"), 422, 40010001, "only one of qty or notional is accepted"},
      {with(R"("qty":null,"notional":"-5",)"), 422, 40010001, "notional must be >= 1.00"},
      {with(R"("qty":"ten",)"), 422, 40010001, "invalid qty"},
      {with(R"("qty":[1],)"), 422, 40010001, "invalid qty"},
      {with(R"("qty":"0.0000000001",)"), 422, 40010001, "invalid qty"},
      {with(R"("qty":"99999999999999",)"), 422, 40010001, "invalid qty"},
      {with(R"("qty":"0",)"), 422, 40010001, "qty must be > 0"},
      {with(R"("qty":-1,)"), 422, 40010001, "qty must be > 0"},
      {with(R"("type":"limit",)"), 422, 40010001, "limit orders require a limit price"},
      {with(R"("type":"stop",)"), 422, 40010001, "stop orders require a stop price"},
      {with(R"("type":"limit","limit_price":"x",)"), 422, 40010001, "invalid limit_price"},
      {with(R"("type":"limit","limit_price":"0",)"), 422, 42210000, "limit price must be positive"},
      {with(R"("type":"stop","stop_price":-1,)"), 422, 42210000, "stop price must be positive"},
      {with(R"("limit_price":"5",)"), 422, 40010001, "market orders require no limit price"},
      {with(R"("stop_price":"5",)"), 422, 40010001, "market orders require no stop price"},
  };
  for (const auto& row : table) {
    const auto read = parse_order_body(row.body);
    ASSERT_TRUE(std::holds_alternative<refusal>(read)) << row.body;
    const auto& why = std::get<refusal>(read);
    EXPECT_EQ(why.http_status, row.status) << row.body;
    EXPECT_EQ(why.code, row.code) << row.body;
    EXPECT_EQ(why.message, row.message) << row.body;
  }
}

TEST(order_body, reads_groups_trails_and_dollars) {
  const auto read = [](const std::string& body) {
    const auto out = parse_order_body(body);
    EXPECT_TRUE(std::holds_alternative<new_order>(out)) << std::get<refusal>(out).message;
    return std::get<new_order>(out);
  };
  const auto bracket = read(
      R"({"symbol":"A","qty":"2","side":"buy","type":"market","time_in_force":"day",
          "order_class":"bracket","take_profit":{"limit_price":"3830.34"},
          "stop_loss":{"limit_price":3429.07,"stop_price":"3465.55"}})");
  EXPECT_EQ(bracket.order_class, order_class::bracket);
  EXPECT_EQ(bracket.take_profit.text(), "3830.34");
  EXPECT_EQ(bracket.stop_loss.text(), "3465.55");
  EXPECT_EQ(bracket.stop_loss_limit.text(), "3429.07");
  const auto oco = read(
      R"({"symbol":"A","qty":"2","side":"sell","type":"limit","time_in_force":"gtc",
          "order_class":"oco",
          "take_profit":{"limit_price":"30"},"stop_loss":{"stop_price":"20"}})");
  EXPECT_EQ(oco.order_class, order_class::oco) << "its limit is the one of its profit";
  EXPECT_EQ(read(with(R"("type":"trailing_stop","trail_percent":"5",)")).trail_percent.text(), "5");
  EXPECT_EQ(read(with(R"("type":"trailing_stop","trail_price":2.5,)")).trail_price.text(), "2.5");
  EXPECT_EQ(read(with(R"("qty":null,"notional":"12.5",)")).notional.text(), "12.5");
}

TEST(order_body, reads_changes) {
  const auto out = parse_change_body(R"({"qty":200,"limit_price":"1.5","time_in_force":"gtc"})");
  ASSERT_TRUE(std::holds_alternative<order_change>(out));
  const auto& change = std::get<order_change>(out);
  EXPECT_EQ(change.qty->text(), "200");
  EXPECT_EQ(change.limit->text(), "1.5");
  EXPECT_EQ(*change.tif, time_in_force::gtc);
  EXPECT_FALSE(change.stop || change.trail);
  EXPECT_TRUE(std::holds_alternative<refusal>(parse_change_body("[]")));
  EXPECT_TRUE(std::holds_alternative<refusal>(parse_change_body(R"({"qty":"x"})")));
}

}  // namespace
}  // namespace bw::venue
