#include "core/log.hpp"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

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

/// A folder of its own, and the log in it by a clock that the test moves.
struct log_folder : testing::Test {
  std::filesystem::path folder =
      std::filesystem::temp_directory_path() / ("bw_log_folder_" + std::to_string(::getpid()));
  manual_clock time{utc_ns{1'793'629'864'000'000'000}};  // 2026-11-02.
  metrics_registry metrics;
  log_options options;

  void SetUp() override {
    std::filesystem::remove_all(folder);
    options.folder = folder;
  }
  void TearDown() override {
    log_stop();
    std::filesystem::remove_all(folder);
  }
  std::set<std::string> files() const {
    std::set<std::string> out;
    for (const auto& file : std::filesystem::directory_iterator{folder})
      out.insert(file.path().filename().string());
    return out;
  }
  void say() { log_line(log_level::info, "session", "market_open", "a line"); }
};

TEST_F(log_folder, has_a_file_a_day_and_keeps_as_many_as_it_is_told) {
  options.days_kept = 3;
  ASSERT_TRUE(log_start(options, time, metrics).ok());
  std::ofstream{folder / "bellwether-notes.jsonl"} << "somebody else's";
  for (int day = 0; day < 6; ++day) {
    say();
    time.advance(std::chrono::hours{24});
  }
  log_stop();
  EXPECT_EQ(files(),
            (std::set<std::string>{"bellwether-20261105.jsonl", "bellwether-20261106.jsonl",
                                   "bellwether-20261107.jsonl", "bellwether-notes.jsonl"}));
}

// A process that is started anew each day opens one file in its life.
TEST_F(log_folder, keeps_no_more_when_each_day_is_a_process_of_its_own) {
  options.days_kept = 3;
  for (int day = 0; day < 6; ++day) {
    metrics_registry own;
    ASSERT_TRUE(log_start(options, time, own).ok());
    say();
    log_stop();
    time.advance(std::chrono::hours{24});
  }
  EXPECT_EQ(files().size(), 3u);
  EXPECT_TRUE(files().contains("bellwether-20261107.jsonl"));
}

// The file is a pipe that nobody reads: whoever logs goes on, what finds no room is counted, and
// the process can end.
TEST_F(log_folder, a_sink_that_takes_nothing_holds_up_nobody) {
  std::filesystem::create_directories(folder);
  const auto pipe = folder / "bellwether-20261102.jsonl";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  const int reader = ::open(pipe.c_str(), O_RDONLY | O_NONBLOCK);
  ASSERT_GE(reader, 0);
  options.queue_lines = 64;
  ASSERT_TRUE(log_start(options, time, metrics).ok());
  constexpr std::uint64_t lines = 20'000;  // Ten times what pipe, buffer and queue hold.
  for (std::uint64_t k = 0; k < lines; ++k) say();
  EXPECT_EQ(metrics.total("bellwether_log_messages_total"), lines);
  EXPECT_GT(metrics.total("bellwether_log_dropped_total"), lines / 2);
  log_stop();
  // Whoever reads at last finds the lines that had room, to their end.
  std::string taken(1 << 16, '\0');
  std::size_t bytes = 0;
  ssize_t got = 0;
  do {
    got = ::read(reader, taken.data(), taken.size());
    bytes += got > 0 ? static_cast<std::size_t>(got) : 0;
  } while (got != 0 && (got > 0 || errno == EAGAIN));
  EXPECT_GT(bytes, std::size_t{1} << 16);
  ::close(reader);
}

}  // namespace
}  // namespace bw
