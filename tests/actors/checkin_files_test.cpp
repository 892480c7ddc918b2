// Briefs from a state folder: what is there is told, what is not is named, nothing is changed.

#include "actors/checkin_files.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace bw {
namespace {

using testing::Contains;
using testing::HasSubstr;

class checkin_files_test : public testing::Test {
 protected:
  checkin_files_test() {
    folder = std::filesystem::temp_directory_path() /
             ("bw_checkin_" + std::to_string(::getpid()) + "_" +
              testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::create_directories(folder / "reports");
  }
  ~checkin_files_test() override { std::filesystem::remove_all(folder); }

  std::string text_of(const std::filesystem::path& path) const {
    std::ostringstream out;
    out << std::ifstream{path}.rdbuf();
    return out.str();
  }

  std::filesystem::path folder;
  session_calendar calendar = session_calendar::make().value();
  checkin_question asked{
      checkin_slot::eod, {2026, 11, 27}, parse_rfc3339("2026-11-27T18:30:00Z").value()};
};

TEST_F(checkin_files_test, an_empty_folder_is_said_to_be_one) {
  const auto facts = gather_checkin(folder, asked, calendar);
  EXPECT_THAT(facts.unknown, Contains(HasSubstr("status.json: no node has written here")));
  EXPECT_THAT(facts.unknown, Contains(HasSubstr("trades: ")));
  ASSERT_TRUE(facts.session);
  EXPECT_TRUE(facts.half_day);
  EXPECT_FALSE(std::filesystem::exists(folder / "trades.db")) << "looking makes nothing";
}

TEST_F(checkin_files_test, the_day_s_comparison_and_the_status_are_told) {
  std::ofstream{folder / "status.json"} << R"({"state":"ACTIVE","mode":"paper"})";
  std::ofstream{folder / "reports/reconciliation-2026-11-27.txt"} << "clean\n\n12 orders\n";
  const auto facts = gather_checkin(folder, asked, calendar);
  EXPECT_THAT(facts.reconciliation, testing::ElementsAre("clean", "12 orders"));
  EXPECT_THAT(to_text(make_checkin(facts)), HasSubstr("trading ACTIVE, mode paper"));
}

TEST_F(checkin_files_test, a_brief_is_two_files) {
  const auto brief = make_checkin(gather_checkin(folder, asked, calendar));
  const auto written = write_checkin(folder, brief);
  ASSERT_TRUE(written.ok()) << written.failure().text();
  EXPECT_EQ(*written, folder / "reports/checkin-2026-11-27-eod.txt");
  EXPECT_EQ(text_of(*written), to_text(brief));
  EXPECT_EQ(text_of(folder / "reports/checkin-2026-11-27-eod.json"), to_json(brief) + "\n");
}

TEST_F(checkin_files_test, what_cannot_be_written_is_an_error_with_its_name) {
  std::filesystem::remove_all(folder / "reports");
  std::ofstream{folder / "reports"} << "a file where the folder should be";
  const auto written = write_checkin(folder, make_checkin({}));
  ASSERT_FALSE(written.ok());
  EXPECT_EQ(written.code(), ec::io_failed);
  EXPECT_THAT(written.failure().context, HasSubstr("reports"));
}

}  // namespace
}  // namespace bw
