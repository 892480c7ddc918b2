// A secret's memory: its own, locked, wiped; and nothing prints one.

#include <gtest/gtest.h>

#include <fstream>
#include <ostream>
#include <string>

#include "core/secret.hpp"

namespace bw {
namespace {

template <class T>
concept printable = requires(std::ostream& out, const T& x) {
  out << x;
};
static_assert(printable<std::string>);
static_assert(!printable<secret>, "a secret has no stream operator");
static_assert(!std::convertible_to<secret, std::string>);
static_assert(!std::convertible_to<secret, std::string_view>);

/// Kilobytes of this process that cannot be swapped out.
long locked_kilobytes() {
  std::ifstream in{"/proc/self/status"};
  for (std::string line; std::getline(in, line);)
    if (line.starts_with("VmLck:")) return std::stol(line.substr(6));
  return -1;
}

TEST(secret, holds_copies_and_moves) {
  secret first{"attack at dawn"};
  EXPECT_EQ(first.reveal(), "attack at dawn");
  const secret copy = first;
  EXPECT_EQ(copy.reveal(), first.reveal());
  EXPECT_NE(copy.reveal().data(), first.reveal().data());
  const secret moved = std::move(first);
  EXPECT_TRUE(first.empty());  // NOLINT: what is left of it is the point
  EXPECT_EQ(moved.reveal(), "attack at dawn");
  secret other;
  EXPECT_TRUE(other.empty());
  other = moved;
  EXPECT_EQ(other.reveal(), "attack at dawn");
  other = secret{};
  EXPECT_TRUE(other.empty());
  EXPECT_TRUE(secret{""}.empty());
}

TEST(secret, wipes_what_it_was_given) {
  std::string text = "a text that is too long to lie within the string itself";
  const char* bytes = text.data();
  const auto size = text.size();
  wipe(text);
  EXPECT_TRUE(text.empty());
  text.reserve(size);
  EXPECT_EQ(text.data(), bytes) << "the same memory";
  EXPECT_EQ(std::string(bytes, size), std::string(size, '\0'));
}

TEST(secret, is_locked_against_swapping_where_the_system_allows_it) {
  const auto before = locked_kilobytes();
  const secret held{"attack at dawn"};
  if (!held.is_locked()) GTEST_SKIP() << "this system does not let memory be locked";
  EXPECT_GT(locked_kilobytes(), before);
}

}  // namespace
}  // namespace bw
