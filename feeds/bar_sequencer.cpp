#include "feeds/bar_sequencer.hpp"

#include <algorithm>
#include <utility>

namespace bw {

bar_sequencer::bar_sequencer(std::size_t symbols, std::size_t held_max)
    : newest_(symbols), held_max_(held_max) {}

void bar_sequencer::hold() {
  holding_ = true;
  held_.clear();
}

utc_ns bar_sequencer::fetch_from(utc_ns earliest) const {
  std::optional<utc_ns> from;
  for (const auto& newest : newest_) {
    auto next = complete_until_.value_or(earliest);
    if (newest) next = std::max(next, *newest + span_length(bar_span::minute));
    if (!from || next < *from) from = next;
  }
  return std::max(earliest, from.value_or(earliest));
}

bool bar_sequencer::take_history(const bar& fetched, utc_ns now) {
  return fetched.start + span_length(fetched.span) <= now && advance(fetched);
}

bar_sequencer::live_bar bar_sequencer::take_live(const bar& live) {
  if (holding_) {
    if (held_.size() >= held_max_) return live_bar::no_room;
    held_.push_back(live);
    return live_bar::held;
  }
  if (live.origin == bar_origin::correction) return live_bar::hand_out;
  return advance(live) ? live_bar::hand_out : live_bar::known;
}

std::vector<bar> bar_sequencer::release(utc_ns now) {
  holding_ = false;
  // One minute less: the venue's list may show a bar a little later than its stream.
  complete_until_ = now - 2 * span_length(bar_span::minute);
  std::vector<bar> out;
  for (const auto& live : std::exchange(held_, {}))
    if (take_live(live) == live_bar::hand_out) out.push_back(live);
  return out;
}

bool bar_sequencer::advance(const bar& next) {
  if (next.symbol.value >= newest_.size()) return false;
  auto& newest = newest_[next.symbol.value];
  if (newest && next.start <= *newest) return false;
  newest = next.start;
  return true;
}

}  // namespace bw
