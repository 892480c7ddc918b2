// How many shares a day a symbol trades, of the newest daily bars.

#include "feeds/volume_averages.hpp"

#include <gtest/gtest.h>

namespace bw {
namespace {

TEST(volume_averages, is_the_mean_of_the_newest_sessions) {
  const std::string body = R"({"bars":{"AAPL":[{"t":"2026-03-11T04:00:00Z","v":300,"c":1.5},)"
                           R"({"v":100,"t":"2026-03-10T04:00:00Z"},{"v":999999}]},)"
                           R"("next_page_token":null})";
  EXPECT_EQ(average_volume_of(body, 2)->text(), "200");
  EXPECT_EQ(average_volume_of(R"({"bars":{"A":[{"v":1},{"v":2}]}})", 20)->text(), "1.5");
}

TEST(volume_averages, without_bars_nobody_knows_it) {
  EXPECT_TRUE(average_volume_of(R"({"bars":{},"next_page_token":null})", 20)->is_zero());
  EXPECT_TRUE(average_volume_of(R"({"bars":{"A":[]}})", 20)->is_zero());
}

TEST(volume_averages, what_cannot_be_read_is_an_error) {
  for (const char* body : {"", "[]", "{}", R"({"bars":null})", R"({"bars":{"A":[{"c":1}]}})",
                           R"({"bars":{"A":[{"v":"x"}]}})", R"({"bars":{"A":[{"v":-5}]}})",
                           R"({"bars":{"A":[{"v":1e400}]}})"})
    EXPECT_EQ(average_volume_of(body, 20).code(), ec::parse_failed) << body;
}

}  // namespace
}  // namespace bw
