#include <gtest/gtest.h>

#include "feeds/alpaca_data_codec.hpp"
#include "net/ws_client.hpp"
#include "tests/feeds/collected_events.hpp"
#include "tests/feeds/loop_thread.hpp"
#include "tests/venue/server_fixture.hpp"

namespace bw {
namespace {

struct read_frame {
  collected_events out;
  result<void> outcome;
  codec_counts counts;
};
read_frame read(std::string_view text) {
  alpaca_data_codec codec{{"AAPL"}};
  read_frame x;
  x.outcome = codec.decode(padded_text{text}, mono_ns{1}, x.out);
  x.counts = codec.counts();
  return x;
}

constexpr std::string_view article =
    R"([{"T":"n","id":24918784,"headline":"A \"quoted\" \u00fcber headline","summary":"s",)"
    R"("author":"B. Writer","created_at":"2026-11-02T13:00:00Z",)"
    R"("updated_at":"2026-11-02T13:00:05.5-05:00","url":"https://news.invalid/1",)"
    R"("content":"<p>text<\/p>","symbols":["AAPL","BRK.B"],"source":"benzinga"}])";

TEST(stream_news, reads_every_field) {
  const auto x = read(article);
  ASSERT_TRUE(x.outcome.ok());
  ASSERT_EQ(x.out.news.size(), 1u);
  const auto& item = x.out.news[0];
  EXPECT_EQ(item.id, 24918784);
  EXPECT_EQ(item.headline, "A \"quoted\" über headline");
  EXPECT_EQ(item.summary, "s");
  EXPECT_EQ(item.author, "B. Writer");
  EXPECT_EQ(item.url, "https://news.invalid/1");
  EXPECT_EQ(item.content, "<p>text</p>");
  EXPECT_EQ(item.source, "benzinga");
  EXPECT_EQ(item.symbols, (std::vector<std::string>{"AAPL", "BRK.B"}));
  EXPECT_EQ(item.created_at, *parse_rfc3339("2026-11-02T13:00:00Z"));
  EXPECT_EQ(item.updated_at, *parse_rfc3339("2026-11-02T18:00:05.5Z"));
  EXPECT_TRUE(item.images.empty());
  EXPECT_EQ(x.counts.news, 1u);
  EXPECT_EQ(x.counts.unknown_keys, 0u);
  EXPECT_EQ(x.counts.unknown_types, 0u);
  EXPECT_TRUE(x.out.events.empty());
}

TEST(stream_news, what_is_missing_is_empty_and_what_is_new_is_counted) {
  const auto x = read(
      R"([{"T":"n","id":7,"created_at":"2026-11-02T13:00:00Z","mood":{"a":[1]},"symbols":null,)"
      R"("headline":null}])");
  ASSERT_EQ(x.out.news.size(), 1u);
  EXPECT_TRUE(x.out.news[0].headline.empty());
  EXPECT_TRUE(x.out.news[0].symbols.empty());
  EXPECT_EQ(x.out.news[0].updated_at, x.out.news[0].created_at);
  EXPECT_EQ(x.counts.unknown_keys, 1u);
}

TEST(stream_news, an_article_without_number_or_time_is_refused_alone) {
  for (const char* bad : {R"({"T":"n","created_at":"2026-11-02T13:00:00Z"})", R"({"T":"n","id":7})",
                          R"({"T":"n","id":"x","created_at":"2026-11-02T13:00:00Z"})",
                          R"({"T":"n","id":-7,"created_at":"2026-11-02T13:00:00Z"})"}) {
    const auto x = read("[" + std::string{bad} + "," + std::string{article.substr(1)});
    EXPECT_TRUE(x.outcome.ok()) << bad;
    EXPECT_EQ(x.out.news.size(), 1u) << bad;
    EXPECT_EQ(x.counts.refused, 1u) << bad;
  }
}

TEST(stream_news, an_acknowledgement_names_the_channel) {
  const auto x = read(R"([{"T":"subscription","news":["*"]}])");
  ASSERT_EQ(x.out.controls.size(), 1u);
  EXPECT_EQ(x.out.controls[0].channels.news, std::vector<std::string>{"*"});
}

/// What the venue tells over a real socket is what the codec takes.
TEST(stream_news, comes_from_the_venue) {
  auto options = venue::tests::socket_venue::usual_options();
  options.speed = 60;
  venue::tests::socket_venue venue{options};
  const system_clock time;
  std::promise<news_item> heard;
  bool told = false;
  collected_events out;
  alpaca_data_codec codec{{"AAPL"}};
  std::unique_ptr<net::ws_client> client;
  net::ws_client_events events;
  events.on_open = [] {};
  events.on_burst_end = [] {};
  events.on_close = [](const error&) {};
  events.on_message = [&](std::string_view payload, net::frame_kind, mono_ns received) {
    ASSERT_TRUE(codec.decode(payload, received, out).ok());
    if (!out.news.empty() && !std::exchange(told, true)) heard.set_value(out.news[0]);
    if (out.controls.empty()) return;
    const auto kind = out.controls.back().kind;
    out.controls.clear();
    if (kind == control_kind::connected)
      client->send(R"({"action":"auth","key":"key","secret":"secret"})");
    if (kind == control_kind::authenticated) client->send(R"({"action":"subscribe","news":["*"]})");
  };
  venue.on_loop([&] {
    net::ws_client_options ws;
    ws.target = "/v1beta1/news";
    client = std::make_unique<net::ws_client>(
        venue.loop, net::endpoint{"127.0.0.1", venue.port, net::security::plain_loopback}, ws, time,
        events);
    client->start();
  });
  auto article_heard = heard.get_future();
  const auto came = article_heard.wait_for(venue::tests::patience);
  venue.on_loop([&] { client.reset(); });
  ASSERT_EQ(came, std::future_status::ready);
  const auto item = article_heard.get();
  EXPECT_GT(item.id, 0);
  EXPECT_FALSE(item.symbols.empty());
  EXPECT_EQ(codec.counts().unknown_keys, 0u);
}

}  // namespace
}  // namespace bw
