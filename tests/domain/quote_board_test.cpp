// What makes a quote unusable, each at its limit, and halts with their cool-down.

#include "domain/quote_board.hpp"

#include <gtest/gtest.h>

namespace bw {
namespace {

constexpr symbol_id apple{0};
constexpr std::int64_t ms = 1'000'000;
price p(const char* text) { return *price::parse(text); }

quote at(const char* bid, const char* ask, std::int64_t time) {
  quote q;
  q.symbol = apple;
  q.bid = p(bid);
  q.ask = p(ask);
  q.ts_event = utc_ns{time};
  q.received = mono_ns{time};
  return q;
}

trading_status status(halt_state state, std::int64_t time) {
  trading_status s;
  s.symbol = apple;
  s.state = state;
  s.ts_event = utc_ns{time};
  s.received = mono_ns{time};
  return s;
}

quote_verdict usable(const quote_board& board, std::int64_t utc, std::int64_t mono) {
  return board.usable(apple, {utc_ns{utc}, mono_ns{mono}}, {});
}

TEST(quote_board, a_quote_is_usable_up_to_its_age) {
  quote_board board{1};
  EXPECT_EQ(usable(board, 0, 0), quote_verdict::missing);
  EXPECT_TRUE(board.on_quote(at("99.9", "100.1", 0)));
  EXPECT_EQ(usable(board, 0, 1'000 * ms), quote_verdict::ok);
  EXPECT_EQ(usable(board, 0, 1'000 * ms + 1), quote_verdict::stale);
  EXPECT_EQ(usable(board, 2'000 * ms, 0), quote_verdict::ok);
  EXPECT_EQ(usable(board, 2'000 * ms + 1, 0), quote_verdict::stale);
  EXPECT_EQ(usable(board, -5 * ms, 0), quote_verdict::ok);  // A venue's clock may be ahead of ours.
}

TEST(quote_board, sides_and_spread) {
  quote_board board{1};
  struct {
    const char* bid;
    const char* ask;
    quote_verdict verdict;
  } const rows[] = {{"99.5", "100.5", quote_verdict::ok},  // 100 bp of mid exactly.
                    {"99.5", "100.51", quote_verdict::wide}, {"100", "100", quote_verdict::crossed},
                    {"101", "100", quote_verdict::crossed},  {"0", "100", quote_verdict::crossed},
                    {"100", "0", quote_verdict::crossed}};
  for (const auto& row : rows) {
    board.on_quote(at(row.bid, row.ask, 0));
    EXPECT_EQ(usable(board, 0, 0), row.verdict) << row.bid << " " << row.ask;
  }
}

TEST(quote_board, older_facts_do_not_replace_newer_ones) {
  quote_board board{1};
  EXPECT_TRUE(board.on_quote(at("99", "100", 10)));
  EXPECT_FALSE(board.on_quote(at("89", "90", 9)));
  EXPECT_EQ(board.latest_quote(apple)->bid, p("99"));
  trade t;
  t.symbol = apple;
  t.last = p("100");
  t.ts_event = utc_ns{10};
  EXPECT_TRUE(board.on_trade(t));
  t.last = p("90");
  t.ts_event = utc_ns{9};
  EXPECT_FALSE(board.on_trade(t));
  t.ts_event = utc_ns{11};
  t.eligible = price_eligible::no;
  EXPECT_FALSE(board.on_trade(t));
  EXPECT_EQ(board.latest_trade(apple)->last, p("100"));
}

TEST(quote_board, a_halt_ends_with_a_cool_down_and_a_fresh_quote) {
  const auto cooldown = std::chrono::milliseconds{5'000};
  quote_board board{1};
  const auto cooling = [&](std::int64_t now) {
    return board.is_halted_or_cooling(apple, mono_ns{now}, cooldown);
  };
  EXPECT_FALSE(cooling(0));
  board.on_quote(at("99", "100", 0));
  board.on_status(status(halt_state::halted, 10 * ms));
  EXPECT_TRUE(board.is_halted(apple));
  EXPECT_TRUE(cooling(10'000 * ms));
  board.on_status(status(halt_state::resumed, 20 * ms));
  EXPECT_FALSE(board.is_halted(apple));
  EXPECT_TRUE(cooling(5'020 * ms));  // No quote since.
  board.on_quote(at("99", "100", 21 * ms));
  EXPECT_TRUE(cooling(5'020 * ms - 1));
  EXPECT_FALSE(cooling(5'020 * ms));
}

TEST(quote_board, a_resumption_that_is_older_than_the_halt_does_not_end_it) {
  quote_board board{1};
  board.on_status(status(halt_state::halted, 10));
  EXPECT_FALSE(board.on_status(status(halt_state::resumed, 9)));
  EXPECT_TRUE(board.is_halted(apple));
  EXPECT_FALSE(board.on_status(status(halt_state::other, 11)));
  EXPECT_TRUE(board.is_halted(apple));
}

TEST(quote_board, symbols_it_does_not_know_are_ignored) {
  quote_board board{1};
  auto q = at("99", "100", 0);
  q.symbol = no_symbol;
  EXPECT_FALSE(board.on_quote(q));
  EXPECT_EQ(board.latest_quote(no_symbol), nullptr);
  EXPECT_FALSE(board.is_halted(no_symbol));
}

}  // namespace
}  // namespace bw
