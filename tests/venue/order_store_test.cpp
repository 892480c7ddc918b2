#include "venue/order_store.hpp"

#include <gtest/gtest.h>

// Shows that the store keeps alarms and lists in step, within its bounds, and that no order is
// left out of the prices an event is measured by.

namespace bw::venue {
namespace {

TEST(order_store, keeps_alarms_and_open_lists_in_step) {
  order_store store{10, 10, 1};
  const auto add = [&](const char* id, std::int64_t expires) -> live_order& {
    live_order live;
    live.order.id = live.order.client_order_id = id;
    live.order.symbol = symbol_id{0};
    live.order.expires_at = utc_ns{expires};
    return store.add(std::move(live));
  };
  auto& first = add("a", 50);
  auto& second = add("b", 40);
  store.wake(first, utc_ns{30});
  store.wake(first, utc_ns{20});
  store.wake(second, utc_ns{25});
  EXPECT_EQ(store.next_wake(), utc_ns{20});
  EXPECT_EQ(store.due(utc_ns{19}), nullptr);
  EXPECT_EQ(store.due(utc_ns{25}), &first);
  EXPECT_EQ(store.due(utc_ns{25}), &second);
  EXPECT_EQ(store.due(utc_ns{99}), nullptr);
  EXPECT_EQ(store.next_expiry(), utc_ns{40});
  EXPECT_EQ(store.first_expired(utc_ns{60}), &second);
  store.close(second);
  EXPECT_EQ(store.first_expired(utc_ns{60}), &first);
  EXPECT_EQ(store.open(symbol_id{0}), order_store::order_list{&first});
  store.close(first);
  EXPECT_FALSE(store.next_expiry());
  EXPECT_TRUE(store.open().empty());
  EXPECT_EQ(store.all().size(), 2u);
}

TEST(order_store, runs_out_of_client_order_ids_at_its_bound) {
  order_store store{1, 2, 1};
  for (const char* id : {"a", "b"}) {
    EXPECT_TRUE(store.has_room(1));
    live_order live;
    live.order.id = live.order.client_order_id = id;
    live.order.symbol = symbol_id{0};
    store.close(store.add(std::move(live)));
  }
  EXPECT_FALSE(store.has_room(1));
  EXPECT_TRUE(store.client_id_spent("a"));
  EXPECT_EQ(store.find_client_id("a"), nullptr) << "dropped, and still spent";
}

}  // namespace
}  // namespace bw::venue
