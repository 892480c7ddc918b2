// Deposits and withdrawals: each counts once, and only against the close that it came after.

#include "domain/cash_flows.hpp"

#include <gtest/gtest.h>

namespace bw {
namespace {

const money monday_close = money::from_int(100'000);

utc_ns at(const char* text) { return *parse_rfc3339(text); }

cash_flow_record flow(const char* id, std::int64_t dollars, const char* when) {
  return {id, short_name{dollars > 0 ? "CSD" : "CSW"}, money::from_int(dollars), at(when), {}};
}

TEST(cash_flows, what_came_after_the_close_is_no_profit_of_the_day) {
  cash_flows flows;
  const auto now = at("2026-03-11T15:00:00Z");  // A Wednesday.
  const auto kept = flows.take(flow("1", 5'000, "2026-03-11T00:00:00Z"), now, monday_close);
  ASSERT_TRUE(kept);
  EXPECT_EQ(kept->after_close, monday_close);
  EXPECT_EQ(flows.since_close(monday_close), money::from_int(5'000));
  EXPECT_TRUE(flows.since_close(money::from_int(105'000)).is_zero())
      << "the next close has it in its figure";
  EXPECT_TRUE(flows.since_close({}).is_zero());
}

TEST(cash_flows, each_counts_once) {
  cash_flows flows;
  const auto now = at("2026-03-11T15:00:00Z");
  const auto once = flow("1", -700, "2026-03-11T14:00:00Z");
  EXPECT_TRUE(flows.take(once, now, monday_close));
  EXPECT_FALSE(flows.take(once, now, monday_close));
  cash_flows restarted;
  restarted.restore(*flows.take(flow("2", 50, "2026-03-11T14:30:00Z"), now, monday_close));
  EXPECT_FALSE(restarted.take(flow("2", 50, "2026-03-11T14:30:00Z"), now, monday_close));
  EXPECT_EQ(restarted.since_close(monday_close), money::from_int(50));
}

TEST(cash_flows, the_date_decides_whether_the_close_has_it) {
  struct row {
    const char* when;
    const char* now;
    bool after;
    const char* why;
  };
  const row rows[] = {
      {"2026-03-10T00:00:00Z", "2026-03-11T15:00:00Z", false, "the day before"},
      {"2026-03-11T00:00:00Z", "2026-03-11T15:00:00Z", true, "a date alone is that date"},
      {"2026-03-11T03:00:00Z", "2026-03-11T15:00:00Z", false, "late in the evening before"},
      {"2026-03-11T23:30:00Z", "2026-03-12T01:00:00Z", true, "the evening belongs to its day"},
      {"2026-03-14T00:00:00Z", "2026-03-16T14:00:00Z", true, "Saturday, seen on Monday"},
      {"2026-03-13T00:00:00Z", "2026-03-16T14:00:00Z", false, "Friday, seen on Monday"},
      {"2026-03-14T00:00:00Z", "2026-03-15T18:00:00Z", true, "Saturday, seen on Sunday"},
  };
  for (const auto& row : rows) {
    cash_flows flows;
    const auto kept = flows.take(flow("1", 1, row.when), at(row.now), monday_close);
    ASSERT_TRUE(kept);
    EXPECT_EQ(kept->after_close == monday_close, row.after) << row.why;
  }
}

TEST(cash_flows, keeps_no_more_than_its_bound) {
  cash_flows flows;
  const auto now = at("2026-03-11T15:00:00Z");
  for (std::size_t k = 0; k < cash_flows::kept_max + 10; ++k)
    EXPECT_TRUE(
        flows.take(flow(std::to_string(k).c_str(), 1, "2026-03-11T14:00:00Z"), now, monday_close));
  EXPECT_EQ(flows.size(), cash_flows::kept_max);
}

TEST(cash_flows, what_no_account_sees_is_not_believed) {
  cash_flows flows;
  const auto now = at("2026-03-11T15:00:00Z");
  EXPECT_FALSE(flows.take(flow("1", 1'000'000'001, "2026-03-11T14:00:00Z"), now, monday_close));
  for (int k = 0; k < 20; ++k)
    flows.take(flow(std::to_string(k).c_str(), 1'000'000'000, "2026-03-11T14:00:00Z"), now,
               monday_close);
  EXPECT_EQ(flows.since_close(monday_close), cash_flows::amount_max) << "the sum is bounded too";
}

TEST(cash_flows, dividends_and_fees_are_profit_and_loss) {
  for (const char* type : {"CSD", "CSW", "JNLC", "TRANS", "ACATC"}) EXPECT_TRUE(is_cash_flow(type));
  for (const char* type : {"DIV", "FEE", "INT", "FILL", "SPLIT", ""})
    EXPECT_FALSE(is_cash_flow(type)) << type;
}

}  // namespace
}  // namespace bw
