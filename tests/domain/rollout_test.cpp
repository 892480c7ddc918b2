// A change of parameters on its way: shadow, canary, full, and back at the first thing that is
// wrong.

#include "domain/rollout.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/prng.hpp"
#include "tests/support/seed.hpp"

namespace bw {
namespace {

using ::testing::HasSubstr;

constexpr rollout_options small{.shadow_sessions = 2,
                                .canary_sessions = 3,
                                .signals_least = 1,
                                .trades_least = 4,
                                .sessions_most = 6,
                                .canary_budget = money::from_int(1'000),
                                .loss_bp = 500,
                                .worse_bp = 25};

trade_sum trades(std::uint32_t count, std::int64_t value, const char* earned) {
  return {count, money::from_int(value), *money::parse(earned)};
}

/// Days that follow one another.
class days {
 public:
  explicit days(rollout_state from = {}) : state_(std::move(from)) {}
  rollout_stage pass(rollout_session session = {}) {
    session.day = civil_from_days(++day_);
    state_ = after_session(std::move(state_), small, session);
    return state_.stage;
  }
  rollout_stage quiet() { return pass({.signals = 1}); }
  rollout_stage trade(trade_sum sum) { return pass({.trades = sum}); }
  const rollout_state& state() const { return state_; }

 private:
  std::int64_t day_ = 20'000;
  rollout_state state_;
};

rollout_state canary(trade_sum before = {}) {
  rollout_state out;
  out.stage = rollout_stage::canary;
  out.before = before;
  return out;
}

TEST(rollout, good_sessions_lead_from_shadow_over_canary_to_full) {
  days x;
  EXPECT_EQ(x.quiet(), rollout_stage::shadow);
  EXPECT_EQ(x.quiet(), rollout_stage::canary);
  EXPECT_EQ(x.state().cause, "2 sessions without a breach");
  EXPECT_EQ(x.state().sessions, 0u);
  EXPECT_EQ(x.trade(trades(2, 2'000, "3")), rollout_stage::canary);
  EXPECT_EQ(x.trade(trades(2, 2'000, "-1")), rollout_stage::canary);
  EXPECT_EQ(x.trade({}), rollout_stage::full);
  EXPECT_EQ(x.state().trades, trades(4, 4'000, "2"));
}

TEST(rollout, a_breach_takes_it_back_at_once_in_every_stage_and_for_good) {
  for (const auto stage : {rollout_stage::shadow, rollout_stage::canary}) {
    rollout_state from;
    from.stage = stage;
    days x{from};
    EXPECT_EQ(x.pass({.breach = "killed"}), rollout_stage::rolled_back);
    EXPECT_EQ(x.state().cause, "killed");
    for (int k = 0; k < 20; ++k) EXPECT_EQ(x.quiet(), rollout_stage::rolled_back);
  }
}

TEST(rollout, a_canary_that_loses_more_than_its_bound_is_taken_back_before_its_time) {
  days x{canary()};
  EXPECT_EQ(x.trade(trades(1, 1'000, "-50")), rollout_stage::canary) << "500 bp of 1,000 USD";
  EXPECT_EQ(x.trade(trades(1, 1'000, "-0.01")), rollout_stage::rolled_back);
  EXPECT_THAT(x.state().cause, HasSubstr("lost 50.01 USD, more than 50"));
}

TEST(rollout, results_are_compared_with_those_of_the_old_parameters) {
  // Before it were 30 bp: 5 bp are just good enough, 4 are not.
  const auto before = trades(100, 100'000, "300");
  days good{canary(before)};
  EXPECT_EQ(good.trade(trades(4, 10'000, "5")), rollout_stage::canary);
  days bad{canary(before)};
  EXPECT_EQ(bad.trade(trades(3, 7'500, "3")), rollout_stage::canary) << "three trades say nothing";
  EXPECT_EQ(bad.trade(trades(1, 2'500, "1.99")), rollout_stage::rolled_back);
  EXPECT_THAT(bad.state().cause, HasSubstr("earn 4 bp of their value, before it were 30 bp"));
}

TEST(rollout, without_signals_or_trades_it_waits_and_is_taken_back_in_the_end) {
  for (const auto stage : {rollout_stage::shadow, rollout_stage::canary}) {
    rollout_state from;
    from.stage = stage;
    days x{from};
    for (int k = 0; k < 5; ++k) EXPECT_EQ(x.pass(), stage);
    EXPECT_EQ(x.pass(), rollout_stage::rolled_back);
    EXPECT_THAT(x.state().cause, HasSubstr("after 6 sessions there are too few"));
  }
}

TEST(rollout, a_session_counts_once_whatever_is_told_again) {
  const rollout_session day{.day = {2026, 6, 1}, .signals = 1};
  auto state = after_session({}, small, day);
  const auto once = state;
  state = after_session(state, small, day);
  state = after_session(state, small, {.day = {2026, 5, 29}, .breach = "long ago"});
  EXPECT_EQ(state, once);
}

TEST(rollout, no_row_of_sessions_skips_a_stage_or_leads_out_of_an_end) {
  const auto seed = tests::test_seed(20260601);
  prng random{seed};
  for (std::uint64_t n = 0; n < tests::test_size(500); ++n) {
    days x;
    auto stage = rollout_stage::shadow;
    for (int k = 0; k < 30; ++k) {
      rollout_session session{.signals = static_cast<std::uint32_t>(random.between(0, 2))};
      if (random.chance(1, 15)) session.breach = "something";
      session.trades = {static_cast<std::uint32_t>(random.between(0, 3)),
                        money::from_int(random.between(1, 5'000)),
                        money::from_int(random.between(-20, 25))};
      const auto next = x.pass(session);
      const bool allowed = next == stage || next == rollout_stage::rolled_back ||
                           (stage == rollout_stage::shadow && next == rollout_stage::canary) ||
                           (stage == rollout_stage::canary && next == rollout_stage::full);
      ASSERT_TRUE(allowed) << tests::repeat_with(seed);
      ASSERT_TRUE(!is_over(stage) || next == stage) << tests::repeat_with(seed);
      if (!session.breach.empty() && !is_over(stage)) {
        ASSERT_EQ(next, rollout_stage::rolled_back) << tests::repeat_with(seed);
      }
      stage = next;
    }
  }
}

TEST(rollout, stages_are_read_as_they_are_written) {
  for (const auto stage : {rollout_stage::shadow, rollout_stage::canary, rollout_stage::full,
                           rollout_stage::rolled_back})
    EXPECT_EQ(*parse_rollout_stage(to_string(stage)), stage);
  EXPECT_EQ(parse_rollout_stage("half").code(), ec::parse_failed);
}

}  // namespace
}  // namespace bw
