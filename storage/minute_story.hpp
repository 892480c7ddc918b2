#pragma once

#include <optional>
#include <vector>

#include "storage/order_story.hpp"

namespace bw {

/// Which minute is asked about.
struct minute_question {
  symbol_name symbol;
  /// Empty: every strategy.
  short_name strategy;
  /// The minute is [from, to).
  utc_ns from;
  utc_ns to;
};

/// What one strategy made of the symbol around the minute.
struct strategy_minute {
  short_name strategy;
  /// The last look at a bar before the minute ended, and whether it fell into the minute.
  std::optional<recorded<evaluation_record>> last_look;
  bool looked_within = false;
  /// Signals within the minute, with what became of them.
  std::vector<recorded<signal_record>> signals;
  /// Why a signal of the minute came to no size.
  std::optional<recorded<decision_record>> decision;
  /// Orders that the gate refused within the minute.
  std::vector<recorded<verdict_record>> denials;
  /// Orders that were sent after all.
  std::vector<recorded<intent_record>> orders;
};

/// Everything that could have kept an order from being sent in one minute.
struct minute_story {
  minute_question asked;
  /// A node ran at the end of the minute.
  bool node_ran = false;
  std::uint64_t boot_no = 0;
  /// First and last record of the log, so that a question outside of it is seen.
  utc_ns log_begins;
  utc_ns log_ends;
  /// As they stood when the minute began, and what changed within it.
  std::optional<recorded<state_record>> state;
  std::vector<recorded<state_record>> state_changes;
  std::optional<recorded<session_record>> session;
  std::vector<recorded<session_record>> session_changes;
  std::optional<recorded<feed_record>> feed;
  /// Orders of the symbol whose outcome nobody knew: no entry may leave beside them.
  std::vector<client_order_id> unknown_orders;
  /// The strategies that the run was configured with for this symbol, in order of the records; with
  /// one asked for, that one alone.
  std::vector<strategy_minute> strategies;
};

/// What the reader says when the log cannot be read. Reads it from its first record up to the end
/// of the minute.
result<minute_story> tell_minute(const audit_reader& log, const minute_question& asked);

}  // namespace bw
