// The command line as a whole: help everywhere, guesses for what was mistyped, exit codes.

#include "app/cli.hpp"

#include <gmock/gmock.h>

#include "tests/app/command_line_fixture.hpp"

namespace bw {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

class cli : public command_line_test {};

TEST_F(cli, every_command_has_help_with_an_example) {
  const std::vector<std::vector<std::string>> commands = {{"demo"},
                                                          {"run"},
                                                          {"venue"},
                                                          {"status"},
                                                          {"init"},
                                                          {"version"},
                                                          {"audit"},
                                                          {"audit", "verify"},
                                                          {"audit", "show"},
                                                          {"audit", "export"},
                                                          {"audit", "order"},
                                                          {"audit", "seal"},
                                                          {"audit", "restore"},
                                                          {"report", "days"},
                                                          {"report", "execution"},
                                                          {"config"},
                                                          {"config", "show"},
                                                          {"config", "validate"},
                                                          {"config", "schema"}};
  for (auto words : commands) {
    words.push_back("--help");
    const auto outcome = run(words);
    EXPECT_EQ(outcome.code, 0) << words[0];
    EXPECT_THAT(outcome.out, HasSubstr("Example")) << words[0];
    EXPECT_THAT(outcome.out, HasSubstr("bellwether " + words[0]));
    EXPECT_THAT(outcome.err, IsEmpty());
  }
  EXPECT_THAT(run({"--help"}).out, HasSubstr("First steps"));
}

TEST_F(cli, what_is_mistyped_gets_a_guess_and_exit_code_2) {
  const struct {
    std::vector<std::string> words;
    const char* message;
    const char* hint;
  } rows[] = {
      {{"venu"}, "'venu' is no command of `bellwether`", "did you mean `bellwether venue`?"},
      {{"audit", "verfy"},
       "'verfy' is no command of `bellwether audit`",
       "did you mean `bellwether audit verify`?"},
      {{"venue", "--sed", "5"}, "--sed is no flag of `bellwether venue`", "did you mean `--seed`?"},
      {{"venue", "--sped=5"}, "--sped is no flag of `bellwether venue`", "did you mean `--speed`?"},
      {{"config", "show", "--jsn"}, "--jsn is no flag", "did you mean `--json`?"},
      {{"audit", "verify", "--sate", "x"}, "--sate is no flag", "did you mean `--state`?"},
      {{"frobnicate"}, "'frobnicate' is no command", "try `bellwether --help`"},
      {{}, "subcommand", "try `bellwether --help`"},
      {{"audit"}, "subcommand", "try `bellwether audit --help`"},
      {{"audit", "order"}, "ID is required", "try `bellwether audit order --help`"},
      {{"venue", "--speed", "0"}, "--speed", "try `bellwether venue --help`"},
      {{"venue", "--port", "70000"}, "--port", "try `bellwether venue --help`"},
      {{"venue", "--port", "abc"}, "--port", "try `bellwether venue --help`"},
      {{"audit", "export", "--format", "xml"}, "--format", "try `bellwether audit export --help`"},
  };
  for (const auto& row : rows) {
    const auto outcome = run(row.words);
    EXPECT_EQ(outcome.code, 2) << row.message;
    EXPECT_THAT(outcome.out, IsEmpty());
    EXPECT_THAT(outcome.err, HasSubstr(row.message));
    EXPECT_THAT(outcome.err, HasSubstr(row.hint));
  }
}

TEST_F(cli, with_json_a_mistake_is_an_object) {
  const auto outcome = run({"statsu", "--json"});
  EXPECT_EQ(outcome.code, 2);
  const auto told = nlohmann::json::parse(outcome.err);
  EXPECT_EQ(told.at("code"), 2);
  EXPECT_EQ(told.at("hint"), "did you mean `bellwether status`?");
}

TEST_F(cli, version_is_text_or_json) {
  EXPECT_THAT(run({"version"}).out, HasSubstr("bellwether "));
  const auto told = run({"version", "--json"}).json();
  EXPECT_EQ(told.at("schema_version"), 1);
  EXPECT_TRUE(told.contains("revision"));
}

}  // namespace
}  // namespace bw
