// A node that trades without rest is killed at random instants, again and again, beside a venue
// that lives on. Whatever the instant, the next start is ready in time, and at the end both ledgers
// tell the same story.

#include <gtest/gtest.h>
#include <signal.h>

#include <iostream>

#include "core/prng.hpp"
#include "tests/kill/battlefield.hpp"
#include "tests/support/seed.hpp"

namespace bw {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr std::size_t cycles_by_default = 100;
/// A round is one session of the venue. A node that dies between record and send leaves its symbol
/// locked for the rest of it, so a round is short.
constexpr std::size_t cycles_a_round = 10;
constexpr int speed = 200;

/// Waits without a condition on purpose: the instant of the kill is the random input of the test.
void let_run(microseconds time) {
  const auto end = steady_clock::now() + time;
  tests::eventually(std::chrono::seconds{5}, [&] { return steady_clock::now() >= end; });
}

/// Where in the life of a node it is killed.
enum class moment { while_starting, at_work, amid_an_order };

void kill_once(const tests::battlefield& field, prng& random, moment when,
               milliseconds& slowest_start) {
  const auto began = steady_clock::now();
  tests::program node{tests::battlefield::node_path(), field.node_arguments()};
  if (when == moment::while_starting) {
    let_run(milliseconds{random.below(400)});
  } else {
    ASSERT_TRUE(node.says("active", tests::ready_within)) << node.err() << node.out();
    slowest_start = std::max(slowest_start,
                             std::chrono::duration_cast<milliseconds>(steady_clock::now() - began));
    if (when == moment::at_work) {
      let_run(milliseconds{random.below(500)});
    } else {
      const auto quiet = field.logged_bytes();
      tests::eventually(std::chrono::seconds{2}, [&] { return field.logged_bytes() != quiet; });
      let_run(microseconds{random.below(20'000)});
    }
  }
  node.signal(SIGKILL);
  ASSERT_EQ(node.wait(std::chrono::seconds{10}), 128 + SIGKILL)
      << "it ended before it was killed: " << node.err();
}

TEST(Sigkill, LosesNothingAndDoublesNothing) {
  const auto seed = tests::test_seed(20'261'121);
  SCOPED_TRACE(tests::repeat_with(seed));
  prng random{seed};
  const auto cycles = tests::test_cycles(cycles_by_default);
  milliseconds slowest_start{0};
  tests::ledgers sums;
  for (std::size_t done = 0; done < cycles;) {
    tests::battlefield field{random.next(), speed};
    for (std::size_t n = 0; n < cycles_a_round && done < cycles; ++n, ++done) {
      kill_once(field, random, static_cast<moment>(random.below(3)), slowest_start);
      if (HasFatalFailure()) return;
    }
    const auto round = field.settle();
    sums.orders_at_venue += round.orders_at_venue;
    sums.intents += round.intents;
    sums.fills_at_venue += round.fills_at_venue;
    if (HasFailure()) return;
  }
  std::cout << cycles << " kills, " << sums.intents << " intents, " << sums.orders_at_venue
            << " orders at the venue (" << sums.fills_at_venue << " with fills), slowest start "
            << slowest_start.count() << " ms\n";
  EXPECT_GT(sums.orders_at_venue, cycles / 2) << "the node was hardly ever at work when it died";
}

}  // namespace
}  // namespace bw
