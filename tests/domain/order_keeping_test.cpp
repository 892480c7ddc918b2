// Which orders a sweep leaves: those that can only shrink what the account holds.

#include "domain/order_keeping.hpp"

#include <gtest/gtest.h>

namespace bw {
namespace {

position_report held(const char* symbol, std::int64_t qty) {
  position_report out;
  out.symbol = symbol_name{symbol};
  out.qty = quantity::from_int(qty);
  return out;
}

open_order_report order(const char* id, const char* symbol, side way, order_type type,
                        std::int64_t qty, const char* parent = "") {
  open_order_report out;
  out.client_id = client_order_id{id};
  out.venue_id = venue_order_id{id};
  out.symbol = symbol_name{symbol};
  out.side = way;
  out.type = type;
  out.qty = quantity::from_int(qty);
  out.parent = client_order_id{parent};
  return out;
}

std::string gone(const std::vector<position_report>& positions,
                 const std::vector<open_order_report>& open) {
  std::string out;
  for (const auto& x : not_risk_reducing(positions, open))
    out += (out.empty() ? "" : " ") + x.client_id.str();
  return out;
}

TEST(order_keeping, entries_go_and_stops_stay) {
  EXPECT_EQ(gone({held("SPY", 10)}, {order("entry", "SPY", side::buy, order_type::limit, 5),
                                     order("stop", "SPY", side::sell, order_type::stop, 10),
                                     order("other", "QQQ", side::buy, order_type::limit, 5)}),
            "entry other");
  EXPECT_EQ(gone({held("SPY", -10)}, {order("cover", "SPY", side::buy, order_type::stop, 10),
                                      order("more", "SPY", side::sell, order_type::limit, 1)}),
            "more");
}

TEST(order_keeping, what_is_more_than_the_position_goes) {
  EXPECT_EQ(gone({held("SPY", 10)}, {order("exit", "SPY", side::sell, order_type::limit, 10),
                                     order("stop", "SPY", side::sell, order_type::stop, 10)}),
            "exit")
      << "stops stay before all others";
  EXPECT_EQ(gone({held("SPY", 4)}, {order("stop", "SPY", side::sell, order_type::stop, 10)}),
            "stop")
      << "it would open a short position";
  EXPECT_EQ(gone({}, {order("stop", "SPY", side::sell, order_type::stop, 10)}), "stop");
}

TEST(order_keeping, a_part_that_was_filled_does_not_count) {
  auto stop = order("stop", "SPY", side::sell, order_type::stop, 10);
  stop.filled_total = quantity::from_int(6);
  EXPECT_EQ(gone({held("SPY", 4)}, {stop}), "");
}

TEST(order_keeping, a_stop_and_the_one_that_takes_its_place_count_once) {
  auto next = order("next", "SPY", side::sell, order_type::stop, 10);
  next.replaces = venue_order_id{"stop"};
  EXPECT_EQ(gone({held("SPY", 10)}, {order("stop", "SPY", side::sell, order_type::stop, 10), next}),
            "");
  EXPECT_EQ(gone({held("SPY", 10)}, {next}), "") << "the other one is gone";
}

TEST(order_keeping, members_of_a_group_count_once_and_stay_together) {
  EXPECT_EQ(
      gone({held("SPY", 10)}, {order("target", "SPY", side::sell, order_type::limit, 10),
                               order("leg", "SPY", side::sell, order_type::stop, 10, "target")}),
      "");
  EXPECT_EQ(
      gone({held("SPY", 10)}, {order("entry", "SPY", side::buy, order_type::limit, 10),
                               order("leg", "SPY", side::sell, order_type::stop, 10, "entry")}),
      "entry leg")
      << "the legs of an entry that is still open go with it";
}

}  // namespace
}  // namespace bw
