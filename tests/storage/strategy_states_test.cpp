// What strategies keep over a restart: it comes back as it was, and whatever happened to the file
// is noticed and costs nothing but the state.

#include "storage/strategy_states.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

#include "core/prng.hpp"
#include "tests/support/seed.hpp"

namespace bw {
namespace {

const std::vector<kept_strategy> two{{short_name{"trend"}, std::string{"\0\xff\n bytes", 9}},
                                     {short_name{"other"}, std::string(4096, 'x')}};

struct strategy_states : testing::Test {
  std::filesystem::path folder =
      std::filesystem::temp_directory_path() / ("bw_states_" + std::to_string(::getpid()));
  std::filesystem::path file = strategy_states_file(folder, "BRK.B");
  ~strategy_states() override { std::filesystem::remove_all(folder); }
};

TEST_F(strategy_states, come_back_as_they_were) {
  EXPECT_EQ(file, folder / "strategies" / "BRK.B.state");
  const auto none = read_strategy_states(file);
  ASSERT_TRUE(none.ok());
  EXPECT_TRUE(none->empty());
  for (const auto sync : {sync_mode::yes, sync_mode::no}) {
    ASSERT_TRUE(write_kept_file(file, to_text(two), sync).ok());
    const auto back = read_strategy_states(file);
    ASSERT_TRUE(back.ok()) << back.failure().context;
    EXPECT_EQ(*back, two);
  }
}

TEST_F(strategy_states, a_file_that_was_cut_or_changed_is_no_state) {
  const auto seed = tests::test_seed(20261121);
  prng chance{seed};
  const auto text = to_text(two);
  for (int k = 0; k < 2'000; ++k) {
    auto damaged = text;
    const auto at = chance.below(text.size());
    if (k % 2 == 0)
      damaged.resize(at);
    else
      damaged[at] = static_cast<char>(damaged[at] ^ (1 << chance.below(8)));
    EXPECT_FALSE(parse_strategy_states(damaged).ok()) << tests::repeat_with(seed) << ", " << k;
  }
}

TEST_F(strategy_states, more_than_a_file_may_hold_is_not_read) {
  ASSERT_TRUE(
      write_kept_file(file, std::string(strategy_states_bytes_max + 1, 'x'), sync_mode::no).ok());
  EXPECT_EQ(read_strategy_states(file).code(), ec::out_of_range);
}

}  // namespace
}  // namespace bw
