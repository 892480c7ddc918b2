// The feed and the venue speak MessagePack over a real socket; the bar of the day comes along.

#include <gtest/gtest.h>

#include "feeds/alpaca_feed.hpp"
#include "tests/feeds/loop_thread.hpp"
#include "tests/venue/server_fixture.hpp"

namespace bw {
namespace {

struct counting_sink final : market_sink {
  explicit counting_sink(loop_thread& shared) : where(shared) {}
  bool push(const market_event& event) override {
    return where.change([&] {
      if (const auto* x = std::get_if<quote>(&event)) last_quote = *x;
      if (const auto* x = std::get_if<trade>(&event)) last_trade = *x;
      if (const auto* x = std::get_if<bar>(&event)) (x->span == bar_span::day ? day : minute) = *x;
      if (const auto* x = std::get_if<feed_status>(&event)) state = x->state;
      return true;
    });
  }
  void flush() override {}

  loop_thread& where;
  feed_state state = feed_state::down;
  std::optional<quote> last_quote;
  std::optional<trade> last_trade;
  std::optional<bar> minute;
  std::optional<bar> day;
};

class packed_feed : public testing::TestWithParam<feed_codec> {};

TEST_P(packed_feed, tells_quotes_trades_minutes_and_the_day) {
  auto options = venue::tests::socket_venue::usual_options();
  options.speed = 60;
  venue::tests::socket_venue venue{options};
  metrics_registry metrics;
  loop_thread where;
  counting_sink sink{where};
  alpaca_feed_options how;
  how.endpoints = *data_endpoints_for("sim", venue.port);
  how.codec = GetParam();
  how.key_id = "key";
  how.secret_key = secret{"secret"};
  how.symbols = {"AAPL", "F"};
  alpaca_feed feed{where.loop, venue.time, metrics, std::move(how)};
  feed.start(sink);
  EXPECT_TRUE(where.wait_until([&] {
    return sink.state == feed_state::synced && sink.last_quote && sink.last_trade && sink.minute &&
           sink.day;
  })) << to_string(sink.state);
  feed.stop();
  using venue::tests::steady_source;
  EXPECT_EQ(sink.last_quote->bid, steady_source::bid_of(sink.last_quote->symbol));
  EXPECT_EQ(sink.last_quote->ask, steady_source::ask_of(sink.last_quote->symbol));
  EXPECT_EQ(sink.day->start, venue::tests::utc("2026-11-02T05:00:00Z"));
  EXPECT_GE(sink.day->volume, quantity::from_int(100)) << "it holds the minutes before the venue";
}

INSTANTIATE_TEST_SUITE_P(codecs, packed_feed,
                         testing::Values(feed_codec::json, feed_codec::msgpack), [](const auto& x) {
                           return x.param == feed_codec::json ? "json" : "msgpack";
                         });

}  // namespace
}  // namespace bw
