// A session of orders is cut off before one of the system calls by which anything leaves the node:
// a write to the log, a sync, a send to the broker. Each cut starts from an empty state; afterwards
// a new node finds its way back and both ledgers agree (not sent, sent and known, or sent and
// unknown; each resolved without a second order).

#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <chrono>
#include <iostream>
#include <map>
#include <vector>

#include "core/prng.hpp"
#include "tests/kill/battlefield.hpp"
#include "tests/kill/syscall_tracer.hpp"
#include "tests/support/seed.hpp"

namespace bw {
namespace {

using tests::leaving;

constexpr std::size_t cuts_by_default = 9;
/// A session of this many orders is what the cuts fall into.
constexpr std::size_t orders_a_session = 200;
/// Calls that a session makes at most: one that never ends is a failure.
constexpr std::uint64_t calls_max = 200'000;
/// A session takes a few seconds; a machine that is too busy for quotes of this speed has none.
constexpr std::chrono::seconds session_max{120};
constexpr int speed = 200;

/// Before the n-th call of a kind, counted from 1.
struct place {
  leaving kind = leaving::write;
  std::uint64_t number = 0;
};

/// Runs the node until the cut, without one until it has had its orders. Answers how many calls of
/// each kind it made.
std::map<leaving, std::uint64_t> run_until(const tests::battlefield& field,
                                           std::optional<place> before,
                                           const tests::scratch_folder& said) {
  std::map<leaving, std::uint64_t> made;
  const auto latest = std::chrono::steady_clock::now() + session_max;
  const auto end =
      tests::run_traced(tests::battlefield::node_path(), field.node_arguments(orders_a_session),
                        said / "out", said / "err", [&](std::uint64_t n, leaving call) {
                          const auto number = ++made[call];
                          return n >= calls_max || std::chrono::steady_clock::now() > latest ||
                                 (before && call == before->kind && number == before->number);
                        });
  EXPECT_LT(end.calls, calls_max) << "the session does not end";
  EXPECT_LT(std::chrono::steady_clock::now(), latest) << "the session takes too long";
  EXPECT_TRUE(end.killed_at || end.code == 0)
      << "code " << end.code << tests::file_text(said / "err");
  return made;
}

/// As many places as asked for, each kind as often as the others; all there are if that is fewer.
std::vector<place> places_in(const std::map<leaving, std::uint64_t>& session, std::uint64_t asked,
                             prng& random) {
  std::vector<place> out;
  for (const auto& [kind, calls] : session) {
    const auto share = std::min(calls, std::max<std::uint64_t>(1, asked / session.size()));
    for (std::uint64_t n = 0; n < share; ++n) {
      const auto first = 1 + n * calls / share;
      const auto behind = 1 + (n + 1) * calls / share;
      out.push_back({kind, first + random.below(behind - first)});
    }
  }
  return out;
}

TEST(EveryWrite, IsAPlaceToDieAt) {
  const auto seed = tests::test_seed(20'261'121);
  SCOPED_TRACE(tests::repeat_with(seed));
  prng random{seed};
  const tests::scratch_folder said;
  std::map<leaving, std::uint64_t> session;
  {
    tests::battlefield field{seed, speed};
    session = run_until(field, std::nullopt, said);
    const auto sums = field.settle();
    ASSERT_GE(sums.intents, orders_a_session);
  }
  ASSERT_EQ(session.size(), 3u) << "a session writes, syncs and sends";
  const auto places = places_in(session, tests::test_cycles(cuts_by_default), random);
  for (const auto& before : places) {
    SCOPED_TRACE("killed before " + std::string{to_string(before.kind)} + " " +
                 std::to_string(before.number) + " of about " +
                 std::to_string(session[before.kind]));
    tests::battlefield field{seed, speed};
    run_until(field, before, said);
    field.settle();
    if (HasFailure()) return;
  }
  std::cout << places.size() << " cuts in a session of about";
  for (const auto& [kind, calls] : session) std::cout << ' ' << calls << ' ' << to_string(kind);
  std::cout << " calls\n";
}

}  // namespace
}  // namespace bw
