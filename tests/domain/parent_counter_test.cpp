// What leaves for one decision never adds up to more than was decided.

#include "domain/parent_counter.hpp"

#include <gtest/gtest.h>

#include "core/prng.hpp"
#include "tests/support/seed.hpp"

namespace bw {
namespace {

order_request wish(std::uint64_t number, std::uint64_t tick, std::int64_t qty) {
  order_request out;
  out.order = order_id{number};
  out.header.trace = trace_id{tick};
  out.strategy = strategy_id{0};
  out.symbol = symbol_id{0};
  out.qty = quantity::from_int(qty);
  return out;
}

order_report told(const order_request& request, order_state state, std::int64_t filled) {
  order_report out;
  out.request = request;
  out.state = state;
  out.filled_total = quantity::from_int(filled);
  return out;
}

TEST(parent_counter, a_strategy_that_repeats_itself_for_ever_gets_its_quantity_once) {
  parent_counter counter;
  int left = 0;
  for (std::uint64_t k = 1; k <= 1'000; ++k) left += counter.admit(wish(k, 42, 10)) ? 10 : 0;
  EXPECT_EQ(left, 10);
}

TEST(parent_counter, what_did_not_happen_may_be_asked_for_again) {
  parent_counter counter;
  const auto first = wish(1, 42, 10);
  ASSERT_TRUE(counter.admit(first));
  EXPECT_TRUE(counter.on_report(told(first, order_state::unknown, 0)));
  EXPECT_FALSE(counter.admit(wish(2, 42, 1))) << "an unknown order may still be filled";
  EXPECT_TRUE(counter.on_report(told(first, order_state::canceled, 4)));
  EXPECT_FALSE(counter.admit(wish(3, 42, 7)));
  EXPECT_TRUE(counter.admit(wish(4, 42, 6))) << "what was left of it";
}

TEST(parent_counter, decisions_are_told_apart) {
  parent_counter counter;
  auto other = wish(2, 42, 10);
  other.side = side::sell;
  auto again = wish(3, 42, 10);
  again.header.received = mono_ns{5};
  ASSERT_TRUE(counter.admit(wish(1, 42, 10)));
  EXPECT_TRUE(counter.admit(other));
  EXPECT_TRUE(counter.admit(again)) << "another tick of a feed that started again";
  EXPECT_TRUE(counter.admit(wish(4, 43, 10)));
  EXPECT_FALSE(counter.admit(wish(4, 44, 10))) << "a number is used once";
}

TEST(parent_counter, an_order_that_fills_beyond_its_quantity_is_told) {
  parent_counter counter;
  const auto first = wish(1, 42, 10);
  ASSERT_TRUE(counter.admit(first));
  EXPECT_TRUE(counter.on_report(told(first, order_state::partial, 4)));
  EXPECT_FALSE(counter.on_report(told(first, order_state::needs_review, 11)));
}

TEST(parent_counter, forgets_the_oldest_and_never_a_live_one) {
  parent_counter counter{{.parents_max = 2}};
  const auto first = wish(1, 1, 10);
  const auto second = wish(2, 2, 10);
  ASSERT_TRUE(counter.admit(first));
  ASSERT_TRUE(counter.admit(second));
  EXPECT_FALSE(counter.admit(wish(3, 3, 10))) << "both may still be filled";
  counter.on_report(told(second, order_state::filled, 10));
  EXPECT_TRUE(counter.admit(wish(4, 4, 10)));
  EXPECT_EQ(counter.parents(), 2u);
  EXPECT_FALSE(counter.admit(wish(5, 1, 1))) << "the first one is still counted";
}

TEST(parent_counter, what_is_admitted_never_exceeds_what_was_decided) {
  const auto seed = tests::test_seed(21);
  prng random{seed};
  parent_counter counter;
  std::vector<order_request> sent;
  std::vector<std::int64_t> worst;
  for (std::uint64_t k = 1; k <= tests::test_size(5'000); ++k) {
    const auto request = wish(k, 1 + random.below(20), random.between(1, 10));
    if (counter.admit(request)) {
      sent.push_back(request);
      worst.push_back(request.qty.units() / decimal_scale);
    }
    if (!sent.empty() && random.chance(1, 2)) {
      const auto at = random.below(sent.size());
      const auto filled = random.between(0, sent[at].qty.units() / decimal_scale);
      if (sent[at].order == order_id{}) continue;
      counter.on_report(told(sent[at], order_state::canceled, filled));
      worst[at] = filled;
      sent[at].order = order_id{};  // It is over.
    }
  }
  for (std::uint64_t tick = 1; tick <= 20; ++tick) {
    std::int64_t sum = 0;
    std::int64_t first = 0;
    for (std::size_t k = 0; k < sent.size(); ++k) {
      if (sent[k].header.trace.value != tick) continue;
      if (first == 0) first = sent[k].qty.units() / decimal_scale;
      sum += worst[k];
    }
    EXPECT_LE(sum, first) << "tick " << tick << ", " << tests::repeat_with(seed);
  }
}

}  // namespace
}  // namespace bw
