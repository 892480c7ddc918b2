// MessagePack becomes the JSON that the same server would have sent. The oracles are nlohmann's
// reader and writer, and the venue, which writes both forms of every message.

#include "feeds/msgpack_text.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "core/prng.hpp"
#include "tests/feeds/collected_events.hpp"
#include "tests/support/seed.hpp"
#include "venue/alpaca_market_wire.hpp"
#include "venue/msgpack_writer.hpp"

namespace bw {
namespace {

using namespace std::string_literals;

std::string text_of(std::string_view packed) {
  std::string out;
  const auto read = msgpack_to_json(packed, out);
  return read ? out : "refused";
}

TEST(msgpack_text, every_form_of_a_value_becomes_text) {
  struct row {
    const char* what;
    std::string packed;
    std::string text;
  };
  const row rows[] = {
      {"nothing", "\xc0", "null"},
      {"no", "\xc2", "false"},
      {"yes", "\xc3", "true"},
      {"small", "\x7f", "127"},
      {"small and negative", "\xe0", "-32"},
      {"one byte", "\xcc\xff", "255"},
      {"two bytes", "\xcd\xff\xff", "65535"},
      {"four bytes", "\xce\xff\xff\xff\xff", "4294967295"},
      {"eight bytes", "\xcf\xff\xff\xff\xff\xff\xff\xff\xff", "18446744073709551615"},
      {"one signed byte", "\xd0\x80", "-128"},
      {"two signed bytes", "\xd1\x80\x00"s, "-32768"},
      {"four signed bytes", "\xd2\x80\x00\x00\x00"s, "-2147483648"},
      {"eight signed bytes", "\xd3\x80\x00\x00\x00\x00\x00\x00\x00"s, "-9223372036854775808"},
      {"32-bit float", "\xca\x43\x3b\x57\x0a", "187.340000000"},
      {"64-bit float", "\xcb\x40\x67\x6a\xe1\x47\xae\x14\x7b", "187.340000000"},
      {"infinite", "\xcb\x7f\xf0\x00\x00\x00\x00\x00\x00"s, "\"not finite\""},
      {"short text", "\xa2hi", "\"hi\""},
      {"text of one length byte", "\xd9\x02hi", "\"hi\""},
      {"text of two length bytes", "\xda\x00\x02hi"s, "\"hi\""},
      {"text of four length bytes", "\xdb\x00\x00\x00\x02hi"s, "\"hi\""},
      {"text to escape", "\xa3\"\\\n", R"("\"\\\n")"},
      {"bytes", "\xc4\x02hi", "null"},
      {"another extension", "\xd5\x07hi", "null"},
      {"seconds", "\xd6\xff\x00\x00\x00\x01"s, "\"1970-01-01T00:00:01Z\""},
      {"seconds and nanoseconds", "\xd7\xff\x00\x00\x00\x04\x00\x00\x00\x01"s,
       "\"1970-01-01T00:00:01.000000001Z\""},
      {"before 1970", "\xc7\x0c\xff\x00\x00\x00\x01\xff\xff\xff\xff\xff\xff\xff\xff"s,
       "\"1969-12-31T23:59:59.000000001Z\""},
      {"an instant nobody has", "\xc7\x0c\xff\x00\x00\x00\x01\x7f\xff\xff\xff\xff\xff\xff\xff"s,
       "null"},
      {"empty array", "\x90", "[]"},
      {"empty map", "\x80", "{}"},
      {"nested", "\x92\x81\xa1"s + "a\x92\x01\x90\x80", R"([{"a":[1,[]]},{}])"},
      {"array of two length bytes", "\xdc\x00\x01\x01"s, "[1]"},
      {"map of four length bytes", "\xdf\x00\x00\x00\x01\xa1"s + "a\xc0", R"({"a":null})"},
      {"nothing at all", "", "refused"},
      {"cut", "\x92\x01", "refused"},
      {"cut text", "\xa3hi", "refused"},
      {"something behind the end", "\x01\x01", "refused"},
      {"a number as key", "\x81\x01\x01", "refused"},
      {"the byte that is never used", "\xc1", "refused"},
      {"more elements than bytes", "\xdd\xff\xff\xff\xff\x01", "refused"},
      {"as deep as may be", std::string(msgpack_depth_max, '\x91') + "\x01",
       std::string(msgpack_depth_max, '[') + "1" + std::string(msgpack_depth_max, ']')},
      {"too deep", std::string(msgpack_depth_max + 1, '\x91') + "\x01", "refused"},
  };
  for (const auto& each : rows) EXPECT_EQ(text_of(each.packed), each.text) << each.what;
}

/// Whatever a server packs with nlohmann's writer reads as the JSON that it packed.
TEST(msgpack_text, agrees_with_another_reader_on_random_values) {
  const auto seed = tests::test_seed(20261122);
  SCOPED_TRACE(tests::repeat_with(seed));
  prng random{seed};
  const auto value = [&](auto&& self, int depth) -> nlohmann::json {
    switch (random.below(depth > 3 ? 5 : 7)) {
      case 0: return nullptr;
      case 1: return static_cast<std::int64_t>(random.below(UINT64_MAX));
      case 2: return random.below(UINT64_MAX);
      case 3: return std::string(random.below(70), static_cast<char>('a' + random.below(26)));
      case 4: return random.below(2) == 0;
      case 5: {
        auto out = nlohmann::json::array();
        for (auto n = random.below(20); n > 0; --n) out.push_back(self(self, depth + 1));
        return out;
      }
      default: {
        auto out = nlohmann::json::object();
        for (auto n = random.below(20); n > 0; --n)
          out["k" + std::to_string(random.below(1000))] = self(self, depth + 1);
        return out;
      }
    }
  };
  for (std::uint64_t k = 0; k < tests::test_size(500); ++k) {
    const auto what = value(value, 0);
    const auto packed = nlohmann::json::to_msgpack(what);
    const auto text = text_of({reinterpret_cast<const char*>(packed.data()), packed.size()});
    EXPECT_EQ(nlohmann::json::parse(text, nullptr, false), what);
  }
}

/// The named rounding: up to four million dollars the decimal comes back with all nine places.
TEST(msgpack_text, prices_come_back_as_the_decimals_they_were) {
  const auto seed = tests::test_seed(20261123);
  SCOPED_TRACE(tests::repeat_with(seed));
  prng random{seed};
  constexpr std::uint64_t largest = std::uint64_t{4'000'000} * decimal_scale;
  for (std::uint64_t k = 0; k < tests::test_size(20'000); ++k) {
    const auto there = price::from_units(static_cast<std::int64_t>(random.below(largest)));
    // The double that a server has which reads the decimal as every language does.
    const double real = std::stod(std::string{there.text()});
    venue::msgpack_writer out;
    out.real(there);
    const auto packed = nlohmann::json::to_msgpack(real);
    for (const auto& each :
         {out.take(), std::string{reinterpret_cast<const char*>(packed.data()), packed.size()}}) {
      // nlohmann packs what fits into 32 bits as such.
      EXPECT_EQ(price::parse(text_of(each)).value(), there) << there.text();
    }
  }
}

/// Each message of the stream, as the venue writes it in both forms, is the same event.
TEST(msgpack_text, the_venues_two_forms_are_one_event) {
  const venue::listed_symbol listed{.symbol = "AAPL", .exchange = "NASDAQ"};
  const auto units = [](const char* text) { return *price::parse(text); };
  quote q;
  q.bid = units("187.34"), q.ask = units("187.3601");
  q.bid_size = quantity::from_int(200), q.ask_size = *quantity::parse("0.25");
  q.ts_event = *parse_rfc3339("2026-11-02T14:31:05.123456789Z");
  trade t;
  t.last = units("187.351"), t.size = quantity::from_int(40), t.venue_trade_id = 52983525029461;
  t.ts_event = *parse_rfc3339("2026-11-02T14:31:05Z");
  t.eligible = price_eligible::no;
  bar b;
  b.open = units("1.1"), b.high = units("1.3"), b.low = units("1.05"), b.close = units("1.2");
  b.vwap = units("1.187654321"), b.volume = quantity::from_int(1'234'567'890), b.trades = 7;
  b.start = *parse_rfc3339("2026-11-02T14:31:00Z");
  trading_status halt;
  halt.state = halt_state::halted, halt.ts_event = q.ts_event;
  trading_status band;
  band.state = halt_state::banded, band.band_low = units("1"), band.band_high = units("2");
  band.ts_event = q.ts_event;

  const auto read = [&](venue::wire_codec codec) {
    using venue::bar_message;
    venue::stream_frame frame{codec};
    frame.add(stream_quote(codec, q, listed));
    frame.add(stream_trade(codec, t, listed));
    for (const auto as : {bar_message::minute, bar_message::updated, bar_message::daily})
      frame.add(stream_bar(codec, b, listed, as));
    frame.add(stream_status(codec, halt, listed));
    frame.add(stream_band(codec, band, listed));
    const auto bytes = frame.take();
    alpaca_data_codec codec_under_test{{"AAPL"}};
    collected_events out;
    const auto how = codec == venue::wire_codec::json
                         ? codec_under_test.decode(padded_text{bytes}, mono_ns{5}, out)
                         : codec_under_test.decode_packed(bytes, mono_ns{5}, out);
    EXPECT_TRUE(how.ok());
    EXPECT_EQ(codec_under_test.counts().refused, 0u);
    return out.events;
  };
  const auto in_json = read(venue::wire_codec::json);
  const auto packed = read(venue::wire_codec::msgpack);
  ASSERT_EQ(in_json.size(), 7u);
  ASSERT_EQ(packed.size(), in_json.size());
  for (std::size_t k = 0; k < packed.size(); ++k)
    std::visit(
        [&](const auto& x) {
          using event = std::decay_t<decltype(x)>;
          ASSERT_TRUE(std::holds_alternative<event>(packed[k])) << k;
          if constexpr (!std::is_same_v<event, feed_status>) {
            EXPECT_TRUE(x.fields() == std::get<event>(packed[k]).fields()) << k;
          }
        },
        in_json[k]);
}

TEST(msgpack_text, our_words_are_packed_for_any_reader) {
  const auto json = R"({"action":"subscribe","trades":["AAPL","MSFT"],"bars":[]})"s;
  const auto packed = json_to_msgpack(json);
  EXPECT_EQ(nlohmann::json::from_msgpack(packed), nlohmann::json::parse(json));
  auto many = nlohmann::json::object();
  many["trades"] = std::vector<std::string>(2'000, "a symbol that is longer than thirty-two bytes");
  EXPECT_EQ(nlohmann::json::from_msgpack(json_to_msgpack(many.dump())), many);
}

TEST(msgpack_text, a_broken_frame_is_counted_and_the_next_one_is_read) {
  alpaca_data_codec codec{{"AAPL"}};
  collected_events out;
  EXPECT_EQ(codec.decode_packed("\x91\x81", mono_ns{1}, out).code(), ec::parse_failed);
  EXPECT_EQ(codec.counts().bad_frames, 1u);
  const auto good =
      nlohmann::json::to_msgpack(nlohmann::json::parse(R"([{"T":"success","msg":"connected"}])"));
  const std::string bytes{reinterpret_cast<const char*>(good.data()), good.size()};
  EXPECT_TRUE(codec.decode_packed(bytes, mono_ns{2}, out).ok());
  ASSERT_EQ(out.controls.size(), 1u);
  EXPECT_EQ(out.controls[0].kind, control_kind::connected);
}

}  // namespace
}  // namespace bw
