// The built-in calendar against recorded ones: every session of the New York Stock Exchange since
// 1998 with open and close, and the published holidays and half days.

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "domain/session_calendar.hpp"
#include "domain/us_holidays.hpp"
#include "tests/support/data_folder.hpp"

namespace bw {
namespace {

std::filesystem::path data_folder() { return tests::data_folder() / "calendar"; }

std::vector<std::string> split(const std::string& line) {
  std::vector<std::string> out;
  std::size_t from = 0;
  for (auto at = line.find(','); at != std::string::npos; at = line.find(',', from)) {
    out.push_back(line.substr(from, at - from));
    from = at + 1;
  }
  out.push_back(line.substr(from));
  return out;
}

using rows = std::vector<std::vector<std::string>>;

/// Lines behind the heading.
rows read_csv(const std::filesystem::path& path) {
  std::ifstream file{path};
  rows out;
  std::string line;
  std::getline(file, line);
  while (std::getline(file, line)) out.push_back(split(line));
  return out;
}

rows read_compressed_csv(const std::filesystem::path& path) {
  const auto command = "gzip -dc '" + path.string() + "'";
  std::FILE* pipe = popen(command.c_str(), "r");
  if (!pipe) return {};
  std::string text;
  char buffer[4'096];
  for (std::size_t n = 0; (n = std::fread(buffer, 1, sizeof buffer, pipe)) > 0;)
    text.append(buffer, n);
  pclose(pipe);
  rows out;
  std::size_t from = text.find('\n');
  while (from != std::string::npos && from + 1 < text.size()) {
    const auto end = text.find('\n', from + 1);
    out.push_back(split(text.substr(from + 1, end - from - 1)));
    from = end;
  }
  return out;
}

class calendar_reference : public testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(data_folder()))
      GTEST_SKIP() << "NO RECORDED CALENDAR in " << data_folder()
                   << ": set BELLWETHER_DATA to the folder with the data";
  }
};

TEST_F(calendar_reference, every_recorded_session_opens_and_closes_as_computed) {
  const auto calendar = session_calendar::make();
  ASSERT_TRUE(calendar.ok());
  std::map<calendar_date, std::vector<std::string>> recorded;
  for (const auto& row :
       read_compressed_csv(data_folder() / "xnys_sessions_1990-2010_2016-2022.csv.gz"))
    recorded[*parse_date(row.at(0))] = row;
  ASSERT_GT(recorded.size(), 7'000u);

  std::size_t compared = 0;
  for (const auto& [date, row] : recorded) {
    if (date.year < us_holidays_first_year) continue;
    const auto day = calendar->session_on(date);
    ASSERT_TRUE(day) << row[0] << " is a session and computed as closed";
    EXPECT_EQ(day->open, *parse_rfc3339(row.at(1))) << row[0];
    EXPECT_EQ(day->close, *parse_rfc3339(row.at(2))) << row[0];
    ++compared;
  }
  EXPECT_GT(compared, 5'000u);
  // And the other way round, within the years that are recorded whole.
  for (const auto& [first, last] : {std::pair{1998, 2010}, std::pair{2016, 2022}})
    for (const auto& day : calendar->sessions({first, 1, 1}, {last, 12, 31}))
      EXPECT_TRUE(recorded.contains(day.date)) << format_date(day.date) << " was closed";
}

TEST_F(calendar_reference, new_yorks_wall_clock_agrees_before_the_rules_begin_too) {
  const auto calendar = session_calendar::make();
  for (const auto& row :
       read_compressed_csv(data_folder() / "xnys_sessions_1990-2010_2016-2022.csv.gz")) {
    const auto& clock_time = row.at(3);
    const auto of_day = std::chrono::hours{std::stoi(clock_time.substr(0, 2))} +
                        std::chrono::minutes{std::stoi(clock_time.substr(3, 2))};
    ASSERT_EQ(calendar->utc_from_new_york(*parse_date(row.at(0)), of_day),
              *parse_rfc3339(row.at(1)))
        << row[0];
  }
}

TEST_F(calendar_reference, published_holidays_and_half_days_to_2028) {
  std::map<calendar_date, us_day> published;
  for (const auto& row : read_csv(data_folder() / "lean_us_equity_holidays.csv"))
    published[*parse_date(row.at(0))] = us_day::closed;
  const auto holidays = published.size();
  EXPECT_GT(holidays, 280u);
  for (const auto& row : read_csv(data_folder() / "lean_us_equity_early_closes.csv"))
    published.emplace(*parse_date(row.at(0)), us_day::half);
  EXPECT_GT(published.size(), holidays + 60);
  // That list lacks three half days which the recorded sessions have.
  for (const calendar_date lacking :
       {calendar_date{1998, 11, 27}, calendar_date{1998, 12, 24}, calendar_date{1999, 12, 31}})
    published[lacking] = us_day::half;

  const auto end = days_from_civil({2028, 12, 31});
  for (auto day = days_from_civil({1998, 1, 1}); day <= end; ++day) {
    const auto date = civil_from_days(day);
    const bool weekend = weekday(date) == 0 || weekday(date) == 6;
    const auto found = published.find(date);
    const auto expected = weekend                    ? us_day::closed
                          : found != published.end() ? found->second
                                                     : us_day::full;
    ASSERT_EQ(us_trading_day(date), expected) << format_date(date);
  }
}

}  // namespace
}  // namespace bw
