// `status` shows what the node wrote last, and says when no node is there any more.

#include <gmock/gmock.h>

#include <chrono>
#include <filesystem>
#include <fstream>

#include "tests/app/command_line_fixture.hpp"

namespace bw {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

class status_command : public command_line_test {
 protected:
  void write(std::string_view text) const {
    std::ofstream{path("status.json"), std::ios::binary} << text;
  }
  command_outcome status(std::vector<std::string> more = {}) const {
    more.insert(more.begin(), {"status", "--state", folder.path().string()});
    return run(more);
  }
};

constexpr const char* sample = R"({"schema_version":1,"state":"REDUCING","reasons":["FEED"],
  "account":{"cash":"100.5"},"open_orders":2,
  "positions":[{"symbol":"AAPL","qty":"3","avg_price":"150.25","strategy":"momentum"}]})";

TEST_F(status_command, a_fresh_status_is_shown) {
  write(sample);
  const auto shown = status();
  EXPECT_EQ(shown.code, 0) << shown.err;
  EXPECT_THAT(shown.out, HasSubstr("REDUCING (FEED)"));
  EXPECT_THAT(shown.out, HasSubstr("100.5"));
  EXPECT_THAT(shown.out, HasSubstr("AAPL"));
  EXPECT_EQ(status({"--json"}).json().at("open_orders"), 2);
}

TEST_F(status_command, the_regimes_of_the_symbols_are_shown) {
  write(R"({"state":"ACTIVE","regimes":{"AAPL":"trending","MSFT":"volatile","SPY":"trending"}})");
  const auto shown = status();
  EXPECT_EQ(shown.code, 0) << shown.err;
  EXPECT_THAT(shown.out, HasSubstr("AAPL SPY"));
  EXPECT_THAT(shown.out, HasSubstr("volatile"));
  EXPECT_EQ(status({"--json"}).json().at("regimes").at("SPY"), "trending");
  write(R"({"state":"ACTIVE","regimes":["AAPL"]})");
  EXPECT_EQ(status().code, 0) << "of another form they are left out";
}

TEST_F(status_command, an_old_status_is_shown_and_called_old) {
  write(sample);
  std::filesystem::last_write_time(
      path("status.json"), std::filesystem::file_time_type::clock::now() - std::chrono::minutes{5});
  const auto shown = status();
  EXPECT_EQ(shown.code, 5);
  EXPECT_THAT(shown.out, HasSubstr("REDUCING"));
  EXPECT_THAT(shown.err, HasSubstr("no node is running here: the status is 300 s old"));
}

TEST_F(status_command, without_a_status_no_node_is_reached) {
  const auto missing = status();
  EXPECT_EQ(missing.code, 5);
  EXPECT_THAT(missing.out, IsEmpty());
  EXPECT_THAT(missing.err, HasSubstr("no node has written here"));
}

TEST_F(status_command, what_is_no_status_is_called_so) {
  for (const char* text :
       {"", "{", "[]", "5", R"({"reasons":5})", R"({"positions":"many"})", R"({"account":[]})"}) {
    write(text);
    EXPECT_EQ(status().code, 7) << text;
  }
}

TEST_F(status_command, the_folder_may_be_named_by_the_configuration) {
  ASSERT_EQ(run({"init", path("node"), "-q"}).code, 0);
  const auto missing = run({"status", "--config", path("node/node.toml")});
  EXPECT_EQ(missing.code, 5);
  EXPECT_THAT(missing.err, HasSubstr(path("node/state/status.json")));
  EXPECT_EQ(run({"status", "--config", path("none.toml")}).code, 2);
  EXPECT_EQ(run({"status", "--config", "a", "--state", "b"}).code, 2);
}

}  // namespace
}  // namespace bw
