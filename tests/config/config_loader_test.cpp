// Loading a configuration: what is right loads, what is wrong is named with its place, all at once.

#include "config/config_loader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>

#include "config/option_table.hpp"
#include "storage/temporary_folder.hpp"

namespace bw {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::string_view one_strategy =
    "[[strategy]]\nid = \"m\"\nkind = \"momentum\"\nwatchlist = [\"AAPL\"]\n";

result<loaded_config> load_node(std::string_view text) {
  return parse_config(text, "node.toml", one_strategy, "strategies.toml");
}
result<loaded_config> load_strategies(std::string_view text) {
  return parse_config("", "node.toml", text, "strategies.toml");
}
std::string failure_of(const result<loaded_config>& loaded) {
  return loaded ? "(it loaded)" : loaded.failure().context;
}

TEST(config_loader, an_empty_node_file_is_the_defaults) {
  const auto loaded = load_node("");
  ASSERT_TRUE(loaded) << failure_of(loaded);
  EXPECT_EQ(loaded->config.mode, environment::paper);
  EXPECT_TRUE(loaded->origins.empty());
  const node_config defaults;
  for (const auto& each : option_table())
    EXPECT_EQ(each.show(loaded->config), each.show(defaults)) << each.key;
}

TEST(config_loader, a_value_of_the_file_stands_above_the_default_and_knows_its_line) {
  const auto loaded = load_node("mode = \"sim\"\n\n[risk.loss]\nhalt_usd = \"12.50\"\n");
  ASSERT_TRUE(loaded) << failure_of(loaded);
  EXPECT_EQ(loaded->config.mode, environment::sim);
  EXPECT_EQ(loaded->config.risk.loss_halt_usd, *money::parse("12.5"));
  EXPECT_EQ(loaded->origins.at("risk.loss.halt_usd"), "node.toml:4");
}

TEST(config_loader, what_is_wrong_is_named_with_its_place) {
  const struct {
    const char* text;
    const char* error;
  } rows[] = {
      {"mdoe = \"sim\"", "node.toml:1:1: mdoe: unknown key; did you mean mode?"},
      {"[risk]\nmax_qyt = 5",
       "node.toml:2:1: risk.max_qyt: unknown key; did you mean risk.max_qty?"},
      {"[risk]\nstop_loss_bps = 5", "did you mean risk.stop_loss_bp?"},
      {"mode = \"demo\"", "node.toml:1:8: mode: expected one of sim | paper | live, got demo"},
      {"mode = 1", "node.toml:1:8: mode: expected one of"},
      {"[risk]\nmax_positions = 11",
       "node.toml:2:17: risk.max_positions: expected a whole number "
       "1 .. 10, got 11"},
      {"[risk]\nmax_positions = \"5\"", "expected a whole number 1 .. 10, got 5"},
      {"[risk]\nmax_qty = 0.5", "expected a decimal as text, 1 .. 10000, got 0.5 without quotes"},
      {"[risk]\nmax_qty = \"-5\"", "expected a decimal as text, 1 .. 10000, got -5"},
      {"[risk.order]\nmax_usd = \"no\"", "1 .. 10000, got no or \"off\""},
      {"[risk]\nfractional = 1", "risk.fractional: expected true or false, got 1"},
      {"risk = 5", "node.toml:1:1: risk: unknown key"},
      {"[mode]\nx = 1", "mode.x: unknown key"},
      {"mode = \"sim\"\nmode = \"sim\"", "node.toml:2:"},
      {"mode = ", "node.toml:1:"},
      {"state_folder = \"\"", "expected text of 1 to 255 characters, got nothing"},
      {"[risk.types]\nentry = [\"limit\", 5]", "risk.types.entry: expected a list"},
  };
  for (const auto& row : rows) {
    const auto loaded = load_node(row.text);
    EXPECT_THAT(failure_of(loaded), HasSubstr(row.error)) << row.text;
  }
}

TEST(config_loader, all_errors_of_both_files_come_at_once) {
  const auto loaded = parse_config("mdoe = 1\n[risk]\nmax_positions = 99\n", "a.toml",
                                   "[[strategy]]\nid = \"x\"\nkind = \"momentun\"\n", "b.toml");
  const auto text = failure_of(loaded);
  EXPECT_THAT(text, HasSubstr("a.toml:1:1: "));
  EXPECT_THAT(text, HasSubstr("a.toml:3:17: "));
  EXPECT_THAT(text, HasSubstr("b.toml:1:1: kind: there is no strategy momentun"));
  EXPECT_THAT(text, HasSubstr("did you mean momentum?"));
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 2);
}

