// The broker's wash-trade matrix, each of its rows: four kinds of orders against four, either one
// first, at prices that meet and at prices that do not.

#include "domain/self_cross.hpp"

#include <gtest/gtest.h>

#include "tests/domain/risk_scene.hpp"

namespace bw {
namespace {

using tests::p;

order_request make(side which, order_type type, const char* limit) {
  order_request out;
  out.symbol = symbol_id{0};
  out.side = which;
  out.type = type;
  if (type == order_type::limit || type == order_type::stop_limit) out.limit = p(limit);
  if (type != order_type::limit && type != order_type::market) out.stop = p("100");
  return out;
}

struct row {
  order_type wanted;
  order_type open;
  /// Refused whatever the prices; otherwise only when the buyer pays what the seller wants.
  bool always;
};

using enum order_type;
const row rows[] = {
    {market, market, true},     {market, stop, true},
    {market, limit, true},      {market, stop_limit, true},
    {stop, market, true},       {stop, stop, true},
    {stop, limit, true},        {stop, stop_limit, true},
    {limit, market, true},      {limit, stop, true},
    {limit, limit, false},      {limit, stop_limit, false},
    {stop_limit, market, true}, {stop_limit, stop, true},
    {stop_limit, limit, false}, {stop_limit, stop_limit, false},
};

TEST(self_cross, the_matrix) {
  int seen = 0;
  for (const auto& row : rows)
    for (const auto wanted_side : {side::buy, side::sell}) {
      ++seen;
      const auto cross = [&](const char* buy, const char* sell) {
        const bool buys = wanted_side == side::buy;
        return crosses(make(wanted_side, row.wanted, buys ? buy : sell),
                       make(opposite(wanted_side), row.open, buys ? sell : buy),
                       self_cross_policy::strict);
      };
      const auto name = std::string{to_string(row.wanted)} + " " +
                        std::string{to_string(wanted_side)} + " against " +
                        std::string{to_string(row.open)};
      EXPECT_TRUE(cross("100.01", "100")) << name;
      EXPECT_TRUE(cross("100", "100")) << name;
      EXPECT_EQ(cross("99.99", "100"), row.always) << name;
    }
  EXPECT_EQ(seen, 32);
}

TEST(self_cross, the_same_side_and_other_symbols_never_meet) {
  for (const auto& row : rows) {
    EXPECT_FALSE(crosses(make(side::buy, row.wanted, "101"), make(side::buy, row.open, "99"),
                         self_cross_policy::strict));
    auto other = make(side::sell, row.open, "99");
    other.symbol = symbol_id{1};
    EXPECT_FALSE(crosses(make(side::buy, row.wanted, "101"), other, self_cross_policy::strict));
  }
}

TEST(self_cross, a_trailing_stop_is_a_stop_unless_the_brokers_exemption_is_used) {
  for (const auto& row : rows) {
    const auto trailing = make(side::sell, trailing_stop, "0");
    const auto wanted = make(side::buy, row.wanted, "90");
    EXPECT_TRUE(crosses(wanted, trailing, self_cross_policy::strict));
    EXPECT_TRUE(crosses(trailing, wanted, self_cross_policy::strict));
    EXPECT_FALSE(crosses(wanted, trailing, self_cross_policy::broker));
    EXPECT_FALSE(crosses(trailing, wanted, self_cross_policy::broker));
  }
}

}  // namespace
}  // namespace bw
