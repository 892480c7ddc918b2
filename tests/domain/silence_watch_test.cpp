// When another process's heartbeat means that it is gone.

#include "domain/silence_watch.hpp"

#include <gtest/gtest.h>

namespace bw {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using verdict = silence_watch::verdict;

constexpr mono_ns start{5'000'000'000};
heartbeat_look beat(std::uint64_t number, bool planned = false, std::uint64_t boot = 1) {
  return {true, boot, number, planned};
}

TEST(silence_watch, says_silent_once_after_the_limit) {
  silence_watch x{seconds{10}};
  EXPECT_EQ(x.look({}, start), verdict::idle) << "nothing was ever seen";
  EXPECT_EQ(x.look(beat(1), start), verdict::beating);
  EXPECT_EQ(x.look(beat(1), start + seconds{10} - milliseconds{1}), verdict::beating);
  EXPECT_EQ(x.look(beat(1), start + seconds{10}), verdict::silent);
  EXPECT_EQ(x.look(beat(1), start + seconds{11}), verdict::still_silent);
  x.ask_again();
  EXPECT_EQ(x.look(beat(1), start + seconds{12}), verdict::silent);
  EXPECT_EQ(x.look(beat(2), start + seconds{13}), verdict::beating);
  EXPECT_EQ(x.look(beat(2), start + seconds{23}), verdict::silent) << "a new silence";
}

TEST(silence_watch, a_file_that_is_gone_or_broken_is_silence) {
  silence_watch x{seconds{10}};
  x.look(beat(1), start);
  EXPECT_EQ(x.look({}, start + seconds{10}), verdict::silent);
}

TEST(silence_watch, an_end_that_was_meant_is_none) {
  silence_watch x{seconds{10}};
  x.look(beat(1), start);
  EXPECT_EQ(x.look(beat(2, true), start + seconds{1}), verdict::idle);
  EXPECT_EQ(x.look(beat(2, true), start + seconds{60}), verdict::idle);
  EXPECT_EQ(x.look(beat(1, false, 2), start + seconds{61}), verdict::beating) << "the next boot";
  EXPECT_EQ(x.look(beat(1, false, 2), start + seconds{71}), verdict::silent);
}

TEST(silence_watch, a_node_that_died_before_the_watch_began_is_silent) {
  silence_watch x{seconds{10}};
  EXPECT_EQ(x.look(beat(900), start), verdict::beating);
  EXPECT_EQ(x.look(beat(900), start + seconds{10}), verdict::silent);
}

}  // namespace
}  // namespace bw
