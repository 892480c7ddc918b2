// `optimize` from the outside: a search that is stopped and resumed ends in the same bytes as one
// that was not, on one thread as on two; what is wrong is named.

#include <gmock/gmock.h>
#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <sstream>
#include <thread>

#include "core/prng.hpp"
#include "domain/session_calendar.hpp"
#include "storage/trial_store.hpp"
#include "tests/app/command_line_fixture.hpp"

namespace bw {
namespace {

using ::testing::HasSubstr;

std::string bytes_of(const std::string& file) {
  std::ifstream in{file, std::ios::binary};
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

class optimize_command : public command_line_test {
 protected:
  void SetUp() override {
    ASSERT_EQ(run({"init", path("node")}).code, 0);
    config_ = path("node") + "/node.toml";
    data_ = path("SPY_minute.csv");
    write_walk();
  }

  /// Minute bars of thirty sessions that go nowhere.
  void write_walk() const {
    const auto calendar = *session_calendar::make();
    std::ofstream out{data_};
    out << "ts_ns,time_utc,open,high,low,close,volume\n";
    prng random{9};
    std::int64_t cents = 10'000;
    for (const auto& day : calendar.sessions({2026, 1, 5}, {2026, 2, 17}))
      for (auto at = day.open; at < day.close; at = at + std::chrono::minutes{1}) {
        const auto open = cents;
        cents = std::clamp<std::int64_t>(cents + random.bell(8), 5'000, 20'000);
        const auto text = [](std::int64_t x) {
          return std::to_string(x / 100) + "." + (x % 100 < 10 ? "0" : "") +
                 std::to_string(x % 100);
        };
        out << at.value << ',' << format_rfc3339(at) << ',' << text(open) << ','
            << text(std::max(open, cents) + 1) << ',' << text(std::min(open, cents) - 1) << ','
            << text(cents) << ',' << random.between(2'000, 60'000) << '\n';
      }
  }

  std::vector<std::string> words(const std::string& out, std::vector<std::string> more = {}) const {
    std::vector<std::string> all{"optimize",
                                 "--config",
                                 config_,
                                 "--data",
                                 data_,
                                 "--param",
                                 "rsi_floor=20:60:2",
                                 "--param",
                                 "vwap_buffer=0,0.001",
                                 "--train",
                                 "15",
                                 "--test",
                                 "5",
                                 "--min-trades",
                                 "5",
                                 "--out",
                                 path(out)};
    all.insert(all.end(), more.begin(), more.end());
    return all;
  }

  std::string config_;
  std::string data_;
};

TEST_F(optimize_command, stopped_and_resumed_it_ends_in_the_same_bytes) {
  const auto whole = run(words("whole", {"--threads", "1", "--json"}));
  ASSERT_EQ(whole.code, 0) << whole.err;
  EXPECT_EQ(whole.out, bytes_of(path("whole") + "/result.json"));

  // A wish to stop as soon as some trials are kept.
  std::atomic<bool> over{false};
  const auto database = std::filesystem::path{path("parts")} / "trials.db";
  std::thread person{[&] {
    // The signal is for the command's own thread.
    sigset_t interrupt;
    sigemptyset(&interrupt);
    sigaddset(&interrupt, SIGINT);
    pthread_sigmask(SIG_BLOCK, &interrupt, nullptr);
    while (!over) {
      std::error_code ignored;
      if (!std::filesystem::exists(database, ignored)) continue;
      auto file = sqlite_file::open(database, sqlite_access::read_only);
      if (!file) continue;
      const auto count = (*file)->first("SELECT count(*) FROM trials", {});
      if (!count || count->empty() || number_of((*count)[0]) < 3) continue;
      kill(getpid(), SIGINT);
      return;
    }
  }};
  const auto first = run(words("parts", {"--threads", "2"}));
  over = true;
  person.join();
  ASSERT_EQ(first.code, 130) << first.out << first.err;
  EXPECT_THAT(first.err, HasSubstr("--resume"));
  EXPECT_FALSE(std::filesystem::exists(path("parts") + "/result.json"));

  EXPECT_EQ(run(words("parts")).code, 2) << "without --resume nothing is gone on with";
  EXPECT_EQ(run(words("parts", {"--resume", "--seed", "77"})).code, 2) << "another search";
  const auto rest = run(words("parts", {"--threads", "2", "--resume", "--json"}));
  ASSERT_EQ(rest.code, 0) << rest.err;
  EXPECT_EQ(rest.out, whole.out);
  EXPECT_EQ(bytes_of(path("parts") + "/trials.csv"), bytes_of(path("whole") + "/trials.csv"));
  const auto rows = [&](const char* name) {
    auto file = *sqlite_file::open(path(name) + "/trials.db", sqlite_access::read_only);
    std::string all;
    const auto read = file->query("SELECT * FROM trials ORDER BY id", {}, [&](const auto& row) {
      for (const auto& cell : row) all += text_of(cell) + "|";
      return true;
    });
    EXPECT_TRUE(read.ok());
    return all;
  };
  EXPECT_EQ(rows("parts"), rows("whole"));
}

TEST_F(optimize_command, noise_is_no_proposal) {
  const auto seen = run(words("noise", {"--propose", "--quiet", "--json"}));
  ASSERT_EQ(seen.code, 0) << seen.err;
  const auto found = seen.json();
  EXPECT_NE(found.at("judgement"), "better");
  EXPECT_EQ(found.at("trials"), 43);
  EXPECT_FALSE(found.at("folds").empty());
  EXPECT_FALSE(std::filesystem::exists(path("node") + "/state/proposals.db"));
}

TEST_F(optimize_command, what_is_wrong_is_named) {
  const struct {
    std::vector<std::string> words;
    const char* message;
  } rows[] = {
      {{"--param", "rsi_floor"}, "write name=low:high:step"},
      {{"--param", "nothing=1:2:1"}, "no enabled strategy has a parameter of that name"},
      {{"--method", "gird"}, "expected grid | random | latin"},
      {{"--objective", "profit"}, "expected sharpe"},
      {{"--walk-forward", "on"}, "expected anchored"},
      {{"--strategy", "none"}, "there is no strategy 'none'"},
      {{"--from", "2026-02-10"}, "need 20"},
      {{"--search", path("nowhere.toml")}, "cannot be read"},
      {{"--trials", "0"}, "--trials"},
  };
  for (const auto& row : rows) {
    const auto seen = run(words("wrong", row.words));
    EXPECT_EQ(seen.code, 2) << row.message;
    EXPECT_THAT(seen.err, HasSubstr(row.message));
    std::filesystem::remove_all(path("wrong"));
  }
  EXPECT_EQ(run({"optimize", "--config", config_, "--data", data_}).code, 2);
}

}  // namespace
}  // namespace bw
