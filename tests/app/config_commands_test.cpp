// `init` and `config`: from an empty folder to a configuration that is understood.

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "config/config_loader.hpp"
#include "config/option_table.hpp"
#include "tests/app/command_line_fixture.hpp"

namespace bw {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

class config_commands : public command_line_test {
 protected:
  void write(const std::string& name, std::string_view text) const {
    std::ofstream{path(name), std::ios::binary} << text;
  }
};

TEST_F(config_commands, init_writes_what_validates_and_says_what_comes_next) {
  const auto made = run({"init", path("node")});
  EXPECT_EQ(made.code, 0);
  EXPECT_THAT(made.out, HasSubstr("bellwether run --config " + path("node/node.toml")));
  EXPECT_THAT(made.err, HasSubstr("Trading can lose money"));
  EXPECT_EQ(run({"config", "validate", "--config", path("node/node.toml")}).code, 0);
  struct stat facts {};
  ASSERT_EQ(::stat(path("node/.env.example").c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0777, 0600u);
}

TEST_F(config_commands, init_overwrites_nothing) {
  write("strategies.toml", "mine");
  const auto refused = run({"init", folder.path().string()});
  EXPECT_EQ(refused.code, 2);
  EXPECT_THAT(refused.out, IsEmpty());
  EXPECT_THAT(refused.err, HasSubstr("strategies.toml exists already; nothing was written"));
  EXPECT_FALSE(std::filesystem::exists(path("node.toml")));
  EXPECT_EQ(std::filesystem::file_size(path("strategies.toml")), 4u);
}

TEST_F(config_commands, init_says_when_it_may_not_write) {
  write("file", "x");
  EXPECT_EQ(run({"init", path("file")}).code, 2);
  EXPECT_EQ(run({"init", path("file/below")}).code, 2);
}

TEST_F(config_commands, init_tells_programs_what_it_wrote) {
  const auto told = run({"init", path("node"), "--json", "--quiet"});
  EXPECT_THAT(told.err, IsEmpty());
  EXPECT_EQ(told.json().at("written").size(), 3u);
}

TEST_F(config_commands, show_names_every_key_with_its_origin) {
  write("node.toml", "mode = \"sim\"\n[risk]\nmax_qty = 7\n");
  write("strategies.toml", sample_strategies_toml());
  const auto shown = run({"config", "show", "--config", path("node.toml")});
  EXPECT_EQ(shown.code, 0);
  EXPECT_THAT(shown.out, HasSubstr(path("node.toml") + ":3"));
  EXPECT_THAT(shown.out, HasSubstr("strategy momentum (momentum): SPY QQQ"));
  const auto told = run({"config", "show", "--config", path("node.toml"), "--json"}).json();
  EXPECT_EQ(told.at("options").size(), option_table().size());
  for (const auto& each : told.at("options")) {
    const bool given = each.at("key") == "mode" || each.at("key") == "risk.max_qty";
    EXPECT_EQ(each.at("origin") == "default", !given) << each.at("key");
  }
  EXPECT_EQ(told.at("strategies").at(1).at("parameters").at("rsi_oversold"), "30");
}

TEST_F(config_commands, validate_shows_all_errors_and_exits_with_2) {
  write("node.toml", "mdoe = 1\n[risk]\nmax_positions = 50\n");
  write("strategies.toml", sample_strategies_toml());
  const auto refused = run({"config", "validate", "--config", path("node.toml")});
  EXPECT_EQ(refused.code, 2);
  EXPECT_THAT(refused.out, IsEmpty());
  EXPECT_THAT(refused.err, HasSubstr(path("node.toml") + ":1:1: mdoe: unknown key"));
  EXPECT_THAT(refused.err, HasSubstr(path("node.toml") + ":3:17: risk.max_positions"));
  EXPECT_EQ(run({"config", "validate", "--config", path("none.toml")}).code, 2);
}

TEST_F(config_commands, validate_warns_of_what_is_seldom_meant) {
  write("node.toml", "[risk]\nstop_loss_bp = 50\n");
  write("strategies.toml", sample_strategies_toml());
  const auto warned = run({"config", "validate", "--config", path("node.toml")});
  EXPECT_EQ(warned.code, 0);
  EXPECT_THAT(warned.err, HasSubstr("warning: risk.stop_loss_bp"));
}

TEST_F(config_commands, the_schema_has_a_place_for_every_key) {
  const auto schema = run({"config", "schema"}).json();
  for (const auto& each : option_table()) {
    const auto* at = &schema;
    std::string_view rest = each.key;
    for (auto dot = rest.find('.'); dot != std::string_view::npos; dot = rest.find('.')) {
      at = &at->at("properties").at(std::string{rest.substr(0, dot)});
      EXPECT_EQ(at->at("additionalProperties"), false);
      rest.remove_prefix(dot + 1);
    }
    const auto& one = at->at("properties").at(std::string{rest});
    EXPECT_TRUE(one.contains("default")) << each.key;
    EXPECT_THAT(one.at("description").get<std::string>(), HasSubstr(std::string{each.help}));
  }
}

}  // namespace
}  // namespace bw
