// What a person's word about a split, or the numbers of shares, make of our positions.

#include "app/split_fix.hpp"

#include <gtest/gtest.h>

#include "app/account_comparison.hpp"
#include "domain/client_order_ids.hpp"

namespace bw {
namespace {

quantity shares(std::int64_t n) { return quantity::from_int(n); }
const symbol_name apple{"AAPL"};
const short_name momentum{"momentum"};

TEST(split_fix, reads_what_a_person_types) {
  const auto good = parse_split_of("AAPL=14:2");
  ASSERT_TRUE(good.ok());
  EXPECT_EQ(good->first, apple);
  EXPECT_EQ(good->second, (split_ratio{7, 1}));
  for (const auto* text : {"", "AAPL", "AAPL=", "=2:1", "AAPL=2", "AAPL=2:0", "AAPL=0:1",
                           "AAPL=-2:1", "AAPL=2:1x", "AAPL=1:1", "AAPL=2/1", "AAPL=2.5:1",
                           "AAPL=99999999:1", "A_SYMBOL_THAT_IS_FAR_TOO_LONG_FOR_ANY_LISTING=2:1"})
    EXPECT_FALSE(parse_split_of(text)) << text;
}

TEST(split_fix, proposes_only_ratios_that_somebody_would_announce) {
  EXPECT_EQ(likely_split(shares(10), shares(20)), (split_ratio{2, 1}));
  EXPECT_EQ(likely_split(shares(20), shares(30)), (split_ratio{3, 2}));
  EXPECT_EQ(likely_split(shares(80), shares(10)), (split_ratio{1, 8}));
  EXPECT_FALSE(likely_split(shares(10), shares(10)));
  EXPECT_FALSE(likely_split(shares(10), {}));
  EXPECT_FALSE(likely_split({}, shares(10)));
  EXPECT_FALSE(likely_split(shares(10), shares(-20)));
  EXPECT_FALSE(likely_split(shares(1'009), shares(2'003))) << "no announced ratio";
}

TEST(split_fix, gives_whole_shares_and_never_more_than_the_broker_has) {
  const std::map<short_name, quantity> held{{short_name{"a"}, shares(10)},
                                            {short_name{"b"}, shares(9)}};
  const auto eighth = split_positions(held, {1, 8}, shares(2));
  ASSERT_EQ(eighth.size(), 2u);
  EXPECT_EQ(eighth[0].after, shares(1));
  EXPECT_EQ(eighth[1].after, shares(1));
  const auto short_of = split_positions(held, {2, 1}, shares(25));
  EXPECT_EQ(short_of[0].after, shares(20));
  EXPECT_EQ(short_of[1].after, shares(5));
}

/// A log with ten shares of one strategy, and a broker that says what is there.
struct split_comparison : testing::Test {
  log_books ours;
  broker_books theirs;
  std::uint64_t sequence = 0;

  void put(const audit_event& event) {
    const record_place place{sequence_number{++sequence}, static_cast<std::uint16_t>(event.index()),
                             1, utc_ns{1}};
    const auto applied = ours.past.apply(place, event);
    ASSERT_TRUE(applied.ok()) << applied.failure().text();
  }
  void SetUp() override {
    ours.log_id = 42;
    boot_record boot;
    boot.boot_no = 1;
    put(boot);
    fill_record bought;
    bought.symbol = apple;
    bought.strategy = momentum;
    bought.qty = shares(10);
    bought.at_price = price::from_int(100);
    put(bought);
  }
  void broker_says(std::int64_t held, const char* activity) {
    position_report x;
    x.symbol = apple;
    x.qty = shares(held);
    theirs.positions = {x};
    if (activity == nullptr) return;
    account_activity split;
    split.id = "20261102::1";
    split.type = short_name{activity};
    split.symbol = apple;
    split.description = "as announced";
    theirs.activities = {split};
  }
};

TEST_F(split_comparison, a_split_of_the_brokers_book_scales_what_is_ours) {
  broker_says(20, "SPLIT");
  const auto found = compare_account(ours, theirs, {"AAPL"});
  ASSERT_EQ(found.splits.size(), 1u);
  EXPECT_EQ(found.splits[0].by, (split_ratio{2, 1}));
  ASSERT_EQ(found.splits[0].positions.size(), 1u);
  EXPECT_EQ(found.splits[0].positions[0].before, shares(10));
  EXPECT_EQ(found.splits[0].positions[0].after, shares(20));
  EXPECT_TRUE(found.corrections.empty());
  EXPECT_TRUE(found.external_after.holdings.empty()) << "nothing is left over, nothing is stopped";

  // Written, both books are the same.
  put(split_record{apple, momentum, shares(10), shares(20), 2, 1, "me", "fix"});
  put(found.external_after);
  theirs.activities.clear();
  const auto again = compare_account(ours, theirs, {"AAPL"});
  EXPECT_TRUE(again.is_clean());
  EXPECT_TRUE(again.splits.empty());
}

TEST_F(split_comparison, a_person_names_the_ratio_that_the_shares_do_not_show) {
  broker_says(1, "SPLIT");  // 1 for 8, the rest was paid out.
  const auto unnamed = compare_account(ours, theirs, {"AAPL"});
  EXPECT_EQ(unnamed.splits.size(), 1u) << "1 for 10 is what it looks like";
  const auto named = compare_account(ours, theirs, {"AAPL"}, {{apple, {1, 8}}});
  ASSERT_EQ(named.splits.size(), 1u);
  EXPECT_EQ(named.splits[0].by, (split_ratio{1, 8}));
  EXPECT_EQ(named.splits[0].positions[0].after, shares(1));
  EXPECT_TRUE(named.external_after.holdings.empty());
}

TEST_F(split_comparison, without_a_split_in_the_book_nothing_is_scaled_unless_a_person_says_so) {
  broker_says(20, "MA");
  EXPECT_TRUE(compare_account(ours, theirs, {"AAPL"}).splits.empty()) << "a merger is no split";
  broker_says(80, nullptr);
  theirs.activities.clear();
  EXPECT_TRUE(compare_account(ours, theirs, {"AAPL"}).splits.empty());
  auto named = compare_account(ours, theirs, {"AAPL"}, {{apple, {8, 1}}});
  ASSERT_EQ(named.splits.size(), 1u);
  EXPECT_EQ(named.splits[0].positions[0].after, shares(80));
  broker_says(5, nullptr);
  named = compare_account(ours, theirs, {"AAPL"}, {{apple, {1, 2}}});
  ASSERT_EQ(named.splits.size(), 1u);
  EXPECT_EQ(named.splits[0].positions[0].after, shares(5));
  EXPECT_TRUE(named.corrections.empty()) << "one record a position";
}

TEST_F(split_comparison, orders_of_the_time_before_are_named) {
  broker_says(20, "SPLIT");
  open_order_report stop;
  stop.client_id = make_client_order_id({42, 1, order_id{1}});
  stop.symbol = apple;
  stop.qty = shares(10);
  theirs.opens = {stop};
  const auto found = compare_account(ours, theirs, {"AAPL"});
  ASSERT_EQ(found.splits.size(), 1u);
  EXPECT_EQ(found.splits[0].open, std::vector{stop.client_id});
}

}  // namespace
}  // namespace bw
