// The sections of paper and live: values of one never apply to the other, and nothing in them can
// be a credential.

#include "config/live_options.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>

#include "config/config_loader.hpp"
#include "config/limits_text.hpp"
#include "config/option_table.hpp"
#include "storage/temporary_folder.hpp"

namespace bw {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::string_view one_strategy =
    "[[strategy]]\nid = \"m\"\nkind = \"momentum\"\nwatchlist = [\"AAPL\"]\n";

result<loaded_config> load(const std::string& text) {
  return parse_config(text, "node.toml", one_strategy, "strategies.toml");
}
std::string failure_of(const result<loaded_config>& loaded) {
  return loaded ? "(it loaded)" : loaded.failure().context;
}

constexpr const char* both_sections =
    "[risk.loss]\nhalt_bp = 190\n[paper.risk.loss]\nhalt_bp = 180\n[live.risk.loss]\n"
    "halt_bp = 160\n[live.risk]\nmax_positions = 1\n";

TEST(live_options, a_limit_of_a_mode_counts_in_that_mode_alone) {
  struct {
    const char* mode;
    std::int64_t halt_bp;
    std::uint32_t positions;
    const char* origin;
  } const rows[] = {{"sim", 190, 5, "node.toml:3"},
                    {"paper", 180, 5, "node.toml:5"},
                    {"live", 160, 1, "node.toml:7"}};
  for (const auto& row : rows) {
    const auto loaded = load("mode = \"" + std::string{row.mode} + "\"\n" + both_sections);
    ASSERT_TRUE(loaded) << failure_of(loaded);
    EXPECT_EQ(loaded->config.risk.loss_halt_bp, row.halt_bp) << row.mode;
    EXPECT_EQ(loaded->config.risk.max_positions, row.positions) << row.mode;
    EXPECT_EQ(loaded->origins.at("risk.loss.halt_bp"), row.origin) << row.mode;
  }
}

TEST(live_options, the_limit_of_the_other_mode_is_checked_as_well) {
  const auto loaded = load("mode = \"paper\"\n[live.risk.loss]\nhalt_bp = 999\nhlat_bp = 5\n");
  ASSERT_FALSE(loaded);
  EXPECT_THAT(failure_of(loaded), HasSubstr("node.toml:3:11: live.risk.loss.halt_bp: expected"));
  EXPECT_THAT(failure_of(loaded), HasSubstr("live.risk.loss.hlat_bp: unknown key"));
}

TEST(live_options, other_keys_have_no_section_of_a_mode) {
  EXPECT_THAT(failure_of(load("[live.log]\nlevel = \"info\"\n")), HasSubstr("unknown key"));
  EXPECT_THAT(failure_of(load("[live]\nmode = \"live\"\n")), HasSubstr("unknown key"));
}

TEST(live_options, a_credential_in_the_file_is_refused_and_not_shown) {
  for (const char* key : {"paper.alpaca_key_id", "paper.alpaca_secret_key", "live.alpaca_key_id",
                          "live.alpaca_secret_key"}) {
    const auto text = std::string{key} + " = \"CANARYsecret1234567890\"\n";
    EXPECT_THAT(failure_of(load(text)), HasSubstr("never stands in this file")) << key;
    EXPECT_THAT(failure_of(load(text)), Not(HasSubstr("CANARY"))) << key;
    EXPECT_TRUE(load(std::string{key} + " = \"op://vault/item/field\"\n")) << key;
    EXPECT_TRUE(load(std::string{key} + " = \"/run/secrets/key\"\n")) << key;
  }
}

TEST(live_options, accounts_are_numbers) {
  EXPECT_TRUE(load("[live]\naccounts = []\n"));
  EXPECT_TRUE(load("[live]\naccounts = [\"123456789\", \"PA3SIM000001\"]\n"));
  for (const char* bad : {"\"1\"", "[1]", "[\"\"]", "[\"12 34\"]", "[\"*\"]",
                          "[\"1\",\"2\",\"3\",\"4\",\"5\",\"6\",\"7\",\"8\",\"9\"]"})
    EXPECT_FALSE(load(std::string{"[live]\naccounts = "} + bad + "\n")) << bad;
}

TEST(live_options, live_keeps_books_of_its_own) {
  EXPECT_THAT(failure_of(load("state_folder = \"x\"\n[live]\nstate_folder = \"./x\"\n")),
              HasSubstr("live.state_folder"));
  const auto folder = *temporary_folder::make("bw-live-options");
  const auto file = folder.path() / "node.toml";
  std::ofstream{folder.path() / "strategies.toml"} << one_strategy;
  std::ofstream{file} << "mode = \"live\"\n";
  const auto live = load_config(file);
  ASSERT_TRUE(live) << failure_of(live);
  EXPECT_EQ(live->config.state_folder, folder.path() / "state-live");
  EXPECT_EQ(live->config.live.paper_state, folder.path() / "state");
  std::ofstream{file} << "mode = \"paper\"\n[paper]\nalpaca_key_id = \"keys/id\"\n";
  const auto paper = load_config(file);
  ASSERT_TRUE(paper) << failure_of(paper);
  EXPECT_EQ(paper->config.state_folder, folder.path() / "state");
  EXPECT_EQ(paper->config.live.paper_keys.key_id, (folder.path() / "keys/id").string());
}

TEST(live_options, the_window_holds_the_sessions) {
  EXPECT_THAT(failure_of(load("[live.gate]\nsessions = 61\n")), HasSubstr("window_sessions"));
}

TEST(limits_text, equal_limits_have_equal_hashes_whatever_the_file_looks_like) {
  const auto hash = [](const std::string& text) {
    const auto loaded = load(text);
    EXPECT_TRUE(loaded) << failure_of(loaded);
    return limits_in_force(loaded->config, "start").hash;
  };
  const auto usual = hash("");
  EXPECT_EQ(hash("# a comment\n[log]\nlevel = \"debug\"\n"), usual);
  EXPECT_EQ(hash("[risk]\nmax_positions = 5\n"), usual) << "the default, written out";
  EXPECT_EQ(hash("[live.risk]\nmax_positions = 1\n"), usual) << "of another mode";
  EXPECT_NE(hash("[risk]\nmax_positions = 4\n"), usual);
  EXPECT_EQ(hash("[paper.risk]\nmax_positions = 4\n"), hash("[risk]\nmax_positions = 4\n"));
}

TEST(limits_text, every_risk_option_stands_in_it) {
  const auto record = limits_in_force(node_config{}, "start");
  EXPECT_EQ(record.cause, "start");
  for (const auto& each : option_table())
    if (each.key.starts_with("risk.")) {
      EXPECT_THAT(record.text, HasSubstr("\"" + std::string{each.key} + "\":")) << each.key;
    }
}

/// Names in capitals that stand in quotes in the sources of this folder.
std::set<std::string> variables_in_sources() {
  std::set<std::string> out;
  for (const auto& entry : std::filesystem::directory_iterator{"config"}) {
    if (entry.path().extension() != ".cpp") continue;
    std::ostringstream text;
    text << std::ifstream{entry.path()}.rdbuf();
    const auto source = text.str();
    for (std::size_t at = source.find('"'); at != std::string::npos;
         at = source.find('"', at + 1)) {
      const auto end = source.find('"', at + 1);
      if (end == std::string::npos) break;
      const auto word = source.substr(at + 1, end - at - 1);
      const bool known = word.starts_with("APCA_") || word.starts_with("ALPACA_") ||
                         word.starts_with("LIVE_") || word.starts_with("TRADING_") ||
                         word.starts_with("CREDENTIALS_");
      if (known && word.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ_") == std::string::npos)
        out.insert(word);
    }
  }
  return out;
}

TEST(samples, every_variable_that_the_sources_read_stands_in_the_environment_file) {
  const auto names = variables_in_sources();
  EXPECT_GE(names.size(), 13u);
  for (const auto& name : names)
    EXPECT_THAT(std::string{sample_environment()}, HasSubstr(name + "=")) << name;
  for (const char* name : {"OP_SERVICE_ACCOUNT_TOKEN=", "BELLWETHER__"})
    EXPECT_THAT(std::string{sample_environment()}, HasSubstr(name));
}

}  // namespace
}  // namespace bw
