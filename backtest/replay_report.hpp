#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/json_writer.hpp"
#include "core/time.hpp"
#include "messages/audit.hpp"

namespace bw {

enum class decision_kind : std::uint8_t {
  signal = 1,    // With its fate.
  order,         // What an engine wanted from the risk gate.
  cancel,        // The same of a cancel.
  verdict,       // With every rule's value and limit.
  state_change,  // Of the trading state.
};
inline constexpr std::size_t decision_kind_count = 5;
std::string_view to_string(decision_kind x) noexcept;

/// A decision that came out differently.
struct replay_difference {
  decision_kind kind = decision_kind::signal;
  /// Record of the audit log; 0 when the log has none.
  sequence_number sequence;
  std::uint64_t boot_no = 0;
  utc_ns at;
  /// "momentum in AAPL".
  std::string who;
  /// The member that differs; empty when one side has no such decision.
  std::string field;
  std::string recorded;
  std::string replayed;

  /// One sentence for a person.
  std::string text() const;
};

struct decision_counts {
  std::uint64_t compared = 0;
  std::uint64_t identical = 0;
};

/// What became of one segment of a recording.
struct replayed_segment {
  std::string file;
  std::uint64_t boot_no = 0;
  std::uint64_t bytes = 0;
  digest sha256{};
  /// The log names it, and its bytes are those that the log vouches for.
  bool vouched = false;
  /// It ends in the middle: a crash.
  bool torn = false;
};

/// What a replay saw.
struct replay_report {
  std::uint64_t boots = 0;
  /// Runs, or parts of runs, whose inputs were not recorded.
  std::uint64_t boots_without_recording = 0;
  std::vector<replayed_segment> segments;
  std::uint64_t bytes = 0;
  std::uint64_t inputs = 0;
  std::uint64_t market_inputs = 0;
  /// By the value of decision_kind.
  std::array<decision_counts, decision_kind_count + 1> decisions{};
  std::uint64_t differences = 0;
  std::optional<replay_difference> first;
  /// Inputs that the recording lost.
  std::uint64_t lost_inputs = 0;
  /// Decisions of the log whose inputs are not in the recording.
  std::uint64_t uncovered = 0;
  /// Decisions behind the last input, or the last record, that a crash let survive.
  std::uint64_t cut_off = 0;
  /// What keeps the recording from being whole; at most notes_max sentences.
  std::vector<std::string> incomplete;
  /// Segments that are not what the log vouches for, one sentence each.
  std::vector<std::string> tampered;
  static constexpr std::size_t notes_max = 20;
  std::uint64_t chain_records = 0;
  digest chain{};

  std::uint64_t compared() const;
  std::uint64_t identical() const;
  bool differs() const { return differences > 0 || !tampered.empty(); }
  bool is_complete() const { return incomplete.empty(); }

  void note_incomplete(std::string why);
  void note_difference(replay_difference found);
};

/// Members of an open JSON object.
void write_replay(json_writer& out, const replay_report& report);

}  // namespace bw
