#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <utility>
#include <variant>

#include "messages/audit.hpp"
#include "messages/control.hpp"
#include "messages/orders.hpp"
#include "messages/reconciliation.hpp"

namespace bw {

/// What the figures of this run are made of, beside prices.
using performance_input = std::variant<order_report, session_state, fee_record, day_report>;

/// Everything that PERFORMANCE counts, in its order and since the process began: one that is
/// started again counts all of it again, what came while there was none included. Lives in the
/// node. Any thread.
class performance_journal {
 public:
  /// Months of trading; of more, the oldest are forgotten.
  static constexpr std::size_t inputs_max = 65'536;

  void add(performance_input x) {
    const std::lock_guard lock{mutex_};
    inputs_.push_back(std::move(x));
    if (inputs_.size() <= inputs_max) return;
    inputs_.pop_front();
    ++forgotten_;
  }
  /// The first one behind `place`, which moves on behind it.
  std::optional<performance_input> next(std::uint64_t& place) const {
    const std::lock_guard lock{mutex_};
    place = std::max(place, forgotten_);
    const auto at = place - forgotten_;
    if (at >= inputs_.size()) return std::nullopt;
    ++place;
    return inputs_[at];
  }
  /// How far they were told to log and people: what comes before is counted without a word.
  void on_told(std::uint64_t place) {
    const std::lock_guard lock{mutex_};
    told_ = place;
  }
  std::uint64_t told() const {
    const std::lock_guard lock{mutex_};
    return told_;
  }

 private:
  mutable std::mutex mutex_;
  std::deque<performance_input> inputs_;
  std::uint64_t forgotten_ = 0;
  std::uint64_t told_ = 0;
};

}  // namespace bw
