// Orders alike within the window; any other number makes another order; the memory is bounded.

#include "domain/duplicate_guard.hpp"

#include <gtest/gtest.h>

namespace bw {
namespace {

constexpr std::int64_t ms = 1'000'000;

order_request some_order() {
  order_request r;
  r.strategy = strategy_id{1};
  r.symbol = symbol_id{2};
  r.qty = quantity::from_int(10);
  r.limit = price::from_int(100);
  return r;
}

TEST(duplicate_guard, the_window_ends_on_the_nanosecond) {
  duplicate_guard guard;
  EXPECT_FALSE(guard.is_duplicate(some_order(), mono_ns{0}));
  guard.remember(some_order(), mono_ns{0});
  EXPECT_TRUE(guard.is_duplicate(some_order(), mono_ns{500 * ms - 1}));
  EXPECT_FALSE(guard.is_duplicate(some_order(), mono_ns{500 * ms}));
  EXPECT_EQ(guard.age_of_twin(some_order(), mono_ns{7}), nanoseconds{7});
}

TEST(duplicate_guard, any_other_number_makes_another_order) {
  duplicate_guard guard;
  guard.remember(some_order(), mono_ns{0});
  const auto differs = [&](auto change) {
    auto r = some_order();
    change(r);
    return !guard.is_duplicate(r, mono_ns{0});
  };
  EXPECT_TRUE(differs([](order_request& r) { r.strategy = strategy_id{9}; }));
  EXPECT_TRUE(differs([](order_request& r) { r.symbol = symbol_id{9}; }));
  EXPECT_TRUE(differs([](order_request& r) { r.side = side::sell; }));
  EXPECT_TRUE(differs([](order_request& r) { r.qty = quantity::from_int(11); }));
  EXPECT_TRUE(differs([](order_request& r) { r.limit = price::from_int(101); }));
  EXPECT_TRUE(differs([](order_request& r) { r.stop = price::from_int(1); }));
  EXPECT_FALSE(differs([](order_request& r) { r.header.trace = trace_id{5}; }));
}

TEST(duplicate_guard, a_full_memory_lets_nothing_pass) {
  duplicate_guard guard{{.orders_max = 2}};
  auto other = some_order();
  other.qty = quantity::from_int(1);
  guard.remember(some_order(), mono_ns{0});
  EXPECT_FALSE(guard.is_duplicate(other, mono_ns{1}));
  guard.remember(some_order(), mono_ns{1});
  EXPECT_TRUE(guard.is_duplicate(other, mono_ns{2}));
  EXPECT_FALSE(guard.is_duplicate(other, mono_ns{500 * ms}));
}

}  // namespace
}  // namespace bw
