// Only the text of the value changes; everything else of the file stays as somebody wrote it.

#include "config/strategies_edit.hpp"

#include <gmock/gmock.h>

#include "config/config_loader.hpp"
#include "config/search_options.hpp"

namespace bw {
namespace {

using ::testing::HasSubstr;

constexpr std::string_view two = R"(# Café: a comment with é
[[strategy]]
id = "a"   # the first
kind = "momentum"
[strategy.parameters]
rsi_floor = 50    # above this, naïvely
vwap_buffer = "0.001" # fraction
[[strategy]]
id = "b"
kind = "momentum"
[strategy.parameters]
rsi_floor   =   45
)";

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  return text.replace(text.find(from), from.size(), to);
}

TEST(StrategiesEdit, ChangesOnlyTheValue) {
  const std::string text{two};
  EXPECT_EQ(*edit_parameters(two, {{"a", "rsi_floor", "55"}}),
            replaced(text, "rsi_floor = 50 ", "rsi_floor = 55 "));
  EXPECT_EQ(*edit_parameters(two, {{"a", "vwap_buffer", "0.0025"}}),
            replaced(text, "\"0.001\"", "\"0.0025\""));
  EXPECT_EQ(*edit_parameters(two, {{"b", "rsi_floor", "42.5"}}),
            replaced(text, "45\n", "\"42.5\"\n"));
  EXPECT_EQ(*edit_parameters(two, {}), text);
}

TEST(StrategiesEdit, AddsWhatHadItsDefault) {
  EXPECT_EQ(*edit_parameters(two, {{"b", "exit_rsi", "80"}}),
            replaced(std::string{two}, "rsi_floor   =", "exit_rsi = 80\nrsi_floor   ="));
}

TEST(StrategiesEdit, EveryParameterOfTheSampleCanBeChanged) {
  const auto loaded =
      *parse_config(sample_node_toml(), "node.toml", sample_strategies_toml(), "strategies.toml");
  for (const auto& strategy : loaded.config.strategies)
    for (const auto& [name, value] : strategy.parameters) {
      const auto edited =
          edit_parameters(sample_strategies_toml(), {{strategy.id, name, value + "1"}});
      ASSERT_TRUE(edited.ok()) << name << ": " << edited.failure().text();
      // A longer value, and so the whole file is longer by just that.
      EXPECT_EQ(edited->size(), sample_strategies_toml().size() + 1) << name;
    }
}

TEST(StrategiesEdit, RefusesWhatItCannotDoInPlace) {
  EXPECT_EQ(edit_parameters(two, {{"c", "rsi_floor", "5"}}).code(), ec::not_found);
  EXPECT_EQ(edit_parameters("[[strategy]]\nid = \"a\"\n", {{"a", "x", "5"}}).code(),
            ec::unsupported);
  EXPECT_EQ(
      edit_parameters("[[strategy]]\nid = \"a\"\nparameters = {x = 1}\n", {{"a", "x", "5"}}).code(),
      ec::unsupported);
  EXPECT_EQ(edit_parameters(two, {{"a", "rsi_floor", "5\"\nmode = \"live"}}).code(),
            ec::invalid_argument);
  EXPECT_EQ(edit_parameters("= broken", {{"a", "x", "5"}}).code(), ec::parse_failed);
}

TEST(SearchOptions, AreReadAndWhatIsWrongIsNamedWithItsLine) {
  const auto read = parse_search_options(
      "[search]\nmethod = \"latin\"\nobjective = \"return\"\nwalk_forward = \"rolling\"\n"
      "trials = 7\ndata = [\"x\"]\n[search.parameters]\nrsi_floor = \"1:2:1\"\n",
      "s.toml");
  ASSERT_TRUE(read.ok()) << read.failure().text();
  EXPECT_EQ(read->method, search_method::latin);
  EXPECT_EQ(read->objective, search_objective::total_return);
  EXPECT_EQ(read->mode, walk_forward_mode::rolling);
  EXPECT_EQ(read->trials, 7u);
  EXPECT_EQ(read->parameters, (std::vector<parameter_range>{{"rsi_floor", "1:2:1"}}));
  const struct {
    const char* toml;
    const char* text;
  } rows[] = {{"[search]\nmethod = \"gird\"", "s.toml:2"},
              {"[search]\ntrials = 0", "1 .. 20000"},
              {"[search]\ntrials = -5", "1 .. 20000"},
              {"[search]\ntrails = 5", "trials"},
              {"[find]\nx = 1", "[search]"},
              {"[search.parameters]\na = 5", "expected text"},
              {"[search]\ndata = [5]", "list of folders"}};
  for (const auto& row : rows) {
    const auto wrong = parse_search_options(row.toml, "s.toml");
    ASSERT_FALSE(wrong.ok()) << row.toml;
    EXPECT_THAT(wrong.failure().context, HasSubstr(row.text));
  }
}

}  // namespace
}  // namespace bw
