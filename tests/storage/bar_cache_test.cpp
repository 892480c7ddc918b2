// Past bars on the disk: what is kept comes back as it was, what is damaged does not come back, and
// the folder stays within its bound.

#include "storage/bar_cache.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

#include "tests/support/program.hpp"

namespace bw {
namespace {

constexpr calendar_date monday{2026, 11, 2};
constexpr calendar_date tuesday{2026, 11, 3};
constexpr calendar_date wednesday{2026, 11, 4};
const std::string page = R"({"bars":{"AAPL":[{"o":1}]},"next_page_token":null})";

bar_series series(std::string adjustment = "raw", std::string symbol = "AAPL") {
  return {std::move(symbol), "iex", "1Min", std::move(adjustment)};
}

struct BarCache : testing::Test {
  tests::scratch_folder folder;
  metrics_registry metrics;
  bar_cache cache{{folder.path() / "bars"}, metrics};

  std::filesystem::path file(const char* name = "iex/1Min/raw/AAPL/2026-11-02.bars") const {
    return folder.path() / "bars" / name;
  }
};

TEST_F(BarCache, ADayComesBackAsItWas) {
  EXPECT_EQ(cache.load(series(), monday, tuesday), std::nullopt);
  cache.store(series(), monday, tuesday, page);
  EXPECT_EQ(cache.load(series(), monday, wednesday), page);
  EXPECT_EQ(cache.load(series("raw", "MSFT"), monday, tuesday), std::nullopt);
  EXPECT_EQ(cache.load(series(), tuesday, wednesday), std::nullopt);
  auto another = series();
  for (auto* part : {&another.feed, &another.timeframe, &another.adjustment}) {
    another = series();
    *part = "other";
    EXPECT_EQ(cache.load(another, monday, tuesday), std::nullopt);
  }
  metrics_registry after;
  bar_cache again{{folder.path() / "bars"}, after};
  EXPECT_EQ(again.load(series(), monday, tuesday), page) << "over a restart";
}

TEST_F(BarCache, ADayThatIsNotOverIsNotKept) {
  cache.store(series(), tuesday, tuesday, page);
  cache.store(series(), wednesday, tuesday, page);
  EXPECT_TRUE(list_bar_cache(folder.path() / "bars").empty());
}

TEST_F(BarCache, AdjustedPricesHoldOnTheDayTheyWereFetched) {
  cache.store(series("split"), monday, tuesday, page);
  EXPECT_EQ(cache.load(series("split"), monday, tuesday), page);
  EXPECT_EQ(cache.load(series("split"), monday, wednesday), std::nullopt);
  cache.store(series("split"), monday, wednesday, page);
  EXPECT_EQ(cache.load(series("split"), monday, wednesday), page);
}

TEST_F(BarCache, WhateverIsDamagedIsRefusedAndCanBeFetchedAgain) {
  cache.store(series(), monday, tuesday, page);
  const auto whole = tests::file_text(file());
  ASSERT_GT(whole.size(), page.size());
  // Every byte matters, and so does the length.
  std::vector<std::string> damaged{"", whole.substr(0, whole.size() - 1), whole + " "};
  for (std::size_t k = 0; k < whole.size(); ++k) {
    auto other = whole;
    other[k] = static_cast<char>(other[k] ^ 1);
    damaged.push_back(std::move(other));
  }
  damaged.emplace_back(bar_cache::file_bytes_max + 1, 'x');
  for (const auto& bytes : damaged) {
    std::ofstream{file(), std::ios::binary} << bytes;
    const auto listed = list_bar_cache(folder.path() / "bars");
    ASSERT_EQ(listed.size(), 1u);
    EXPECT_FALSE(check_cached_bars(listed[0]).ok());
    ASSERT_EQ(cache.load(series(), monday, tuesday), std::nullopt) << bytes.size();
    EXPECT_FALSE(std::filesystem::exists(file())) << "it is out of the way";
  }
  cache.store(series(), monday, tuesday, page);
  EXPECT_EQ(cache.load(series(), monday, tuesday), page);
}

TEST_F(BarCache, AnUnfinishedFileIsNoFile) {
  cache.store(series(), monday, tuesday, page);
  std::filesystem::rename(file(), file("iex/1Min/raw/AAPL/2026-11-02.bars.last"));
  EXPECT_EQ(cache.load(series(), monday, tuesday), std::nullopt);
  EXPECT_TRUE(list_bar_cache(folder.path() / "bars").empty());
}

TEST_F(BarCache, TheOldestMakeRoom) {
  metrics_registry small;
  constexpr std::uint64_t bound = 20'000;
  bar_cache bounded{{folder.path() / "bars", bound}, small};
  const std::string body(900, 'x');
  for (int day = 0; day < 60; ++day)
    bounded.store(series(), civil_from_days(days_from_civil(monday) - 100 + day), wednesday, body);
  const auto left = list_bar_cache(folder.path() / "bars");
  std::uint64_t bytes = 0;
  for (const auto& each : left) bytes += each.bytes;
  EXPECT_LE(bytes, bound);
  EXPECT_GT(bytes, bound / 2);
  EXPECT_EQ(left.back().day, civil_from_days(days_from_civil(monday) - 41)) << "the newest stays";
  const auto sizes = std::filesystem::file_size(left.back().file);
  EXPECT_EQ(left.size(), bytes / sizes);
}

TEST_F(BarCache, ANameNeverLeavesTheFolder) {
  for (const char* symbol : {"../AAPL", "a/b", "", ".hidden", "..", "A B"}) {
    cache.store(series("raw", symbol), monday, tuesday, page);
    EXPECT_EQ(cache.load(series("raw", symbol), monday, tuesday), std::nullopt) << symbol;
  }
  EXPECT_TRUE(list_bar_cache(folder.path()).empty());
  cache.store(series("raw", "BRK.B"), monday, tuesday, page);
  EXPECT_EQ(list_bar_cache(folder.path() / "bars").at(0).series.symbol, "BRK.B");
}

}  // namespace
}  // namespace bw
