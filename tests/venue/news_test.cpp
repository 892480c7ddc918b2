#include <gtest/gtest.h>

#include <set>

#include "tests/venue/server_fixture.hpp"
#include "venue/news_maker.hpp"

namespace bw::venue::tests {
namespace {

const auto monday = utc("2026-11-02T00:00:00Z");
constexpr auto day = std::chrono::hours{24};

TEST(news_maker, the_same_seed_has_the_same_articles) {
  const news_maker one{7, {"AAPL", "F"}};
  const news_maker same{7, {"AAPL", "F"}};
  const news_maker other{8, {"AAPL", "F"}};
  const auto told = one.between(monday, monday + day);
  EXPECT_NEAR(static_cast<double>(told.size()), 1'440, 150) << "one a minute";
  EXPECT_EQ(told, same.between(monday, monday + day));
  EXPECT_NE(told, other.between(monday, monday + day));
}

TEST(news_maker, pieces_of_time_tell_what_the_whole_tells) {
  const news_maker news{7, {"AAPL", "F", "SPY"}};
  const auto whole = news.between(monday, monday + day);
  std::vector<news_item> pieces;
  for (auto at = monday; at < monday + day; at = at + std::chrono::seconds{97}) {
    const auto until = std::min(at + std::chrono::seconds{97}, monday + day);
    for (auto& each : news.between(at, until)) pieces.push_back(std::move(each));
  }
  EXPECT_EQ(pieces, whole);
  std::set<std::int64_t> ids;
  for (std::size_t k = 0; k < whole.size(); ++k) {
    ids.insert(whole[k].id);
    EXPECT_TRUE(k == 0 || whole[k - 1].created_at < whole[k].created_at);
    EXPECT_FALSE(whole[k].symbols.empty());
    EXPECT_EQ(whole[k].images.size(), 3u);
  }
  EXPECT_EQ(ids.size(), whole.size());
}

TEST(news_maker, has_nothing_to_say_without_symbols_or_time) {
  EXPECT_TRUE((news_maker{7, {}}.between(monday, monday + day).empty()));
  EXPECT_TRUE((news_maker{7, {"A"}}.between(monday, monday).empty()));
  EXPECT_TRUE((news_maker{7, {"A"}}.between(monday, monday - day).empty()));
  const auto long_ago = news_maker{7, {"A"}}.between(utc_ns{}, monday);
  EXPECT_GT(long_ago.front().created_at, monday - news_maker::reach_max);
}

TEST(server_news, pages_miss_nothing) {
  rest_venue x;
  const news_maker news{7, {"AAPL", "F", "SPY"}};
  x.world.news = &news;
  const auto range = std::string{"/v1beta1/news?start=2026-10-30&end=2026-11-01"};
  for (const char* sort : {"asc", "desc"}) {
    std::vector<std::int64_t> ids;
    std::string token;
    do {
      const auto page = x.get(range + "&limit=50&sort=" + sort + token);
      for (const auto& item : page["news"]) ids.push_back(item["id"]);
      token =
          page["next_page_token"].is_null()
              ? ""
              : "&page_token=" + net::percent_encode(page["next_page_token"].get<std::string>());
    } while (!token.empty());
    EXPECT_GT(ids.size(), 1'000u);
    auto sorted = ids;
    std::sort(sorted.begin(), sorted.end());
    if (sort == std::string{"desc"}) std::reverse(sorted.begin(), sorted.end());
    EXPECT_EQ(ids, sorted);
    EXPECT_EQ(std::set<std::int64_t>(ids.begin(), ids.end()).size(), ids.size());
  }
}

TEST(server_news, filters_and_bounds) {
  rest_venue x;
  const news_maker news{7, {"AAPL", "F", "SPY"}};
  x.world.news = &news;
  const auto usual = x.get("/v1beta1/news");
  EXPECT_EQ(usual["news"].size(), 10u);
  EXPECT_EQ(usual["news"][0]["content"], "");
  EXPECT_GT(usual["news"][0]["created_at"], usual["news"][1]["created_at"]);
  const auto about_f = x.get("/v1beta1/news?symbols=F&include_content=true&limit=50");
  EXPECT_GT(about_f["news"].size(), 5u);
  for (const auto& item : about_f["news"]) {
    EXPECT_NE(item["symbols"].dump().find("\"F\""), std::string::npos);
    EXPECT_NE(item["content"], "");
  }
  EXPECT_EQ(x.get("/v1beta1/news?symbols=NOSUCH")["news"].size(), 0u);
  for (const char* bad : {"limit=51", "limit=0", "sort=up", "start=now", "page_token=x"})
    EXPECT_TRUE(x.ask_json(400, "GET", std::string{"/v1beta1/news?"} + bad).contains("message"))
        << bad;
}

TEST(server_news, the_stream_tells_articles_in_both_codecs) {
  auto options = socket_venue::usual_options();
  options.speed = 60;
  socket_venue venue{options};
  for (const bool packed : {false, true}) {
    net::header_list headers;
    if (packed) headers = {{"Content-Type", "application/msgpack"}};
    stream_client client{venue.loop, venue.port, "/v1beta1/news", headers};
    EXPECT_EQ(client.hears()["msg"], "connected");
    client.say({{"action", "auth"}, {"key", "key"}, {"secret", "secret"}});
    EXPECT_EQ(client.hears()["msg"], "authenticated");
    client.say({{"action", "subscribe"}, {"trades", json::array({"AAPL"})}});
    EXPECT_EQ(client.hears()["code"], 410);
    client.say({{"action", "subscribe"}, {"news", json::array({"*"})}});
    EXPECT_EQ(client.hears()["news"], json::array({"*"}));
    const auto article = client.hears();
    EXPECT_EQ(article["T"], "n");
    EXPECT_TRUE(article["id"].is_number_integer());
    EXPECT_FALSE(article["symbols"].empty());
    EXPECT_FALSE(article.contains("images"));
    EXPECT_EQ(article["created_at"].is_string(), !packed) << "a timestamp in MessagePack";
  }
}

}  // namespace
}  // namespace bw::venue::tests
