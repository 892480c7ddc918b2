// Both books of a day, side by side: golden days and what spoils them.

#include "domain/day_balance.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

namespace bw {
namespace {

quantity shares(std::int64_t n) { return quantity::from_int(n); }
price dollars(const char* text) { return *price::parse(text); }

account_activity fill(const char* order, side which, std::int64_t qty, const char* at_price) {
  account_activity out;
  out.type = short_name{"FILL"};
  out.order = venue_order_id{order};
  out.symbol = symbol_name{"AAPL"};
  out.side = which;
  out.qty = out.filled_total = shares(qty);
  out.at_price = dollars(at_price);
  return out;
}
account_activity movement(const char* type, const char* amount) {
  account_activity out;
  out.type = short_name{type};
  out.net_amount = *money::parse(amount);
  return out;
}

/// Ten bought at 187.31, four sold at 188.455: six are held.
day_books golden() {
  day_books x;
  x.day = "2026-03-12";
  account_report begin;
  begin.cash = begin.equity = money::from_int(100'000);
  x.begin = begin;
  x.own_fills = {{symbol_name{"AAPL"}, side::buy, shares(10), dollars("187.31")},
                 {symbol_name{"AAPL"}, side::sell, shares(4), dollars("188.455")}};
  x.activities = {fill("a", side::buy, 10, "187.31"), fill("b", side::sell, 4, "188.455")};
  x.own_orders = {venue_order_id{"a"}, venue_order_id{"b"}};
  // 100000 − 1873.10 + 753.82.
  x.account.cash = *money::parse("98880.72");
  x.own_positions = {{symbol_name{"AAPL"}, shares(6), {}, {}, {}}};
  x.broker_positions = {{symbol_name{"AAPL"}, shares(6), {}, dollars("188"), {}}};
  x.protection = {{symbol_name{"AAPL"}, shares(6), {}, {}, {}}};
  return x;
}

std::vector<std::string> wrong(const day_record& day) {
  std::vector<std::string> out;
  for (const auto& line : day.lines)
    if (!line.same) out.push_back(line.what);
  return out;
}
std::string ours(const day_record& day, const std::string& what) {
  for (const auto& line : day.lines)
    if (line.what == what) return line.ours;
  return "-";
}

TEST(day_balance, a_golden_day_matches_to_the_cent) {
  const auto day = balance_day(golden());
  EXPECT_TRUE(day.matched) << to_text({day, {}});
  EXPECT_EQ(ours(day, "cash"), "98880.72");
  EXPECT_EQ(ours(day, "equity"), "100008.72");
  EXPECT_EQ(ours(day, "profit"), "8.72");
}

TEST(day_balance, says_what_no_stop_protects) {
  auto books = golden();
  books.protection[0].qty = shares(4);
  const auto day = balance_day(books);
  EXPECT_TRUE(day.matched);
  ASSERT_EQ(day.notes.size(), 1u);
  EXPECT_EQ(day.notes[0], "2 of 6 AAPL have no stop that rests at the broker");
}

TEST(day_balance, what_spoils_a_day_is_named) {
  struct row {
    const char* what;
    std::function<void(day_books&)> spoil;
    std::vector<std::string> lines;
  };
  const std::vector<row> table = {
      {"a cent",
       [](day_books& x) { x.account.cash = *money::parse("98880.71"); },
       {"cash", "equity", "profit"}},
      {"half a thousandth is no cent",
       [](day_books& x) { x.account.cash = *money::parse("98880.7249"); },
       {}},
      {"an execution that we do not have",
       [](day_books& x) { x.own_fills.pop_back(); },
       {"sold AAPL", "received for AAPL", "cash", "equity", "profit"}},
      {"a stop beyond the position",
       [](day_books& x) {
         x.protection.push_back({symbol_name{"AAPL"}, shares(1), {}, {}, {}});
       },
       {"protection of AAPL"}},
      {"a stop of what is not held",
       [](day_books& x) {
         x.protection.push_back({symbol_name{"MSFT"}, shares(1), {}, {}, {}});
       },
       {"protection of MSFT"}},
      {"an entry that is still open",
       [](day_books& x) { x.broker_entries_open = 1; },
       {"open entries"}},
      {"shares",
       [](day_books& x) { x.own_positions.clear(); },
       {"position AAPL", "protection of AAPL", "equity", "profit"}},
      {"a symbol that only the broker has",
       [](day_books& x) {
         x.broker_positions.push_back({symbol_name{"GE"}, shares(1), {}, dollars("1"), {}});
       },
       {"position GE", "equity", "profit"}},
  };
  for (const auto& row : table) {
    auto books = golden();
    row.spoil(books);
    const auto day = balance_day(books);
    EXPECT_EQ(wrong(day), row.lines) << row.what;
    EXPECT_EQ(day.matched, row.lines.empty()) << row.what;
  }
}

TEST(day_balance, fees_and_transfers_come_from_the_brokers_book) {
  auto books = golden();
  books.activities.push_back(movement("FEE", "-0.03"));
  books.activities.push_back(movement("CSD", "500"));
  books.account.cash = *money::parse("99380.69");
  const auto day = balance_day(books);
  EXPECT_TRUE(day.matched) << to_text({day, {}});
  EXPECT_EQ(ours(day, "profit"), "8.69") << "a deposit is no profit, a fee is a loss";
  EXPECT_EQ(day.notes.size(), 2u);
}

TEST(day_balance, trades_of_others_move_cash_and_are_not_our_executions) {
  auto books = golden();
  books.activities.push_back(fill("by-hand", side::buy, 2, "100"));
  books.account.cash = *money::parse("98680.72");
  books.own_positions[0].qty = books.broker_positions[0].qty = shares(8);
  EXPECT_TRUE(balance_day(books).matched);
}

TEST(day_balance, without_a_beginning_cash_is_not_compared_and_that_is_said) {
  auto books = golden();
  books.begin.reset();
  const auto day = balance_day(books);
  EXPECT_TRUE(day.matched);
  EXPECT_EQ(ours(day, "cash"), "-");
  EXPECT_EQ(day.notes.size(), 1u);
}

TEST(day_balance, a_difference_that_stands_spoils_the_day) {
  auto books = golden();
  books.standing = {"order_missing_there AAPL x: ours 0, broker 0"};
  EXPECT_FALSE(balance_day(books).matched);
}

TEST(day_report, is_a_json_object_and_lines) {
  auto books = golden();
  books.account.cash = *money::parse("98880.71");
  const day_report report{balance_day(books), utc_ns{1'793'629'800'000'000'000}};
  EXPECT_NE(to_json(report).find(R"("matched":false)"), std::string::npos);
  EXPECT_NE(to_json(report).find(R"({"what":"cash","ours":"98880.72","broker":"98880.71")"),
            std::string::npos)
      << to_json(report);
  EXPECT_NE(to_text(report).find("THE BOOKS DIFFER"), std::string::npos);
  EXPECT_NE(to_text(report).find("<- differs"), std::string::npos);
}

}  // namespace
}  // namespace bw
