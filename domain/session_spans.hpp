#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <vector>

#include "core/time.hpp"

namespace bw {

/// When a session begins and ends.
struct session_span {
  utc_ns open;
  utc_ns close;
};

/// The sessions whose trades count, by their open. Plain instants: time zones, half days and
/// holidays are the calendar's business.
class session_spans {
 public:
  /// Sessions known at once; the oldest make room.
  static constexpr std::size_t sessions_max = 400;

  /// In any order; a session that is known by its open takes the new close.
  void add(const session_span& session) {
    if (session.close <= session.open) return;
    const auto at = std::lower_bound(known_.begin(), known_.end(), session.open,
                                     [](const session_span& s, utc_ns t) { return s.open < t; });
    if (at != known_.end() && at->open == session.open) {
      at->close = session.close;
      return;
    }
    known_.insert(at, session);
    if (known_.size() > sessions_max) known_.erase(known_.begin());
  }

  /// The session that an instant lies in: its open belongs to it, its close does not.
  std::optional<session_span> around(utc_ns t) const {
    const auto after = std::upper_bound(known_.begin(), known_.end(), t,
                                        [](utc_ns x, const session_span& s) { return x < s.open; });
    if (after == known_.begin()) return std::nullopt;
    const auto& found = *(after - 1);
    return t < found.close ? std::optional{found} : std::nullopt;
  }

 private:
  std::vector<session_span> known_;
};

}  // namespace bw
