// Reasons come and go one by one; a symbol is free again when the last one has gone.

#include "domain/symbol_stops.hpp"

#include <gtest/gtest.h>

namespace bw {
namespace {

constexpr symbol_id aapl{0};
constexpr symbol_id msft{1};
constexpr auto unknown = symbol_stop_reason::unknown_order;
constexpr auto late = symbol_stop_reason::late_appearance;

TEST(symbol_stops, a_symbol_is_free_when_no_reason_is_left) {
  symbol_stops stops{2};
  const auto first = stops.set(aapl, unknown, "bw-1");
  ASSERT_TRUE(first);
  EXPECT_TRUE(first->stopped);
  EXPECT_EQ(first->text.view(), "bw-1");
  EXPECT_FALSE(stops.set(aapl, unknown, "bw-2")) << "it stands already";
  EXPECT_TRUE(stops.set(aapl, late, "bw-1"));
  EXPECT_TRUE(stops.is_stopped(aapl));
  EXPECT_FALSE(stops.is_stopped(msft));
  EXPECT_EQ(stops.all().size(), 2u);
  EXPECT_EQ(stops.stopped_count(), 1u);
  EXPECT_TRUE(stops.lift(aapl, unknown, "settled"));
  EXPECT_FALSE(stops.lift(aapl, unknown, "settled"));
  EXPECT_TRUE(stops.is_stopped(aapl));
  EXPECT_FALSE(stops.lift(aapl, late, "by a person")->stopped);
  EXPECT_FALSE(stops.is_stopped(aapl));
}

TEST(symbol_stops, symbols_of_nobody_are_ignored) {
  symbol_stops stops{1};
  EXPECT_FALSE(stops.set(no_symbol, unknown, ""));
  EXPECT_FALSE(stops.lift(msft, unknown, ""));
  EXPECT_FALSE(stops.is_stopped(no_symbol));
}

TEST(symbol_stops, only_what_ends_by_itself_is_not_latched) {
  EXPECT_FALSE(is_latched(unknown));
  EXPECT_TRUE(is_latched(late));
  EXPECT_TRUE(is_latched(symbol_stop_reason::unknown_status));
}

}  // namespace
}  // namespace bw
