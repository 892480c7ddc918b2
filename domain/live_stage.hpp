#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/result.hpp"
#include "domain/risk_options.hpp"

namespace bw {

/// How far real money has been trusted to the node. s0 is paper; each further stage has larger
/// limits than the one before.
enum class live_stage : std::uint8_t { s0 = 0, s1, s2, s3, s4 };
inline constexpr std::size_t live_stage_count = 5;

/// "S0" … "S4".
std::string_view to_string(live_stage x) noexcept;

/// What a stage allows at most, whatever the configuration says.
struct stage_limits {
  std::int64_t position_bp = 0;
  std::int64_t loss_halt_bp = 0;
  std::uint32_t entries_per_day = 0;
  std::uint32_t positions = 0;
  money order_usd;
  std::int64_t order_bp = 0;
  /// Clean sessions, in a row, after which a person may promote. Zero for the last stage, and for
  /// s0, which the evidence of paper trading ends.
  std::uint32_t clean_sessions = 0;
  /// Whether a person must have acknowledged each of them.
  bool acknowledged = false;
};
const stage_limits& limits_of(live_stage stage);

/// The limits with those of the stage on top: of each pair the tighter one, and the levels of the
/// day's loss below the halt in the proportion 1/2 and 3/4 of it. Never looser than `given`.
risk_options tightened(risk_options given, live_stage stage);

/// How a session with real money went. The worst one that applies.
enum class session_grade : std::uint8_t {
  clean = 1,
  /// A limit, a halt by an error, an uncovered position, a missed reconciliation.
  breach,
  /// A kill, or a difference to the broker's books that nobody explained.
  severe,
};
std::string_view to_string(session_grade x) noexcept;

/// Where the ramp stands. A value: the log's records are folded into it.
struct stage_state {
  live_stage stage = live_stage::s0;
  /// In a row, in this stage; and those of them that a person acknowledged.
  std::uint32_t clean_sessions = 0;
  std::uint32_t acknowledged = 0;
  /// Of the last change; empty at the beginning.
  std::string cause;
  /// Of the clean sessions: those of weeks whose report nobody has read; and the latest ones, in a
  /// row, that did what the paper node beside them did.
  std::uint32_t unreviewed = 0;
  std::uint32_t like_paper = 0;

  friend bool operator==(const stage_state&, const stage_state&) = default;
};

struct graded_session {
  session_grade grade = session_grade::clean;
  bool acknowledged = false;
  /// What was wrong, for a person.
  std::string why;
  /// A person has read the report of its week.
  bool reviewed = false;
  /// It did what the paper node did on the day, within the bound.
  bool like_paper = false;
};

/// A session ended: a clean one counts, a breach goes one stage back, a severe one back to s1.
/// Paper (s0) stays paper, and nothing here ever leads upwards.
stage_state after_session(stage_state before, const graded_session& session);

/// A person promotes. ec::halted with what is missing: sessions, acknowledgements, reviews, the
/// paper node beside it, or in s0 the evidence.
result<stage_state> promoted(const stage_state& before, bool evidence_complete);

}  // namespace bw
