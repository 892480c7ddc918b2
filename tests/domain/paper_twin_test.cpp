// A day with real money beside the paper node's.

#include "domain/paper_twin.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bw {
namespace {

money usd(const char* text) { return *money::parse(text); }

TEST(paper_twin, the_return_is_of_what_was_put_in) {
  struct {
    std::uint64_t trades;
    const char* pnl;
    const char* traded;
    std::optional<std::int64_t> bp;
  } const rows[] = {
      {0, "0", "0", std::nullopt},
      {1, "0", "0", std::nullopt},
      {2, "10", "20000", 10},
      {2, "-10", "20000", -10},
      {2, "10.000000001", "20000", 11},
      {2, "-10.000000001", "20000", -11},
      {1, "0", "20000", 0},
      {1, "9000000000", "0.000000001", 100'000'000},
  };
  for (const auto& row : rows)
    EXPECT_EQ(trade_return_bp({row.trades, usd(row.pnl), usd(row.traded)}), row.bp) << row.pnl;
}

TEST(paper_twin, both_trade_alike_or_neither_does) {
  const twin_day none;
  // A hundred times as much on paper: what counts is how well it went.
  const twin_day ten{2, usd("10"), usd("20000")};
  const twin_day sixty{9, usd("6000"), usd("2000000")};
  const twin_day more{9, usd("6000.000000001"), usd("2000000")};
  struct {
    twin_day live;
    std::optional<twin_day> paper;
    bool within;
  } const rows[] = {{ten, sixty, true},         {ten, more, false},         {sixty, ten, true},
                    {none, none, true},         {ten, none, false},         {none, ten, false},
                    {ten, std::nullopt, false}, {none, std::nullopt, false}};
  for (const auto& row : rows) {
    const auto verdict = compare_twins(row.live, row.paper, 50);
    EXPECT_EQ(verdict.within, row.within) << &row - rows << " " << verdict.text;
    EXPECT_FALSE(verdict.text.empty());
  }
}

}  // namespace
}  // namespace bw
