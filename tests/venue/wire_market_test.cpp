#include <gtest/gtest.h>

#include "tests/venue/recorded.hpp"
#include "tests/venue/steady_source.hpp"
#include "venue/alpaca_market_wire.hpp"
#include "venue/bar_timeframe.hpp"
#include "venue/msgpack_writer.hpp"
#include "venue/subscriptions.hpp"

namespace bw::venue::tests {
namespace {

using json = nlohmann::json;

const listed_symbol apple{.symbol = "AAPL", .name = "Apple"};

quote sample_quote() {
  quote out;
  out.symbol = symbol_id{0};
  out.bid = *price::parse("187.34");
  out.ask = *price::parse("187.36");
  out.bid_size = quantity::from_int(200);
  out.ask_size = *quantity::parse("0.5");
  out.ts_event = utc("2026-11-02T14:31:05.123456789Z");
  return out;
}

trade sample_trade() {
  trade out;
  out.symbol = symbol_id{0};
  out.last = *price::parse("187.351");
  out.size = quantity::from_int(40);
  out.venue_trade_id = 96'921;
  out.eligible = price_eligible::no;
  out.ts_event = utc("2026-11-02T14:31:05Z");
  return out;
}

bar sample_bar() {
  bar out;
  out.symbol = symbol_id{0};
  out.open = *price::parse("187.3");
  out.high = *price::parse("187.42");
  out.low = *price::parse("187.21");
  out.close = *price::parse("187.35");
  out.volume = quantity::from_int(20'311);
  out.vwap = *price::parse("187.3312");
  out.trades = 312;
  out.start = utc("2026-11-02T14:31:00Z");
  return out;
}

TEST(wire_market, stream_elements_name_type_and_symbol_first) {
  const auto codec = wire_codec::json;
  EXPECT_EQ(stream_quote(codec, sample_quote(), apple),
            R"({"T":"q","S":"AAPL","t":"2026-11-02T14:31:05.123456789Z","ax":"V","ap":187.36,)"
            R"("as":0.5,"bx":"V","bp":187.34,"bs":200,"c":["R"],"z":"C"})");
  EXPECT_EQ(stream_trade(codec, sample_trade(), apple),
            R"({"T":"t","S":"AAPL","t":"2026-11-02T14:31:05Z","x":"V","p":187.351,"s":40,)"
            R"("c":["@","I"],"i":96921,"z":"C"})");
  EXPECT_EQ(stream_bar(codec, sample_bar(), apple, bar_message::minute),
            R"({"T":"b","S":"AAPL","t":"2026-11-02T14:31:00Z","o":187.3,"h":187.42,"l":187.21,)"
            R"("c":187.35,"v":20311,"n":312,"vw":187.3312})");
  trading_status halt;
  halt.state = halt_state::halted;
  halt.code = inline_string<15>{"LUDP"};
  halt.ts_event = utc("2026-11-02T14:32:00Z");
  EXPECT_EQ(stream_status(codec, halt, apple),
            R"({"T":"s","S":"AAPL","sc":"H","sm":"Trading Halt","rc":"LUDP",)"
            R"("rm":"Volatility Trading Pause","t":"2026-11-02T14:32:00Z","z":"C"})");
}

/// Times are compared apart: MessagePack has a type of its own for them.
json without_times(json element) {
  element.erase("t");
  return element;
}

TEST(wire_market, both_codecs_say_the_same) {
  const auto check = [&](const std::string& in_json, const std::string& in_msgpack) {
    const auto text = json::parse(in_json);
    const auto packed = json::from_msgpack(in_msgpack);
    EXPECT_EQ(without_times(text), without_times(packed));
    ASSERT_TRUE(packed["t"].is_binary());
    EXPECT_EQ(packed["t"].get_binary().subtype(), 0xff) << "extension type -1";
    // Some decoders want the type before everything else: map, fixstr of one, 'T'.
    EXPECT_EQ(in_msgpack.substr(1, 2), "\xa1T");
  };
  const auto packed = wire_codec::msgpack;
  const auto plain = wire_codec::json;
  check(stream_quote(plain, sample_quote(), apple), stream_quote(packed, sample_quote(), apple));
  check(stream_trade(plain, sample_trade(), apple), stream_trade(packed, sample_trade(), apple));
  for (const auto as : {bar_message::minute, bar_message::updated, bar_message::daily})
    check(stream_bar(plain, sample_bar(), apple, as), stream_bar(packed, sample_bar(), apple, as));
}

TEST(wire_market, whole_sizes_are_integers_in_messagepack) {
  const auto packed = json::from_msgpack(stream_quote(wire_codec::msgpack, sample_quote(), apple));
  EXPECT_TRUE(packed["bs"].is_number_unsigned());
  EXPECT_TRUE(packed["as"].is_number_float());
  EXPECT_TRUE(packed["bp"].is_number_float());
}

std::string hex(const std::string& bytes) {
  std::string out;
  for (const unsigned char c : bytes) {
    out += "0123456789abcdef"[c >> 4];
    out += "0123456789abcdef"[c & 15];
  }
  return out;
}

/// Bytes worked out by hand from the format's specification.
TEST(wire_market, a_timestamp_takes_the_shortest_of_the_three_forms) {
  const auto packed = [](std::int64_t ns) {
    msgpack_writer out;
    out.value(utc_ns{ns});
    return hex(out.take());
  };
  EXPECT_EQ(packed(0), "d6ff00000000");
  EXPECT_EQ(packed(1'000'000'000), "d6ff00000001");
  EXPECT_EQ(packed(1'000'000'001), "d7ff0000000400000001");
  EXPECT_EQ(packed(-1), "c70cff3b9ac9ffffffffffffffffff");
}

TEST(wire_market, long_texts_numbers_and_lists_keep_their_length) {
  const std::string long_text(300, 'x');
  json expected = {{"text", long_text}, {"big", std::uint64_t{1} << 40}, {"list", json::array()}};
  for (int k = 0; k < 40; ++k) expected["list"].push_back(k * 1000);
  msgpack_writer out;
  out.map(3).value("text").value(long_text).value("big").value(std::uint64_t{1} << 40);
  out.value("list").array(40);
  for (std::uint64_t k = 0; k < 40; ++k) out.value(k * 1000);
  EXPECT_EQ(json::from_msgpack(out.take()), expected);
}

TEST(wire_market, a_frame_is_an_array_of_its_elements) {
  for (const auto codec : {wire_codec::json, wire_codec::msgpack}) {
    stream_frame frame{codec};
    EXPECT_TRUE(frame.empty());
    for (int k = 0; k < 20; ++k) frame.add(stream_quote(codec, sample_quote(), apple));
    const auto bytes = frame.take();
    const auto read = codec == wire_codec::json ? json::parse(bytes) : json::from_msgpack(bytes);
    ASSERT_TRUE(read.is_array());
    EXPECT_EQ(read.size(), 20U);
    EXPECT_TRUE(frame.empty());
  }
}

TEST(wire_market, rest_objects_have_the_shape_of_recorded_ones) {
  BW_RECORDED_OR_SKIP(file, recorded("sdk_fixtures/go_TestSnapshots_1.json"));
  const auto theirs = json::parse(*file)["AAPL"];
  const auto compare = [&](const char* name, auto write) {
    json_writer out;
    write(out);
    expect_same_shape(json::parse(out.text()), theirs[name]);
  };
  compare("latestQuote", [](json_writer& out) { write_quote(out, sample_quote(), apple); });
  compare("latestTrade", [](json_writer& out) { write_trade(out, sample_trade(), apple); });
  compare("minuteBar", [](json_writer& out) { write_bar(out, sample_bar()); });
}

TEST(bar_timeframe, knows_alpacas_spellings) {
  for (const auto* good : {"1Min", "5Min", "15T", "59Min", "1Hour", "23H", "1Day", "1D"})
    EXPECT_TRUE(bar_timeframe::parse(good)) << good;
  for (const auto* bad : {"", "Min", "0Min", "60Min", "24Hour", "2Day", "1Week", "1min", "1 Min",
                          "-1Min", "100Min", "1Minute"})
    EXPECT_FALSE(bar_timeframe::parse(bad)) << bad;
}

TEST(bar_timeframe, bars_begin_at_new_yorks_hours_and_midnights) {
  const new_york_time new_york{november_offset};
  const auto start = [&](const char* frame, const char* at) {
    return format_rfc3339(bar_timeframe::parse(frame)->start_of(utc(at), new_york));
  };
  EXPECT_EQ(start("5Min", "2026-11-02T14:34:00Z"), "2026-11-02T14:30:00Z");
  EXPECT_EQ(start("1Hour", "2026-11-02T14:34:00Z"), "2026-11-02T14:00:00Z");
  EXPECT_EQ(start("4Hour", "2026-11-02T14:34:00Z"), "2026-11-02T13:00:00Z");
  EXPECT_EQ(start("1Day", "2026-11-02T14:34:00Z"), "2026-11-02T05:00:00Z");
  EXPECT_EQ(start("1Day", "2026-10-30T14:34:00Z"), "2026-10-30T04:00:00Z");
  // The day on which the clocks went back has 25 hours.
  const auto sunday = bar_timeframe::parse("1Day")->end_of(utc("2026-11-01T12:00:00Z"), new_york);
  EXPECT_EQ(format_rfc3339(sunday), "2026-11-02T05:00:00Z");
  EXPECT_EQ(start("1Day", "2026-11-01T12:00:00Z"), "2026-11-01T04:00:00Z");
}

TEST(bar_timeframe, a_longer_bar_is_made_of_the_shorter_ones) {
  const new_york_time new_york{november_offset};
  const steady_source source{utc("2026-11-02T15:00:00Z")};
  const auto minutes = source.minute_bars(symbol_id{0}, utc("2026-11-02T14:30:00Z"),
                                          utc("2026-11-02T14:59:00Z"), utc("2026-11-02T15:00:00Z"));
  ASSERT_EQ(minutes.size(), 30U);
  const auto bars = bar_timeframe::parse("15Min")->aggregate(minutes, new_york);
  ASSERT_EQ(bars.size(), 2U);
  EXPECT_EQ(bars[1].start, utc("2026-11-02T14:45:00Z"));
  EXPECT_EQ(bars[1].open, minutes[15].open);
  EXPECT_EQ(bars[1].close, minutes[29].close);
  EXPECT_EQ(bars[1].volume, quantity::from_int(1500));
  EXPECT_EQ(bars[1].trades, 150U);
  auto high = minutes[15].high;
  auto low = minutes[15].low;
  int128 value = 0;
  for (std::size_t k = 15; k < 30; ++k) {
    high = std::max(high, minutes[k].high);
    low = std::min(low, minutes[k].low);
    value += notional_exact(minutes[k].vwap, minutes[k].volume);
  }
  EXPECT_EQ(bars[1].high, high);
  EXPECT_EQ(bars[1].low, low);
  EXPECT_EQ(bars[1].vwap, average_price_half_even(value, bars[1].volume));
}

class subscribing : public ::testing::Test {
 protected:
  std::optional<stream_error> say(const std::string& message) {
    return wanted.apply(*wire_document::read(message, wire_codec::json));
  }
  std::uint32_t code(const std::string& message) {
    const auto error = say(message);
    return error ? error->code : 0;
  }
  json shown(subscriptions::channels_shown which = subscriptions::channels_shown::all) {
    json_writer out;
    out.begin_object();
    wanted.write(out, which);
    out.end_object();
    return json::parse(out.text());
  }

  std::vector<listed_symbol> symbols = steady_source::usual_symbols();
  subscriptions wanted{symbols, 3};
};

TEST_F(subscribing, adds_and_removes_and_always_shows_the_complete_set) {
  EXPECT_EQ(code(R"({"action":"subscribe","trades":["AAPL"],"quotes":["F","SPY"],
                     "bars":["*"]})"),
            0U);
  EXPECT_EQ(code(R"({"action":"subscribe","quotes":["F"]})"), 0U);
  EXPECT_EQ(code(R"({"action":"unsubscribe","quotes":["SPY"],"trades":[]})"), 0U);
  EXPECT_EQ(shown(), json::parse(R"({"trades":["AAPL"],"quotes":["F"],"bars":["*"],
      "updatedBars":[],"dailyBars":[],"statuses":[],"lulds":[],"corrections":["AAPL"],
      "cancelErrors":["AAPL"]})"));
  EXPECT_EQ(shown(subscriptions::channels_shown::test),
            json::parse(R"({"trades":["AAPL"],"quotes":["F"],"bars":["*"]})"));
  EXPECT_TRUE(wanted.wants(channel::trades, symbol_id{0}));
  EXPECT_FALSE(wanted.wants(channel::trades, symbol_id{1}));
  EXPECT_TRUE(wanted.wants(channel::quotes, symbol_id{1}));
  EXPECT_FALSE(wanted.wants(channel::quotes, symbol_id{2}));
  EXPECT_TRUE(wanted.wants(channel::bars, symbol_id{2}));
  EXPECT_FALSE(wanted.wants(channel::lulds, symbol_id{0}));
}

TEST_F(subscribing, an_error_changes_nothing) {
  ASSERT_EQ(code(R"({"action":"subscribe","quotes":["AAPL","F"]})"), 0U);
  const auto before = shown();
  const std::vector<std::pair<std::string, std::uint32_t>> table = {
      {R"({"action":"subscribe"})", 400},
      {R"({"action":"subscribe","quotes":"AAPL"})", 400},
      {R"({"action":"subscribe","quotes":["aapl"]})", 400},
      {R"({"action":"subscribe","quotes":[""]})", 400},
      {R"({"action":"subscribe","quotes":[7]})", 400},
      {R"({"action":"subscribe","trades":["SPY","X"]})", 405},
      {R"({"action":"subscribe","trades":["*"]})", 405},
      {R"({"action":"subscribe","news":["*"]})", 410},
  };
  for (const auto& [message, expected] : table) {
    EXPECT_EQ(code(message), expected) << message;
    EXPECT_EQ(shown(), before) << message;
  }
  // The plan counts symbols, not subscriptions, and no bars.
  EXPECT_EQ(code(R"({"action":"subscribe","trades":["AAPL","F","SPY"],"bars":["*"]})"), 0U);
}

TEST_F(subscribing, one_channel_has_a_limit_whatever_the_plan) {
  subscriptions without_plan{symbols, 0};
  std::string names = "\"A\"";
  for (std::size_t k = 0; k < subscriptions::names_max; ++k)
    names += ",\"A" + std::to_string(k) + "\"";
  const auto error = without_plan.apply(
      *wire_document::read(R"({"action":"subscribe","bars":[)" + names + "]}", wire_codec::json));
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code, 405U);
}

}  // namespace
}  // namespace bw::venue::tests
