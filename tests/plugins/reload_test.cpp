// What a new strategies.toml comes to while the node runs: which symbols are told what, what the
// node takes on, and that a file with anything wrong in it changes nothing.

#include "config/strategies_reload.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "core/prng.hpp"
#include "strategies/symbol_engine.hpp"
#include "tests/support/seed.hpp"

namespace bw {
namespace {

const std::string began =
    "[[strategy]]\nid = \"momo\"\nkind = \"momentum\"\nwatchlist = [\"AAPL\", \"MSFT\"]\n"
    "[strategy.parameters]\nrsi_floor = 50\n"
    "[[strategy]]\nid = \"mean\"\nkind = \"mean_reversion\"\nwatchlist = [\"SPY\"]\n"
    "[strategy.parameters]\nrsi_oversold = 30\n";

struct strategies_reload : testing::Test {
  loaded_config started = [] {
    auto parsed = parse_config("mode = \"sim\"\n", "node.toml", began, "strategies.toml");
    EXPECT_TRUE(parsed.ok());
    return *parsed;
  }();

  result<reload_plan> plan(const std::string& text) const {
    return plan_reload(started, running, text, built_in_strategies(), holding);
  }
  running_strategies running = begin_running(started.config);
  std::set<std::string> holding;
  static std::string with(const std::string& from, const std::string& to) {
    auto out = began;
    const auto at = out.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return out.replace(at, from.size(), to);
  }
};

TEST_F(strategies_reload, the_same_text_changes_nothing) {
  const auto made = plan(began + "# a comment\n");
  ASSERT_TRUE(made.ok());
  EXPECT_TRUE(made->changes.empty());
  EXPECT_TRUE(made->differences.empty());
}

TEST_F(strategies_reload, a_parameter_makes_a_new_instance_on_every_symbol_of_the_strategy) {
  const auto made = plan(with("rsi_floor = 50", "rsi_floor = 55"));
  ASSERT_TRUE(made.ok()) << made.failure().context;
  ASSERT_EQ(made->changes.size(), 1u);
  const auto& change = made->changes[0];
  EXPECT_EQ(change.symbols, (std::vector<std::string>{"AAPL", "MSFT"}));
  EXPECT_EQ(change.what.strategy, strategy_id{0});
  EXPECT_TRUE(change.what.renewed);
  EXPECT_TRUE(change.what.enabled);
  EXPECT_EQ(change.what.kind, "momentum");
  EXPECT_EQ(made->differences, (std::vector<std::string>{"momo: rsi_floor 50 -> 55"}));
}

TEST_F(strategies_reload, switches_weights_and_budgets_need_no_new_instance) {
  const auto made = plan(with("kind = \"mean_reversion\"\n",
                              "kind = \"mean_reversion\"\nenabled = false\non_disable = \"keep\"\n"
                              "weight = \"0.5\"\nsymbol_budget_usd = 2000\n"
                              "budget_usd = 9000\novernight = true\n"));
  ASSERT_TRUE(made.ok()) << made.failure().context;
  ASSERT_EQ(made->changes.size(), 1u);
  const auto& what = made->changes[0].what;
  EXPECT_FALSE(what.renewed);
  EXPECT_FALSE(what.enabled);
  EXPECT_EQ(what.positions, on_disable::keep);
  EXPECT_EQ(what.weight_ppm, 500'000u);
  EXPECT_EQ(what.symbol_budget, money::from_int(2000));
  EXPECT_EQ(what.budget, money::from_int(9000));
  EXPECT_TRUE(what.overnight);
  EXPECT_EQ(what.strategy, strategy_id{1});
  EXPECT_EQ(made->differences.size(), 6u);
}

TEST_F(strategies_reload, a_symbol_that_is_taken_away_is_switched_off_and_can_come_back) {
  const auto less = plan(with("\"AAPL\", \"MSFT\"", "\"AAPL\""));
  ASSERT_TRUE(less.ok()) << less.failure().context;
  ASSERT_EQ(less->changes.size(), 2u);
  EXPECT_EQ(less->changes[1].symbols, std::vector<std::string>{"MSFT"});
  EXPECT_FALSE(less->changes[1].what.enabled);
  const auto back = plan_reload(started, less->after, began, built_in_strategies());
  ASSERT_TRUE(back.ok());
  ASSERT_EQ(back->changes.size(), 1u);
  EXPECT_TRUE(back->changes[0].what.enabled);
}

TEST_F(strategies_reload,
       a_symbol_that_nobody_has_gets_the_next_number_and_a_place_for_its_strategy) {
  const auto made = plan(with("\"AAPL\", \"MSFT\"", "\"AAPL\", \"MSFT\", \"AMD\""));
  ASSERT_TRUE(made.ok()) << made.failure().context;
  // The numbers of the others stay, although AMD sorts before them.
  EXPECT_EQ(made->after.symbols, (std::vector<std::string>{"AAPL", "MSFT", "SPY", "AMD"}));
  ASSERT_EQ(made->changes.size(), 2u);
  EXPECT_EQ(made->changes[0].symbols, (std::vector<std::string>{"AAPL", "MSFT"}));
  EXPECT_FALSE(made->changes[0].what.renewed) << "what is there goes on as it is";
  const auto& fresh = made->changes[1];
  EXPECT_EQ(fresh.symbols, std::vector<std::string>{"AMD"});
  EXPECT_TRUE(fresh.what.renewed);
  EXPECT_EQ(fresh.what.name.view(), "momo");
  EXPECT_FALSE(fresh.what.parameters.empty());
  EXPECT_EQ(made->differences, (std::vector<std::string>{"momo: watchlist AAPL, MSFT, AMD"}));
}

TEST_F(strategies_reload, a_symbol_that_another_strategy_trades_only_needs_a_place) {
  const auto made = plan(with("[\"SPY\"]", "[\"SPY\", \"AAPL\"]"));
  ASSERT_TRUE(made.ok()) << made.failure().context;
  EXPECT_EQ(made->after.symbols, started.config.symbols());
  ASSERT_EQ(made->changes.size(), 2u);
  EXPECT_EQ(made->changes[1].what.strategy, strategy_id{1});
  EXPECT_EQ(made->changes[1].symbols, std::vector<std::string>{"AAPL"});
  EXPECT_TRUE(made->changes[1].what.renewed);
}

TEST_F(strategies_reload, a_restriction_to_regimes_holds_from_the_next_message_on) {
  const auto made = plan(
      with("kind = \"mean_reversion\"\n", "kind = \"mean_reversion\"\nregimes = [\"ranging\"]\n"));
  ASSERT_TRUE(made.ok()) << made.failure().context;
  ASSERT_EQ(made->changes.size(), 1u);
  EXPECT_EQ(made->changes[0].what.strategy, strategy_id{1});
  EXPECT_EQ(made->changes[0].what.regimes, regime_bit(market_regime::ranging));
  EXPECT_FALSE(made->changes[0].what.renewed) << "its indicators go on as they are";
  EXPECT_EQ(made->differences, (std::vector<std::string>{"mean: regimes ranging"}));
  const auto lifted = plan_reload(started, made->after, began, built_in_strategies());
  ASSERT_TRUE(lifted.ok());
  ASSERT_EQ(lifted->changes.size(), 1u);
  EXPECT_EQ(lifted->changes[0].what.regimes, 0);
}

TEST_F(strategies_reload, a_new_strategy_stands_behind_those_that_were_there) {
  const auto made = plan(
      "[[strategy]]\nid = \"first\"\nkind = \"average_crossover\"\n"
      "watchlist = [\"MSFT\", \"IBM\"]\n" +
      began);
  ASSERT_TRUE(made.ok()) << made.failure().context;
  ASSERT_EQ(made->after.strategies.size(), 3u);
  EXPECT_EQ(made->after.strategies[2].id, "first");
  ASSERT_EQ(made->changes.size(), 1u);
  EXPECT_EQ(made->changes[0].what.strategy, strategy_id{2});
  EXPECT_EQ(made->changes[0].symbols, (std::vector<std::string>{"MSFT", "IBM"}));
  EXPECT_EQ(made->changes[0].what.kind, "average_crossover");
  EXPECT_EQ(made->after.symbols.back(), "IBM");
}

TEST_F(strategies_reload, one_that_is_gone_is_switched_off_and_can_come_back_under_its_number) {
  const auto first_only = began.substr(0, began.find("[[strategy]]\nid = \"mean\""));
  const auto made = plan(first_only);
  ASSERT_TRUE(made.ok()) << made.failure().context;
  ASSERT_EQ(made->changes.size(), 1u);
  EXPECT_EQ(made->changes[0].what.strategy, strategy_id{1});
  EXPECT_FALSE(made->changes[0].what.enabled);
  EXPECT_EQ(made->changes[0].what.positions, on_disable::close);
  EXPECT_FALSE(made->changes[0].what.renewed);
  const auto again = plan_reload(started, made->after, first_only, built_in_strategies());
  ASSERT_TRUE(again.ok());
  EXPECT_TRUE(again->changes.empty()) << "it is off already";
  const auto back = plan_reload(started, made->after, began, built_in_strategies());
  ASSERT_TRUE(back.ok()) << back.failure().context;
  ASSERT_EQ(back->changes.size(), 1u);
  EXPECT_EQ(back->changes[0].what.strategy, strategy_id{1});
  EXPECT_TRUE(back->changes[0].what.enabled);
}

TEST_F(strategies_reload, one_that_keeps_what_it_holds_cannot_go_before_it_is_sold) {
  const auto keep =
      with("kind = \"mean_reversion\"\n", "kind = \"mean_reversion\"\non_disable = \"keep\"\n");
  running = plan(keep)->after;
  const auto first_only = began.substr(0, began.find("[[strategy]]\nid = \"mean\""));
  EXPECT_TRUE(plan(first_only).ok());
  holding = {"mean"};
  const auto made = plan(first_only);
  ASSERT_FALSE(made.ok());
  EXPECT_NE(made.failure().context.find("mean: it holds shares"), std::string::npos);
}

TEST_F(strategies_reload, another_kind_under_a_name_that_is_in_use_is_refused) {
  const auto made =
      plan(with("kind = \"momentum\"\nwatchlist = [\"AAPL\", \"MSFT\"]\n"
                "[strategy.parameters]\nrsi_floor = 50\n",
                "kind = \"mean_reversion\"\nwatchlist = [\"AAPL\", \"MSFT\"]\n"));
  ASSERT_FALSE(made.ok());
  EXPECT_NE(made.failure().context.find("another kind needs"), std::string::npos);
}

TEST_F(strategies_reload, what_does_not_fit_into_the_tables_of_the_node_is_refused) {
  std::string list = "\"AAPL\", \"MSFT\"";
  for (std::size_t k = 0; k <= added_symbols_max; ++k) {
    const char name[] = {'Z', static_cast<char>('A' + k / 26), static_cast<char>('A' + k % 26), 0};
    list += ", \"" + std::string{name} + "\"";
  }
  const auto many = plan(with("\"AAPL\", \"MSFT\"", list));
  ASSERT_FALSE(many.ok());
  EXPECT_NE(many.failure().context.find("more than 64 symbols"), std::string::npos);

  auto crowd = began;
  for (std::size_t k = 0; k < symbol_engine::strategies_max; ++k)
    crowd += "[[strategy]]\nid = \"m" + std::to_string(k) +
             "\"\nkind = \"momentum\"\nwatchlist = [\"AAPL\"]\n";
  const auto crowded = plan(crowd);
  ASSERT_FALSE(crowded.ok());
  EXPECT_NE(crowded.failure().context.find("AAPL: 9 strategies; at most 8"), std::string::npos);
}

TEST_F(strategies_reload, all_errors_of_a_file_are_listed) {
  const auto made = plan(with("rsi_floor = 50", "rsi_floor = 500\nrsi_flour = 3") +
                         "[[strategy]]\nid = \"x\"\nkind = \"nothing\"\n");
  ASSERT_FALSE(made.ok());
  for (const char* part : {"rsi_floor", "rsi_flour", "nothing"})
    EXPECT_NE(made.failure().context.find(part), std::string::npos) << made.failure().context;
}

/// A value that no parameter of the file has, put where one stands.
std::string mutated(prng& chance) {
  static const std::vector<std::pair<std::string, std::string>> damages = {
      {"rsi_floor = 50", "rsi_floor = -50"},
      {"rsi_floor = 50", "rsi_floor = 0.5"},
      {"rsi_floor = 50", "rsi_floor = \"fifty\""},
      {"rsi_floor = 50", "rsi_floor = 50\nrsi_floor = 51"},
      {"rsi_oversold = 30", "rsi_oversold = 3000"},
      {"kind = \"momentum\"", "kind = \"momentom\""},
      {"id = \"mean\"", "id = \"momo\""},
      {"[\"SPY\"]", "[\"SPY\", \"SPY\"]"},
      {"[\"SPY\"]", "[\"spy\"]"},
      {"[\"SPY\"]", "\"SPY\""},
      {"[\"AAPL\", \"MSFT\"]", "[\"AAPL\", 5]"},
      {"[[strategy]]", "[strategy]"},
      {"[strategy.parameters]", "[strategy.parameter]"},
      {"watchlist", "watchlst"},
      {"id = \"momo\"\n", ""},
      {"kind = \"mean_reversion\"\n", "kind = \"mean_reversion\"\nweight = \"7\"\n"},
      {"kind = \"mean_reversion\"\n", "kind = \"mean_reversion\"\non_disable = \"sell\"\n"},
      {"kind = \"mean_reversion\"\n", "kind = \"mean_reversion\"\nenabled = \"yes\"\n"},
      {"kind = \"mean_reversion\"\n", "kind = \"mean_reversion\"\nsymbol_budget_usd = -1\n"},
      {"kind = \"mean_reversion\"\n", "kind = \"mean_reversion\"\nbudget_usd = 0\n"},
      {"kind = \"mean_reversion\"\n", "kind = \"mean_reversion\"\novernight = 1\n"},
  };
  auto text = began;
  const auto how_many = chance.between(1, 3);
  bool damaged = false;
  for (int k = 0; k < how_many || !damaged; ++k) {
    switch (chance.below(4)) {
      case 0:
      case 1: {
        const auto& [from, to] = damages[chance.below(damages.size())];
        if (const auto at = text.find(from); at != std::string::npos) {
          text.replace(at, from.size(), to);
          damaged = true;
        }
        break;
      }
      case 2: {  // Cut off inside of a quoted word or a bracket: never a whole file.
        const auto at = text.find_last_of("\"[", text.size() - 1 - chance.below(text.size() / 2));
        if (at == std::string::npos || at + 1 >= text.size()) break;
        // Behind a closing quote the file is whole again, only shorter.
        if (std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at) + 1, '"') % 2 ==
                0 &&
            text[at] == '"')
          break;
        text.resize(at + 1);
        damaged = true;
        break;
      }
      default:  // A byte that TOML has no place for.
        text.insert(chance.below(text.size()), 1, static_cast<char>(chance.between(1, 8)));
        damaged = true;
    }
  }
  return text;
}

TEST_F(strategies_reload, five_hundred_mutated_files_are_refused) {
  const auto seed = tests::test_seed(20261121);
  prng chance{seed};
  for (int k = 0; k < 500; ++k) {
    const auto text = mutated(chance);
    const auto made = plan(text);
    ASSERT_FALSE(made.ok()) << tests::repeat_with(seed) << ", file " << k << ":\n" << text;
    EXPECT_FALSE(made.failure().context.empty());
  }
}

}  // namespace
}  // namespace bw
