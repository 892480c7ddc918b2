// A strategy's parameters are checked against its own table; the error names the key and the range.

#include "strategies/parameters.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bw {
namespace {

using testing::AllOf;
using testing::HasSubstr;

const std::vector<parameter_spec> table = {
    {"period", parameter_type::integer, "bars", "14", "2", "200", {}, "Period."},
    {"level", parameter_type::number, "points", "30", "0", "100", {}, "Level."},
    {"anchor", parameter_type::choice, "", "session", "", "", {"session", "window"}, "Anchor."},
    {"watchlist", parameter_type::symbols, "", "SPY QQQ", "", "", {}, "Symbols."},
    {"stop", parameter_type::number, "USD", std::nullopt, "0.01", "", {}, "Required."},
};

TEST(parameters, defaults_fill_what_is_not_given) {
  const auto set = resolve_parameters("sample", table, {{"stop", "1.5"}, {"level", "29.5"}});
  ASSERT_TRUE(set.ok()) << set.failure().text();
  EXPECT_EQ(set->integer("period"), 14);
  EXPECT_EQ(set->number("level"), 29.5);
  EXPECT_EQ(set->number_units("stop"), 1'500'000'000);
  EXPECT_EQ(set->choice("anchor"), "session");
  EXPECT_EQ(set->symbols("watchlist"), (std::vector{symbol_name{"SPY"}, symbol_name{"QQQ"}}));
  EXPECT_EQ(set->texts().at("level"), "29.5");
  EXPECT_EQ(set->texts().size(), table.size());
}

struct row {
  parameter_texts given;
  ec code;
  const char* text;
};

TEST(parameters, refuse_by_name_with_what_is_allowed) {
  const std::vector<row> rows = {
      {{}, ec::not_found, "stop must be given: 0.01 or more"},
      {{{"stop", "0"}}, ec::out_of_range, "stop = 0 is outside 0.01 or more"},
      {{{"stop", "1"}, {"period", "1"}}, ec::out_of_range, "period = 1 is outside 2 … 200"},
      {{{"stop", "1"}, {"period", "201"}}, ec::out_of_range, "period = 201 is outside 2 … 200"},
      {{{"stop", "1"}, {"period", "2.5"}}, ec::parse_failed, "'2.5' is no integer"},
      {{{"stop", "1"}, {"level", "high"}}, ec::parse_failed, "'high' is no number"},
      {{{"stop", "1"}, {"level", "nan"}}, ec::parse_failed, "'nan' is no number"},
      {{{"stop", "1"}, {"level", "100.000000001"}}, ec::out_of_range, "0 … 100"},
      {{{"stop", "1"}, {"anchor", "day"}}, ec::out_of_range, "session | window"},
      {{{"stop", "1"}, {"watchlist", "SPY, spy"}}, ec::parse_failed, "'spy' is no ticker"},
      {{{"stop", "1"}, {"perod", "3"}}, ec::unknown_key, "there is no parameter 'perod'"},
      {{{"stop", "1"}, {"perod", "3"}}, ec::unknown_key, "period (2 … 200), level (0 … 100)"},
  };
  for (const auto& row : rows) {
    const auto set = resolve_parameters("sample", table, row.given);
    ASSERT_FALSE(set.ok()) << row.text;
    EXPECT_EQ(set.code(), row.code) << row.text;
    EXPECT_THAT(set.failure().context, AllOf(HasSubstr("sample"), HasSubstr(row.text)));
  }
}

TEST(parameters, all_problems_are_told_at_once) {
  const auto set = resolve_parameters("sample", table, {{"level", "x"}, {"other", "1"}});
  EXPECT_THAT(set.failure().context,
              AllOf(HasSubstr("other"), HasSubstr("level"), HasSubstr("stop")));
}

TEST(parameters, the_ends_of_a_range_are_allowed) {
  for (const char* end : {"2", "200"})
    EXPECT_TRUE(resolve_parameters("sample", table, {{"stop", "0.01"}, {"period", end}}).ok());
}

TEST(parameters, a_list_of_symbols_may_be_empty_and_has_a_limit) {
  const auto none = resolve_parameters("sample", table, {{"stop", "1"}, {"watchlist", " , "}});
  EXPECT_TRUE(none->symbols("watchlist").empty());
  const auto twice = resolve_parameters("sample", table, {{"stop", "1"}, {"watchlist", "A,B A"}});
  EXPECT_EQ(twice->symbols("watchlist").size(), 2u);
  std::string many;
  for (std::size_t k = 0; k <= parameter_symbols_max; ++k) many += "A ";
  EXPECT_EQ(resolve_parameters("sample", table, {{"stop", "1"}, {"watchlist", many}}).code(),
            ec::out_of_range);
}

}  // namespace
}  // namespace bw
