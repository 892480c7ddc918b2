// Frames that nobody would send: 10,000 a codec, from a seed. Nothing crashes, nothing hangs, and
// what is refused is counted. The fuzz targets of tests/fuzz look for more of them.

#include <gtest/gtest.h>

#include "feeds/alpaca_data_codec.hpp"
#include "tests/support/mutated_text.hpp"
#include "tests/support/seed.hpp"

namespace bw {
namespace {

struct ignoring_handler final : market_frame_handler {
  void on_event(const market_event&) override { ++events; }
  void on_control(const stream_control&) override { ++controls; }
  std::uint64_t events = 0;
  std::uint64_t controls = 0;
};

const std::vector<std::string> good_frames{
    R"([{"T":"success","msg":"connected"}])",
    R"([{"T":"error","code":406,"msg":"connection limit exceeded"}])",
    R"([{"T":"subscription","trades":["AAPL"],"quotes":["AAPL","MSFT"],"bars":["*"]}])",
    R"([{"T":"q","S":"AAPL","bx":"V","bp":187.31,"bs":2,"ax":"V","ap":187.33,"as":1,)"
    R"("c":["R"],"z":"C","t":"2026-11-02T14:31:05.123456789Z"}])",
    R"([{"T":"t","S":"MSFT","i":52983525029461,"x":"V","p":412.02,"s":100,"c":["@","I"],)"
    R"("z":"C","t":"2026-11-02T14:31:05.1Z"}])",
    R"([{"T":"b","S":"AAPL","o":187.1,"h":187.4,"l":187,"c":187.3,"v":12345,"n":120,)"
    R"("vw":187.22,"t":"2026-11-02T14:31:00Z"}])",
    R"([{"T":"u","S":"AAPL","o":187.1,"h":187.4,"l":187,"c":187.3,"v":12345,"n":120,)"
    R"("vw":187.22,"t":"2026-11-02T14:31:00Z"}])",
    R"([{"T":"s","S":"AAPL","sc":"H","sm":"Trading Halt","rc":"T12","rm":"News",)"
    R"("t":"2026-11-02T14:31:00Z","z":"C"}])",
    R"([{"T":"l","S":"AAPL","u":196.5,"d":177.8,"i":"B","t":"2026-11-02T14:31:00Z","z":"C"}])",
    R"([{"T":"n","id":24918784,"headline":"x","summary":"y","author":"z","url":"u","content":"c",)"
    R"("created_at":"2026-11-02T13:00:00Z","updated_at":"2026-11-02T13:00:05Z",)"
    R"("symbols":["AAPL"],"source":"s"}])",
    R"([{"T":"x","S":"AAPL","i":1,"x":"V","p":187.1,"s":1,"a":"C","t":"2026-11-02T14:31:00Z",)"
    R"("z":"C"}])"};

TEST(RandomFrames, TheMarketDataCodecBearsTenThousand) {
  const auto seed = tests::test_seed(20261102);
  SCOPED_TRACE(tests::repeat_with(seed));
  tests::mutated_text frames{prng{seed}, good_frames};
  alpaca_data_codec codec{{"AAPL", "MSFT"}, trace_id{1}};
  ignoring_handler handler;
  std::uint64_t refused = 0;
  const auto decodes = [&](std::string frame) {
    const auto size = frame.size();
    frame.append(alpaca_data_codec::padding, ' ');
    return codec.decode(std::string_view{frame}.substr(0, size), mono_ns{1}, handler).ok();
  };
  for (std::uint64_t k = 0; k < tests::test_size(10'000); ++k)
    refused += decodes(frames.next()) ? 0 : 1;
  EXPECT_GT(refused, 1'000u);
  EXPECT_GT(handler.events, 100u) << "some of them are still good";
  // Nothing of what came before stays behind.
  EXPECT_TRUE(decodes(good_frames[3]));
}

TEST(RandomFrames, PagesOfBarsBearTenThousand) {
  const auto seed = tests::test_seed(20261103);
  SCOPED_TRACE(tests::repeat_with(seed));
  tests::mutated_text bodies{
      prng{seed},
      {R"({"bars":{"AAPL":[{"t":"2026-11-02T14:31:00Z","o":187.1,"h":187.4,"l":187,"c":187.3,)"
       R"("v":12345,"n":120,"vw":187.22}]},"next_page_token":"QUFQTHxN"})",
       R"({"bars":{},"next_page_token":null})", R"({"message":"too many requests."})"}};
  alpaca_data_codec codec{{"AAPL", "MSFT"}, trace_id{1}};
  ignoring_handler handler;
  std::uint64_t refused = 0;
  for (std::uint64_t k = 0; k < tests::test_size(10'000); ++k)
    if (!codec.decode_bars(bodies.next(), mono_ns{1}, handler)) ++refused;
  EXPECT_GT(refused, 1'000u);
  EXPECT_EQ(handler.controls, 0u);
}

}  // namespace
}  // namespace bw
