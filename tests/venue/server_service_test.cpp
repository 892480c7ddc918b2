#include "tests/venue/server_fixture.hpp"

namespace bw::venue::tests {
namespace {

TEST(server_service, answers_over_a_real_socket_and_serves_both_interfaces_on_one_port) {
  socket_venue venue;
  ASSERT_NE(venue.port, 0);
  EXPECT_EQ(venue.ask_json("GET", "/v2/account")["status"], "ACTIVE");
  EXPECT_EQ(venue.ask_json("GET", "/v2/stocks/AAPL/quotes/latest")["quote"]["ap"], 100);
  EXPECT_EQ(venue.ask({"GET", "/v2/account", {}, ""}).status, 401);
}

TEST(server_service, a_taken_port_is_an_error_with_the_port_in_it) {
  socket_venue first;
  net::io_loop loop;
  scaled_clock time{clock_anchor{}};
  auto options = socket_venue::usual_options();
  options.port = first.port;
  venue_service second{loop,
                       options,
                       std::make_unique<steady_source>(utc("2026-11-02T15:00:00Z")),
                       november_sessions(),
                       november_offset,
                       time};
  const auto started = second.start();
  ASSERT_FALSE(started);
  EXPECT_EQ(started.code(), ec::address_in_use);
  EXPECT_NE(started.failure().context.find(std::to_string(first.port)), std::string::npos);
}

TEST(server_service, a_held_clock_waits_for_the_first_client_with_good_keys) {
  auto options = socket_venue::usual_options();
  options.clock = clock_start::at_first_client;
  options.speed = 100;
  socket_venue venue{options};
  const auto start = utc("2026-11-02T14:59:59Z");
  EXPECT_EQ(venue.time.speed(), 0);
  EXPECT_EQ(venue.ask({"GET", "/v2/clock", {}, ""}).status, 401);
  EXPECT_EQ(venue.time.utc_now(), start) << "a stranger does not start the day";
  venue.ask({"GET", "/v2/clock", usual_keys(), ""});
  EXPECT_EQ(venue.time.speed(), 100);
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (venue.time.utc_now() == start && std::chrono::steady_clock::now() < deadline) {
  }
  EXPECT_GT(venue.time.utc_now(), start);
}

TEST(server_service, a_stream_client_starts_a_held_clock_too) {
  auto options = socket_venue::usual_options();
  options.clock = clock_start::at_first_client;
  socket_venue venue{options};
  stream_client client{venue.loop, venue.port, "/v2/iex", usual_keys()};
  client.hears();
  client.hears();
  EXPECT_EQ(venue.time.speed(), 1);
}

TEST(server_service, the_clock_tells_an_anchor_that_another_clock_can_follow) {
  auto options = socket_venue::usual_options();
  options.speed = 60;
  socket_venue venue{options};
  const auto answer = venue.ask({"GET", "/v2/clock", usual_keys(), ""});
  std::istringstream text{std::string{net::find_header(answer.headers, "X-Bellwether-Clock")}};
  clock_anchor anchor;
  text >> anchor.real.value >> anchor.shown.value >> anchor.speed;
  EXPECT_EQ(anchor, venue.time.anchor());
  EXPECT_EQ(anchor.speed, 60);
  const scaled_clock follower{anchor};
  const auto ours = follower.utc_now();
  EXPECT_GE(ours, utc("2026-11-02T14:59:59Z"));
  EXPECT_LE(ours, venue.time.utc_now());
}

TEST(server_service, starts_where_the_user_says) {
  auto options = socket_venue::usual_options();
  options.start_time = utc("2026-11-02T22:00:00Z");
  options.clock = clock_start::at_first_client;
  socket_venue venue{options};
  const auto clock = venue.ask_json("GET", "/v2/clock");
  EXPECT_EQ(clock["is_open"], false);
  EXPECT_EQ(clock["next_open"], "2026-11-27T09:30:00-05:00");
}

class pumping : public ::testing::Test {
 protected:
  explicit pumping(utc_ns start = utc("2026-11-02T20:59:58Z"))
      : source(start),
        market({.partial_fill_percent = 0}, source.symbols()),
        pump(source, market, days, start) {
    pump.begin(events);
  }
  /// Carries the market to `to` in batches of `limit`; answers how many it took.
  int carry(utc_ns to, std::size_t limit = 100) {
    int batches = 1;
    while (pump.advance(to, limit, heard, events) == market_pump::progress::behind) ++batches;
    return batches;
  }

  trading_days days{november_sessions()};
  steady_source source;
  exchange market;
  market_pump pump;
  std::vector<market_event> heard;
  std::vector<venue_event> events;
};

TEST_F(pumping, takes_a_bounded_batch_and_time_stays_where_the_market_is) {
  const auto to = utc("2026-11-02T20:59:59Z");
  EXPECT_EQ(pump.advance(to, 10, heard, events), market_pump::progress::behind);
  EXPECT_EQ(heard.size(), 10U);
  EXPECT_LT(pump.now(), to);
  EXPECT_GT(carry(to), 1);
  EXPECT_EQ(pump.now(), to);
  EXPECT_GT(pump.next_time(), to);
  // Time that stands still brings nothing and does not go back.
  const auto before = heard.size();
  EXPECT_EQ(carry(to - std::chrono::seconds{1}), 1);
  EXPECT_EQ(heard.size(), before);
  EXPECT_EQ(pump.now(), to);
}

TEST_F(pumping, the_close_ends_day_orders_and_the_open_sends_those_that_waited) {
  carry(utc("2026-11-02T20:59:59Z"));
  new_order order{.symbol = "AAPL",
                  .type = order_type::limit,
                  .qty = quantity::from_int(1),
                  .limit = price::from_int(50)};
  ASSERT_TRUE(std::holds_alternative<venue_order>(market.submit(order, pump.now(), events)));
  carry(utc("2026-11-02T21:00:01Z"));
  ASSERT_FALSE(events.empty());
  EXPECT_EQ(events.back().what, venue_event::kind::expired);
  EXPECT_EQ(events.back().at, utc("2026-11-02T21:00:00Z"));

  events.clear();
  const auto queued = market.submit(order, pump.now(), events);
  ASSERT_TRUE(std::holds_alternative<venue_order>(queued));
  EXPECT_EQ(std::get<venue_order>(queued).status, venue_status::accepted);
}

}  // namespace
}  // namespace bw::venue::tests
