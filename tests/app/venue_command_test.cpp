// What keeps `venue` from starting is said in one line, with exit code 2.

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <sys/socket.h>
#include <unistd.h>

#include <fstream>

#include "tests/app/command_line_fixture.hpp"

namespace bw {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

class venue_command : public command_line_test {};

TEST_F(venue_command, what_it_cannot_start_with_is_named) {
  const auto malformed = path("AAPL_minute.csv");
  std::ofstream{malformed} << "ts_ns,time_utc,open,high,low,close,volume\n"
                              "1549895400000000000,2019-02-11T14:30:00Z,oops,2,1,1,5\n";
  const auto other = path("AAPL_other.csv");
  std::ofstream{other} << "a,b,c\n1,2,3\n";
  const struct {
    std::vector<std::string> words;
    std::string message;
  } rows[] = {
      {{"--data", path("AAPL_none.csv")}, path("AAPL_none.csv")},
      {{"--data", malformed}, malformed + ":2: column 'open' is 'oops'"},
      {{"--data", other}, other + ":1: "},
      {{"--start", "2026-11-01"}, "2026-11-01: the market is closed on that day"},
      {{"--start", "tomorrow"}, "'tomorrow' is no time to start at"},
      {{"--start", "2026-11-02T14:31:00"}, "is no time to start at"},
      {{"--cash", "-5"}, "--cash: expected a positive amount"},
      {{"--cash", "0"}, "--cash: expected a positive amount"},
      {{"--cash", "1e99"}, "--cash: expected a positive amount"},
  };
  for (const auto& row : rows) {
    auto words = row.words;
    words.insert(words.begin(), {"venue", "--port", "0"});
    const auto outcome = run(words);
    EXPECT_EQ(outcome.code, 2) << row.message;
    EXPECT_THAT(outcome.out, IsEmpty());
    EXPECT_THAT(outcome.err, HasSubstr(row.message));
  }
}

TEST_F(venue_command, a_port_that_is_taken_is_named) {
  const int taken = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof at;
  ASSERT_EQ(::bind(taken, reinterpret_cast<sockaddr*>(&at), size), 0);
  ASSERT_EQ(::listen(taken, 1), 0);
  ASSERT_EQ(::getsockname(taken, reinterpret_cast<sockaddr*>(&at), &size), 0);
  const auto port = std::to_string(ntohs(at.sin_port));
  const auto refused = run({"venue", "--port", port, "--json"});
  ::close(taken);
  EXPECT_EQ(refused.code, 2);
  const auto told = nlohmann::json::parse(refused.err);
  EXPECT_EQ(told.at("code"), 2);
  EXPECT_THAT(told.at("error").get<std::string>(), HasSubstr(port + " is in use"));
}

}  // namespace
}  // namespace bw
