#include "core/error.hpp"

#include <gtest/gtest.h>

#include <set>

#include "core/result.hpp"
#include "core/secret.hpp"

namespace bw {
namespace {

TEST(Error, EveryCodeHasItsOwnName) {
  std::set<std::string_view> names;
  for (int code = 1; code <= static_cast<int>(ec::cancelled); ++code) {
    const auto name = to_string(static_cast<ec>(code));
    EXPECT_NE(name, "unknown_error_code") << code;
    EXPECT_TRUE(names.insert(name).second) << name;
  }
  EXPECT_EQ(to_string(static_cast<ec>(250)), "unknown_error_code");
}

TEST(Error, KeepsItsCodeOnTheWayUp) {
  const auto inner = error{ec::parse_failed, "'x' is no number"};
  const auto outer = error{inner}.within("node.toml:3");
  EXPECT_EQ(outer.code, ec::parse_failed);
  EXPECT_EQ(outer.text(), "parse_failed: node.toml:3: 'x' is no number");
}

TEST(ResultDeathTest, LookingAtTheWrongSideIsAProgrammingError) {
  const result<int> bad{ec::not_found, "nothing here"};
  EXPECT_DEATH((void)bad.value(), "holds a value");
  const result<int> good{1};
  EXPECT_DEATH((void)good.failure(), "holds an error");
}

TEST(Secret, LeavesNothingBehindWhenMoved) {
  secret one{"canary-of-some-length-beyond-the-small-string"};
  const secret two{std::move(one)};
  EXPECT_EQ(two.reveal(), "canary-of-some-length-beyond-the-small-string");
  EXPECT_TRUE(one.empty());  // NOLINT: what is left of a moved secret is the point
}

}  // namespace
}  // namespace bw
