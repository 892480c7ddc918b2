// What the market-data API tells besides prices: what its letters mean, and what was split.

#include "tests/venue/server_fixture.hpp"

namespace bw::venue::tests {
namespace {

TEST(server_letters, every_letter_that_the_venue_tells_has_a_meaning) {
  rest_venue venue;
  const auto exchanges = venue.get("/v2/stocks/meta/exchanges");
  const auto trades = venue.get("/v2/stocks/meta/conditions/trade?tape=C");
  const auto quotes = venue.get("/v2/stocks/meta/conditions/quote?tape=C");
  const auto quote = venue.get("/v2/stocks/AAPL/quotes/latest").at("quote");
  const auto trade = venue.get("/v2/stocks/AAPL/trades/latest").at("trade");
  for (const auto* side : {"ax", "bx"})
    EXPECT_TRUE(exchanges.contains(quote.at(side).get<std::string>()));
  EXPECT_TRUE(exchanges.contains(trade.at("x").get<std::string>()));
  for (const auto& letter : quote.at("c")) EXPECT_TRUE(quotes.contains(letter.get<std::string>()));
  for (const auto& letter : trade.at("c")) EXPECT_TRUE(trades.contains(letter.get<std::string>()));
  EXPECT_EQ(trades.at("I"), "Odd Lot Trade");
}

TEST(server_letters, senseless_questions_are_refused) {
  rest_venue venue;
  struct row {
    const char* target;
    std::uint16_t status;
  };
  for (const auto& each : {row{"/v2/stocks/meta", 404},
                           {"/v2/stocks/meta/conditions", 404},
                           {"/v2/stocks/meta/conditions/trade", 400},
                           {"/v2/stocks/meta/conditions/trade?tape=D", 400},
                           {"/v2/stocks/meta/conditions/bar?tape=A", 404},
                           {"/v2/stocks/meta/exchanges/V", 404},
                           {"/v9/stocks/meta/exchanges", 404},
                           {"/v1/corporate-actions/AAPL", 404},
                           {"/v1/corporate-actions?start=noon", 400}})
    EXPECT_EQ(venue.ask("GET", each.target).status, each.status) << each.target;
  EXPECT_EQ(venue.ask("POST", "/v1/corporate-actions").status, 405);
}

TEST(server_corporate_actions, tells_splits_by_symbol_kind_and_day) {
  rest_venue venue;
  venue.world.splits = {{"AAPL", {2, 1}, utc("2026-11-02T14:00:00Z")},
                        {"MSFT", {1, 8}, utc("2026-11-02T14:00:00Z")},
                        {"AAPL", {3, 1}, utc("2026-10-30T14:00:00Z")}};
  const auto ask = [&](const std::string& with) {
    return venue.get("/v1/corporate-actions" + with).at("corporate_actions");
  };
  const auto all = ask("?start=2026-10-01&end=2026-11-02");
  ASSERT_EQ(all.at("forward_splits").size(), 2u);
  ASSERT_EQ(all.at("reverse_splits").size(), 1u);
  const auto& first = all["forward_splits"][0];
  EXPECT_EQ(first.at("symbol"), "AAPL");
  EXPECT_EQ(first.at("new_rate"), 2);
  EXPECT_EQ(first.at("old_rate"), 1);
  EXPECT_EQ(first.at("ex_date"), "2026-11-02");
  EXPECT_EQ(all["reverse_splits"][0].at("old_rate"), 8);
  EXPECT_EQ(ask("?start=2026-11-02")["forward_splits"].size(), 1u);
  EXPECT_EQ(ask("?start=2026-10-01&symbols=MSFT")["forward_splits"].size(), 0u);
  const auto reverse = ask("?start=2026-10-01&types=reverse_split");
  EXPECT_FALSE(reverse.contains("forward_splits"));
  EXPECT_EQ(reverse.at("reverse_splits").size(), 1u);
  EXPECT_TRUE(venue.get("/v1/corporate-actions").at("next_page_token").is_null());
}

}  // namespace
}  // namespace bw::venue::tests
