#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "core/time.hpp"
#include "domain/clock_watch.hpp"
#include "messages/account.hpp"

namespace bw {

enum class quality : std::uint8_t {
  not_applicable = 1,  // Nothing can be said now: outside of a session, or nobody gave the facts.
  good,
  warning,
  failed,
};
/// "not_applicable", "good", …
std::string_view to_string(quality x) noexcept;

struct data_quality_limits {
  /// The newest minute bar may have ended this long ago while the session runs.
  nanoseconds bar_age_max = std::chrono::minutes{5};
  /// Minutes in a row without a bar, inside the session. On a feed that sees a part of all trades a
  /// thin symbol has such gaps every day, so that they warn and never fail.
  std::uint32_t gap_minutes_max = 5;
  clock_limits clock;
};

/// What is known of the minute bars of one symbol.
struct data_quality_facts {
  utc_ns now;
  /// The session that is open or comes next.
  std::optional<session_day> session;
  /// Starts of the bars of today, in the order in which they came, those that came twice included.
  std::span<const utc_ns> bars;
  /// Former days that should be kept on disk, and how many of them are whole there.
  std::uint32_t days_wanted = 0;
  std::uint32_t days_kept = 0;
  /// The broker's clock less ours, when somebody compared them.
  std::optional<nanoseconds> clock_offset;
};

struct data_quality {
  quality freshness = quality::not_applicable;
  quality gaps = quality::not_applicable;
  quality duplicates = quality::not_applicable;
  quality retention = quality::not_applicable;
  quality clock = quality::not_applicable;
  /// Since the newest bar ended; zero without one.
  nanoseconds bar_age{};
  std::uint32_t bars = 0;
  std::uint32_t missing_minutes = 0;
  std::uint32_t longest_gap_minutes = 0;
  std::uint32_t twice = 0;
  std::uint32_t disordered = 0;

  /// The worst of all.
  quality overall() const;
};

/// Minutes that have no bar.
struct bar_gaps {
  std::uint32_t all = 0;
  /// In a row.
  std::uint32_t longest = 0;
};
/// Of a session's minutes that end by `until`; `bars` are starts in any order.
bar_gaps missing_in(const session_day& session, std::span<const utc_ns> bars, utc_ns until);

/// Pure: the same facts give the same judgement.
data_quality judge_data(const data_quality_facts& facts, const data_quality_limits& limits = {});

}  // namespace bw
