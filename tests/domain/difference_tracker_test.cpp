// Ages of differences and what they mean: ignored, asked about, reducing, halted, and over.

#include "domain/difference_tracker.hpp"

#include <gtest/gtest.h>

namespace bw {
namespace {

mono_ns at(std::int64_t seconds) { return mono_ns{seconds * 1'000'000'000}; }

reconcile_report looked(std::vector<difference> found, bool orders = true, bool positions = true) {
  reconcile_report out;
  out.differences = std::move(found);
  out.looked_at_orders = orders;
  out.looked_at_positions = positions;
  return out;
}
difference shares(std::int64_t ours, std::int64_t theirs) {
  return {difference_kind::position_differs,
          symbol_name{"AAPL"},
          {},
          quantity::from_int(ours),
          quantity::from_int(theirs)};
}
difference missing(const char* id) {
  return {difference_kind::order_missing_there, symbol_name{"MSFT"}, client_order_id{id}, {}, {}};
}

TEST(difference_tracker, narrows_at_the_second_look_and_halts_after_half_a_minute) {
  difference_tracker x;
  EXPECT_TRUE(x.judge(at(0)).is_clean());
  x.update(looked({shares(4, 6)}), at(0));
  EXPECT_EQ(x.judge(at(4)).floor, trading_mode::active) << "too young";
  EXPECT_EQ(x.judge(at(20)).floor, trading_mode::active) << "seen once only";
  x.update(looked({shares(4, 6)}), at(4));
  EXPECT_EQ(x.judge(at(4)).floor, trading_mode::active) << "too young still";
  EXPECT_EQ(x.judge(at(5)).floor, trading_mode::reducing);
  EXPECT_EQ(x.judge(at(29)).floor, trading_mode::reducing);
  const auto late = x.judge(at(30));
  EXPECT_EQ(late.floor, trading_mode::halted);
  EXPECT_EQ(late.oldest, std::chrono::seconds{30});
  EXPECT_EQ(late.text, "position_differs AAPL: ours 4, broker 6");
  x.update(looked({}), at(31));
  EXPECT_TRUE(x.judge(at(31)).is_clean());
}

TEST(difference_tracker, a_difference_that_changes_its_figures_keeps_its_age) {
  difference_tracker x;
  x.update(looked({shares(4, 6)}), at(0));
  x.update(looked({shares(4, 7)}), at(10));
  EXPECT_EQ(x.judge(at(10)).oldest, std::chrono::seconds{10});
  EXPECT_EQ(x.differences()[0].theirs, quantity::from_int(7));
}

TEST(difference_tracker, what_was_not_looked_at_stands) {
  difference_tracker x;
  x.update(looked({shares(4, 6), missing("a")}), at(0));
  x.update(looked({}, true, false), at(10));
  ASSERT_EQ(x.differences().size(), 1u);
  EXPECT_EQ(x.differences()[0].kind, difference_kind::position_differs);
  x.update(looked({}, false, true), at(20));
  EXPECT_TRUE(x.judge(at(20)).is_clean());
}

TEST(difference_tracker, what_changed_too_recently_stands_and_counts_no_look) {
  difference_tracker x;
  x.update(looked({shares(4, 6)}), at(0));
  auto young = looked({});
  young.left_out = {shares(5, 6)};
  x.update(young, at(10));
  ASSERT_EQ(x.differences().size(), 1u);
  EXPECT_EQ(x.judge(at(40)).floor, trading_mode::active) << "one look alone";
  x.update(looked({shares(4, 6)}), at(41));
  EXPECT_EQ(x.judge(at(41)).floor, trading_mode::halted) << "it kept its age";
  x.update(looked({}), at(42));
  EXPECT_TRUE(x.judge(at(42)).is_clean());

  difference_tracker none;
  none.update(young, at(0));
  EXPECT_TRUE(none.judge(at(0)).is_clean()) << "nothing begins by a recent change";
}

TEST(difference_tracker, one_that_comes_back_is_young_again) {
  difference_tracker x;
  x.update(looked({shares(4, 6)}), at(0));
  x.update(looked({}), at(10));
  x.update(looked({shares(4, 6)}), at(20));
  EXPECT_EQ(x.judge(at(21)).oldest, std::chrono::seconds{1});
}

TEST(difference_tracker, the_worst_and_the_oldest_lead) {
  difference_tracker x;
  x.update(looked({missing("a")}), at(0));
  x.update(looked({missing("a"), shares(1, 2)}), at(28));
  const auto verdict = x.judge(at(31));
  EXPECT_EQ(verdict.floor, trading_mode::halted);
  EXPECT_EQ(verdict.count, 2u);
  EXPECT_NE(verdict.text.find("MSFT"), std::string::npos);
}

}  // namespace
}  // namespace bw
