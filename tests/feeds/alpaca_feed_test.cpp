#include "feeds/alpaca_feed.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "tests/feeds/scripted_data_server.hpp"

namespace bw {
namespace {

using namespace std::chrono_literals;

constexpr std::int64_t minute_ns = 60'000'000'000;

/// Keeps what it takes; takes nothing while `room` is zero.
class keeping_sink final : public market_sink {
 public:
  explicit keeping_sink(loop_thread& where) : where_(where) {}
  bool push(const market_event& event) override {
    return where_.change([&] {
      if (room == 0) return false;
      --room;
      events.push_back(event);
      return true;
    });
  }
  void flush() override {}

  template <class Event>
  std::vector<Event> all() const {
    std::vector<Event> out;
    for (const auto& event : events)
      if (const auto* x = std::get_if<Event>(&event)) out.push_back(*x);
    return out;
  }
  std::size_t room = SIZE_MAX;
  std::vector<market_event> events;

 private:
  loop_thread& where_;
};

class alpaca_feed_test : public ::testing::Test {
 protected:
  static constexpr std::string_view key = "PKTEST";

  alpaca_feed_options options(std::uint16_t port) {
    alpaca_feed_options out;
    out.endpoints = *data_endpoints_for("sim", port);
    out.key_id = key;
    out.secret_key = secret{"hush"};
    out.symbols = symbols;
    out.history = std::chrono::minutes{60};
    out.reconnect.first = 5ms;
    out.reconnect.longest = 20ms;
    out.refused_step = 30ms;
    out.step_timeout = 300ms;
    out.snapshot_within = 100ms;
    out.history_retry = 10ms;
    // The stamps of these tests are those of one instant.
    out.lag_max = 0ms;
    return out;
  }
  void make_feed(alpaca_feed_options with) {
    feed = std::make_unique<alpaca_feed>(where.loop, time, metrics, std::move(with));
    feed->start(sink);
  }
  void make_feed() { make_feed(options(server.port)); }

