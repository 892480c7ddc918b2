// Each kind of difference, what is left to the next look, and that the order of lists is no matter.

#include "domain/reconciler.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "core/prng.hpp"
#include "domain/client_order_ids.hpp"
#include "tests/support/seed.hpp"

namespace bw {
namespace {

constexpr std::int64_t second = 1'000'000'000;
quantity shares(std::int64_t n) { return quantity::from_int(n); }
client_order_id id(std::uint64_t n) { return make_client_order_id({42, 1, order_id{n}}); }

book_order own(std::uint64_t n, order_state state, std::int64_t filled = 0) {
  return {id(n), symbol_name{"AAPL"}, state, shares(10), shares(filled), mono_ns{0}};
}
open_order_report theirs(const client_order_id& client_id, std::int64_t filled = 0) {
  open_order_report r;
  r.client_id = client_id;
  r.symbol = symbol_name{"AAPL"};
  r.qty = shares(10);
  r.filled_total = shares(filled);
  return r;
}
position_report held(const char* symbol, std::int64_t qty) {
  position_report r;
  r.symbol = symbol_name{symbol};
  r.qty = shares(qty);
  return r;
}

reconcile_input in_agreement() {
  reconcile_input input;
  input.log_id = 42;
  input.orders_requested = input.positions_requested = mono_ns{100 * second};
  input.orders = {own(1, order_state::working), own(2, order_state::partial, 4)};
  input.broker_orders = std::vector{theirs(id(1)), theirs(id(2), 4)};
  input.positions = {{symbol_name{"AAPL"}, shares(4), mono_ns{0}, {}},
                     {symbol_name{"MSFT"}, {}, mono_ns{0}, {}}};
  input.broker_positions = std::vector{held("AAPL", 4)};
  return input;
}

TEST(reconciler, books_in_agreement_are_clean) {
  const auto report = reconcile(in_agreement(), {});
  EXPECT_TRUE(report.is_clean());
  EXPECT_TRUE(report.look_ups.empty());
  EXPECT_EQ(report.orders_compared, 2u);
  EXPECT_EQ(report.positions_compared, 2u);
}

TEST(reconciler, each_kind_of_difference) {
  auto input = in_agreement();
  input.orders.push_back(own(3, order_state::working));                // Missing there.
  (*input.broker_orders)[1].filled_total = shares(6);                  // Differs.
  input.broker_orders->push_back(theirs(id(9)));                       // Missing here.
  input.broker_orders->push_back(theirs(client_order_id{"by-hand"}));  // External.
  input.broker_positions = std::vector{held("AAPL", 6), held("TSLA", -1)};
  const auto report = reconcile(input, {});
  std::vector<std::string> texts;
  for (const auto& each : report.differences) texts.push_back(each.text());
  EXPECT_EQ(texts,
            (std::vector<std::string>{"order_missing_there AAPL bw-0000001a-1-3: ours 0, broker 0",
                                      "order_differs AAPL bw-0000001a-1-2: ours 4, broker 6",
                                      "position_differs AAPL: ours 4, broker 6"}));
  EXPECT_EQ(report.look_ups, (std::vector<client_order_id>{id(2), id(3)}));
  ASSERT_EQ(report.foreign.size(), 2u);
  EXPECT_EQ(report.foreign[0].owner, order_owner::this_log) << "a gap: our id without a record";
  EXPECT_EQ(report.foreign[1].owner, order_owner::somebody);
  ASSERT_EQ(report.outside.size(), 1u);
  EXPECT_EQ(report.outside[0].symbol.view(), "TSLA");
}

TEST(reconciler, another_logs_order_is_another_nodes) {
  auto input = in_agreement();
  input.log_id = 43;
  input.orders.clear();
  const auto report = reconcile(input, {});
  EXPECT_TRUE(report.differences.empty());
  ASSERT_EQ(report.foreign.size(), 2u);
  EXPECT_EQ(report.foreign[0].owner, order_owner::other_node);
  EXPECT_TRUE(report.look_ups.empty());
}

TEST(reconciler, what_was_never_asked_is_not_compared) {
  auto input = in_agreement();
  input.broker_orders.reset();
  input.broker_positions.reset();
  const auto report = reconcile(input, {});
  EXPECT_TRUE(report.is_clean());
  EXPECT_EQ(report.orders_compared + report.positions_compared, 0u);
  EXPECT_FALSE(report.looked_at_orders || report.looked_at_positions);
}

TEST(reconciler, known_external_shares_are_no_difference_and_others_are_taken_over) {
  auto input = in_agreement();
  input.positions[0].external = shares(-1);
  input.positions[1].traded_before = false;
  input.broker_positions = std::vector{held("AAPL", 3), held("MSFT", 7)};
  const auto report = reconcile(input, {});
  EXPECT_TRUE(report.is_clean());
  ASSERT_EQ(report.adoptable.size(), 1u);
  EXPECT_EQ(report.adoptable[0].symbol.view(), "MSFT");
  EXPECT_EQ(report.adoptable[0].qty, shares(7));
  input.positions[1].traded_before = true;
  EXPECT_EQ(reconcile(input, {}).differences.size(), 1u) << "a fill of ours may be missing";
}

TEST(reconciler, legs_of_our_own_orders_are_not_foreign) {
  auto input = in_agreement();
  auto leg = theirs(client_order_id{"0f9d-made-by-the-broker"});
  leg.parent = id(2);
  input.broker_orders->push_back(leg);
  leg.parent = client_order_id{"by-hand"};
  leg.client_id = client_order_id{"another"};
  input.broker_orders->push_back(leg);
  const auto report = reconcile(input, {});
  EXPECT_TRUE(report.is_clean());
  ASSERT_EQ(report.foreign.size(), 1u);
  EXPECT_EQ(report.foreign[0].order.client_id.view(), "another");
}

TEST(reconciler, an_answer_to_an_older_question_undoes_nothing) {
  auto input = in_agreement();
  input.positions[0].qty = shares(9);
  input.positions[0].changed_at = mono_ns{100 * second + 1};
  EXPECT_TRUE(reconcile(input, {nanoseconds{0}}).is_clean());
  input.positions[0].changed_at = mono_ns{100 * second};
  EXPECT_FALSE(reconcile(input, {nanoseconds{0}}).is_clean());
}

TEST(reconciler, a_position_that_is_gone_is_a_difference) {
  auto input = in_agreement();
  input.broker_positions->clear();
  const auto report = reconcile(input, {});
  ASSERT_EQ(report.differences.size(), 1u);
  EXPECT_EQ(report.differences[0].text(), "position_differs AAPL: ours 4, broker 0");
}

TEST(reconciler, young_changes_are_left_to_the_next_look) {
  auto input = in_agreement();
  input.positions[0].qty = shares(5);
  input.positions[0].changed_at = mono_ns{95 * second + 1};
  input.orders.push_back(own(3, order_state::working));
  input.orders.back().changed_at = mono_ns{101 * second};  // After the broker was asked.
  auto report = reconcile(input, {});
  EXPECT_TRUE(report.is_clean());
  EXPECT_EQ(report.left_out.size(), 2u);
  EXPECT_TRUE(report.look_ups.empty());
  input.positions[0].changed_at = mono_ns{95 * second};
  report = reconcile(input, {});
  EXPECT_EQ(report.differences.size(), 1u);
}

TEST(reconciler, orders_on_their_way_are_not_missed_and_unknown_ones_are_looked_up) {
  auto input = in_agreement();
  input.orders.push_back(own(3, order_state::sending));
  EXPECT_TRUE(reconcile(input, {}).is_clean());
  input.orders.back().state = order_state::unknown;
  const auto report = reconcile(input, {});
  EXPECT_EQ(report.look_ups, std::vector<client_order_id>{id(3)});
  EXPECT_TRUE(report.is_clean()) << "its reservation stands for it";
  input.broker_orders->push_back(theirs(id(3)));  // There it is: still its answer is to be read.
  EXPECT_TRUE(reconcile(input, {}).is_clean());
  EXPECT_EQ(reconcile(input, {}).look_ups, std::vector<client_order_id>{id(3)});
}

TEST(reconciler, an_order_that_ended_here_and_is_open_there) {
  auto input = in_agreement();
  input.orders[0].state = order_state::canceled;
  input.orders[0].changed_at = mono_ns{99 * second};
  EXPECT_TRUE(reconcile(input, {}).is_clean());
  input.orders[0].changed_at = mono_ns{0};
  const auto report = reconcile(input, {});
  ASSERT_EQ(report.differences.size(), 1u);
  EXPECT_EQ(report.differences[0].kind, difference_kind::order_missing_here);
  EXPECT_EQ(report.look_ups, std::vector<client_order_id>{id(1)});
}

TEST(reconciler, the_order_of_the_lists_is_no_matter) {
  const auto seed = tests::test_seed(8);
  prng random{seed};
  auto input = in_agreement();
  for (std::uint64_t k = 3; k < 20; ++k) {
    if (random.chance(1, 2)) input.orders.push_back(own(k, order_state::working));
    if (random.chance(1, 2)) input.broker_orders->push_back(theirs(id(k), random.between(0, 2)));
  }
  const auto expected = reconcile(input, {});
  EXPECT_FALSE(expected.is_clean());
  for (int run = 0; run < 50; ++run) {
    for (std::size_t k = 0; k < input.orders.size(); ++k)
      std::swap(input.orders[k], input.orders[random.below(input.orders.size())]);
    for (std::size_t k = 0; k < input.broker_orders->size(); ++k)
      std::swap((*input.broker_orders)[k], (*input.broker_orders)[random.below(k + 1)]);
    const auto report = reconcile(input, {});
    ASSERT_EQ(report.differences, expected.differences) << tests::repeat_with(seed);
    ASSERT_EQ(report.look_ups, expected.look_ups) << tests::repeat_with(seed);
  }
}

}  // namespace
}  // namespace bw
