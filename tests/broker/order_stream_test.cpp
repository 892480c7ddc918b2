#include "broker/order_stream.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/broker/broker_fixture.hpp"

namespace bw {
namespace {

using order_stream_test = broker_test;

std::string fill_frame() {
  return update_frame("fill", order_body("bw-1", "v", "filled", "10", "10"),
                      R"("execution_id":"e-1","price":"187.31","qty":"10",)");
}

TEST_F(order_stream_test, authenticates_listens_and_passes_updates_on) {
  make();
  ASSERT_TRUE(reaches(feed_state::synced));
  server.send(fill_frame(), net::frame_kind::binary);
  server.send(fill_frame(), net::frame_kind::text);
  ASSERT_TRUE(where.wait_until([&] { return updates.size() == 2; })) << "duplicates pass through";
  where.change([&] {
    EXPECT_EQ(server.stream_path, "/stream");
    EXPECT_EQ(server.messages[0], encode_authenticate("PKTEST", "hush"));
    EXPECT_EQ(server.messages[1], encode_listen());
    EXPECT_EQ(updates[0].event, order_event::fill);
    EXPECT_EQ(updates[0].execution.view(), "e-1");
    EXPECT_EQ(updates[1].execution.view(), "e-1");
    EXPECT_NE(updates[0].received, mono_ns{});
    std::string life;
    for (const auto& status : statuses) life += std::string{to_string(status.state)} + " ";
    EXPECT_EQ(life, "connecting authenticating subscribing synced ");
  });
}

TEST_F(order_stream_test, gives_up_when_the_keys_are_refused_until_it_is_restarted) {
  where.change([&] { server.auth_status = "unauthorized"; });
  make();
  ASSERT_TRUE(reaches(feed_state::latched));
  where.change([&] {
    EXPECT_EQ(statuses.back().reason_code, static_cast<std::uint8_t>(ec::auth_refused));
    EXPECT_EQ(server.connections, 1);
    server.auth_status = "authorized";
  });
  broker->restart_stream();
  ASSERT_TRUE(reaches(feed_state::synced));
}

TEST_F(order_stream_test, comes_back_after_a_lost_connection) {
  make();
  for (std::size_t round = 1; round <= 3; ++round) {
    ASSERT_TRUE(reaches(feed_state::synced, round));
    server.drop();
    ASSERT_TRUE(reaches(feed_state::down, round));
  }
  ASSERT_TRUE(reaches(feed_state::synced, 4));
  EXPECT_EQ(metrics.total("bellwether_stream_reconnects_total"), 3U);
}

TEST_F(order_stream_test, makes_a_new_connection_when_asked_to) {
  make();
  ASSERT_TRUE(reaches(feed_state::synced));
  broker->restart_stream();
  ASSERT_TRUE(reaches(feed_state::synced, 2));
  where.change([&] { EXPECT_EQ(server.connections, 2); });
}

TEST_F(order_stream_test, survives_frames_that_make_no_sense) {
  make();
  ASSERT_TRUE(reaches(feed_state::synced));
  for (const auto* text : {"\x01", "{", "[]", "null", R"({"stream":"news"})",
                           R"({"stream":"trade_updates","data":{"event":"fill"}})"})
    server.send(text);
  server.send(fill_frame());
  ASSERT_TRUE(where.wait_until([&] { return updates.size() == 1; }));
  where.change([&] { EXPECT_EQ(server.connections, 1); });
}

TEST_F(order_stream_test, reconnects_when_the_broker_does_not_send_updates) {
  where.change([&] { server.listens = "[]"; });
  make();
  ASSERT_TRUE(reaches(feed_state::down));
  where.change([&] { server.listens = R"(["trade_updates"])"; });
  ASSERT_TRUE(reaches(feed_state::synced));
}

TEST_F(order_stream_test, reconnects_when_an_answer_stays_away) {
  where.change([&] { server.listens.clear(); });
  make();
  ASSERT_TRUE(reaches(feed_state::down));
  where.change([&] {
    // It may be connecting again already.
    EXPECT_TRUE(std::any_of(statuses.begin(), statuses.end(), [](const auto& each) {
      return each.reason_code == static_cast<std::uint8_t>(ec::timed_out);
    }));
    server.listens = R"(["trade_updates"])";
  });
  ASSERT_TRUE(reaches(feed_state::synced));
}

}  // namespace
}  // namespace bw
