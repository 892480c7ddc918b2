// `bellwether data` against a venue on a real port, and against a folder of past bars.

#include <gmock/gmock.h>

#include <fstream>

#include "config/config_loader.hpp"
#include "config/state_folder.hpp"
#include "storage/bar_cache.hpp"
#include "tests/app/command_line_fixture.hpp"
#include "tests/venue/server_fixture.hpp"

namespace bw {
namespace {

using ::testing::HasSubstr;

class data_command : public command_line_test {
 protected:
  std::string configuration() const {
    std::ofstream{path("node.toml")} << "mode = \"sim\"\n";
    std::ofstream{path("strategies.toml")} << sample_strategies_toml();
    return path("node.toml");
  }
};

TEST_F(data_command, judges_the_bars_of_a_venue) {
  // Its clock begins half an hour after the open and it has a bar for each minute.
  venue::tests::socket_venue venue;
  const auto port = std::to_string(venue.port);
  const auto good = run({"data", "check", "AAPL", "F", "--venue", port, "--json"});
  ASSERT_EQ(good.code, 0) << good.err << good.out;
  const auto said = good.json();
  EXPECT_EQ(said["quality"], "good");
  ASSERT_EQ(said["symbols"].size(), 2u);
  EXPECT_EQ(said["symbols"][0]["symbol"], "AAPL");
  EXPECT_EQ(said["symbols"][0]["freshness"], "good");
  EXPECT_GE(said["symbols"][0]["bars"], 29);
  EXPECT_EQ(said["symbols"][0]["missing_minutes"], 0);
  EXPECT_EQ(said["symbols"][0]["clock"], "not_applicable") << "a venue has a clock of its own";

  const auto unknown = run({"data", "check", "AAPL", "ZZZZ", "--venue", port, "--json"});
  EXPECT_EQ(unknown.code, 3) << "nothing comes of it although the session runs";
  EXPECT_EQ(unknown.json()["symbols"][1]["freshness"], "failed");
  EXPECT_EQ(unknown.json()["symbols"][0]["freshness"], "good");
  EXPECT_THAT(run({"data", "check", "AAPL", "--venue", port}).out, HasSubstr("freshness"));
  EXPECT_EQ(run({"data", "check", "--venue", port}).code, 2) << "of which symbols?";
}

TEST_F(data_command, has_no_record_of_a_market_that_is_too_young) {
  venue::tests::socket_venue venue;
  const auto x = run({"data", "trend", "AAPL", "--venue", std::to_string(venue.port), "--json"});
  ASSERT_EQ(x.code, 0) << x.err;
  EXPECT_EQ(x.json()["before"], "2026-11-02");
  EXPECT_TRUE(x.json()["symbols"][0]["regime"].is_null());
  EXPECT_EQ(x.json()["symbols"][0]["closes"], 1) << "the Friday before";
}

TEST_F(data_command, without_a_broker_it_says_so) {
  EXPECT_EQ(run({"data", "check", "AAPL", "--venue", "1"}).code, 5);
}

TEST_F(data_command, shows_and_clears_what_is_on_disk) {
  const auto config = configuration();
  const auto cache = bars_folder(folder.path() / "state");
  metrics_registry metrics;
  bar_cache store{{cache}, metrics};
  for (const char* symbol : {"AAPL", "MSFT"})
    for (const std::uint8_t day : {2, 3})
      store.store({symbol, "iex", "1Min", "split"}, {2026, 11, day}, {2026, 11, 4}, "{}");
  std::ofstream{list_bar_cache(cache).at(0).file} << "damaged";
  const auto shown = run({"data", "cache", "--config", config, "--json"});
  ASSERT_EQ(shown.code, 0) << shown.err;
  const auto series = shown.json()["series"];
  ASSERT_EQ(series.size(), 2u);
  EXPECT_EQ(series[0]["symbol"], "AAPL");
  EXPECT_EQ(series[0]["days"], 2);
  EXPECT_EQ(series[0]["damaged"], 1);
  EXPECT_EQ(series[1]["damaged"], 0);
  EXPECT_EQ(series[1]["first"], "2026-11-02");
  EXPECT_EQ(series[1]["last"], "2026-11-03");

  const auto cleared =
      run({"data", "cache", "--config", config, "--clear", "--symbol", "AAPL", "--json"});
  EXPECT_EQ(cleared.json()["removed"], 2);
  EXPECT_EQ(list_bar_cache(cache).size(), 2u);
  EXPECT_THAT(run({"data", "cache", "--config", config, "--clear"}).out, HasSubstr("2 files"));
  EXPECT_THAT(run({"data", "cache", "--config", config}).out, HasSubstr("none"));
}

}  // namespace
}  // namespace bw
