#include "feeds/snapshot_codec.hpp"

#include <gtest/gtest.h>

#include "core/prng.hpp"
#include "tests/feeds/collected_events.hpp"
#include "tests/support/seed.hpp"

namespace bw {
namespace {

const symbol_list symbols{"AAPL", "MSFT"};
constexpr mono_ns now{77};

/// In the form of Alpaca's own answers.
constexpr const char* whole_answer =
    R"({"MSFT":{"dailyBar":{"c":1,"h":1,"l":1,"n":1,"o":1,"t":"2026-11-02T05:00:00Z",)"
    R"("v":9,"vw":1},)"
    R"("latestQuote":{"ap":410.25,"as":3,"ax":"V","bp":0,"bs":0,"bx":"V","c":["R"],)"
    R"("t":"2026-11-02T14:31:05.5Z","z":"C"},"latestTrade":{"c":["@","I"],"i":52,"p":410.2,"s":10,)"
    R"("t":"2026-11-02T14:31:04Z","x":"V","z":"C"},"minuteBar":null,"prevDailyBar":null},)"
    R"("OTHER":{"latestTrade":{"p":1,"s":1,"t":"2026-11-02T14:31:04Z"}},"AAPL":{)"
    R"("latestTrade":{"c":["@"],"i":9,"p":187.35,"s":100,"t":"2026-11-02T14:31:04Z","z":"C"}}})";

TEST(snapshot_codec, reads_the_latest_trade_and_quote_of_each_symbol) {
  collected_events seen;
  const auto read = decode_snapshots(whole_answer, symbols, now, seen);
  ASSERT_TRUE(read.ok()) << read.failure().text();
  EXPECT_EQ(*read, 3U);
  const auto trades = seen.all<trade>();
  ASSERT_EQ(trades.size(), 2U);
  EXPECT_EQ(trades[0].symbol, symbol_id{1});
  EXPECT_EQ(trades[0].venue_trade_id, 52U);
  EXPECT_EQ(trades[0].eligible, price_eligible::no) << "an odd lot";
  EXPECT_EQ(trades[1].last, *price::parse("187.35"));
  EXPECT_EQ(trades[1].eligible, price_eligible::yes);
  const auto quotes = seen.all<quote>();
  ASSERT_EQ(quotes.size(), 1U);
  EXPECT_TRUE(quotes[0].bid.is_zero()) << "no quote on that side";
  EXPECT_EQ(quotes[0].ask, *price::parse("410.25"));
  EXPECT_EQ(quotes[0].ts_event, *parse_rfc3339("2026-11-02T14:31:05.5Z"));
  for (const auto& x : quotes) EXPECT_EQ(x.origin, tick_origin::snapshot);
  for (const auto& x : trades) {
    EXPECT_EQ(x.origin, tick_origin::snapshot);
    EXPECT_EQ(x.received, now);
  }
}

TEST(snapshot_codec, what_is_bad_or_missing_gives_no_event) {
  for (const char* text :
       {R"({})", R"({"AAPL":null})", R"({"AAPL":{}})", R"({"AAPL":{"latestQuote":null}})",
        R"({"AAPL":{"latestTrade":{"p":-1,"s":1,"t":"2026-11-02T14:31:04Z"}}})",
        R"({"AAPL":{"latestTrade":{"p":1,"s":1,"t":"yesterday"}}})",
        R"({"AAPL":{"latestQuote":{"ap":"x","t":"2026-11-02T14:31:04Z"}}})",
        R"({"AAPL":{"latestTrade":{"p":1e308,"s":1,"t":"2026-11-02T14:31:04Z"}}})",
        R"({"AAPL":[1,2]})", R"({"AAPL":{"latestTrade":7}})"}) {
    collected_events seen;
    const auto read = decode_snapshots(text, symbols, now, seen);
    EXPECT_TRUE(read.ok()) << text;
    EXPECT_TRUE(seen.events.empty()) << text;
  }
  for (const char* text : {"", "[]", "<html>", R"({"AAPL":{"latestTrade":{"p":1)"}) {
    collected_events seen;
    EXPECT_EQ(decode_snapshots(text, symbols, now, seen).code(), ec::parse_failed) << text;
  }
}

TEST(snapshot_codec, damaged_answers_never_do_more_than_fail) {
  const auto seed = tests::test_seed(11);
  SCOPED_TRACE(tests::repeat_with(seed));
  prng random{seed};
  for (int k = 0; k < 2'000; ++k) {
    std::string text = whole_answer;
    for (int hits = 0; hits < 4; ++hits)
      text[random.below(text.size())] = static_cast<char>(random.below(256));
    if (random.below(4) == 0) text.resize(random.below(text.size()));
    collected_events seen;
    const auto read = decode_snapshots(std::move(text), symbols, now, seen);
    EXPECT_TRUE(!read || *read == seen.events.size());
    for (const auto& x : seen.all<trade>()) EXPECT_TRUE(x.last.is_positive());
  }
}

}  // namespace
}  // namespace bw
