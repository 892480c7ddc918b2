#include "broker/unknown_parts.hpp"

#include <gtest/gtest.h>

#include "tests/broker/broker_fixture.hpp"

namespace bw {
namespace {

class unknown_parts_test : public broker_test {
 protected:
  std::uint64_t counted() const { return metrics.total("bellwether_broker_unknown_total"); }
};

TEST_F(unknown_parts_test, the_gateway_counts_new_fields_and_words_and_goes_on) {
  make();
  const auto account = [this] {
    return ask<account_report>([&](auto done) { broker->account(std::move(done)); });
  };
  answer_with(200, std::string{account_body});
  ASSERT_TRUE(account().ok());
  EXPECT_EQ(counted(), 0u) << "all of it is known, also what the node has no use for";
  auto newer = std::string{account_body};
  newer.insert(1, R"("moon_phase":{"now":"full"},"tide":1,)");
  answer_with(200, newer);
  ASSERT_TRUE(account().ok());
  EXPECT_EQ(counted(), 2u);
  answer_with(200, "[" + order_body("bw-1", "venue-1", "daydreaming") + "]");
  const auto orders =
      ask<std::vector<open_order_report>>([&](auto done) { broker->open_orders(std::move(done)); });
  ASSERT_TRUE(orders.ok());
  EXPECT_EQ(orders->at(0).status, order_event::other);
  EXPECT_EQ(counted(), 3u);
}

TEST_F(unknown_parts_test, the_stream_counts_them_too) {
  make();
  ASSERT_TRUE(reaches(feed_state::synced));
  server.send(update_frame("levitated", order_body("bw-1"), R"("altitude":"3",)"));
  ASSERT_TRUE(where.wait_until([&] { return !updates.empty(); }));
  EXPECT_EQ(updates[0].event, order_event::other);
  EXPECT_EQ(counted(), 2u);
}

}  // namespace
}  // namespace bw
