// `compare` reads the folders of runs, prints a ranking and writes a page; wrong input ends with 2
// and one line.

#include <gmock/gmock.h>

#include <filesystem>

#include "analytics/report.hpp"
#include "tests/analytics/run_fixture.hpp"
#include "tests/app/command_line_fixture.hpp"

namespace bw {
namespace {

using ::testing::HasSubstr;

class compare_command : public command_line_test {
 protected:
  std::string run_folder(const std::string& name, std::uint64_t seed) const {
    auto made = tests::make_sample_run(seed, {40, 30, 4});
    made.name = name;
    EXPECT_TRUE(write_report(made, *session_calendar::make(), path(name)).ok());
    return path(name);
  }
};

TEST_F(compare_command, prints_a_ranking_and_writes_a_page) {
  const auto a = run_folder("a", 1);
  const auto b = run_folder("b", 2);
  const auto shown = run({"compare", a, b, "--out", path("both")});
  EXPECT_EQ(shown.code, 0) << shown.err;
  EXPECT_THAT(shown.out, HasSubstr("40 common sessions"));
  EXPECT_TRUE(std::filesystem::exists(path("both") + "/comparison.html"));
  EXPECT_EQ(run({"compare", a, b, "--json"}).json().at("runs").size(), 2u);
}

TEST_F(compare_command, wrong_input_ends_with_two) {
  const auto a = run_folder("a", 1);
  const auto missing = run({"compare", a, path("nowhere")});
  EXPECT_EQ(missing.code, 2);
  EXPECT_THAT(missing.err, HasSubstr("there is no report"));
  EXPECT_EQ(run({"compare", a}).code, 2);
  EXPECT_EQ(run({"compare"}).code, 2);
}

}  // namespace
}  // namespace bw
