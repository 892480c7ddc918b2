#include "feeds/alpaca_data_codec.hpp"

#include <gtest/gtest.h>

#include <string>

#include "core/prng.hpp"
#include "tests/feeds/collected_events.hpp"

namespace bw {
namespace {

const symbol_list symbols{"AAPL", "MSFT", "AMD"};

price price_of(const char* text) { return *price::parse(text); }
quantity shares(const char* text) { return *quantity::parse(text); }
utc_ns instant(const char* text) { return *parse_rfc3339(text); }

struct read_frame {
  collected_events out;
  result<void> outcome;
  codec_counts counts;
};

read_frame read(std::string_view text) {
  alpaca_data_codec codec{symbols};
  collected_events out;
  auto outcome = codec.decode(padded_text{text}, mono_ns{77}, out);
  return {std::move(out), std::move(outcome), codec.counts()};
}

constexpr std::string_view two_messages =
    R"([{"T":"t","S":"AAPL","i":96921,"x":"D","p":187.351,"s":40,"c":["@","I"],)"
    R"("t":"2026-11-02T14:31:05.123456789Z","z":"C"},)"
    R"({"T":"q","S":"MSFT","ax":"Q","ap":187.36,"as":300,"bx":"P","bp":187.34,"bs":200,)"
    R"("c":["R"],"t":"2026-11-02T14:31:05.1234Z","z":"C"}])";

TEST(alpaca_data_codec, reads_a_trade_and_a_quote_from_one_frame) {
  const auto [out, outcome, counts] = read(two_messages);
  ASSERT_TRUE(outcome.ok()) << outcome.failure().text();
  ASSERT_EQ(out.events.size(), 2U);

  const auto& t = std::get<trade>(out.events[0]);
  EXPECT_EQ(t.symbol, symbol_id{0});
  EXPECT_EQ(t.last, price_of("187.351"));
  EXPECT_EQ(t.size, shares("40"));
  EXPECT_EQ(t.venue_trade_id, 96921U);
  EXPECT_EQ(t.eligible, price_eligible::no) << "an odd lot";
  EXPECT_EQ(t.ts_event, instant("2026-11-02T14:31:05.123456789Z"));
  EXPECT_EQ(t.received, mono_ns{77});
  EXPECT_EQ(t.trace, trace_id{1});

  const auto& q = std::get<quote>(out.events[1]);
  EXPECT_EQ(q.symbol, symbol_id{1});
  EXPECT_EQ(q.bid, price_of("187.34"));
  EXPECT_EQ(q.ask, price_of("187.36"));
  EXPECT_EQ(q.bid_size, shares("200"));
  EXPECT_EQ(q.ask_size, shares("300"));
  EXPECT_EQ(q.trace, trace_id{2});
  EXPECT_EQ(counts.trades, 1U);
  EXPECT_EQ(counts.quotes, 1U);
  EXPECT_EQ(counts.unknown_keys, 0U);
}

TEST(alpaca_data_codec, reads_bars_and_corrected_bars) {
  const auto [out, outcome, counts] =
      read(R"([{"T":"b","S":"AMD","o":1.5,"h":2,"l":1.25,"c":1.75,"v":20311,"n":312,)"
           R"("vw":1.66123456789012,)"
           R"("t":"2026-11-02T14:31:00Z"},{"T":"u","S":"AMD","o":1,"h":1,"l":1,"c":1,"v":0,)"
           R"("t":"2026-11-02T09:31:00-05:00"}])");
  ASSERT_TRUE(outcome.ok());
  const auto bars = out.all<bar>();
  ASSERT_EQ(bars.size(), 2U);
  EXPECT_EQ(bars[0].origin, bar_origin::live);
  EXPECT_EQ(bars[0].close, price_of("1.75"));
  EXPECT_EQ(bars[0].vwap, price_of("1.661234567")) << "a quotient is cut, not refused";
  EXPECT_EQ(bars[0].trades, 312U);
  EXPECT_EQ(bars[0].volume, shares("20311"));
  EXPECT_EQ(bars[1].origin, bar_origin::correction);
  EXPECT_EQ(bars[1].start, bars[0].start) << "any offset from UTC is understood";
}

TEST(alpaca_data_codec, reads_the_bar_of_the_day) {
  const auto [out, outcome, counts] =
      read(R"([{"T":"d","S":"MSFT","o":187.1,"h":187.4,"l":187,"c":187.3,"v":12345,"n":120,)"
           R"("vw":187.22,"t":"2026-11-02T05:00:00Z"}])");
  ASSERT_TRUE(outcome.ok());
  ASSERT_EQ(out.events.size(), 1U);
  const auto& day = std::get<bar>(out.events[0]);
  EXPECT_EQ(day.span, bar_span::day);
  EXPECT_EQ(day.origin, bar_origin::live);
  EXPECT_EQ(day.symbol, symbol_id{1});
  EXPECT_EQ(day.close, price_of("187.3"));
  EXPECT_EQ(day.volume, shares("12345"));
  EXPECT_EQ(counts.bars, 1U);
  EXPECT_EQ(counts.unused, 0U);
}

TEST(alpaca_data_codec, reads_halts_of_both_tapes) {
  const struct {
    const char* code;
    const char* tape;
    halt_state state;
  } rows[] = {{"H", "C", halt_state::halted},  {"P", "C", halt_state::halted},
              {"T", "C", halt_state::resumed}, {"Q", "O", halt_state::other},
              {"2", "A", halt_state::halted},  {"3", "B", halt_state::resumed},
              {"H", "A", halt_state::other},   {"?", "C", halt_state::other}};
  for (const auto& row : rows) {
    const auto text = std::string{R"([{"T":"s","S":"AAPL","sc":")"} + row.code +
                      R"(","sm":"x","rc":"LUDP","rm":"y","t":"2026-11-02T14:32:00Z","z":")" +
                      row.tape + "\"}]";
    const auto [out, outcome, counts] = read(text);
    ASSERT_EQ(out.all<trading_status>().size(), 1U) << text;
    EXPECT_EQ(out.all<trading_status>()[0].state, row.state) << text;
    EXPECT_EQ(out.all<trading_status>()[0].code.view(), "LUDP");
  }
}

TEST(alpaca_data_codec, reads_control_messages) {
  const struct {
    const char* text;
    control_kind kind;
    std::uint32_t code;
    const char* words;
  } rows[] = {
      {R"([{"T":"success","msg":"connected"}])", control_kind::connected, 0, "connected"},
      {R"([{"T":"success","msg":"authenticated"}])", control_kind::authenticated, 0,
       "authenticated"},
      {R"([{"msg":"auth failed","code":402,"T":"error"}])", control_kind::error, 402,
       "auth failed"},
      {R"([{"T":"success","msg":"some\u0020news"}])", control_kind::other, 0, "some news"},
  };
  for (const auto& row : rows) {
    const auto [out, outcome, counts] = read(row.text);
    ASSERT_TRUE(outcome.ok()) << row.text;
    ASSERT_EQ(out.controls.size(), 1U) << row.text;
    EXPECT_EQ(out.controls[0].kind, row.kind) << row.text;
    EXPECT_EQ(out.controls[0].code, row.code) << row.text;
    EXPECT_EQ(out.controls[0].text, row.words) << row.text;
  }
}

TEST(alpaca_data_codec, reads_the_acknowledged_set) {
  const auto [out, outcome, counts] =
      read(R"([{"T":"subscription","trades":["AAPL"],"quotes":["AAPL","MSFT"],"bars":["*"],)"
           R"("updatedBars":[],"dailyBars":["X"],"statuses":["AMD"],)"
           R"("lulds":[],"corrections":["AAPL"]}])");
  ASSERT_EQ(out.controls.size(), 1U);
  const auto& set = out.controls[0].channels;
  EXPECT_EQ(set.trades, symbol_list{"AAPL"});
  EXPECT_EQ(set.quotes, (symbol_list{"AAPL", "MSFT"}));
  EXPECT_EQ(set.bars, symbol_list{"*"});
  EXPECT_TRUE(set.updated_bars.empty());
  EXPECT_EQ(set.statuses, symbol_list{"AMD"});
}

// One element a row, with what must be counted for it. Each row stands between two good quotes that
// must both come out.
TEST(alpaca_data_codec, refuses_a_bad_element_alone_and_counts_it) {
  const std::string good =
      R"({"T":"q","S":"AAPL","bp":1,"bs":1,"ap":2,"as":1,"t":"2026-11-02T14:31:05Z"})";
  const struct {
    const char* element;
    std::uint64_t codec_counts::*counter;
  } rows[] = {
      {R"({"T":"t","S":"AAPL","p":0,"s":1,"t":"2026-11-02T14:31:05Z"})", &codec_counts::refused},
      {R"({"T":"t","S":"AAPL","p":-1,"s":1,"t":"2026-11-02T14:31:05Z"})", &codec_counts::refused},
      {R"({"T":"t","S":"AAPL","p":1e308,"s":1,"t":"2026-11-02T14:31:05Z"})",
       &codec_counts::refused},
      {R"({"T":"t","S":"AAPL","p":NaN,"s":1,"t":"2026-11-02T14:31:05Z"})", &codec_counts::refused},
      {R"({"T":"t","S":"AAPL","p":1.0000000001,"s":1,"t":"2026-11-02T14:31:05Z"})",
       &codec_counts::refused},
      {R"({"T":"t","S":"AAPL","p":[1],"s":1,"t":"2026-11-02T14:31:05Z"})", &codec_counts::refused},
      {R"({"T":"t","S":"AAPL","s":1,"t":"2026-11-02T14:31:05Z"})", &codec_counts::refused},
      {R"({"T":"t","S":"AAPL","p":1,"s":0,"t":"2026-11-02T14:31:05Z"})", &codec_counts::refused},
      {R"({"T":"t","S":"AAPL","p":1,"s":1})", &codec_counts::refused},
      {R"({"T":"t","S":"AAPL","p":1,"s":1,"t":"yesterday"})", &codec_counts::refused},
      {R"({"T":"q","S":"AAPL","bp":-1,"bs":1,"ap":2,"as":1,"t":"2026-11-02T14:31:05Z"})",
       &codec_counts::refused},
      {R"({"T":"b","S":"AAPL","o":1,"h":1,"l":2,"c":1,"v":1,"t":"2026-11-02T14:31:00Z"})",
       &codec_counts::refused},
      {R"({"T":"t","S":"ZZZ","p":1,"s":1,"t":"2026-11-02T14:31:05Z"})",
       &codec_counts::unknown_symbols},
      {R"({"T":"t","p":1,"s":1,"t":"2026-11-02T14:31:05Z"})", &codec_counts::unknown_symbols},
      {R"({"T":"y","S":"AAPL"})", &codec_counts::unknown_types},
      {R"({"T":"novelty","S":"AAPL"})", &codec_counts::unknown_types},
      {R"({"S":"AAPL"})", &codec_counts::unknown_types},
      {R"({"T":5})", &codec_counts::unknown_types},
      {R"({})", &codec_counts::unknown_types},
      {R"({"T":"i","S":"AAPL","p":1})", &codec_counts::unused},
      {R"({"T":"d","S":"AAPL","o":1})", &codec_counts::refused},
      {R"({"T":"l","S":"AAPL","u":2,"d":1,"i":"B"})", &codec_counts::refused},
      {R"({"T":"l","S":"AAPL","u":1,"d":2,"t":"2026-11-02T14:31:05Z"})", &codec_counts::refused},
      {R"({"T":"c","S":"AAPL","oi":1,"cp":0,"cs":1,"t":"2026-11-02T14:31:05Z"})",
       &codec_counts::refused},
      {R"({"T":"x","S":"AAPL","i":1,"p":-1,"s":1,"t":"2026-11-02T14:31:05Z"})",
       &codec_counts::refused},
      {R"(17)", &codec_counts::refused},
      {R"("text")", &codec_counts::refused},
      {R"([[{"T":"t"}]])", &codec_counts::refused},
      {R"(null)", &codec_counts::refused},
  };
  for (const auto& row : rows) {
    const auto [out, outcome, counts] = read("[" + good + "," + row.element + "," + good + "]");
    EXPECT_TRUE(outcome.ok()) << row.element;
    EXPECT_EQ(counts.quotes, 2U) << row.element;
    EXPECT_EQ(out.events.size(), 2U) << row.element;
    EXPECT_EQ(counts.*row.counter, 1U) << row.element;
  }
}

TEST(alpaca_data_codec, reads_what_became_of_a_trade_and_where_prices_may_go) {
  const auto [out, outcome, counts] = read(
      R"([{"T":"c","S":"AAPL","x":"D","oi":7,"op":187.35,"os":40,"oc":["@"],"ci":8,"cp":187.3,)"
      R"("cs":30,"cc":["@"],"t":"2026-11-02T14:31:05Z","z":"C"},)"
      R"({"T":"x","S":"AAPL","i":9,"x":"D","p":1.5,"s":2,"a":"C",)"
      R"("t":"2026-11-02T14:31:06Z","z":"C"},)"
      R"({"T":"l","S":"AAPL","u":190.5,"d":180.25,"i":"B","t":"2026-11-02T14:31:07Z","z":"C"}])");
  ASSERT_TRUE(outcome.ok());
  const auto trades = out.all<trade>();
  ASSERT_EQ(trades.size(), 2U);
  EXPECT_EQ(trades[0].origin, tick_origin::correction);
  EXPECT_EQ(trades[0].venue_trade_id, 7U) << "the trade that it corrects";
  EXPECT_EQ(trades[0].last, price_of("187.3"));
  EXPECT_EQ(trades[0].size, *quantity::parse("30"));
  EXPECT_EQ(trades[1].origin, tick_origin::cancellation);
  EXPECT_EQ(trades[1].venue_trade_id, 9U);
  const auto statuses = out.all<trading_status>();
  ASSERT_EQ(statuses.size(), 1U);
  EXPECT_EQ(statuses[0].state, halt_state::banded);
  EXPECT_EQ(statuses[0].band_low, price_of("180.25"));
  EXPECT_EQ(statuses[0].band_high, price_of("190.5"));
  EXPECT_EQ(counts.corrections, 2U);
  EXPECT_EQ(counts.unknown_keys, 0U);
  EXPECT_EQ(counts.trades, 0U) << "no new trade";
}

TEST(alpaca_data_codec, takes_a_quote_without_a_side_as_no_quote_there) {
  const auto [out, outcome, counts] =
      read(R"([{"T":"q","S":"AAPL","bp":0,"bs":0,"ap":2,"as":1,"t":"2026-11-02T14:31:05Z"},)"
           R"({"T":"q","S":"AAPL","bp":1,"bs":0,"ap":null,"as":5,"t":"2026-11-02T14:31:05Z"}])");
  const auto quotes = out.all<quote>();
  ASSERT_EQ(quotes.size(), 2U);
  EXPECT_TRUE(quotes[0].bid.is_zero());
  EXPECT_EQ(quotes[0].ask, price_of("2"));
  EXPECT_TRUE(quotes[1].bid.is_zero()) << "a price without a size";
  EXPECT_TRUE(quotes[1].ask_size.is_zero()) << "a size without a price";
}

TEST(alpaca_data_codec, ignores_new_keys_nested_or_not_and_counts_them) {
  const auto [out, outcome, counts] =
      read(R"([{"q1":{"S":"ZZZ","p":[1,{"t":3}]},"T":"t","S":"AAPL","new":"x","p":1,"s":1,"r":"y",)"
           R"("t":"2026-11-02T14:31:05Z","\u0070":9}])");
  ASSERT_TRUE(outcome.ok());
  ASSERT_EQ(out.all<trade>().size(), 1U);
  EXPECT_EQ(out.all<trade>()[0].last, price_of("1"));
  EXPECT_EQ(counts.unknown_keys, 3U);
}

TEST(alpaca_data_codec, reads_white_space_numbers_as_text_and_any_order_of_keys) {
  const auto [out, outcome, counts] = read(
      "[ { \"t\" : \"2026-11-02T14:31:05Z\" , \"s\" : \"3\" ,\r\n \"p\" : 1.5 \t, \"S\" : "
      "\"AAPL\" , \"c\" : [ \"@\" ] , \"T\" : \"t\" } ]");
  ASSERT_TRUE(outcome.ok());
  ASSERT_EQ(out.all<trade>().size(), 1U);
  EXPECT_EQ(out.all<trade>()[0].size, shares("3"));
  EXPECT_EQ(out.all<trade>()[0].eligible, price_eligible::yes);
}

TEST(alpaca_data_codec, hands_out_what_stands_before_a_break) {
  const std::string whole{two_messages};
  for (const auto* text : {"", " ", "{}", "17", "\"x\"", "[", "]", "[{", "[{\"T\":\"q\"",
                           "nonsense", "[{\"T\":\"q\"}", "\xff\xfe", "[\"\x01\"]"}) {
    const auto [out, outcome, counts] = read(text);
    ASSERT_FALSE(outcome.ok()) << text;
    EXPECT_EQ(outcome.code(), ec::parse_failed) << text;
    EXPECT_EQ(counts.bad_frames, 1U) << text;
    EXPECT_TRUE(out.events.empty()) << text;
  }
  const auto broken = whole.substr(0, whole.size() - 1) + R"(,{"T":"t" "S"}])";
  const auto [out, outcome, counts] = read(broken);
  ASSERT_FALSE(outcome.ok());
  EXPECT_EQ(out.events.size(), 2U);
  EXPECT_NE(outcome.failure().context.find("it begins with [{\"T\":\"t\""), std::string::npos)
      << outcome.failure().context;
}

TEST(alpaca_data_codec, an_empty_array_is_a_good_frame) { EXPECT_TRUE(read("[]").outcome.ok()); }

// Broken bytes of every kind must neither crash nor read past the padding (run under the address
// sanitizer in CI), and what comes out must be sound.
TEST(alpaca_data_codec, survives_mutated_frames) {
  const std::uint64_t seed = 42;
  SCOPED_TRACE("seed " + std::to_string(seed));
  prng random{seed};
  const std::string sources[] = {
      std::string{two_messages},
      R"([{"T":"b","S":"AMD","o":1.5,"h":2,"l":1.25,"c":1.75,"v":20311,"n":312,)"
      R"("vw":1.6,"t":"2026-11-02T14:31:00Z"}])",
      R"([{"T":"subscription","trades":["AAPL"],"quotes":["AAPL","MSFT"],"bars":["*"]}])",
      R"([{"T":"error","code":406,"msg":"connection limit exceeded"}])",
      R"([{"T":"s","S":"AAPL","sc":"H","sm":"Halt",)"
      R"("rc":"T12","rm":"News","t":"2026-11-02T14:32:00Z","z":"C"}])"};
  constexpr std::string_view spice = "[]{}\",:0123456789.eE-+\\ntfu \x00\xff\x80";
  alpaca_data_codec codec{symbols};
  for (int k = 0; k < 20'000; ++k) {
    auto text = sources[random.below(std::size(sources))];
    for (auto n = random.between(1, 6); n > 0 && !text.empty(); --n) {
      const auto at = random.below(text.size());
      switch (random.below(5)) {
        case 0: text[at] = spice[random.below(spice.size())]; break;
        case 1: text.erase(at, random.between(1, 20)); break;
        case 2: text.insert(at, 1, spice[random.below(spice.size())]); break;
        case 3: text.resize(at); break;
        default: text.insert(at, text.substr(random.below(text.size()), random.below(40))); break;
      }
    }
    collected_events out;
    (void)codec.decode(padded_text{text}, mono_ns{1}, out);
    for (const auto& t : out.all<trade>()) {
      EXPECT_TRUE(t.last.is_positive()) << text;
      EXPECT_LT(t.symbol.value, symbols.size()) << text;
    }
    for (const auto& q : out.all<quote>()) EXPECT_FALSE(q.bid.is_negative()) << text;
    for (const auto& b : out.all<bar>()) EXPECT_GE(b.high, b.low) << text;
  }
}

TEST(alpaca_data_codec, survives_deep_nesting) {
  std::string text =
      R"([{"T":"t","S":"AAPL","c":)" + std::string(100'000, '[') + std::string(100'000, ']') + "}]";
  (void)read(text);
  (void)read(std::string(100'000, '['));
  (void)read(std::string(100'000, '{'));
}

TEST(alpaca_data_codec, reads_pages_of_past_bars) {
  alpaca_data_codec codec{symbols};
  collected_events out;
  auto next = codec.decode_bars(
      R"({"bars":{"AAPL":[{"t":"2026-11-02T14:31:00Z","o":187.3,"h":187.42,"l":187.21,"c":187.35,)"
      R"("v":20311,"n":312,"vw":187.3312},{"t":"2026-11-02T14:32:00Z",)"
      R"("o":1,"h":1,"l":1,"c":1,"v":5}],)"
      R"("ZZZ":[{"t":"2026-11-02T14:31:00Z","o":1,"h":1,"l":1,"c":1,"v":5}],"MSFT":null},)"
      R"("next_page_token":"QUFQTHxN"})",
      mono_ns{5}, out);
  ASSERT_TRUE(next.ok()) << next.failure().text();
  EXPECT_EQ(*next, "QUFQTHxN");
  const auto bars = out.all<bar>();
  ASSERT_EQ(bars.size(), 2U);
  EXPECT_EQ(bars[0].symbol, symbol_id{0});
  EXPECT_EQ(bars[0].origin, bar_origin::history);
  EXPECT_EQ(bars[0].vwap, price_of("187.3312"));
  EXPECT_EQ(codec.counts().unknown_symbols, 1U);

  for (const char* empty :
       {R"({"bars":{},"next_page_token":null})", R"({"bars":null,"next_page_token":null})",
        R"({"next_page_token":null,"bars":{},"currency":"USD"})"}) {
    next = codec.decode_bars(empty, mono_ns{5}, out);
    ASSERT_TRUE(next.ok()) << empty;
    EXPECT_EQ(*next, "") << empty;
  }
  for (const char* bad :
       {"", "[]", "{}", R"({"message":"too many requests."})", R"({"bars":{"AAPL":[)", "<html>"}) {
    next = codec.decode_bars(bad, mono_ns{5}, out);
    ASSERT_FALSE(next.ok()) << bad;
    EXPECT_EQ(next.code(), ec::parse_failed) << bad;
  }
}

}  // namespace
}  // namespace bw
