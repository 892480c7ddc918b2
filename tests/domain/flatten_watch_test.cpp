// Closing everything: begun now or at the open, repeated until the broker shows zero, told when it
// takes too long.

#include "domain/flatten_watch.hpp"

#include <gtest/gtest.h>

namespace bw {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr mono_ns start{1'000'000'000};
constexpr flatten_scene open_with_two{true, true, 2, 2, {}};

TEST(flatten_watch, does_nothing_that_nobody_wants) {
  flatten_watch x;
  const auto step = x.look(open_with_two, start);
  EXPECT_FALSE(step.close || step.ask_broker || step.late || step.done);
  EXPECT_FALSE(x.withdraw());
}

TEST(flatten_watch, closes_again_until_the_broker_shows_zero) {
  flatten_watch x;
  x.begin(start);
  EXPECT_FALSE(x.look(open_with_two, start).close) << "whoever begins closes";
  EXPECT_FALSE(x.look(open_with_two, start + seconds{4}).close);
  EXPECT_TRUE(x.look(open_with_two, start + x.options().again_every).close);
  EXPECT_FALSE(x.look(open_with_two, start + seconds{6}).close);

  const auto flat_at = start + seconds{7};
  flatten_scene flat{true, true, 0, 2, start + seconds{6}};
  EXPECT_TRUE(x.look(flat, flat_at).ask_broker);
  EXPECT_FALSE(x.look(flat, flat_at).ask_broker) << "not in one breath";
  flat.broker_held = 0;
  EXPECT_FALSE(x.look(flat, flat_at + seconds{1}).done)
      << "a list that was asked for before our last execution proves nothing";
  flat.broker_asked = flat_at + seconds{1};
  EXPECT_TRUE(x.look(flat, flat_at + seconds{2}).done);
  EXPECT_EQ(x.stage(), flatten_stage::none);
}

TEST(flatten_watch, is_not_done_while_the_broker_shows_shares) {
  flatten_watch x;
  x.begin(start);
  const flatten_scene theirs{true, true, 0, 1, start + seconds{2}};
  EXPECT_FALSE(x.look(theirs, start + seconds{1}).done);
  const auto step = x.look(theirs, start + x.options().late_after);
  EXPECT_FALSE(step.done);
  EXPECT_TRUE(step.late);
}

TEST(flatten_watch, is_late_after_300_seconds_and_says_it_once) {
  flatten_watch x;
  x.begin(start);
  EXPECT_FALSE(x.look(open_with_two, start + seconds{300} - milliseconds{1}).late);
  EXPECT_TRUE(x.look(open_with_two, start + seconds{300}).late);
  EXPECT_EQ(x.stage(), flatten_stage::late);
  const auto next = x.look(open_with_two, start + seconds{306});
  EXPECT_FALSE(next.late);
  EXPECT_TRUE(next.close) << "it goes on all the same";
}

TEST(flatten_watch, waits_for_the_open_and_for_books_that_are_compared) {
  flatten_watch x;
  x.queue();
  EXPECT_FALSE(x.look({false, true, 2, 2, {}}, start).close);
  EXPECT_FALSE(x.look({true, false, 2, 2, {}}, start).close) << "what is held is not known yet";
  EXPECT_TRUE(x.look(open_with_two, start + seconds{1}).close);
  EXPECT_EQ(x.stage(), flatten_stage::closing);
  EXPECT_EQ(x.since(), start + seconds{1}) << "the wait for the open does not count";
  EXPECT_FALSE(x.withdraw()) << "what is under way goes on";
}

TEST(flatten_watch, what_waits_can_be_withdrawn) {
  flatten_watch x;
  x.queue();
  EXPECT_TRUE(x.withdraw());
  EXPECT_FALSE(x.look(open_with_two, start).close);
}

}  // namespace
}  // namespace bw
