// The report that a node writes after a close, from a log that the test has written.

#include "actors/day_report_files.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/paper_day.hpp"
#include "tests/support/program.hpp"

namespace bw {
namespace {

using ::testing::HasSubstr;

struct day_report_files : testing::Test {
  tests::scratch_folder state;
  session_calendar calendar = *session_calendar::make();

  result<std::filesystem::path> report(calendar_date day, bool goes_on = true) const {
    return write_day_report(state.path(), {"paper", day}, calendar, [=] { return goes_on; });
  }
};

TEST_F(day_report_files, holds_the_page_the_figures_and_the_words) {
  tests::write_paper_day(state.path());
  const auto folder = report({2026, 11, 3});
  ASSERT_TRUE(folder) << folder.failure().text();
  EXPECT_EQ(*folder, state.path() / "reports" / "2026-11-03");
  for (const char* file : {"report.html", "report.json", "trades.csv", "equity.csv"})
    EXPECT_FALSE(tests::file_text(*folder / file).empty()) << file;
  EXPECT_THAT(tests::file_text(*folder / "report.txt"),
              HasSubstr("paper node, 2026-11-03 earned 0.50%"));
  // Once more, as after a restart behind the close: the same bytes.
  const auto first = tests::file_text(*folder / "report.html");
  ASSERT_TRUE(report({2026, 11, 3}));
  EXPECT_EQ(tests::file_text(*folder / "report.html"), first);
}

TEST_F(day_report_files, stands_beside_the_backtest_of_the_day) {
  tests::write_paper_day(state.path());
  const auto write = [&](result<run_against> against) {
    const auto folder = write_day_report(
        state.path(), {"paper", {2026, 11, 3}}, calendar, [] { return true; }, std::move(against));
    ASSERT_TRUE(folder) << folder.failure().text();
  };
  const auto page = [&](const char* file) {
    return tests::file_text(day_report_folder(state.path(), {2026, 11, 3}) / file);
  };
  run_against same;
  same.other = "the backtest of this day";
  same.verdict = "all 7 decisions came out the same.";
  same.certificate = "parity/2026-11-03.json";
  write(same);
  for (const char* file : {"report.html", "report.json", "report.txt"})
    EXPECT_THAT(page(file), HasSubstr("all 7 decisions came out the same.")) << file;
  EXPECT_THAT(page("report.json"), HasSubstr("parity/2026-11-03.json"));
  write(error{ec::io_failed, "no recording"});
  EXPECT_THAT(page("report.json"), HasSubstr("The day was not decided again: no recording"));
}

TEST_F(day_report_files, says_why_there_is_none) {
  EXPECT_EQ(report({2026, 11, 3}).code(), ec::not_found) << "no log";
  tests::write_paper_day(state.path());
  EXPECT_EQ(report({2026, 11, 4}).code(), ec::not_found) << "no account that day";
  EXPECT_EQ(report({2026, 11, 3}, false).code(), ec::halted) << "the node stops";
  EXPECT_FALSE(std::filesystem::exists(day_report_folder(state.path(), {2026, 11, 3})));
}

}  // namespace
}  // namespace bw
