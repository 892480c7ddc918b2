// The report that a node writes after a close, from a log that the test has written.

#include "actors/day_report_files.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/state_folder.hpp"
#include "storage/proved_log.hpp"
#include "tests/support/program.hpp"

namespace bw {
namespace {

using ::testing::HasSubstr;

struct day_report_files : testing::Test {
  tests::scratch_folder state;
  session_calendar calendar = *session_calendar::make();

  /// A paper day, noon in New York: half a percent earned.
  void write_log() const {
    auto log = open_audit_log({audit_folder(state.path())}, 7);
    ASSERT_TRUE(log) << log.failure().context;
    boot_record boot;
    boot.boot_no = 1;
    boot.mode = "paper";
    account_record before;
    before.account.account_number = "PA1";
    before.account.equity = before.account.cash = money::from_int(100'000);
    auto after = before;
    after.account.equity = after.account.cash = money::from_int(100'500);
    const audit_event events[] = {boot, before, after};
    auto at = *parse_rfc3339("2026-11-03T17:00:00Z");
    for (const auto& event : events) {
      const audit_log::entry entry{{at, mono_ns{1}, {}, short_name{"test"}}, &event};
      ASSERT_TRUE((*log)->append({&entry, 1}, sync_mode::no));
      at = at + std::chrono::minutes{2};
    }
  }
  result<std::filesystem::path> report(calendar_date day, bool goes_on = true) const {
    return write_day_report(state.path(), {"paper", day}, calendar, [=] { return goes_on; });
  }
};

TEST_F(day_report_files, holds_the_page_the_figures_and_the_words) {
  write_log();
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

TEST_F(day_report_files, says_why_there_is_none) {
  EXPECT_EQ(report({2026, 11, 3}).code(), ec::not_found) << "no log";
  write_log();
  EXPECT_EQ(report({2026, 11, 4}).code(), ec::not_found) << "no account that day";
  EXPECT_EQ(report({2026, 11, 3}, false).code(), ec::halted) << "the node stops";
  EXPECT_FALSE(std::filesystem::exists(day_report_folder(state.path(), {2026, 11, 3})));
}

}  // namespace
}  // namespace bw
