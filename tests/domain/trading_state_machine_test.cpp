// Which reasons narrow trading how far, and who may take them away again.

#include "domain/trading_state_machine.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace bw {
namespace {

trading_state_machine started() {
  trading_state_machine x;
  EXPECT_TRUE(*x.clear_by_rule(halt_reason::boot));
  return x;
}

std::vector<halt_reason> all_reasons() {
  std::vector<halt_reason> out;
  for (std::size_t k = 1; k <= halt_reason_count; ++k) out.push_back(static_cast<halt_reason>(k));
  return out;
}

TEST(trading_state_machine, boots_halted_and_becomes_active_when_no_reason_is_left) {
  trading_state_machine x;
  EXPECT_EQ(x.state().mode, trading_mode::halted);
  x.add(halt_reason::reconciling);
  EXPECT_TRUE(*x.clear_by_rule(halt_reason::boot));
  EXPECT_EQ(x.state().mode, trading_mode::halted);
  EXPECT_TRUE(*x.clear_by_rule(halt_reason::reconciling));
  EXPECT_EQ(x.state(), (trading_state{trading_mode::active, 0}));
}

TEST(trading_state_machine, the_worst_reason_decides) {
  auto x = started();
  EXPECT_TRUE(x.add(halt_reason::feed));
  EXPECT_EQ(x.state().mode, trading_mode::reducing);
  EXPECT_TRUE(x.add(halt_reason::audit));
  EXPECT_EQ(x.state().mode, trading_mode::halted);
  EXPECT_TRUE(*x.clear_by_person(halt_reason::audit));
  EXPECT_EQ(x.state().mode, trading_mode::reducing);
  EXPECT_TRUE(has_reason(x.state(), halt_reason::feed));
}

TEST(trading_state_machine, saying_it_twice_changes_nothing) {
  auto x = started();
  EXPECT_TRUE(x.add(halt_reason::feed));
  EXPECT_FALSE(x.add(halt_reason::feed));
  EXPECT_TRUE(*x.clear_by_rule(halt_reason::feed));
  EXPECT_FALSE(*x.clear_by_rule(halt_reason::feed));
}

TEST(trading_state_machine, a_floor_rises_and_never_falls) {
  auto x = started();
  EXPECT_TRUE(x.add(halt_reason::loss));
  EXPECT_EQ(x.state().mode, trading_mode::reducing);
  EXPECT_TRUE(x.add(halt_reason::loss, trading_mode::halted));
  EXPECT_EQ(x.state().mode, trading_mode::halted);
  EXPECT_FALSE(x.add(halt_reason::loss, trading_mode::reducing));
  EXPECT_EQ(x.floor_of(halt_reason::loss), trading_mode::halted);
}

TEST(trading_state_machine, a_floor_stays_within_its_reason) {
  auto x = started();
  x.add(halt_reason::feed, trading_mode::halted);
  EXPECT_EQ(x.state().mode, trading_mode::reducing);
  x.add(halt_reason::kill, trading_mode::active);
  EXPECT_EQ(x.state().mode, trading_mode::halted);
}

TEST(trading_state_machine, the_latched_reasons_are_these) {
  const std::vector<halt_reason> latched = {halt_reason::operator_halt,
                                            halt_reason::kill,
                                            halt_reason::loss,
                                            halt_reason::audit,
                                            halt_reason::position_mismatch,
                                            halt_reason::auth,
                                            halt_reason::supervisor,
                                            halt_reason::parent_child,
                                            halt_reason::day_unmatched,
                                            halt_reason::drawdown,
                                            halt_reason::arm,
                                            halt_reason::not_flat,
                                            halt_reason::brief};
  std::vector<halt_reason> found;
  for (const auto reason : all_reasons())
    if (is_latched(reason)) found.push_back(reason);
  EXPECT_EQ(found, latched);
}

TEST(trading_state_machine, no_rule_clears_what_is_latched_and_no_person_what_is_not) {
  for (const auto reason : all_reasons()) {
    auto x = started();
    x.add(reason);
    const auto by_rule = x.clear_by_rule(reason);
    EXPECT_EQ(by_rule.ok(), !is_latched(reason)) << to_string(reason);
    if (!by_rule) {
      EXPECT_EQ(by_rule.code(), ec::halted);
    }
    auto y = started();
    y.add(reason);
    const auto by_person = y.clear_by_person(reason);
    const bool may =
        (is_latched(reason) && reason != halt_reason::kill) || reason == halt_reason::rejects;
    EXPECT_EQ(by_person.ok(), may) << to_string(reason);
  }
}

TEST(trading_state_machine, a_kill_ends_in_another_process_only) {
  auto x = started();
  x.add(halt_reason::kill);
  EXPECT_EQ(x.clear_by_person(halt_reason::kill).code(), ec::halted);

  trading_state_machine next;
  next.restore(x.state());
  EXPECT_TRUE(has_reason(next.state(), halt_reason::kill));
  EXPECT_TRUE(*next.clear_by_person(halt_reason::kill));
}

TEST(trading_state_machine, ten_rejects_in_a_row_need_a_person) {
  auto x = started();
  x.add(halt_reason::rejects, trading_mode::halted);
  EXPECT_EQ(x.clear_by_rule(halt_reason::rejects).code(), ec::halted);
  EXPECT_TRUE(*x.clear_by_person(halt_reason::rejects));
}

TEST(trading_state_machine, latches_come_back_and_the_rest_does_not) {
  auto x = started();
  for (const auto reason : all_reasons()) x.add(reason);
  trading_state_machine next;
  next.restore(x.state());
  for (const auto reason : all_reasons()) {
    EXPECT_EQ(has_reason(next.state(), reason), is_latched(reason) || reason == halt_reason::boot)
        << to_string(reason);
  }
  EXPECT_EQ(next.floor_of(halt_reason::loss), trading_mode::halted);
}

}  // namespace
}  // namespace bw
