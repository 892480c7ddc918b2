// Bars of an hour and of a day: told apart from minutes, played inside the session, merged with
// other recordings, and refused where a strategy would see nothing in them.

#include "backtest/coarse_bars.hpp"

#include <gmock/gmock.h>

#include <fstream>

#include "backtest/data_files.hpp"
#include "backtest/run.hpp"
#include "config/config_loader.hpp"
#include "storage/temporary_folder.hpp"
#include "tests/support/data_folder.hpp"
#include "venue/minute_aggregate.hpp"

namespace bw {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::HasSubstr;

const session_calendar& calendar() {
  static const auto made = session_calendar::make();
  return *made;
}

constexpr calendar_date monday{2026, 1, 5};
const char* const bar_head = "ts_ns,time_utc,open,high,low,close,volume\n";

struct CoarseBars : testing::Test {
  temporary_folder folder = *temporary_folder::make("bw-coarse");

  std::filesystem::path write(const std::string& name, const std::string& text) const {
    const auto path = folder.path() / name;
    std::ofstream{path} << text;
    return path;
  }
  /// So many hours of a session from `start` on, at 10 dollars and then one more each.
  static std::string hours_from(utc_ns start, int count, minutes apart = minutes{60}) {
    std::string out = bar_head;
    for (int k = 0; k < count; ++k) {
      const auto at = start + k * apart;
      const auto open = std::to_string(10 + k);
      out += std::to_string(at.value) + "," + format_rfc3339(at) + "," + open + "," + open +
             ".50," + open + "," + open + ".25,400\n";
    }
    return out;
  }
  static utc_ns open() { return calendar().session_on(monday)->open; }
};

TEST_F(CoarseBars, AreToldByWhatTheyHold) {
  const auto day =
      identify_coarse(write("AAPL.csv", "date,open,high,low,close,volume\n2026-01-05,1,2,1,2,5\n"));
  ASSERT_TRUE(day);
  EXPECT_EQ(day->symbol, "AAPL");
  EXPECT_EQ(day->span, coarse_span::day);
  const auto clock = identify_coarse(write("SPY_a.csv", hours_from(open() - minutes{30}, 4)));
  ASSERT_TRUE(clock);
  EXPECT_EQ(clock->symbol, "SPY");
  EXPECT_EQ(clock->span, coarse_span::hour);
  EXPECT_FALSE(clock->from_the_open);
  const auto session = identify_coarse(write("SPY_b.csv", hours_from(open(), 4)));
  ASSERT_TRUE(session);
  EXPECT_TRUE(session->from_the_open);
  EXPECT_FALSE(identify_coarse(write("SPY_c.csv", hours_from(open(), 4, minutes{1}))));
  EXPECT_FALSE(identify_coarse(write("SPY_d.csv", hours_from(open(), 1))))
      << "one row says nothing";
  EXPECT_FALSE(identify_coarse(write("SPY_e.csv", "a,b\n1,2\n")));
  EXPECT_FALSE(identify_coarse(folder.path() / "nowhere.csv"));
}

TEST_F(CoarseBars, ArePlayedInsideTheSessionAndMergedByTime) {
  const auto hours_file = write("SPY_h.csv", hours_from(open() - minutes{30}, 2));
  const auto day_file =
      write("AAPL.csv", "date,open,high,low,close,volume\n2026-01-05,20,22,19,21,400\n");
  const auto table =
      load_coarse_table({}, {*identify_coarse(hours_file), *identify_coarse(day_file)}, calendar(),
                        venue::bar_path::high_first);
  ASSERT_TRUE(table.ok()) << table.failure().text();
  EXPECT_EQ((*table)->symbols.size(), 2u);
  const auto& events = (*table)->events;
  ASSERT_EQ(events.size(), 24u) << "three bars of four quotes and four trades";
  std::vector<utc_ns> quoted;
  quantity traded;
  for (std::size_t k = 0; k < events.size(); ++k) {
    const auto before = venue::emission_time(events[k > 0 ? k - 1 : 0]);
    EXPECT_LE(before, venue::emission_time(events[k])) << k;
    if (const auto* x = std::get_if<quote>(&events[k]); x && x->symbol == symbol_id{0})
      quoted.push_back(x->ts_event);
    if (const auto* x = std::get_if<trade>(&events[k])) traded += x->size;
  }
  // The hour that began half an hour before the bell has half an hour left.
  const std::vector<utc_ns> expected{open(),
                                     open() + minutes{10},
                                     open() + minutes{20},
                                     open() + minutes{30} - seconds{1},
                                     open() + minutes{30},
                                     open() + minutes{50},
                                     open() + minutes{70},
                                     open() + minutes{90} - seconds{1}};
  EXPECT_EQ(quoted, expected);
  EXPECT_EQ(traded, quantity::from_int(1'200));
}

TEST_F(CoarseBars, WhatIsWrongInThemIsNamedWithFileAndLine) {
  const auto said = [&](const std::string& text) {
    const auto path = write("SPY_x.csv", text);
    const auto read = load_coarse_table({}, {{path, "SPY", coarse_span::hour}}, calendar(),
                                        venue::bar_path::high_first);
    return read.ok() ? std::string{} : read.failure().context;
  };
  EXPECT_EQ(said(hours_from(open(), 3)), "");
  EXPECT_EQ(said(hours_from(open() + hours{10}, 2)), "") << "outside of the session";
  EXPECT_THAT(said(hours_from(open(), 3, minutes{59})), HasSubstr(":3: column 'ts_ns'"));
  EXPECT_THAT(said(std::string{bar_head} + std::to_string(open().value) + ",x,9,8,7,9,1\n"),
              HasSubstr(":2: open or close lie outside"));
}

TEST_F(CoarseBars, AStrategyThatNeedsFinerOnesIsNamed) {
  node_config config;
  config.strategies = {{.id = "mine", .kind = "momentum", .watchlist = {"SPY"}}};
  auto& bars = config.strategies[0].bars;
  const std::vector<coarse_file> of_day{{"SPY.csv", "SPY", coarse_span::day}};
  const std::vector<coarse_file> of_clock{{"SPY_h.csv", "SPY", coarse_span::hour}};
  const std::vector<coarse_file> of_session{{"SPY_h.csv", "SPY", coarse_span::hour, true}};
  const auto said = [&](const std::vector<coarse_file>& files) {
    const auto fits = check_grain(config, files);
    return fits.ok() ? std::string{} : fits.failure().context;
  };
  EXPECT_THAT(said(of_day), HasSubstr("SPY.csv: strategy 'mine' decides on bars of five minutes"));
  EXPECT_THAT(said(of_session), HasSubstr("give minute bars"));
  bars = "ticks:200";
  EXPECT_THAT(said(of_session), HasSubstr("makes its bars of single trades"));
  bars = "time:3600";
  EXPECT_EQ(said(of_session), "");
  EXPECT_THAT(said(of_clock), HasSubstr("reach over their borders"));
  EXPECT_THAT(said(of_day), HasSubstr("are longer"));
  bars = "time:1800";
  EXPECT_THAT(said(of_session), HasSubstr("has bars \"time:1800\""));
  config.strategies[0].watchlist = {"AAPL"};
  EXPECT_EQ(said(of_day), "") << "it does not watch the symbol";
}

TEST_F(CoarseBars, AreFoundBesideFinerOnesOfOtherSymbols) {
  write("SPY.csv", "date,open,high,low,close,volume\n2026-01-05,1,2,1,2,5\n");
  write("SPY_minute.csv", hours_from(open(), 4, minutes{1}));
  write("AAPL_hour.csv", hours_from(open(), 4));
  write("AAPL.csv", "date,open,high,low,close,volume\n2026-01-05,1,2,1,2,5\n");
  write("IBM.csv", "date,open,high,low,close,volume\n2026-01-05,1,2,1,2,5\n");
  const auto found = find_data_files({folder.path()});
  ASSERT_TRUE(found.ok()) << found.failure().text();
  std::vector<std::string> names;
  for (const auto& each : found->files) names.push_back(each.filename().string());
  EXPECT_EQ(names, (std::vector<std::string>{"AAPL_hour.csv", "IBM.csv", "SPY_minute.csv"}));
  EXPECT_EQ(found->coarse.size(), 2u);
}

/// Hours from the open make the very bars of a strategy that decides on hours.
TEST_F(CoarseBars, HoursFromTheOpenReachAStrategyOfHours) {
  const auto file = write("SPY_h.csv", hours_from(open(), 6));
  auto table =
      load_coarse_table({}, {*identify_coarse(file)}, calendar(), venue::bar_path::nearest_first);
  ASSERT_TRUE(table.ok()) << table.failure().text();
  auto config =
      parse_config(sample_node_toml(), "node.toml", sample_strategies_toml(), "strategies.toml")
          ->config;
  for (auto& each : config.strategies) {
    each.watchlist = {"SPY"};
    each.bars = "time:3600";
  }
  ASSERT_TRUE(check_grain(config, {*identify_coarse(file)}).ok());
  backtest_setup setup{.config = config, .calendar = calendar()};
  setup.market = play_table(*table, {.start = open() - minutes{5}});
  setup.until = calendar().session_on(monday)->close;
  const auto answer = backtest_run(std::move(setup), built_in_strategies());
  ASSERT_TRUE(answer.ok()) << answer.failure().text();
  EXPECT_EQ(answer->result.market_events, 48u);
}

TEST_F(CoarseBars, RecordedHoursAndDaysAreReadToTheirEnd) {
  const auto bars = tests::data_folder() / "bars";
  if (!std::filesystem::exists(bars)) GTEST_SKIP() << tests::data_hint();
  const auto hour = identify_coarse(bars / "lean_hour" / "SPY.csv.gz");
  ASSERT_TRUE(hour);
  EXPECT_EQ(hour->span, coarse_span::hour);
  EXPECT_FALSE(hour->from_the_open) << "hours of the clock";
  const auto day = identify_coarse(bars / "lean_daily" / "AAPL.csv.gz");
  ASSERT_TRUE(day);
  const auto table =
      load_coarse_table({}, {*hour, *day}, calendar(), venue::bar_path::nearest_first);
  ASSERT_TRUE(table.ok()) << table.failure().text();
  EXPECT_GT((*table)->events.size(), 4u * (40'832u + 5'849u));
  const auto minute = bars / "yahoo_minute_2026";
  for (const auto& each : std::filesystem::directory_iterator{minute})
    EXPECT_FALSE(identify_coarse(each.path())) << each.path();
}

}  // namespace
}  // namespace bw
