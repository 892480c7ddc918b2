#pragma once

#include <optional>

#include "core/time.hpp"
#include "messages/control.hpp"

namespace bw {

/// Which brief of the day a person still has to read. One that was read covers those before it; a
/// new one takes the place of an older one that nobody read, and is no less urgent.
/// Single-threaded.
class brief_watch {
 public:
  /// How long the brief at midday may wait for its reader.
  static constexpr nanoseconds midday_patience = std::chrono::minutes{30};

  void on_brief(brief_slot slot, mono_ns now) {
    if (slot == brief_slot::end_of_day) return;  // The next morning asks for it.
    const auto until = slot == brief_slot::morning ? now : now + midday_patience;
    if (!unread_until_ || until < *unread_until_) unread_until_ = until;
  }
  void on_read() { unread_until_.reset(); }
  bool keeps_entries_off(mono_ns now) const { return unread_until_ && now >= *unread_until_; }
  bool waits_for_time() const { return unread_until_.has_value(); }

 private:
  std::optional<mono_ns> unread_until_;
};

}  // namespace bw
