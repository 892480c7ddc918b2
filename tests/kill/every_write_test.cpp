// A session of orders is cut off before one of the system calls by which anything leaves the node:
// a write to the log, a sync, a send to the broker. Each cut starts from an empty state; afterwards
// a new node finds its way back and both ledgers agree (I-11: not sent, sent and known, or sent and
// unknown; each resolved without a second order).

#include <gtest/gtest.h>
#include <signal.h>

#include <iostream>
#include <map>

#include "core/prng.hpp"
#include "tests/kill/battlefield.hpp"
#include "tests/kill/syscall_tracer.hpp"
#include "tests/support/seed.hpp"

namespace bw {
namespace {

using tests::leaving;

constexpr std::size_t cuts_by_default = 8;
/// A session of this many orders is what the cuts fall into.
constexpr std::size_t orders_a_session = 200;
/// Calls that a session makes at most: one that never ends is a failure.
constexpr std::uint64_t calls_max = 200'000;
constexpr int speed = 400;

struct cut {
  std::uint64_t calls = 0;
  std::optional<leaving> at;
};

/// Runs the node until the cut; without one until it has had its orders. Answers what it saw.
cut run_until(const tests::battlefield& field, std::optional<std::uint64_t> before,
              const tests::scratch_folder& said) {
  const auto end = tests::run_traced(
      tests::battlefield::node_path(), field.node_arguments(orders_a_session), said / "out",
      said / "err", [&](std::uint64_t n, leaving) { return n == before.value_or(calls_max); });
  EXPECT_TRUE(end.killed_at || end.code == 0)
      << "code " << end.code << tests::file_text(said / "err");
  return {end.calls, end.killed_at};
}

TEST(EveryWrite, IsAPlaceToDieAt) {
  const auto seed = tests::test_seed(20'261'121);
  SCOPED_TRACE(tests::repeat_with(seed));
  prng random{seed};
  const tests::scratch_folder said;
  std::uint64_t session = 0;
  {
    tests::battlefield field{seed, speed};
    session = run_until(field, std::nullopt, said).calls;
    const auto sums = field.settle();
    ASSERT_GE(sums.intents, orders_a_session);
  }
  // All of them when as many cuts are asked for as there are calls, a sample otherwise.
  const auto cuts = std::min<std::uint64_t>(session, tests::test_cycles(cuts_by_default));
  std::map<std::string_view, int> kinds;
  for (std::uint64_t n = 0; n < cuts; ++n) {
    const auto first = 1 + n * session / cuts;
    const auto behind = 1 + (n + 1) * session / cuts;
    const auto before = first + random.below(std::max<std::uint64_t>(1, behind - first));
    SCOPED_TRACE("killed before call " + std::to_string(before) + " of about " +
                 std::to_string(session));
    tests::battlefield field{seed, speed};
    const auto end = run_until(field, before, said);
    ++kinds[end.at ? to_string(*end.at) : "at its end"];
    field.settle();
    if (HasFailure()) return;
  }
  std::cout << cuts << " of about " << session << " calls:";
  for (const auto& [kind, count] : kinds) std::cout << ' ' << count << ' ' << kind;
  std::cout << '\n';
}

}  // namespace
}  // namespace bw
