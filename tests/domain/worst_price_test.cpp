// What an order is counted at: one row for each type and side.

#include "domain/worst_price.hpp"

#include <gtest/gtest.h>

namespace bw {
namespace {

price p(const char* text) { return *price::parse(text); }

struct row {
  side which;
  order_type type;
  const char* limit;
  const char* stop;
  const char* ask;
  const char* worst;
};

const row rows[] = {
    {side::buy, order_type::limit, "100", "0", "99", "100"},
    {side::buy, order_type::limit, "100", "0", "101", "101"},
    {side::buy, order_type::limit, "100", "0", "0", "100"},
    {side::buy, order_type::stop_limit, "100", "99", "98", "100"},
    {side::buy, order_type::market, "0", "0", "100", "104"},
    {side::buy, order_type::market, "0", "0", "0", "0"},
    {side::buy, order_type::stop, "0", "49.99", "45", "51.9896"},
    {side::buy, order_type::stop, "0", "50", "45", "51.25"},
    {side::sell, order_type::limit, "100", "0", "99", "101.97"},
    {side::sell, order_type::limit, "110", "0", "99", "110"},
    {side::sell, order_type::market, "0", "0", "100", "103"},
    {side::sell, order_type::stop, "0", "98", "0", "98"},
};

TEST(worst_price, of_each_type_and_side) {
  for (const auto& row : rows) {
    order_request r;
    r.side = row.which;
    r.type = row.type;
    r.limit = p(row.limit);
    r.stop = p(row.stop);
    EXPECT_EQ(worst_price(r, {.ask = p(row.ask)}), p(row.worst))
        << to_string(row.which) << " " << to_string(row.type) << " limit " << row.limit;
  }
}

}  // namespace
}  // namespace bw
