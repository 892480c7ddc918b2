// What one order does otherwise than the one whose place it takes.

#include "domain/order_changes.hpp"

#include <gtest/gtest.h>

namespace bw {
namespace {

order_request stop_at(const char* stop, std::int64_t shares) {
  order_request out;
  out.side = side::sell;
  out.type = order_type::stop;
  out.purpose = order_purpose::protective;
  out.reason = signal_reason::trailing_stop_hit;
  out.stop = *price::parse(stop);
  out.qty = quantity::from_int(shares);
  return out;
}

TEST(order_changes, name_what_is_different_and_nothing_else) {
  const auto before = stop_at("98.1", 10);
  EXPECT_TRUE(changes_between(before, before).empty());
  EXPECT_EQ(changes_between(before, stop_at("98.4", 10)),
            (std::vector<changed_field>{{"stop_price", "98.1", "98.4"}}));
  EXPECT_EQ(changes_between(before, stop_at("98.4", 15)),
            (std::vector<changed_field>{{"quantity", "10", "15"}, {"stop_price", "98.1", "98.4"}}));
  auto limited = before;
  limited.type = order_type::stop_limit;
  limited.tif = time_in_force::gtc;
  limited.limit = *price::parse("98");
  EXPECT_EQ(changes_between(before, limited),
            (std::vector<changed_field>{
                {"limit_price", "", "98"}, {"type", "stop", "stop_limit"}, {"tif", "day", "gtc"}}));
  EXPECT_EQ(cause_of_replacement(before), "protective: trailing_stop_hit");
}

}  // namespace
}  // namespace bw
