#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/result.hpp"
#include "messages/account.hpp"

namespace bw {

/// The three briefs of a trading day.
enum class checkin_slot : std::uint8_t { morning = 1, midday, eod };

/// "morning", "midday", "eod".
std::string_view to_string(checkin_slot x) noexcept;
std::optional<checkin_slot> checkin_slot_from(std::string_view text);

/// A trade as a brief shows it; an open one has no exit.
struct checkin_trade {
  std::string symbol;
  std::string strategy;
  std::string qty;
  std::string entry;
  std::string exit;
  std::string pnl;
  std::string exit_reason;
  bool open = false;
};

/// What is known when a brief is written. What could not be found out is said in `unknown`, never
/// left out in silence.
struct checkin_facts {
  checkin_slot slot = checkin_slot::morning;
  calendar_date day;
  utc_ns at;
  /// Empty on a day without a session.
  std::optional<session_day> session;
  bool half_day = false;
  /// status.json as the node wrote it; empty when there is none.
  std::string status_json;
  /// Whether trades and orders could be read: without it their lists say nothing.
  bool trades_known = false;
  /// Opened or closed since the last session's close, and today.
  std::vector<checkin_trade> overnight;
  std::vector<checkin_trade> today;
  money realized_today;
  /// Why orders of today were denied or rejected, and how often.
  std::vector<std::pair<std::string, std::uint64_t>> refusals;
  /// The day's comparison of both books, line by line.
  std::vector<std::string> reconciliation;
  /// Limits that hold: key and value.
  std::vector<std::pair<std::string, std::string>> limits;
  std::vector<std::string> proposals;
  /// What the last days say of the strategies, and what stands out.
  std::vector<std::string> strategies;
  std::vector<std::string> notes;
  std::vector<std::string> unknown;
};

/// One part of a brief: a heading and its lines.
struct checkin_section {
  std::string title;
  std::vector<std::string> lines;
};

struct checkin_brief {
  checkin_slot slot = checkin_slot::morning;
  calendar_date day;
  utc_ns at;
  std::vector<checkin_section> sections;

  /// "checkin-2026-11-02-morning", the stem of its files.
  std::string stem() const;
};

/// Puts a brief together. Morning: preflight, overnight, account, today, limits. Midday: state,
/// profit, trades, refusals, anomalies. End of day: result, trades, reconciliation, refusals,
/// notes, proposals. A status that cannot be read is said to be unknown.
checkin_brief make_checkin(const checkin_facts& facts);

/// One JSON object with schema_version, and lines for a person.
std::string to_json(const checkin_brief& brief);
std::string to_text(const checkin_brief& brief);

}  // namespace bw
