// Recorded days through two processes: `bellwether venue` replays the files, `bellwether run`
// trades them over sockets. Shows that orders fill, that both books are the same, and that the log
// verifies.

#include <gtest/gtest.h>
#include <signal.h>

#include <cstdlib>
#include <nlohmann/json.hpp>

#include "core/decimal.hpp"
#include "tests/support/data_folder.hpp"
#include "tests/support/program.hpp"
#include "tests/support/venue_positions.hpp"

namespace bw {
namespace {

using std::chrono::seconds;
using tests::finished;
using tests::program;

struct RecordedDay : testing::Test {
  tests::scratch_folder folder;

  /// Both processes from the start of the recording to the close; answers what `run` printed.
  nlohmann::json trade(const std::vector<std::string>& files, const std::string& start, int speed,
                       const std::string& strategies) {
    std::vector<std::string> arguments{"venue",   "--port",  "0",
                                       "--json",  "--speed", std::to_string(speed),
                                       "--start", start,     "--wait-for-client"};
    for (const auto& file : files) {
      arguments.emplace_back("--data");
      arguments.push_back((tests::data_folder() / file).string());
    }
    venue_ = std::make_unique<program>(arguments);
    EXPECT_TRUE(venue_->says("listening", seconds{30})) << venue_->err();
    const auto hello = nlohmann::json::parse(venue_->out().substr(0, venue_->out().find('\n')));
    port_ = hello.at("port").get<int>();
    const auto config =
        folder.write("node.toml", "mode = \"sim\"\n[sim]\nport = " + std::to_string(port_) +
                                      "\n[ops]\nport = 0\n[feed]\nhistory_days = 10\n");
    folder.write("strategies.toml", strategies);
    const auto node = tests::run_program(
        {"run", "--config", config.string(), "--until-close", "--json"}, seconds{200});
    EXPECT_EQ(node.code, 0) << node.err;
    const auto summary = nlohmann::json::parse(node.out, nullptr, false);
    EXPECT_TRUE(summary.is_object()) << node.out;
    return summary;
  }

  void verify() {
    const auto proof = tests::run_program(
        {"audit", "verify", "--state", (folder.path() / "state").string(), "--json"});
    EXPECT_EQ(proof.code, 0) << proof.out << proof.err;
  }

  /// Quantities by symbol, as the venue has them.
  std::map<std::string, std::string> at_venue() {
    return tests::venue_positions(static_cast<std::uint16_t>(port_));
  }
  static std::map<std::string, std::string> at_node(const nlohmann::json& summary) {
    std::map<std::string, quantity> sums;
    for (const auto& row : summary.at("positions"))
      sums[row.at("symbol").get<std::string>()] +=
          *quantity::parse(row.at("qty").get<std::string>());
    std::map<std::string, std::string> out;
    for (const auto& [symbol, qty] : sums) out[symbol] = qty.text();
    return out;
  }

  std::unique_ptr<program> venue_;
  int port_ = 0;
};

TEST_F(RecordedDay, MinuteBarsOfTenSymbols) {
  if (!std::filesystem::exists(tests::data_folder() / "bars")) GTEST_SKIP() << tests::data_hint();
  std::vector<std::string> files;
  std::string watchlist;
  for (const char* symbol :
       {"AAPL", "AMD", "AMZN", "INTC", "IWM", "MSFT", "NVDA", "PLTR", "TSLA"}) {
    files.push_back(std::string{"bars/yahoo_minute_2026/"} + symbol + "_20260312_20260324.csv.gz");
    watchlist += (watchlist.empty() ? "\"" : ", \"") + std::string{symbol} + "\"";
  }
  const auto summary = trade(
      files, "2026-03-18", 600,
      "[[strategy]]\nid = \"momentum\"\nkind = \"momentum\"\nwatchlist = [" + watchlist + "]\n");
  EXPECT_GT(summary.at("fills").get<int>(), 0) << summary.dump(1);
  EXPECT_EQ(summary.at("orders").at("unknown").get<int>(), 0);
  EXPECT_EQ(summary.at("market_data").at("dropped").get<int>(), 0);
  EXPECT_TRUE(summary.at("audit").at("verified").get<bool>());
  EXPECT_EQ(at_node(summary), at_venue());
  verify();
}

TEST_F(RecordedDay, TicksOfTwoSymbols) {
  if (!std::filesystem::exists(tests::data_folder() / "bars")) GTEST_SKIP() << tests::data_hint();
  const auto summary = trade(
      {"ticks/lean/IBM_20131007_quote.csv.gz", "ticks/lean/IBM_20131007_trade.csv.gz",
       "ticks/lean/IBM_20131008_quote.csv.gz", "ticks/lean/IBM_20131008_trade.csv.gz",
       "ticks/lean/BAC_20131007_trade.csv.gz", "ticks/lean/BAC_20131007_quote.csv.gz",
       "ticks/lean/BAC_20131008_trade.csv.gz", "ticks/lean/BAC_20131008_quote.csv.gz"},
      "2013-10-08", 400,
      // Thresholds of a quiet day in 2013: the rules are the same, the market moved less.
      "[[strategy]]\nid = \"momentum\"\nkind = \"momentum\"\nwatchlist = [\"IBM\", \"BAC\"]\n"
      "[strategy.parameters]\nvwap_buffer = \"0\"\nvolume_threshold = \"1\"\nrsi_floor = \"45\"\n"
      "[[strategy]]\nid = \"reversion\"\nkind = \"mean_reversion\"\nwatchlist = [\"IBM\", "
      "\"BAC\"]\n"
      "[strategy.parameters]\nmin_avg_daily_volume = 0\nrsi_oversold = \"35\"\n");
  EXPECT_GT(summary.at("fills").get<int>(), 0) << summary.dump(1);
  EXPECT_EQ(summary.at("orders").at("unknown").get<int>(), 0);
  EXPECT_TRUE(summary.at("audit").at("verified").get<bool>());
  EXPECT_EQ(at_node(summary), at_venue());
  verify();
}

}  // namespace
}  // namespace bw