TEST(config_loader, the_number_of_errors_shown_is_bounded) {
  std::string text;
  for (int k = 0; k < 500; ++k) text += "zzz" + std::to_string(k) + " = 1\n";
  const auto shown = failure_of(load_node(text));
  EXPECT_EQ(std::count(shown.begin(), shown.end(), '\n'), config_errors::lines_max);
  EXPECT_THAT(shown, HasSubstr("and 450 more"));
}

TEST(config_loader, limits_are_checked_against_each_other) {
  const struct {
    const char* text;
    const char* error;
  } rows[] = {
      {"[risk.loss]\nwarn_bp = 180", "warn_bp, reduce_bp and halt_bp must rise"},
      {"[risk.loss]\nwarn_usd = 50\nhalt_usd = 40", "warn_usd, reduce_usd and halt_usd must rise"},
      {"[risk.order]\nmin_usd = 20\nmax_usd = 10", "min_usd is larger than max_usd"},
      {"[risk.session]\nclose_guard_ms = 60000", "close_guard_ms must not be less than flatten_ms"},
      {"[ops]\naddress = \"0.0.0.0\"", "expected a loopback address"},
      {"mode = \"sim\"\n[ops]\nport = 8760", "ops.port and sim.port are the same"},
  };
  for (const auto& row : rows)
    EXPECT_THAT(failure_of(load_node(row.text)), HasSubstr(row.error)) << row.text;
}

TEST(config_loader, what_is_wrong_in_a_strategy_is_named_with_its_place) {
  const struct {
    const char* text;
    const char* error;
  } rows[] = {
      {"[[strategy]]\nkind = \"momentum\"", "strategies.toml:1:1: id is missing"},
      {"[[strategy]]\nid = \"x\"", "kind is missing; it may be"},
      {"[[strategy]]\nid = \"Big Name\"\nkind = \"momentum\"", "id: expected a short name"},
      {"[[strategy]]\nid = \"x\"\nkind = 5", "kind: expected"},
      {"[[strategy]]\nid = \"x\"\nkind = \"momentum\"\nwatchlst = []",
       "strategy.watchlst: unknown key; did you mean watchlist?"},
      {"[[strategy]]\nid = \"x\"\nkind = \"momentum\"\nwatchlist = [\"aapl\"]",
       "strategies.toml:4:14: watchlist: expected symbols in capital letters"},
      {"[[strategy]]\nid = \"x\"\nkind = \"momentum\"\nwatchlist = [\"A\", \"A\"]",
       "watchlist: A stands twice"},
      {"[[strategy]]\nid = \"x\"\nkind = \"momentum\"\nregimes = \"trending\"",
       "strategies.toml:4:11: regimes: expected a list of \"trending\", \"ranging\" and "
       "\"volatile\""},
      {"[[strategy]]\nid = \"x\"\nkind = \"momentum\"\nregimes = []", "expected a list of"},
      {"[[strategy]]\nid = \"x\"\nkind = \"momentum\"\nregimes = [\"ranging\", \"calm\"]",
       "strategies.toml:4:23: regimes: expected a list of"},
      {"[[strategy]]\nid = \"x\"\nkind = \"momentum\"\nregimes = [\"unknown\"]",
       "expected a list of"},
      {"[[strategy]]\nid = \"x\"\nkind = \"momentum\"\nregimes = [\"ranging\", \"ranging\"]",
       "regimes: ranging stands twice"},
      {"[[strategy]]\nid = \"x\"\nkind = \"momentum\"\nenabled = \"yes\"",
       "expected true or false"},
      {"[[strategy]]\nid = \"x\"\nkind = \"momentum\"\n[strategy.parameters]\nvwap_buffer = 0.1",
       "parameters.vwap_buffer: write a fraction as text"},
      {"[[strategy]]\nid = \"x\"\nkind = \"momentum\"\n[strategy.parameters]\nvwap_bufer = 1",
       "vwap_bufer"},
      {"[[strategy]]\nid = \"x\"\nkind = \"momentum\"\n[strategy.parameters]\nrsi_floor = 101",
       "rsi_floor"},
      {"[[strategy]]\nid = \"x\"\nkind = \"momentum\"\n[strategy.parameters]\nwatchlist = \"A\"",
       "the watchlist stands beside the parameters"},
      {"[strategy]\nid = \"x\"", "strategies stand as [[strategy]]"},
      {"", "no enabled strategy has a symbol"},
      {"[[strategy]]\nid = \"x\"\nkind = \"momentum\"\nenabled = false",
       "no enabled strategy has a symbol"},
  };
  for (const auto& row : rows)
    EXPECT_THAT(failure_of(load_strategies(row.text)), HasSubstr(row.error)) << row.text;
}

