// An id leads back to its parts, has one spelling, and never exceeds what the broker takes.

#include "domain/client_order_ids.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "core/prng.hpp"
#include "tests/support/seed.hpp"

namespace bw {
namespace {

TEST(client_order_ids, are_written_in_three_parts) {
  EXPECT_EQ(make_client_order_id({31, 1, order_id{32}}).view(), "bw-0000000z-1-10");
  EXPECT_EQ(make_client_order_id({0, 0, order_id{0}}).view(), "bw-00000000-0-0");
}

TEST(client_order_ids, the_longest_fits) {
  const client_id_parts parts{client_id_log(UINT64_MAX), UINT64_MAX, order_id{UINT64_MAX}};
  const auto id = make_client_order_id(parts);
  EXPECT_EQ(id.view(), "bw-zzzzzzzz-fzzzzzzzzzzzz-fzzzzzzzzzzzz");
  EXPECT_LE(id.view().size(), 48u);
  EXPECT_EQ(*parse_client_order_id(id.view()), parts);
}

TEST(client_order_ids, only_the_low_bits_of_the_log_id_count) {
  EXPECT_EQ(make_client_order_id({UINT64_MAX, 1, order_id{1}}),
            make_client_order_id({client_id_log(UINT64_MAX), 1, order_id{1}}));
}

TEST(client_order_ids, lead_back_and_never_repeat) {
  const auto seed = tests::test_seed(7);
  prng random{seed};
  std::set<std::string> seen;
  std::set<std::tuple<std::uint64_t, std::uint64_t, std::uint64_t>> made;
  for (int k = 0; k < 5'000; ++k) {
    const auto wide = [&] { return random.next() >> random.below(64); };
    const client_id_parts parts{client_id_log(wide()), wide(), order_id{wide()}};
    const auto id = make_client_order_id(parts);
    const auto back = parse_client_order_id(id.view());
    ASSERT_TRUE(back.ok()) << id.view() << " " << tests::repeat_with(seed);
    ASSERT_EQ(*back, parts) << tests::repeat_with(seed);
    const bool is_new = made.insert({parts.log_id, parts.boot_no, parts.order.value}).second;
    ASSERT_EQ(seen.insert(id.str()).second, is_new) << tests::repeat_with(seed);
  }
}

TEST(client_order_ids, what_was_not_written_here_is_refused) {
  for (const auto* text : {"",
                           "bw",
                           "bw-",
                           "bw-0000000z",
                           "bw-0000000z-1",
                           "bw-0000000z-1-",
                           "bw-0000000z--1",
                           "bw-000000z-1-1",
                           "bw-00000000z-1-1",
                           "bw-0000000Z-1-1",
                           "bw-0000000z-01-1",
                           "bw-0000000z-1-01",
                           "bw-0000000z-1-1-1",
                           "bw-0000000i-1-1",
                           "bw-0000000z-1-1 ",
                           "BW-0000000z-1-1",
                           "xx-0000000z-1-1",
                           "bw-0000000z-1-gzzzzzzzzzzzz",
                           "bw-0000000z-1-10000000000000",
                           "61e69015-8549-4bfd-b9c3-01e75843f47d"}) {
    const auto parsed = parse_client_order_id(text);
    ASSERT_FALSE(parsed.ok()) << text;
    EXPECT_EQ(parsed.code(), ec::parse_failed) << text;
  }
}

}  // namespace
}  // namespace bw
