// `backtest` from the outside: the same seed gives the same bytes, and what is wrong is named with
// file and line.

#include <gmock/gmock.h>

#include <fstream>

#include "tests/app/command_line_fixture.hpp"

namespace bw {
namespace {

using ::testing::HasSubstr;

class backtest_command : public command_line_test {};

TEST_F(backtest_command, the_demo_gives_the_same_bytes_twice) {
  const std::vector<std::string> words{"backtest", "--demo", "--days", "1", "--json"};
  const auto first = run(words);
  ASSERT_EQ(first.code, 0) << first.err;
  EXPECT_EQ(run(words).out, first.out);
  const auto seen = first.json();
  EXPECT_GT(seen.at("orders").at("fills").get<int>(), 0);
  EXPECT_FALSE(seen.at("models").empty());
  EXPECT_FALSE(seen.at("assumptions").empty());
  EXPECT_FALSE(seen.at("data_hash").get<std::string>().empty());
  auto other = words;
  other.insert(other.end(), {"--seed", "9"});
  EXPECT_NE(run(other).json().at("trace"), seen.at("trace"));
}

TEST_F(backtest_command, what_it_cannot_run_on_is_named) {
  const auto malformed = path("SPY_minute.csv");
  std::ofstream{malformed} << "ts_ns,time_utc,open,high,low,close,volume\n"
                              "1549895400000000000,2019-02-11T14:30:00Z,oops,2,1,1,5\n";
  ASSERT_EQ(run({"init", path("node")}).code, 0);
  const auto config = path("node") + "/node.toml";
  const struct {
    std::vector<std::string> words;
    std::string message;
  } rows[] = {
      {{}, "there is nothing to run on"},
      {{"--demo", "--data", malformed}, "exclude each other"},
      {{"--data", path("nowhere")}, path("nowhere") + ": there is no such file or folder"},
      {{"--data", malformed}, malformed + ":2: column 'open' is 'oops'"},
      {{"--data", malformed, "--from", "yesterday"}, "'yesterday' is no date"},
      {{"--data", malformed, "--strategy", "none"}, "there is no strategy 'none'"},
  };
  for (const auto& row : rows) {
    std::vector<std::string> words{"backtest", "--config", config};
    words.insert(words.end(), row.words.begin(), row.words.end());
    const auto seen = run(words);
    EXPECT_EQ(seen.code, 2) << row.message;
    EXPECT_THAT(seen.err, HasSubstr(row.message));
  }
}

TEST_F(backtest_command, results_are_files) {
  const auto out = path("results");
  const auto seen = run({"backtest", "--demo", "--days", "1", "--quiet", "--out", out});
  ASSERT_EQ(seen.code, 0) << seen.err;
  for (const char* file : {"report.html", "report.json", "report.txt", "trades.csv", "equity.csv"})
    EXPECT_TRUE(std::filesystem::exists(out + "/" + file)) << file;
}

}  // namespace
}  // namespace bw