TEST(config_loader, a_strategy_may_be_restricted_to_regimes) {
  const auto loaded = parse_config(
      "", "n",
      "[[strategy]]\nid = \"x\"\nkind = \"momentum\"\nregimes = [\"volatile\", \"trending\"]\n"
      "[[strategy]]\nid = \"y\"\nkind = \"momentum\"\n",
      "s");
  ASSERT_TRUE(loaded.ok()) << loaded.failure().text();
  EXPECT_EQ(loaded->config.strategies[0].regimes,
            regime_bit(market_regime::trending) | regime_bit(market_regime::unsettled));
  EXPECT_EQ(loaded->config.strategies[1].regimes, 0) << "all of them";
}

TEST(config_loader, an_id_stands_once) {
  const std::string twice = std::string{one_strategy} + std::string{one_strategy};
  EXPECT_THAT(failure_of(load_strategies(twice)),
              HasSubstr("strategies.toml:5:1: the id m stands twice"));
}

TEST(config_loader, there_is_a_limit_to_strategies_and_to_symbols) {
  std::string many;
  for (int k = 0; k < 33; ++k)
    many += "[[strategy]]\nid = \"s" + std::to_string(k) + "\"\nkind = \"momentum\"\n";
  EXPECT_THAT(failure_of(load_strategies(many)), HasSubstr("more than 32 strategies"));
  std::string list = "[[strategy]]\nid = \"x\"\nkind = \"momentum\"\nwatchlist = [";
  for (int k = 0; k < 31; ++k) list += "\"S" + std::to_string(k) + "\",";
  EXPECT_THAT(failure_of(load_strategies(list + "]")), HasSubstr("the iex feed takes 30"));
}

TEST(config_loader, a_strategy_without_a_watchlist_has_its_own) {
  const auto loaded = load_strategies("[[strategy]]\nid = \"x\"\nkind = \"mean_reversion\"\n");
  ASSERT_TRUE(loaded) << failure_of(loaded);
  EXPECT_EQ(loaded->config.strategies.at(0).watchlist, (std::vector<std::string>{"SPY", "QQQ"}));
  EXPECT_EQ(loaded->config.symbols(), (std::vector<std::string>{"QQQ", "SPY"}));
}

TEST(config_loader, a_credential_in_the_file_is_refused_and_never_shown) {
  const std::string canary = "PKCANARY0123456789AB";
  const std::string rows[] = {"alpaca_secret_key = \"" + canary + "\"",
                              "mode = \"" + canary + "\"",
                              "alpaca_secret_key = " + canary,
                              canary + " = 1",
                              "[" + canary + "]\nx = 1",
                              "[risk]\nmax_qty = \"" + canary + "\"",
                              "[risk.types]\nentry = [\"" + canary + "\"]",
                              canary,
                              "mode = \"sim\" " + canary};
  for (const auto& row : rows) {
    const auto text = failure_of(load_node(row));
    EXPECT_THAT(text, HasSubstr("node.toml:")) << row;
    EXPECT_THAT(text, Not(HasSubstr("CANARY"))) << row;
  }
  EXPECT_THAT(failure_of(load_node("alpaca_secret_key = \"x\"")),
              HasSubstr("credentials never stand in this file"));
  EXPECT_THAT(failure_of(load_strategies("[[strategy]]\nid = \"x\"\nkind = \"" + canary + "\"")),
              Not(HasSubstr("CANARY")));
}

