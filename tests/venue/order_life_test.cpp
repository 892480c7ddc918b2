#include "venue/order_life.hpp"

#include <gtest/gtest.h>

// Shows the whole table of an order's life: one row a status, one column an event.

namespace bw::venue {
namespace {

using status = venue_status;
using kind = venue_event::kind;

TEST(order_life, follows_its_table) {
  constexpr kind kinds[] = {kind::pending_new,    kind::accepted,
                            kind::new_order,      kind::partial_fill,
                            kind::fill,           kind::canceled,
                            kind::expired,        kind::rejected,
                            kind::pending_cancel, kind::order_cancel_rejected};
  // a accepted, p pending_new, n new, h partially filled, f filled, c canceled, e expired,
  // r rejected, w pending_cancel, - never.
  struct row {
    status from;
    const char* to;
  };
  const row rows[] = {
      {status::accepted, "p----cerwa"},       {status::pending_new, "--n--cerwp"},
      {status::new_order, "---hfcerwn"},      {status::partially_filled, "---hfcerwh"},
      {status::pending_cancel, "---wfcer-w"}, {status::filled, "----------"},
      {status::canceled, "----------"},       {status::expired, "----------"},
      {status::rejected, "----------"},
  };
  const std::string letters = "apnhfcerw";
  for (const auto& row : rows)
    for (std::size_t k = 0; k < std::size(kinds); ++k) {
      std::optional<status> expected;
      if (const auto at = letters.find(row.to[k]); at != std::string::npos)
        expected = static_cast<status>(at + 1);
      EXPECT_EQ(next_status(row.from, kinds[k]), expected)
          << to_string(row.from) << " + " << to_string(kinds[k]);
    }
}

TEST(order_life, has_the_words_of_the_broker) {
  EXPECT_EQ(to_string(status::new_order), "new");
  EXPECT_EQ(to_string(status::partially_filled), "partially_filled");
  EXPECT_EQ(to_string(status::canceled), "canceled");
  EXPECT_EQ(to_string(kind::partial_fill), "partial_fill");
  EXPECT_EQ(to_string(kind::new_order), "new");
}

TEST(order_life, keeps_alarms_and_open_lists_in_step) {
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
  EXPECT_EQ(store.open(symbol_id{0}), std::vector<std::uint64_t>{1});
  store.close(first);
  EXPECT_FALSE(store.next_expiry());
  EXPECT_TRUE(store.open().empty());
  EXPECT_EQ(store.all().size(), 2u);
}

TEST(order_life, runs_out_of_client_order_ids_at_its_bound) {
  order_store store{1, 2, 1};
  for (const char* id : {"a", "b"}) {
    EXPECT_FALSE(store.full());
    live_order live;
    live.order.id = live.order.client_order_id = id;
    live.order.symbol = symbol_id{0};
    store.close(store.add(std::move(live)));
  }
  EXPECT_TRUE(store.full());
  EXPECT_TRUE(store.client_id_spent("a"));
  EXPECT_EQ(store.find_client_id("a"), nullptr) << "dropped, and still spent";
}

}  // namespace
}  // namespace bw::venue
