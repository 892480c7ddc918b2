#include "feeds/quote_conflator.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <map>
#include <string>

#include "core/prng.hpp"

namespace bw {
namespace {

/// Takes at most `room` events until somebody makes room again.
class narrow_sink final : public market_sink {
 public:
  bool push(const market_event& event) override {
    if (room == 0) return false;
    --room;
    taken.push_back(event);
    return true;
  }
  void flush() override {}

  std::size_t room = 0;
  std::vector<market_event> taken;
};

market_event quote_of(std::uint32_t symbol, std::int64_t number) {
  quote out;
  out.symbol = symbol_id{symbol};
  out.bid = price::from_units(number);
  return out;
}
market_event trade_of(std::uint32_t symbol, std::int64_t number) {
  trade out;
  out.symbol = symbol_id{symbol};
  out.last = price::from_units(number);
  return out;
}

/// "q0:5" or "t1:7".
std::string text_of(const market_event& event) {
  if (const auto* q = std::get_if<quote>(&event))
    return "q" + std::to_string(q->symbol.value) + ":" + std::to_string(q->bid.units());
  const auto& t = std::get<trade>(event);
  return "t" + std::to_string(t.symbol.value) + ":" + std::to_string(t.last.units());
}
std::string text_of(const std::vector<market_event>& events) {
  std::string out;
  for (const auto& event : events) out += (out.empty() ? "" : " ") + text_of(event);
  return out;
}

TEST(quote_conflator, passes_everything_while_there_is_room) {
  narrow_sink sink;
  sink.room = 100;
  quote_conflator conflator{2, sink};
  for (int k = 0; k < 3; ++k) {
    EXPECT_TRUE(conflator.offer(quote_of(0, k)));
    EXPECT_TRUE(conflator.offer(trade_of(1, k)));
  }
  EXPECT_EQ(text_of(sink.taken), "q0:0 t1:0 q0:1 t1:1 q0:2 t1:2");
  EXPECT_EQ(conflator.conflated(), 0U);
  EXPECT_EQ(conflator.waiting(), 0U);
}

TEST(quote_conflator, keeps_the_newest_quote_in_the_place_of_the_oldest) {
  narrow_sink sink;
  quote_conflator conflator{2, sink};
  for (const auto& event : {quote_of(0, 1), quote_of(1, 1), quote_of(0, 2), quote_of(0, 3)})
    EXPECT_TRUE(conflator.offer(event));
  sink.room = 10;
  conflator.drain();
  EXPECT_EQ(text_of(sink.taken), "q0:3 q1:1");
  EXPECT_EQ(conflator.conflated(), 2U);
}

TEST(quote_conflator, lets_no_quote_pass_a_trade_of_its_symbol) {
  narrow_sink sink;
  quote_conflator conflator{2, sink};
  for (const auto& event :
       {quote_of(0, 1), trade_of(0, 1), quote_of(0, 2), quote_of(0, 3), trade_of(1, 1)})
    EXPECT_TRUE(conflator.offer(event));
  sink.room = 1;
  conflator.drain();
  EXPECT_EQ(text_of(sink.taken), "q0:1");
  EXPECT_TRUE(conflator.offer(quote_of(0, 4)));
  sink.room = 10;
  conflator.drain();
  EXPECT_EQ(text_of(sink.taken), "q0:1 t0:1 q0:4 t1:1");
}

TEST(quote_conflator, says_when_nothing_fits_any_more) {
  narrow_sink sink;
  quote_conflator conflator{1, sink, 2};
  EXPECT_TRUE(conflator.offer(trade_of(0, 1)));
  EXPECT_TRUE(conflator.offer(quote_of(0, 1)));
  EXPECT_TRUE(conflator.offer(quote_of(0, 2))) << "a quote that replaces another needs no room";
  EXPECT_FALSE(conflator.offer(trade_of(0, 2)));
  conflator.clear();
  EXPECT_EQ(conflator.waiting(), 0U);
  EXPECT_TRUE(conflator.offer(quote_of(0, 3)));
  sink.room = 10;
  conflator.drain();
  EXPECT_EQ(text_of(sink.taken), "q0:3");
}

// Under any pattern of room: every trade arrives once and in order, each symbol's events keep their
// order, what was not delivered was counted, and the last quote of each symbol arrives.
TEST(quote_conflator, loses_no_trade_and_no_last_quote_under_a_flood) {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    prng random{seed};
    narrow_sink sink;
    quote_conflator conflator{5, sink, 10'000};
    std::map<std::uint32_t, std::int64_t> last_quote;
    std::int64_t trades = 0;
    std::uint64_t offered = 0;
    for (std::int64_t k = 1; k <= 2000; ++k) {
      const auto symbol = static_cast<std::uint32_t>(random.below(5));
      const bool is_trade = random.chance(1, 10);
      ASSERT_TRUE(conflator.offer(is_trade ? trade_of(symbol, k) : quote_of(symbol, k)));
      ++offered;
      if (is_trade) ++trades;
      if (!is_trade) last_quote[symbol] = k;
      if (random.chance(1, 20)) sink.room = random.below(30);
      if (random.chance(1, 10)) conflator.drain();
    }
    sink.room = SIZE_MAX;
    conflator.drain();
    EXPECT_EQ(sink.taken.size() + conflator.conflated(), offered);
    std::map<std::uint32_t, std::int64_t> newest;
    std::map<std::uint32_t, std::int64_t> quotes;
    std::int64_t trade_before = 0;
    for (const auto& event : sink.taken) {
      const auto* q = std::get_if<quote>(&event);
      const auto* t = std::get_if<trade>(&event);
      const auto symbol = q ? q->symbol.value : t->symbol.value;
      const auto number = q ? q->bid.units() : t->last.units();
      EXPECT_GT(number, newest[symbol]);
      newest[symbol] = number;
      if (q) quotes[symbol] = number;
      if (t) {
        EXPECT_GT(number, trade_before);
        trade_before = number;
        --trades;
      }
    }
    EXPECT_EQ(trades, 0);
    EXPECT_EQ(quotes, last_quote);
  }
}

}  // namespace
}  // namespace bw
