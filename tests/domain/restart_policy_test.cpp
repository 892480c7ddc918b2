// How many failures within how long; when a supervisor gives up; when waits become short again.

#include "domain/restart_policy.hpp"

#include <gtest/gtest.h>

namespace bw {
namespace {

constexpr std::int64_t second = 1'000'000'000;
using kind = restart_decision::kind;

restart_policy policy(std::uint32_t restarts) {
  return {{.restarts_max = restarts, .backoff = {.jitter_percent = 0}}, prng{1}};
}

TEST(restart_policy, one_failure_too_many_within_the_period_escalates) {
  auto x = policy(3);
  EXPECT_EQ(x.on_failure(mono_ns{0}).what, kind::restart);
  EXPECT_EQ(x.on_failure(mono_ns{1}).what, kind::restart);
  EXPECT_EQ(x.on_failure(mono_ns{2}).what, kind::restart);
  EXPECT_EQ(x.on_failure(mono_ns{30 * second - 1}).what, kind::escalate);
  EXPECT_TRUE(x.has_given_up());
  EXPECT_EQ(x.on_failure(mono_ns{9'000 * second}).what, kind::escalate);
}

TEST(restart_policy, failures_out_of_the_period_are_forgotten) {
  auto x = policy(3);
  for (std::int64_t k = 0; k < 50; ++k)
    EXPECT_EQ(x.on_failure(mono_ns{k * 10 * second}).what, kind::restart) << k;
  EXPECT_EQ(x.recent_failures(mono_ns{490 * second}), 3u);
}

TEST(restart_policy, none_allowed_escalates_at_once) {
  auto x = policy(0);
  EXPECT_EQ(x.on_failure(mono_ns{0}).what, kind::escalate);
}

TEST(restart_policy, waits_grow_until_it_ran_for_long) {
  auto x = policy(5);
  EXPECT_EQ(x.on_failure(mono_ns{0}).wait, std::chrono::milliseconds{100});
  x.on_running(mono_ns{1 * second});
  EXPECT_EQ(x.on_failure(mono_ns{61 * second - 1}).wait, std::chrono::milliseconds{200});
  x.on_running(mono_ns{62 * second});
  EXPECT_EQ(x.on_failure(mono_ns{122 * second}).wait, std::chrono::milliseconds{100});
}

}  // namespace
}  // namespace bw
