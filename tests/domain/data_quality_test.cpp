// What is said of a symbol's bars: a row a case, Monday 2026-11-02, session 14:30 to 21:00 UTC.

#include "domain/data_quality.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

namespace bw {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

const session_day monday{{2026, 11, 2},
                         parse_rfc3339("2026-11-02T14:30:00Z").value(),
                         parse_rfc3339("2026-11-02T21:00:00Z").value()};

/// Minutes after the open; `from` to `to`, both included.
std::vector<int> all(int from, int to) {
  std::vector<int> out;
  for (int k = from; k <= to; ++k) out.push_back(k);
  return out;
}
std::vector<int> operator+(std::vector<int> a, const std::vector<int>& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

struct row {
  const char* what;
  nanoseconds since_open;
  std::vector<int> bars;
  quality freshness;
  quality gaps;
  quality duplicates;
  std::uint32_t missing = 0;
  std::uint32_t longest = 0;
};

constexpr auto none = quality::not_applicable;
constexpr auto good = quality::good;
constexpr auto warning = quality::warning;
constexpr auto failed = quality::failed;

TEST(data_quality, says_of_bars_what_is_wrong_with_them) {
  const row rows[] = {
      {"every minute", minutes{60}, all(0, 59), good, good, good},
      {"the last minute on its way", minutes{60} + seconds{1}, all(0, 58), good, good, good},
      {"before the open", minutes{-30}, {}, none, none, good},
      {"after the close", minutes{391}, all(0, 300), none, none, good},
      {"at the close itself", minutes{390}, all(0, 300), none, none, good},
      {"the first minute", seconds{30}, {}, good, good, good},
      {"five minutes without any", minutes{5}, {}, good, good, good, 4, 4},
      {"six minutes without any", minutes{6}, {}, failed, good, good, 5, 5},
      {"bars of before the open", minutes{4}, all(-60, -10), good, good, good, 3, 3},
      {"old by five minutes", minutes{65}, all(0, 59), good, good, good, 4, 4},
      {"old by a nanosecond more", minutes{65} + nanoseconds{1}, all(0, 59), failed, good, good, 4,
       4},
      {"one hole", minutes{60}, all(0, 9) + all(11, 59), good, good, good, 1, 1},
      {"a hole of five", minutes{60}, all(0, 9) + all(15, 59), good, good, good, 5, 5},
      {"a hole of six", minutes{60}, all(0, 9) + all(16, 59), good, warning, good, 6, 6},
      {"two holes", minutes{60}, all(2, 9) + all(13, 59), good, good, good, 5, 3},
      {"one twice", minutes{60}, all(0, 59) + all(59, 59), good, good, warning},
      {"one too late", minutes{60}, all(0, 29) + all(31, 59) + all(30, 30), good, good, warning},
      {"one of the future", minutes{60}, all(0, 62), good, good, good},
  };
  for (const auto& each : rows) {
    std::vector<utc_ns> starts;
    for (const auto k : each.bars) starts.push_back(monday.open + minutes{k});
    data_quality_facts facts;
    facts.now = monday.open + each.since_open;
    facts.session = monday;
    facts.bars = starts;
    const auto said = judge_data(facts);
    EXPECT_EQ(to_string(said.freshness), to_string(each.freshness)) << each.what;
    EXPECT_EQ(to_string(said.gaps), to_string(each.gaps)) << each.what;
    EXPECT_EQ(to_string(said.duplicates), to_string(each.duplicates)) << each.what;
    EXPECT_EQ(said.missing_minutes, each.missing) << each.what;
    EXPECT_EQ(said.longest_gap_minutes, each.longest) << each.what;
    EXPECT_EQ(said.retention, none) << each.what;
    EXPECT_EQ(said.clock, none) << each.what;
  }
}

TEST(data_quality, clocks_and_kept_days) {
  const auto clock_of = [](std::optional<nanoseconds> offset) {
    data_quality_facts facts;
    facts.clock_offset = offset;
    return judge_data(facts).clock;
  };
  EXPECT_EQ(clock_of(std::nullopt), none);
  EXPECT_EQ(clock_of(milliseconds{50}), good);
  EXPECT_EQ(clock_of(milliseconds{-51}), warning);
  EXPECT_EQ(clock_of(milliseconds{500}), warning);
  EXPECT_EQ(clock_of(milliseconds{-501}), failed);
  const auto retention_of = [](std::uint32_t kept, std::uint32_t wanted) {
    data_quality_facts facts;
    facts.days_kept = kept;
    facts.days_wanted = wanted;
    return judge_data(facts).retention;
  };
  EXPECT_EQ(retention_of(0, 0), none);
  EXPECT_EQ(retention_of(5, 5), good);
  EXPECT_EQ(retention_of(4, 5), warning);
}

TEST(data_quality, overall_is_the_worst) {
  data_quality x;
  EXPECT_EQ(x.overall(), none);
  x.gaps = good;
  EXPECT_EQ(x.overall(), good);
  x.retention = warning;
  EXPECT_EQ(x.overall(), warning);
  x.freshness = failed;
  EXPECT_EQ(x.overall(), failed);
}

}  // namespace
}  // namespace bw
