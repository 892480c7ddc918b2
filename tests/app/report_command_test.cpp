// `report days` and `report execution` on a log that the test has written.

#include <gmock/gmock.h>

#include "tests/app/command_line_fixture.hpp"
#include "tests/support/paper_day.hpp"

namespace bw {
namespace {

using ::testing::HasSubstr;

class report_command : public command_line_test {
 protected:
  void SetUp() override { tests::write_paper_day(folder.path()); }
  command_outcome report(std::vector<std::string> words) {
    words.insert(words.begin(), "report");
    words.insert(words.end(), {"--state", folder.path().string()});
    return run(words);
  }
};

TEST_F(report_command, the_last_day_is_meant_when_none_is_named) {
  const auto shown = report({"days"});
  EXPECT_EQ(shown.code, 0) << shown.err;
  EXPECT_THAT(shown.out, HasSubstr("paper node, 2026-11-03 earned 0.50%"));
}

TEST_F(report_command, a_week_begins_on_monday) {
  for (const char* day : {"2026-11-02", "2026-11-03", "2026-11-08"})
    EXPECT_THAT(report({"days", "--week", day}).out, HasSubstr("2026-11-02 to 2026-11-08")) << day;
  EXPECT_EQ(report({"days", "--week", "2026-11-09"}).code, 2);
}

TEST_F(report_command, writes_the_page_and_its_files) {
  const auto out = path("week");
  EXPECT_EQ(report({"days", "--out", out}).code, 0);
  for (const char* file : {"report.html", "report.json", "report.txt", "trades.csv", "equity.csv"})
    EXPECT_TRUE(std::filesystem::exists(std::filesystem::path{out} / file)) << file;
}

TEST_F(report_command, what_cannot_be_told_is_refused_in_one_line) {
  const struct {
    std::vector<std::string> words;
    const char* message;
  } rows[] = {
      {{"days", "--day", "2026-13-01"}, "is no date"},
      {{"days", "--from", "2026-11-05", "--to", "2026-11-04"}, "lies before"},
      {{"days", "--day", "2025-01-02"}, "has no account"},
      {{"days", "--mode", "live"}, "has no account"},
      {{"days", "--day", "2026-11-03", "--week", "2026-11-03"}, "--week"},
  };
  for (const auto& row : rows) {
    const auto refused = report(row.words);
    EXPECT_EQ(refused.code, 2) << row.message;
    EXPECT_THAT(refused.err, HasSubstr(row.message));
  }
}

TEST_F(report_command, execution_counts_denials_by_rule) {
  EXPECT_THAT(report({"execution"}).out, HasSubstr("Denied by rule: COLLAR 1"));
  EXPECT_EQ(report({"execution", "--json"}).json()["denied_by_rule"]["COLLAR"], 1);
  EXPECT_EQ(report({"execution", "--mode", "live", "--json"}).json()["denied_by_rule"].size(), 0u);
}

}  // namespace
}  // namespace bw
