// The SDK as its users meet it: installed into a folder, found by CMake and pkg-config from outside
// of this repository, with each compiler that there is, and loaded by the program.

#include <gtest/gtest.h>

#include <cstdlib>
#include <nlohmann/json.hpp>

#include "tests/support/program.hpp"

namespace bw {
namespace {

using std::chrono::seconds;
using tests::program;
using tests::run_program;

struct ended {
  int code = -1;
  std::string text;
};
ended run_tool(const std::string& tool, std::vector<std::string> arguments) {
  program one{tool, std::move(arguments)};
  const auto code = one.wait(seconds{200});
  return {code.value_or(-1), one.out() + one.err()};
}

bool has_compiler(const std::string& name) {
  return std::system(("command -v " + name + " >/dev/null 2>&1").c_str()) == 0;
}

struct sdk_outside : testing::TestWithParam<const char*> {
  tests::scratch_folder folder;
  std::string prefix = (folder / "sdk").string();

  void install() const {
    const auto build = (folder / "sdk_build").string();
    const auto source = std::filesystem::current_path() / "strategies" / "sdk";
    ASSERT_EQ(run_tool("/usr/bin/cmake", {"-S", source.string(), "-B", build}).code, 0);
    ASSERT_EQ(run_tool("/usr/bin/cmake", {"--install", build, "--prefix", prefix}).code, 0);
  }
  /// Both compilers, or a reason to skip.
  bool usable() const { return has_compiler(GetParam()); }
};

TEST_P(sdk_outside, the_example_builds_against_the_installed_headers_and_loads) {
  if (!usable()) GTEST_SKIP() << "NOT TESTED: " << GetParam() << " is not installed";
  install();
  const auto source = (std::filesystem::current_path() / "examples" / "trend").string();
  const auto plugins = (folder / "plugins").string();
  const auto configured =
      run_tool("/usr/bin/cmake", {"-S", source, "-B", plugins, "-DCMAKE_PREFIX_PATH=" + prefix,
                                  std::string{"-DCMAKE_CXX_COMPILER="} + GetParam(),
                                  "-DCMAKE_CXX_FLAGS=-Wall -Wextra -Wshadow -Wconversion -Werror"});
  ASSERT_EQ(configured.code, 0) << configured.text;
  const auto built = run_tool("/usr/bin/cmake", {"--build", plugins});
  ASSERT_EQ(built.code, 0) << built.text;

  const auto list = run_program({"strategy", "list", "--plugins", plugins, "--json"});
  ASSERT_EQ(list.code, 0) << list.err;
  const auto said = nlohmann::json::parse(list.out);
  ASSERT_EQ(said.at("plugins").size(), 1u) << list.out;
  EXPECT_TRUE(said["plugins"][0].at("accepted").get<bool>()) << list.out;
  EXPECT_EQ(said["plugins"][0].at("sha256").get<std::string>().size(), 64u);
  const auto build_id = said["plugins"][0].at("build_id").get<std::string>();
  EXPECT_EQ(build_id.substr(0, 3), std::string{GetParam()}.substr(0, 3) == "cla" ? "cla" : "gcc");
  const auto info = run_program({"strategy", "info", "trend", "--plugins", plugins});
  EXPECT_EQ(info.code, 0) << info.err;
  EXPECT_NE(info.out.find("Period of the fast average."), std::string::npos) << info.out;
  const auto recursive =
      run_program({"strategy", "info", "trend", "--plugins", plugins, "--recursive", "--json"});
  ASSERT_EQ(recursive.code, 0) << recursive.err;
  // A simple average of 200 bars and an RSI that forgets slowly.
  EXPECT_GE(nlohmann::json::parse(recursive.out).at("enough").get<int>(), 200) << recursive.out;
}

TEST_P(sdk_outside, a_new_project_builds_and_passes_its_test_with_one_command) {
  if (!usable()) GTEST_SKIP() << "NOT TESTED: " << GetParam() << " is not installed";
  install();
  const auto made = run_program({"strategy", "new", "my_idea", "--in", folder.path().string()});
  ASSERT_EQ(made.code, 0) << made.err;
  const auto shell = "cd '" + (folder / "my_idea").string() + "' && CMAKE_PREFIX_PATH='" + prefix +
                     "' CXX=" + GetParam() + " CXXFLAGS='-Wall -Wextra -Werror' cmake --workflow " +
                     "--preset default";
  const auto done = run_tool("/bin/sh", {"-c", shell});
  ASSERT_EQ(done.code, 0) << done.text;
  EXPECT_NE(done.text.find("100% tests passed"), std::string::npos) << done.text;
  const auto info = run_program({"strategy", "info", "my_idea", "--plugins",
                                 (folder / "my_idea").string() + "/build", "--json"});
  ASSERT_EQ(info.code, 0) << info.err;
  EXPECT_EQ(nlohmann::json::parse(info.out).at("parameters").size(), 2u);
}

INSTANTIATE_TEST_SUITE_P(compilers, sdk_outside, testing::Values("g++", "clang++"),
                         [](const auto& each) {
                           return std::string{each.param} == "g++" ? "gcc" : "clang";
                         });

TEST(strategy_command, mistakes_get_one_line_and_their_code) {
  tests::scratch_folder folder;
  const auto where = folder.path().string();
  EXPECT_EQ(run_program({"strategy", "new", "My-Idea", "--in", where}).code, 2);
  EXPECT_EQ(run_program({"strategy", "new", "idea", "--in", where}).code, 0);
  const auto again = run_program({"strategy", "new", "idea", "--in", where});
  EXPECT_EQ(again.code, 2);
  EXPECT_NE(again.err.find("is there already"), std::string::npos) << again.err;
  const auto none = run_program({"strategy", "info", "momentom", "--plugins", where});
  EXPECT_EQ(none.code, 2);
  EXPECT_NE(none.err.find("momentum"), std::string::npos) << none.err;
  EXPECT_EQ(run_program({"strategy"}).code, 2);
  EXPECT_EQ(
      run_program({"strategy", "enable", "x", "--why", "y", "--config", where + "/no.toml"}).code,
      2);
}

}  // namespace
}  // namespace bw
