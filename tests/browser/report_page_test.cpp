// The report in a real browser: its script fills the table of trades and complains about nothing.
// BELLWETHER_PAGE_FOLDER keeps the page, to be looked at.

#include <gmock/gmock.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>

#include "analytics/report.hpp"
#include "storage/temporary_folder.hpp"
#include "tests/analytics/run_fixture.hpp"

namespace bw {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string output_of(const std::string& command) {
  std::string out;
  std::array<char, 4096> part{};
  FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return out;
  for (std::size_t n = 0; (n = fread(part.data(), 1, part.size(), pipe)) > 0;)
    out.append(part.data(), n);
  pclose(pipe);
  return out;
}

std::string browser() {
  auto found = output_of("command -v chromium || command -v google-chrome");
  while (!found.empty() && found.back() == '\n') found.pop_back();
  return found;
}

TEST(report_page, works_in_a_browser_without_complaint) {
  if (browser().empty())
    GTEST_SKIP() << "SKIPPED: no chromium here; install the package chromium to run this test";
  const auto made = *temporary_folder::make("bw-page");
  const char* kept = std::getenv("BELLWETHER_PAGE_FOLDER");
  const std::filesystem::path folder = kept != nullptr ? kept : made.path();
  auto run = tests::make_sample_run(3, {300, 5, 4});
  run.warnings = {"Half of 2024-07-03 is missing in the data."};
  ASSERT_TRUE(write_report(run, *session_calendar::make(), folder).ok());
  const auto profile = (made.path() / "profile").string();
  const auto dom =
      output_of(browser() +
                " --headless --no-sandbox --disable-gpu --disable-background-networking"
                " --enable-logging=stderr --v=0 --virtual-time-budget=3000"
                " --user-data-dir=" +
                profile + " --dump-dom file://" + (folder / "report.html").string() + " 2>&1");
  ASSERT_THAT(dom, HasSubstr("</html>"));
  EXPECT_THAT(dom, Not(HasSubstr("CONSOLE"))) << "the page complained";
  EXPECT_THAT(dom, HasSubstr("page 1 of ")) << "the table was not filled";
  EXPECT_THAT(dom, HasSubstr("aria-sort=\"descending\""));
  EXPECT_THAT(dom, HasSubstr("<td class=\"left\">momentum</td>"));
}

}  // namespace
}  // namespace bw
