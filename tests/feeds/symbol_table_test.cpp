#include "feeds/symbol_table.hpp"

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "core/prng.hpp"

namespace bw {
namespace {

TEST(symbol_table, finds_the_position_in_the_list) {
  const symbol_table table{{"AAPL", "MSFT", "BRK.B", "A", "ABCDEFGHIJKLMNO"}};
  EXPECT_EQ(table.find("AAPL"), symbol_id{0});
  EXPECT_EQ(table.find("BRK.B"), symbol_id{2});
  EXPECT_EQ(table.find("A"), symbol_id{3});
  EXPECT_EQ(table.find("ABCDEFGHIJKLMNO"), symbol_id{4});
}

TEST(symbol_table, answers_no_symbol_for_everything_else) {
  const symbol_table table{{"AAPL", "AAPL", ""}};
  EXPECT_EQ(table.size(), 1U);
  for (const char* ticker :
       {"", "AAP", "AAPLE", "aapl", "ABCDEFGHIJKLMNOP", "ZZZZZZZZZZZZZZZZZZZZ"})
    EXPECT_EQ(table.find(ticker), no_symbol) << ticker;
  EXPECT_EQ(symbol_table{{}}.find("AAPL"), no_symbol);
}

TEST(symbol_table, agrees_with_a_map_for_random_lists) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    prng random{seed};
    symbol_list list;
    std::map<std::string, std::uint32_t> oracle;
    const auto text = [&] {
      std::string out;
      for (auto n = random.between(1, 9); n > 0; --n)
        out += static_cast<char>('A' + random.below(3));
      return out;
    };
    for (int k = 0; k < 500; ++k) {
      list.push_back(text());
      oracle.emplace(list.back(), k);
    }
    const symbol_table table{list};
    for (int k = 0; k < 5000; ++k) {
      const auto wanted = text();
      const auto found = oracle.find(wanted);
      EXPECT_EQ(table.find(wanted), found == oracle.end() ? no_symbol : symbol_id{found->second})
          << wanted << " seed " << seed;
    }
  }
}

}  // namespace
}  // namespace bw
