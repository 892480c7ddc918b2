// Events as a person or another program reads them.

#include "storage/event_json.hpp"

#include <gtest/gtest.h>

namespace bw {
namespace {

TEST(event_json, shows_enums_by_name_decimals_as_text_and_times_as_rfc_3339) {
  fill_record fill;
  fill.client_id = client_order_id{"bw-1"};
  fill.symbol = symbol_name{"SPY"};
  fill.strategy = short_name{"momentum"};
  fill.side = side::sell;
  fill.purpose = order_purpose::exit;
  fill.qty = quantity::from_int(10);
  fill.at_price = price::from_units(450'250'000'000);
  fill.realized = money::from_units(-1'500'000'000);
  fill.ts_event = utc_ns{1'700'000'000'000'000'000};
  EXPECT_EQ(event_json(fill),
            R"({"client_id":"bw-1","symbol":"SPY","strategy":"momentum","side":"sell",)"
            R"("purpose":"exit","qty":"10","at_price":"450.25","decision_price":"0",)"
            R"("execution":"","position":"0","realized":"-1.5",)"
            R"("ts_event":"2023-11-14T22:13:20Z"})");
}

TEST(event_json, nests_structs_and_lists) {
  verdict_record verdict;
  verdict.verdict.approved = false;
  verdict.verdict.reason = risk_rule::loss;
  verdict.verdict.checks.push({risk_rule::loss, check_outcome::denied, -5, 3});
  const auto text = event_json(verdict);
  EXPECT_NE(text.find(R"("verdict":{"approved":false,"reason":"LOSS","checks":[{"rule":"LOSS",)"
                      R"("outcome":"denied","value":-5,"limit":3}]}})"),
            std::string::npos)
      << text;
  reconcile_record reconcile;
  reconcile.differences = {"a \"b\"", "c"};
  EXPECT_EQ(event_json(reconcile), R"({"clean":false,"orders_compared":0,"positions_compared":0,)"
                                   R"("differences":["a \"b\"","c"]})");
}

TEST(event_json, writes_digests_as_hexadecimal_text) {
  digest bytes{};
  bytes[0] = 0xab;
  bytes[31] = 0x01;
  EXPECT_EQ(hex_text(bytes), "ab" + std::string(60, '0') + "01");
}

}  // namespace
}  // namespace bw