  bool reaches(feed_state state, std::size_t times = 1) {
    return where.wait_until([&] { return count(state) >= times; });
  }
  std::size_t count(feed_state state) const {
    const auto all = sink.all<feed_status>();
    return static_cast<std::size_t>(
        std::count_if(all.begin(), all.end(), [&](const auto& x) { return x.state == state; }));
  }
  template <class Event>
  bool receives(std::size_t number) {
    return where.wait_until([&] { return sink.all<Event>().size() >= number; });
  }
  /// Start of the whole minute `ago` minutes before the test began.
  utc_ns minute(int ago) const { return utc_ns{(began.value / minute_ns - ago) * minute_ns}; }
  std::string bar_text(int ago, const char* head = "") const {
    return std::string{"{"} + head + R"("t":")" + format_rfc3339(minute(ago)) +
           R"(","o":1,"h":2,"l":1,"c":2,"v":10,"n":1,"vw":1.5})";
  }
  static std::string trade_text(const char* symbol, int number) {
    return std::string{R"({"T":"t","S":")"} + symbol + R"(","i":)" + std::to_string(number) +
           R"(,"p":1.5,"s":100,"t":"2026-11-02T14:31:05Z"})";
  }
  static std::string quote_text(const char* symbol, int bid) {
    return std::string{R"({"T":"q","S":")"} + symbol + R"(","bp":)" + std::to_string(bid) +
           R"(,"bs":1,"ap":100000,"as":1,"t":"2026-11-02T14:31:05Z"})";
  }

  const symbol_list symbols{"AAPL", "MSFT"};
  system_clock time;
  const utc_ns began = time.utc_now();
  metrics_registry metrics;
  loop_thread where;
  keeping_sink sink{where};
  scripted_data_server server{where, symbols};
  std::unique_ptr<alpaca_feed> feed;

  void TearDown() override { feed.reset(); }
};

TEST_F(alpaca_feed_test, connects_subscribes_fills_in_the_past_and_passes_on) {
  server.bars = [&](const net::parsed_target& target) {
    return target.has("page_token")
               ? scripted_data_server::body(R"({"bars":{"MSFT":[)" + bar_text(9) +
                                            R"(]},"next_page_token":null})")
               : scripted_data_server::body(R"({"bars":{"AAPL":[)" + bar_text(10) + "," +
                                            bar_text(9) + R"(]},"next_page_token":"more/1"})");
  };
  make_feed();
  ASSERT_TRUE(reaches(feed_state::synced));
  server.send("[" + trade_text("AAPL", 1) + "," + quote_text("MSFT", 7) + "]");
  ASSERT_TRUE(receives<quote>(1));

  where.change([&] {
    EXPECT_EQ(server.paths[0], "/v2/iex");
    EXPECT_EQ(server.messages[0], R"({"action":"auth","key":"PKTEST","secret":"hush"})");
    ASSERT_EQ(server.bar_requests.size(), 2U);
    EXPECT_EQ(server.bar_requests[0].path, "/v2/stocks/bars");
    EXPECT_EQ(server.bar_requests[0].parameter("symbols"), "AAPL,MSFT");
    EXPECT_EQ(server.bar_requests[0].parameter("feed"), "iex");
    EXPECT_EQ(server.bar_requests[0].parameter("timeframe"), "1Min");
    EXPECT_EQ(server.bar_requests[1].parameter("page_token"), "more/1");
    const auto bars = sink.all<bar>();
    ASSERT_EQ(bars.size(), 3U);
    EXPECT_EQ(bars[0].start, minute(10));
    EXPECT_EQ(bars[2].symbol, symbol_id{1});
    for (const auto& b : bars) EXPECT_EQ(b.origin, bar_origin::history);
    EXPECT_EQ(sink.all<trade>()[0].venue_trade_id, 1U);
    std::string life;
    for (const auto& status : sink.all<feed_status>())
      life += std::string{to_string(status.state)} + " ";
    EXPECT_EQ(life, "connecting authenticating subscribing snapshot synced ");
  });
  EXPECT_EQ(feed->status().state, feed_state::synced);
  EXPECT_EQ(feed->status().symbols_subscribed, 2U);
  EXPECT_EQ(metrics.total("bellwether_stream_reconnects_total"), 0U);
}

TEST_F(alpaca_feed_test, fetches_the_latest_prices_with_each_connection) {
  server.snapshots = [] {
    return scripted_data_server::body(
        R"({"AAPL":{"latestTrade":{"t":"2026-11-02T14:30:00Z","p":187.35,"s":40,"c":["@"],"i":7,)"
        R"("z":"C"},"latestQuote":{"t":"2026-11-02T14:30:01Z","ap":187.4,"as":1,)"
        R"("bp":187.3,"bs":2},)"
        R"("minuteBar":null},"MSFT":null})");
  };
  make_feed();
  ASSERT_TRUE(reaches(feed_state::synced));
  server.send("[" + quote_text("AAPL", 7) + "]");
  ASSERT_TRUE(receives<quote>(2));
  where.change([&] {
    ASSERT_EQ(server.snapshot_requests.size(), 1U);
    EXPECT_EQ(server.snapshot_requests[0].parameter("symbols"), "AAPL,MSFT");
    EXPECT_EQ(server.snapshot_requests[0].parameter("feed"), "iex");
    const auto quotes = sink.all<quote>();
    EXPECT_EQ(quotes[0].origin, tick_origin::snapshot);
    EXPECT_EQ(quotes[0].bid, *price::parse("187.3"));
    EXPECT_EQ(quotes[1].origin, tick_origin::live);
    EXPECT_EQ(sink.all<trade>()[0].origin, tick_origin::snapshot);
    EXPECT_EQ(metrics.total("bellwether_feed_snapshot_events_total"), 2U);
  });
  server.drop();
  ASSERT_TRUE(reaches(feed_state::synced, 2));
  where.change([&] { EXPECT_EQ(server.snapshot_requests.size(), 2U); });
}

TEST_F(alpaca_feed_test, prices_that_do_not_come_hold_nothing) {
  server.snapshots = [] { return scripted_data_server::body("no", 500); };
  make_feed();
  ASSERT_TRUE(reaches(feed_state::synced));
  where.change([&] {
    EXPECT_EQ(server.snapshot_requests.size(), 1U) << "it is not asked again";
    server.snapshots = [] { return scripted_data_server::body(R"({"AAPL":{"latestQuote":{"t)"); };
  });
  server.drop();
  ASSERT_TRUE(reaches(feed_state::synced, 2));
  where.change([&] { server.hold_snapshots = true; });
  server.drop();
  ASSERT_TRUE(reaches(feed_state::synced, 3)) << "a silent server is left after a while";
  where.change([&] { EXPECT_TRUE(sink.all<quote>().empty()); });
}

TEST_F(alpaca_feed_test, asks_for_price_bands_and_passes_them_on) {
  make_feed();
  ASSERT_TRUE(reaches(feed_state::synced));
  server.send(
      R"([{"T":"l","S":"AAPL","u":190.5,"d":180.25,"i":"B","t":"2026-11-02T14:31:05Z","z":"C"}])");
  ASSERT_TRUE(receives<trading_status>(1));
  where.change([&] {
    EXPECT_NE(server.messages[1].find(R"("lulds":["AAPL","MSFT"])"), std::string::npos);
    const auto band = sink.all<trading_status>()[0];
    EXPECT_EQ(band.state, halt_state::banded);
    EXPECT_EQ(band.band_low, *price::parse("180.25"));
    EXPECT_EQ(band.band_high, *price::parse("190.5"));
  });
}

TEST_F(alpaca_feed_test, gives_up_when_the_keys_are_refused) {
  server.auth_answer = R"([{"T":"error","code":402,"msg":"auth failed"}])";
  make_feed();
  ASSERT_TRUE(reaches(feed_state::latched));
  feed->stop();
  where.change([&] { EXPECT_EQ(server.connections, 1) << "a bad key is never tried again"; });
  const auto all = sink.all<feed_status>();
  const auto latched = std::find_if(all.begin(), all.end(),
                                    [](const auto& x) { return x.state == feed_state::latched; });
  EXPECT_EQ(latched->reason_code, static_cast<std::uint8_t>(ec::auth_refused));
  EXPECT_NE(latched->reason.view().find("402 auth failed"), std::string_view::npos);
}

TEST_F(alpaca_feed_test, gives_up_when_rest_refuses_the_keys) {
  server.bars = [](const net::parsed_target&) {
    return scripted_data_server::body("<html>401 Authorization Required</html>", 401);
  };
  make_feed();
  ASSERT_TRUE(reaches(feed_state::latched));
}

TEST_F(alpaca_feed_test, waits_longer_when_there_are_too_many_connections) {
  server.auth_answer = R"([{"T":"error","code":406,"msg":"connection limit exceeded"}])";
  make_feed();
  ASSERT_TRUE(where.wait_until([&] { return server.connections >= 2; }));
  where.change([&] { server.auth_answer = R"([{"T":"success","msg":"authenticated"}])"; });
  ASSERT_TRUE(reaches(feed_state::synced));
}

TEST_F(alpaca_feed_test, outlives_a_refused_handshake) {
  server.upgrade_status = 429;
  make_feed();
  ASSERT_TRUE(reaches(feed_state::down));
  where.change([&] { server.upgrade_status = 0; });
  ASSERT_TRUE(reaches(feed_state::synced));
}

TEST_F(alpaca_feed_test, is_not_synced_while_a_symbol_is_not_acknowledged) {
  server.not_acknowledged = "MSFT";
  make_feed();
  ASSERT_TRUE(reaches(feed_state::down));
  where.change([&] {
    EXPECT_EQ(count(feed_state::synced), 0U);
    const auto all = sink.all<feed_status>();
    const auto down = std::find_if(all.begin(), all.end(),
                                   [](const auto& x) { return x.state == feed_state::down; });
    EXPECT_NE(down->reason.view().find("quotes of MSFT"), std::string_view::npos)
        << down->reason.view();
    server.not_acknowledged.clear();
  });
  ASSERT_TRUE(reaches(feed_state::synced));
}

TEST_F(alpaca_feed_test, comes_back_after_a_lost_connection_and_fetches_what_it_missed) {
  server.bars = [&](const net::parsed_target&) {
    return scripted_data_server::body(R"({"bars":{"AAPL":[)" + bar_text(10) + R"(],"MSFT":[)" +
                                      bar_text(10) + R"(]},"next_page_token":null})");
  };
  make_feed();
  ASSERT_TRUE(reaches(feed_state::synced));
  server.send("[" + bar_text(9, R"("T":"b","S":"AAPL",)") + "," +
              bar_text(9, R"("T":"b","S":"MSFT",)") + "]");
  ASSERT_TRUE(receives<bar>(4));
  where.change([&] {
    server.bars = [&](const net::parsed_target&) {
      return scripted_data_server::body(R"({"bars":{"AAPL":[)" + bar_text(9) + "," + bar_text(8) +
                                        R"(],"MSFT":[)" + bar_text(8) +
                                        R"(]},"next_page_token":null})");
    };
  });
  server.drop();
  ASSERT_TRUE(reaches(feed_state::synced, 2));
  where.change([&] {
    EXPECT_EQ(server.connections, 2);
    EXPECT_EQ(count(feed_state::down), 1U);
    const auto again =
        std::count_if(server.messages.begin(), server.messages.end(),
                      [](const auto& x) { return x.find("subscribe") != std::string::npos; });
    EXPECT_EQ(again, 2);
    const auto bars = sink.all<bar>();
    ASSERT_EQ(bars.size(), 6U) << "minute 9 of AAPL was known already";
    EXPECT_EQ(bars[4].start, minute(8));
    EXPECT_EQ(bars[4].origin, bar_origin::history);
    const auto from = *parse_rfc3339(server.bar_requests.back().parameter("start"));
    EXPECT_GT(from, minute(9)) << "only what is missing is asked for";
  });
  EXPECT_EQ(metrics.total("bellwether_stream_reconnects_total"), 1U);
}

TEST_F(alpaca_feed_test, holds_live_bars_until_the_past_is_told) {
  server.hold_bars = true;
  make_feed();
  ASSERT_TRUE(where.wait_until([&] { return !server.held.empty(); }));
  server.send("[" + bar_text(2, R"("T":"b","S":"AAPL",)") + "," +
              bar_text(1, R"("T":"b","S":"AAPL",)") + "," + trade_text("AAPL", 5) + "]");
  ASSERT_TRUE(receives<trade>(1)) << "only bars wait";
  where.change([&] { EXPECT_TRUE(sink.all<bar>().empty()); });
  server.release_bars(scripted_data_server::body(R"({"bars":{"AAPL":[)" + bar_text(3) + "," +
                                                 bar_text(2) + R"(]},"next_page_token":null})"));
  ASSERT_TRUE(reaches(feed_state::synced));
  where.change([&] {
    const auto bars = sink.all<bar>();
    ASSERT_EQ(bars.size(), 3U);
    EXPECT_EQ(bars[0].start, minute(3));
    EXPECT_EQ(bars[1].start, minute(2));
    EXPECT_EQ(bars[1].origin, bar_origin::history);
    EXPECT_EQ(bars[2].start, minute(1));
    EXPECT_EQ(bars[2].origin, bar_origin::live);
  });
}

TEST_F(alpaca_feed_test, asks_again_when_a_page_fails_for_a_moment) {
  int asked = 0;
  server.bars = [&](const net::parsed_target&) {
    ++asked;
    if (asked == 1) return scripted_data_server::body("try later", 503);
    if (asked == 2) return scripted_data_server::body(R"({"message":"too many requests."})", 429);
    if (asked == 3) return scripted_data_server::body("{\"bars\":{\"AAPL\":[");
    return scripted_data_server::no_bars();
  };
  make_feed();
  ASSERT_TRUE(reaches(feed_state::synced));
  where.change([&] {
    EXPECT_EQ(asked, 4);
    EXPECT_EQ(server.connections, 1) << "the stream is kept meanwhile";
  });
}

TEST_F(alpaca_feed_test, starts_over_when_the_past_cannot_be_had) {
  server.bars = [&](const net::parsed_target&) { return scripted_data_server::body("x", 500); };
  make_feed();
  ASSERT_TRUE(reaches(feed_state::down));
  where.change([&] { server.bars = {}; });
  ASSERT_TRUE(reaches(feed_state::synced));
}

TEST_F(alpaca_feed_test, polls_prices_while_the_stream_is_away_and_ends_when_it_is_back) {
  server.snapshots = [&] {
    return scripted_data_server::body(
        R"({"AAPL":{"latestTrade":{"t":"2026-11-02T14:31:05Z","i":7,"p":187.3,"s":100},)"
        R"("latestQuote":{"t":"2026-11-02T14:31:05Z","bp":187.3,"bs":1,"ap":187.4,"as":2}}})");
  };
  auto with = options(server.port);
  with.poll_after = 50ms;
  with.poll_every = 20ms;
  make_feed(with);
  ASSERT_TRUE(reaches(feed_state::synced));
  where.change([&] {
    EXPECT_EQ(server.snapshot_requests.size(), 1U) << "with the connection, and no poll";
    EXPECT_EQ(sink.all<quote>().size(), 1U);
    server.upgrade_status = 503;
  });
  server.drop();
  ASSERT_TRUE(receives<quote>(4)) << "again and again";
  std::size_t polled = 0;
  where.change([&] {
    for (const auto& q : sink.all<quote>()) EXPECT_EQ(q.origin, tick_origin::snapshot);
    for (const auto& t : sink.all<trade>()) EXPECT_EQ(t.origin, tick_origin::snapshot);
    EXPECT_EQ(count(feed_state::synced), 1U) << "a polled price makes no stream";
    EXPECT_EQ(
        metrics.add_gauge("bellwether_stream_connected", "", {{"stream", "market_data"}}).units(),
        0);
    server.upgrade_status = 0;
  });
  ASSERT_TRUE(reaches(feed_state::synced, 2));
  // What was asked before the stream came back may still be told; then it is over.
  where.change([&] { polled = server.snapshot_requests.size(); });
  for (int k = 1; k <= 200; ++k) server.send("[" + trade_text("AAPL", k) + "]");
  ASSERT_TRUE(receives<trade>(200));
  where.change([&] { EXPECT_LE(server.snapshot_requests.size(), polled + 1); });
}

TEST_F(alpaca_feed_test, polls_nothing_when_it_is_told_not_to) {
  auto with = options(server.port);
  with.poll_after = 0ms;
  server.upgrade_status = 503;
  make_feed(with);
  ASSERT_TRUE(reaches(feed_state::down, 8));
  where.change([&] { EXPECT_TRUE(server.snapshot_requests.empty()); });
}

TEST_F(alpaca_feed_test, survives_garbage_and_says_when_it_is_too_much) {
  auto with = options(server.port);
  with.clean_after = 100ms;
  make_feed(with);
  ASSERT_TRUE(reaches(feed_state::synced));
  server.send("[{\"T\":\"t\",,,]");
  server.send("[" + trade_text("AAPL", 1) + "]");
  ASSERT_TRUE(receives<trade>(1));
  EXPECT_EQ(feed->status().state, feed_state::synced) << "one bad frame is no reason";
  for (int k = 0; k < 20; ++k) server.send(R"([{"T":"t","S":"AAPL","p":-1,"s":1,"t":"x"}])");
  ASSERT_TRUE(reaches(feed_state::suspect));
  ASSERT_TRUE(reaches(feed_state::synced, 2)) << "it recovers when nothing bad comes any more";
  where.change([&] { EXPECT_EQ(server.connections, 1); });
}

TEST_F(alpaca_feed_test, is_suspect_while_messages_come_late) {
  auto with = options(server.port);
  with.lag_max = 500ms;
  with.lag_window = 1s;
  with.clean_after = 200ms;
  make_feed(with);
  ASSERT_TRUE(reaches(feed_state::synced));
  const auto send = [&](int count, utc_ns at) {
    for (int k = 0; k < count; ++k)
      server.send(R"([{"T":"q","S":"AAPL","bp":1,"bs":1,"ap":2,"as":1,"t":")" + format_rfc3339(at) +
                  "\"}]");
  };
  send(200, time.utc_now());
  send(3, time.utc_now() - 2s);
  ASSERT_TRUE(reaches(feed_state::suspect)) << "more than one of a hundred";
  EXPECT_EQ(feed->status().reason.view(), "its messages come late");
  ASSERT_TRUE(reaches(feed_state::synced, 2)) << "nothing of late came late";
  where.change([&] { EXPECT_EQ(server.connections, 1); });
}

TEST_F(alpaca_feed_test, is_suspect_when_nothing_comes_although_it_should) {
  auto with = options(server.port);
  with.silence_max = 400ms;
  with.expects_data = [](utc_ns) { return true; };
  make_feed(with);
  ASSERT_TRUE(reaches(feed_state::suspect));
  server.send("[" + trade_text("AAPL", 1) + "]");
  ASSERT_TRUE(reaches(feed_state::synced, 2));
  where.change([&] { EXPECT_EQ(server.connections, 1); });
}

TEST_F(alpaca_feed_test, merges_quotes_but_no_trades_when_the_sink_is_full) {
  make_feed();
  ASSERT_TRUE(reaches(feed_state::synced));
  where.change([&] { sink.room = 0; });
  std::string frame = "[";
  for (int k = 1; k <= 100; ++k) frame += quote_text("AAPL", k) + "," + quote_text("MSFT", k) + ",";
  for (int k = 1; k <= 50; ++k) frame += trade_text("AAPL", k) + (k < 50 ? "," : "]");
  server.send(frame);
  where.on_loop([] {});
  ASSERT_TRUE(
      where.wait_until([&] { return metrics.total("bellwether_quotes_conflated_total") == 198U; }));
  where.change([&] { sink.room = SIZE_MAX; });
  ASSERT_TRUE(receives<trade>(50));
  where.change([&] {
    const auto quotes = sink.all<quote>();
    ASSERT_EQ(quotes.size(), 2U);
    EXPECT_EQ(quotes[0].bid, price::from_int(100));
    const auto trades = sink.all<trade>();
    for (std::size_t k = 0; k < trades.size(); ++k) EXPECT_EQ(trades[k].venue_trade_id, k + 1);
  });
  EXPECT_EQ(metrics.total("bellwether_queue_dropped_total"), 0U);
}

TEST_F(alpaca_feed_test, stops_and_starts_again_and_again) {
  make_feed();
  for (std::size_t round = 1; round <= 3; ++round) {
    ASSERT_TRUE(reaches(feed_state::synced, round)) << round;
    feed->stop();
    EXPECT_EQ(feed->status().state, feed_state::down);
    const auto before = sink.events.size();
    server.send("[" + trade_text("AAPL", 1) + "]");
    where.on_loop([] {});
    where.change([&] { EXPECT_EQ(sink.events.size(), before) << "nothing comes after stop"; });
    feed->start(sink);
  }
}

TEST_F(alpaca_feed_test, keeps_trying_when_nobody_listens) {
  auto with = options(1);
  make_feed(with);
  ASSERT_TRUE(reaches(feed_state::down, 3));
  EXPECT_GE(metrics.total("bellwether_stream_reconnects_total"), 2U);
}

TEST_F(alpaca_feed_test, gives_up_waiting_for_a_server_that_says_nothing) {
  server.greet = false;
  make_feed();
  ASSERT_TRUE(reaches(feed_state::down));
  where.change([&] {
    EXPECT_EQ(sink.all<feed_status>().back().reason_code, static_cast<std::uint8_t>(ec::timed_out));
  });
}

TEST(data_endpoints, are_fixed_for_each_mode) {
  EXPECT_EQ(data_endpoints_for("sim", 7)->stream.port, 7);
  EXPECT_EQ(data_endpoints_for("paper", 7)->stream.host, "stream.data.alpaca.markets");
  EXPECT_EQ(data_endpoints_for("live", 7)->rest.host, "data.alpaca.markets");
  EXPECT_EQ(data_endpoints_for("Live", 7).code(), ec::invalid_argument);
}

}  // namespace
}  // namespace bw
