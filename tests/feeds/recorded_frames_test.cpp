#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "feeds/alpaca_data_codec.hpp"
#include "tests/feeds/collected_events.hpp"
#include "tests/support/data_folder.hpp"

namespace bw {
namespace {

namespace fs = std::filesystem;

/// Folder of the recorded Alpaca payloads; empty when there is none on this machine.
fs::path recorded() {
  const fs::path alpaca = tests::data_folder() / "alpaca";
  return fs::exists(alpaca) ? alpaca : fs::path{};
}

std::string content(const fs::path& file) {
  std::ostringstream out;
  out << std::ifstream{file}.rdbuf();
  return out.str();
}

#define NEED_RECORDED_DATA() \
  if (recorded().empty()) GTEST_SKIP() << tests::data_hint()

// Every server message that Alpaca's documentation prints for the data stream is understood.
TEST(recorded_frames, documented_stream_messages_are_understood) {
  NEED_RECORDED_DATA();
  std::istringstream lines{content(recorded() / "stream" / "docs_examples.jsonl")};
  std::string line;
  int events = 0;
  int controls = 0;
  alpaca_data_codec codec{{"AAPL", "AMD", "SPY"}};
  while (std::getline(lines, line)) {
    if (line.find(R"("doc":"stock")") == std::string::npos ||
        line.find(R"("direction":"server")") == std::string::npos)
      continue;
    auto frame = line.substr(line.find(R"("message":)") + 10);
    frame.pop_back();
    if (frame.front() == '{') frame = "[" + frame + "]";
    collected_events out;
    const auto outcome = codec.decode(padded_text{frame}, mono_ns{1}, out);
    ASSERT_TRUE(outcome.ok()) << frame;
    events += static_cast<int>(out.events.size());
    controls += static_cast<int>(out.controls.size());
  }
  EXPECT_EQ(events, 5) << "two trades, a quote, a halt, the bar of the day";
  EXPECT_GE(controls, 15);
  EXPECT_EQ(codec.counts().unused, 0U);
  EXPECT_EQ(codec.counts().unknown_types, 0U);
  EXPECT_EQ(codec.counts().unknown_keys, 0U);
  EXPECT_EQ(codec.counts().refused, 0U);
}

// Every JSON body of the recordings goes through both readers: most are not meant for them and must
// be refused or come out empty, and nothing may crash.
TEST(recorded_frames, foreign_bodies_do_no_harm) {
  NEED_RECORDED_DATA();
  int files = 0;
  alpaca_data_codec codec{{"AAPL", "AMZN", "BYND"}};
  for (const char* folder : {"recorded_rest", "sdk_fixtures"})
    for (const auto& entry : fs::directory_iterator{recorded() / folder}) {
      const auto text = content(entry.path());
      collected_events out;
      (void)codec.decode(padded_text{text}, mono_ns{1}, out);
      (void)codec.decode(padded_text{"[" + text + "]"}, mono_ns{1}, out);
      (void)codec.decode_bars(text, mono_ns{1}, out);
      ++files;
    }
  EXPECT_GT(files, 50);
}

TEST(recorded_frames, pages_of_bars_from_the_sdks_are_read) {
  NEED_RECORDED_DATA();
  for (const char* file : {"go_TestGetMultiBars_1.json", "py_test_multisymbol_get_bars_2.json"}) {
    const auto text = content(recorded() / "sdk_fixtures" / file);
    alpaca_data_codec codec{{"AAPL", "NIO", "MSFT", "SPY"}};
    collected_events out;
    const auto next = codec.decode_bars(text, mono_ns{1}, out);
    ASSERT_TRUE(next.ok()) << file << ": " << next.failure().text();
    EXPECT_GT(out.all<bar>().size(), 0U) << file;
    EXPECT_EQ(codec.counts().refused, 0U) << file;
  }
}

}  // namespace
}  // namespace bw
