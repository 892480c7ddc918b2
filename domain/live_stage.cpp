#include "domain/live_stage.hpp"

#include <algorithm>
#include <array>

namespace bw {
namespace {

constexpr auto small_order = money::from_int(5'000);
constexpr auto full_order = money::from_int(10'000);

constexpr std::array<stage_limits, live_stage_count> table{{
    {1'000, 200, 10, 5, full_order, 1'000, 0, false},
    {100, 100, 3, 2, small_order, 500, 5, true},
    {200, 100, 5, 3, small_order, 500, 10, false},
    {500, 150, 10, 5, small_order, 500, 20, false},
    {1'000, 200, 10, 5, full_order, 1'000, 0, false},
}};

live_stage one_below(live_stage stage) {
  return stage <= live_stage::s1 ? stage
                                 : static_cast<live_stage>(static_cast<std::uint8_t>(stage) - 1);
}

std::string count_of(std::uint32_t have, std::uint32_t need) {
  return std::to_string(have) + " of " + std::to_string(need);
}

}  // namespace

std::string_view to_string(live_stage x) noexcept {
  switch (x) {
    case live_stage::s0: return "S0";
    case live_stage::s1: return "S1";
    case live_stage::s2: return "S2";
    case live_stage::s3: return "S3";
    case live_stage::s4: return "S4";
  }
  return "invalid";
}

std::string_view to_string(session_grade x) noexcept {
  switch (x) {
    case session_grade::clean: return "clean";
    case session_grade::breach: return "breach";
    case session_grade::severe: return "severe";
  }
  return "invalid";
}

const stage_limits& limits_of(live_stage stage) { return table[static_cast<std::size_t>(stage)]; }

risk_options tightened(risk_options given, live_stage stage) {
  const auto& most = limits_of(stage);
  auto& out = given;
  out.position_max_equity_bp = std::min(out.position_max_equity_bp, most.position_bp);
  out.order_max_equity_bp = std::min(out.order_max_equity_bp, most.order_bp);
  out.order_max_usd = std::min(out.order_max_usd.value_or(most.order_usd), most.order_usd);
  out.max_entries_per_day = std::min(out.max_entries_per_day, most.entries_per_day);
  out.max_positions = std::min(out.max_positions, most.positions);
  out.loss_halt_bp = std::min(out.loss_halt_bp, most.loss_halt_bp);
  out.loss_reduce_bp = std::min(out.loss_reduce_bp, out.loss_halt_bp * 3 / 4);
  out.loss_warn_bp = std::min(out.loss_warn_bp, out.loss_halt_bp / 2);
  return given;
}

stage_state after_session(stage_state before, const graded_session& session) {
  auto after = std::move(before);
  if (after.stage == live_stage::s0) return after;
  if (session.grade == session_grade::clean) {
    ++after.clean_sessions;
    if (session.acknowledged) ++after.acknowledged;
    if (!session.reviewed) ++after.unreviewed;
    after.like_paper = session.like_paper ? after.like_paper + 1 : 0;
    return after;
  }
  after.stage = session.grade == session_grade::severe ? live_stage::s1 : one_below(after.stage);
  after.clean_sessions = 0;
  after.acknowledged = 0;
  after.unreviewed = 0;
  after.like_paper = 0;
  after.cause = std::string{to_string(session.grade)} + ": " + session.why;
  return after;
}

result<stage_state> promoted(const stage_state& before, bool evidence_complete) {
  const auto& limits = limits_of(before.stage);
  const std::string name{to_string(before.stage)};
  if (before.stage == live_stage::s4)
    return {ec::halted, name + " is the last stage: there is nothing to promote to"};
  if (!evidence_complete)
    return {ec::halted, name +
                            " cannot be left: the evidence of paper trading is not complete; see "
                            "`bellwether live status`"};
  if (before.clean_sessions < limits.clean_sessions)
    return {ec::halted, name + " cannot be left yet: " +
                            count_of(before.clean_sessions, limits.clean_sessions) +
                            " clean sessions in a row"};
  if (limits.acknowledged && before.acknowledged < limits.clean_sessions)
    return {ec::halted,
            name + " cannot be left yet: " + count_of(before.acknowledged, limits.clean_sessions) +
                " clean sessions were acknowledged; see `bellwether live acknowledge`"};
  if (before.unreviewed > 0)
    return {ec::halted, name + " cannot be left yet: " + std::to_string(before.unreviewed) +
                            " of its sessions lie in weeks whose report nobody has read; see "
                            "`bellwether live review`"};
  if (before.like_paper < limits.clean_sessions)
    return {ec::halted,
            name + " cannot be left yet: " + count_of(before.like_paper, limits.clean_sessions) +
                " sessions in a row did what the paper node beside them did; see "
                "`bellwether live compare`"};
  return stage_state{static_cast<live_stage>(static_cast<std::uint8_t>(before.stage) + 1), 0, 0,
                     "promoted by a person"};
}

}  // namespace bw