TEST(config_loader, the_environment_stands_above_the_file_but_not_over_limits) {
  const auto with = [](config_overrides overrides) {
    return parse_config("[log]\nlevel = \"error\"", "node.toml", one_strategy, "s.toml", overrides);
  };
  const auto loaded =
      with({{"log.level", "debug"}, {"ops.port", "9000"}, {"log.to_stderr", "true"}});
  ASSERT_TRUE(loaded) << failure_of(loaded);
  EXPECT_EQ(loaded->config.log.level, log_level::debug);
  EXPECT_EQ(loaded->config.ops.port, 9000);
  EXPECT_TRUE(loaded->config.log.to_stderr);
  EXPECT_EQ(loaded->origins.at("log.level"), "environment");
  EXPECT_NE(loaded->hash, with({})->hash) << "an override makes another configuration";
  const struct {
    const char* key;
    const char* value;
    const char* error;
  } rows[] = {
      {"mode", "live", "environment: BELLWETHER__MODE: the mode stands in node.toml"},
      {"risk.max_qty", "5", "environment: BELLWETHER__RISK__MAX_QTY: risk limits stand in"},
      {"log.levle", "x",
       "BELLWETHER__LOG__LEVLE: unknown key; did you mean BELLWETHER__LOG__LEVEL?"},
      {"ops.port", "many", "BELLWETHER__OPS__PORT: expected a whole number"},
  };
  for (const auto& row : rows)
    EXPECT_THAT(failure_of(with({{row.key, row.value}})), HasSubstr(row.error));
}

class config_files : public ::testing::Test {
 protected:
  void write(const char* name, std::string_view text) {
    std::ofstream{folder.path() / name, std::ios::binary} << text;
  }
  result<loaded_config> load() { return load_config(folder.path() / "node.toml"); }

  temporary_folder folder = *temporary_folder::make("bw-config-test");
};

TEST_F(config_files, names_are_relative_to_the_file) {
  write("node.toml", "strategies_file = \"mine.toml\"\nstate_folder = \"var\"\n");
  write("mine.toml", one_strategy);
  const auto loaded = load();
  ASSERT_TRUE(loaded) << failure_of(loaded);
  EXPECT_EQ(loaded->config.state_folder, folder.path() / "var");
  EXPECT_EQ(loaded->strategies_toml, one_strategy);
}

TEST_F(config_files, a_missing_file_says_what_to_do) {
  EXPECT_THAT(failure_of(load()), HasSubstr("make one with `bellwether init`"));
  EXPECT_EQ(load().code(), ec::not_found);
  write("node.toml", "");
  EXPECT_THAT(failure_of(load()), HasSubstr("strategies.toml: cannot be read"));
}

TEST_F(config_files, a_file_of_more_than_64_kib_is_not_read) {
  write("strategies.toml", one_strategy);
  write("node.toml", std::string(64 * 1024, '#'));
  EXPECT_TRUE(load()) << failure_of(load());
  write("node.toml", std::string(64 * 1024 + 1, '#'));
  EXPECT_THAT(failure_of(load()), HasSubstr("larger than 64 KiB"));
}

TEST_F(config_files, variables_of_the_process_are_read) {
  write("node.toml", "");
  write("strategies.toml", one_strategy);
  ::setenv("BELLWETHER__HOT__SPIN_US", "7", 1);
  ::setenv("ALPACA_FEED", "sip", 1);
  const auto loaded = load();
  ::unsetenv("BELLWETHER__HOT__SPIN_US");
  ::unsetenv("ALPACA_FEED");
  ASSERT_TRUE(loaded) << failure_of(loaded);
  EXPECT_EQ(loaded->config.hot.spin, std::chrono::microseconds{7});
  EXPECT_EQ(loaded->config.feed.name, "sip");
}

}  // namespace
}  // namespace bw
