// The capital ramp: what each stage allows, what leads up and what leads down.

#include "domain/live_stage.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/prng.hpp"
#include "tests/support/seed.hpp"

namespace bw {
namespace {

using ::testing::HasSubstr;

TEST(live_stage, the_table_is_the_documented_one) {
  struct {
    live_stage stage;
    std::int64_t position, loss;
    std::uint32_t entries, positions, sessions;
    std::int64_t order_usd, order_bp;
  } const rows[] = {{live_stage::s0, 1'000, 200, 10, 5, 0, 10'000, 1'000},
                    {live_stage::s1, 100, 100, 3, 2, 5, 5'000, 500},
                    {live_stage::s2, 200, 100, 5, 3, 10, 5'000, 500},
                    {live_stage::s3, 500, 150, 10, 5, 20, 5'000, 500},
                    {live_stage::s4, 1'000, 200, 10, 5, 0, 10'000, 1'000}};
  for (const auto& row : rows) {
    const auto& limits = limits_of(row.stage);
    EXPECT_EQ(limits.position_bp, row.position);
    EXPECT_EQ(limits.loss_halt_bp, row.loss);
    EXPECT_EQ(limits.entries_per_day, row.entries);
    EXPECT_EQ(limits.positions, row.positions);
    EXPECT_EQ(limits.clean_sessions, row.sessions);
    EXPECT_EQ(limits.order_usd, money::from_int(row.order_usd));
    EXPECT_EQ(limits.order_bp, row.order_bp);
    EXPECT_EQ(limits.acknowledged, row.stage == live_stage::s1);
  }
}

TEST(live_stage, the_first_stage_narrows_every_limit_it_names) {
  const auto out = tightened(risk_options{}, live_stage::s1);
  EXPECT_EQ(out.position_max_equity_bp, 100);
  EXPECT_EQ(out.order_max_equity_bp, 500);
  EXPECT_EQ(out.order_max_usd, money::from_int(5'000));
  EXPECT_EQ(out.max_entries_per_day, 3u);
  EXPECT_EQ(out.max_positions, 2u);
  EXPECT_EQ(out.loss_halt_bp, 100);
  EXPECT_EQ(out.loss_reduce_bp, 75);
  EXPECT_EQ(out.loss_warn_bp, 50);
}

TEST(live_stage, a_dollar_limit_that_is_off_is_on_while_a_stage_is_in_force) {
  risk_options given;
  given.order_max_usd.reset();
  EXPECT_EQ(tightened(given, live_stage::s4).order_max_usd, money::from_int(10'000));
}

TEST(live_stage, no_stage_ever_loosens_a_limit) {
  const auto seed = tests::test_seed(7);
  SCOPED_TRACE(tests::repeat_with(seed));
  prng chance{seed};
  for (int n = 0; n < 2'000; ++n) {
    risk_options given;
    given.position_max_equity_bp = chance.between(1, 1'000);
    given.order_max_equity_bp = chance.between(1, 1'000);
    if (chance.between(0, 1) == 1)
      given.order_max_usd = money::from_int(chance.between(1, 10'000));
    else
      given.order_max_usd.reset();
    given.max_entries_per_day = static_cast<std::uint32_t>(chance.between(1, 20));
    given.max_positions = static_cast<std::uint32_t>(chance.between(1, 10));
    given.loss_halt_bp = chance.between(3, 200);
    given.loss_reduce_bp = chance.between(2, given.loss_halt_bp);
    given.loss_warn_bp = chance.between(1, given.loss_reduce_bp);
    for (const auto stage :
         {live_stage::s0, live_stage::s1, live_stage::s2, live_stage::s3, live_stage::s4}) {
      const auto out = tightened(given, stage);
      const auto& most = limits_of(stage);
      EXPECT_EQ(out.position_max_equity_bp,
                std::min(given.position_max_equity_bp, most.position_bp));
      EXPECT_EQ(out.max_positions, std::min(given.max_positions, most.positions));
      EXPECT_EQ(out.max_entries_per_day, std::min(given.max_entries_per_day, most.entries_per_day));
      EXPECT_EQ(out.loss_halt_bp, std::min(given.loss_halt_bp, most.loss_halt_bp));
      EXPECT_LE(out.loss_reduce_bp, given.loss_reduce_bp);
      EXPECT_LE(out.loss_warn_bp, given.loss_warn_bp);
      EXPECT_LE(out.loss_warn_bp, out.loss_reduce_bp);
      EXPECT_LE(out.loss_reduce_bp, out.loss_halt_bp);
      EXPECT_LE(*out.order_max_usd, given.order_max_usd.value_or(money::max()));
      EXPECT_LE(out.order_max_equity_bp, given.order_max_equity_bp);
      EXPECT_EQ(tightened(out, stage).loss_warn_bp, out.loss_warn_bp) << "once is enough";
    }
  }
}

TEST(live_stage, sessions_lead_down_and_never_up) {
  using s = live_stage;
  using g = session_grade;
  struct {
    s before;
    g grade;
    s after;
    std::uint32_t sessions;
  } const rows[] = {
      {s::s0, g::clean, s::s0, 4}, {s::s0, g::breach, s::s0, 4}, {s::s0, g::severe, s::s0, 4},
      {s::s1, g::clean, s::s1, 5}, {s::s1, g::breach, s::s1, 0}, {s::s1, g::severe, s::s1, 0},
      {s::s2, g::clean, s::s2, 5}, {s::s2, g::breach, s::s1, 0}, {s::s2, g::severe, s::s1, 0},
      {s::s3, g::clean, s::s3, 5}, {s::s3, g::breach, s::s2, 0}, {s::s3, g::severe, s::s1, 0},
      {s::s4, g::clean, s::s4, 5}, {s::s4, g::breach, s::s3, 0}, {s::s4, g::severe, s::s1, 0},
  };
  for (const auto& row : rows) {
    const auto after = after_session({row.before, 4, 2, ""}, {row.grade, true, "why"});
    EXPECT_EQ(after.stage, row.after) << to_string(row.before) << to_string(row.grade);
    EXPECT_EQ(after.clean_sessions, row.sessions) << to_string(row.before) << to_string(row.grade);
    if (row.sessions == 0) {
      EXPECT_THAT(after.cause, HasSubstr("why"));
    }
  }
}

TEST(live_stage, clean_sessions_are_read_about_and_like_paper_or_they_are_not) {
  stage_state at{live_stage::s2, 3, 0, "", 1, 2};
  auto next = after_session(at, {session_grade::clean, false, "", true, true});
  EXPECT_EQ(next.unreviewed, 1u);
  EXPECT_EQ(next.like_paper, 3u);
  next = after_session(at, {session_grade::clean, false, "", false, false});
  EXPECT_EQ(next.unreviewed, 2u);
  EXPECT_EQ(next.like_paper, 0u) << "in a row";
  EXPECT_EQ(next.clean_sessions, 4u);
  next = after_session(at, {session_grade::breach, false, "why", true, true});
  EXPECT_EQ(next.unreviewed + next.like_paper, 0u);
}

TEST(live_stage, promotion_needs_its_sessions_a_person_and_the_evidence) {
  struct {
    stage_state before;
    bool evidence;
    bool ok;
    const char* says;
  } const rows[] = {
      {{live_stage::s0, 0, 0, ""}, false, false, "evidence"},
      {{live_stage::s0, 0, 0, ""}, true, true, ""},
      {{live_stage::s1, 4, 4, ""}, true, false, "4 of 5 clean sessions"},
      {{live_stage::s1, 5, 4, ""}, true, false, "4 of 5 clean sessions were acknowledged"},
      {{live_stage::s1, 5, 5, "", 0, 5}, true, true, ""},
      {{live_stage::s1, 5, 5, "", 0, 5}, false, false, "evidence"},
      {{live_stage::s1, 5, 5, "", 0, 4},
       true,
       false,
       "4 of 5 sessions in a row did what the paper"},
      {{live_stage::s1, 5, 5, "", 1, 5}, true, false, "1 of its sessions lie in weeks"},
      {{live_stage::s2, 10, 0, "", 0, 9}, true, false, "9 of 10 sessions in a row"},
      {{live_stage::s2, 9, 0, ""}, true, false, "9 of 10"},
      {{live_stage::s2, 10, 0, "", 0, 10}, true, true, ""},
      {{live_stage::s3, 19, 0, ""}, true, false, "19 of 20"},
      {{live_stage::s3, 20, 0, "", 0, 20}, true, true, ""},
      {{live_stage::s4, 99, 99, ""}, true, false, "last stage"},
  };
  for (const auto& row : rows) {
    const auto after = promoted(row.before, row.evidence);
    ASSERT_EQ(after.ok(), row.ok) << to_string(row.before.stage) << row.says;
    if (!row.ok) {
      EXPECT_EQ(after.code(), ec::halted);
      EXPECT_THAT(after.failure().context, HasSubstr(row.says));
      continue;
    }
    EXPECT_EQ(static_cast<int>(after->stage), static_cast<int>(row.before.stage) + 1);
    EXPECT_EQ(after->clean_sessions, 0u);
    EXPECT_EQ(after->acknowledged, 0u);
  }
}

}  // namespace
}  // namespace bw
