// Past quotes and trades by REST, page after page.

#include <gtest/gtest.h>

#include "tests/support/program.hpp"
#include "tests/venue/server_fixture.hpp"

namespace bw::venue::tests {
namespace {

/// Waits until the venue has told some market.
void fill(socket_venue& venue) {
  ASSERT_TRUE(bw::tests::eventually(patience, [&] {
    return venue.counts().now > utc("2026-11-02T15:00:05Z");
  })) << "the market does not move";
}

venue_options fast() {
  auto out = socket_venue::usual_options();
  out.speed = 200;
  out.requests_per_minute = 0;
  return out;
}

std::vector<json> walk(socket_venue& venue, const std::string& target, std::size_t& pages) {
  std::vector<json> out;
  std::string token;
  for (pages = 0; pages < 200;) {
    const auto page = venue.ask_json("GET", target + (token.empty() ? "" : "&page_token=" + token));
    ++pages;
    for (const auto& [symbol, list] : page.at("quotes").items())
      for (auto x : list) {
        x["S"] = symbol;
        out.push_back(std::move(x));
      }
    if (page.at("next_page_token").is_null()) break;
    token = net::percent_encode(page.at("next_page_token").get<std::string>());
  }
  return out;
}

TEST(ServerTicks, QuotesComeInPagesThatMissNothing) {
  socket_venue venue{fast()};
  fill(venue);
  const std::string range =
      "/v2/stocks/quotes?symbols=SPY,AAPL&start=2026-11-02T14:59:59Z&end=2026-11-02T15:00:05Z";
  std::size_t one = 0;
  std::size_t many = 0;
  const auto whole = walk(venue, range + "&limit=10000", one);
  const auto paged = walk(venue, range + "&limit=3", many);
  EXPECT_EQ(one, 1u);
  EXPECT_GT(many, 1u);
  EXPECT_EQ(whole, paged);
  ASSERT_GT(whole.size(), 3u);
  EXPECT_EQ(whole.front().at("S"), "AAPL") << "by symbol, then by time";
  auto backwards = walk(venue, range + "&limit=4&sort=desc", many);
  EXPECT_EQ(backwards.size(), whole.size());
  EXPECT_TRUE(whole.front().contains("bp") && whole.front().contains("ax"));
}

TEST(ServerTicks, OneSymbolsTradesAndBadParameters) {
  socket_venue venue{fast()};
  fill(venue);
  const auto trades = venue.ask_json("GET", "/v2/stocks/AAPL/trades?limit=2");
  EXPECT_EQ(trades.at("symbol"), "AAPL");
  EXPECT_TRUE(trades.at("trades").is_array());
  const auto status = [&](const char* target) {
    return venue.ask({"GET", target, usual_keys(), ""}).status;
  };
  EXPECT_EQ(status("/v2/stocks/trades?symbols=AAPL&limit=0"), 400);
  EXPECT_EQ(status("/v2/stocks/trades?symbols=AAPL&page_token=bm9uc2Vuc2U="), 400);
  EXPECT_EQ(status("/v2/stocks/trades?symbols=AAPL&start=yesterday"), 400);
  EXPECT_TRUE(venue.ask_json("GET", "/v2/stocks/quotes?symbols=NONE").at("quotes").empty());
}

}  // namespace
}  // namespace bw::venue::tests
