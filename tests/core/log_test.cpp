#include "core/log.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include <unistd.h>

namespace bw {
namespace {

std::string everything_in(const std::filesystem::path& folder) {
  std::ostringstream out;
  for (const auto& file : std::filesystem::directory_iterator{folder})
    out << std::ifstream{file.path()}.rdbuf();
  return out.str();
}

// A line is one JSON object with the keys in a fixed order; optional ones are left out when empty.
TEST(Log, WritesOneJsonObjectALine) {
  const auto folder =
      std::filesystem::temp_directory_path() / ("bw_log_test_" + std::to_string(::getpid()));
  std::filesystem::remove_all(folder);
  const manual_clock time{utc_ns{1793629864'912300000}};
  metrics_registry metrics;
  log_options options;
  options.folder = folder;
  ASSERT_TRUE(log_start(options, time, metrics).ok());
  log_line(log_level::info, "session", "market_open", "the market is open");
  log_line(log_level::debug, "session", "market_open", "below the level");
  log_fields fields;
  fields.symbol = "AAPL";
  fields.cause = 7;
  fields.data = R"({"qty":"10"})";
  log_line(log_level::error, "router", "exception", "a \"quoted\"\nline", fields);
  log_stop();
  log_line(log_level::info, "session", "market_open", "after the end");
  EXPECT_EQ(everything_in(folder),
            "{\"ts\":\"2026-11-02T14:31:04.9123Z\",\"level\":\"info\",\"component\":\"session\","
            "\"event\":\"market_open\",\"msg\":\"the market is open\"}\n"
            "{\"ts\":\"2026-11-02T14:31:04.9123Z\",\"level\":\"error\",\"component\":\"router\","
            "\"event\":\"exception\",\"msg\":\"a \\\"quoted\\\"\\nline\",\"symbol\":\"AAPL\","
            "\"cause\":7,\"data\":{\"qty\":\"10\"}}\n");
  EXPECT_EQ(metrics.total("bellwether_log_messages_total"), 2u);
  std::filesystem::remove_all(folder);
}

TEST(Log, AFolderThatCannotBeMadeIsAnError) {
  const manual_clock time{utc_ns{0}};
  metrics_registry metrics;
  log_options options;
  options.folder = "/proc/bellwether-cannot-be-here";
  const auto started = log_start(options, time, metrics);
  ASSERT_FALSE(started.ok());
  EXPECT_EQ(started.code(), ec::io_failed);
}

}  // namespace
}  // namespace bw
