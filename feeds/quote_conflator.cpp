#include "feeds/quote_conflator.hpp"

#include <algorithm>
#include <variant>

#include "core/assert.hpp"

namespace bw {
namespace {

/// Symbol of an event; no_symbol for one about the feed itself.
symbol_id symbol_of(const market_event& event) {
  return std::visit(
      [](const auto& x) {
        if constexpr (requires { x.symbol; }) {
          return x.symbol;
        } else {
          return no_symbol;
        }
      },
      event);
}

}  // namespace

quote_conflator::quote_conflator(std::size_t symbols, market_sink& sink, std::size_t waiting_max)
    : sink_(sink), ring_(waiting_max), open_quote_(symbols, none) {
  BW_ASSERT(waiting_max > 0, "a conflator has room for at least one event");
}

bool quote_conflator::offer(const market_event& event) {
  if (head_ == tail_ && sink_.push(event)) [[likely]]
    return true;
  const auto symbol = symbol_of(event).value;
  if (symbol >= open_quote_.size()) return append(event);
  auto& open = open_quote_[symbol];
  if (!std::holds_alternative<quote>(event)) {
    open = none;  // A later quote must not take a place before this event.
    return append(event);
  }
  if (open != none) {
    slot(open) = event;
    ++conflated_;
    return true;
  }
  if (!append(event)) return false;
  open = tail_ - 1;
  return true;
}

bool quote_conflator::append(const market_event& event) {
  if (waiting() == ring_.size()) return false;
  slot(tail_++) = event;
  return true;
}

void quote_conflator::drain() {
  while (head_ != tail_) {
    const auto& event = slot(head_);
    if (!sink_.push(event)) return;
    const auto symbol = symbol_of(event).value;
    if (symbol < open_quote_.size() && open_quote_[symbol] == head_) open_quote_[symbol] = none;
    ++head_;
  }
}

void quote_conflator::clear() {
  head_ = tail_ = 0;
  std::fill(open_quote_.begin(), open_quote_.end(), none);
}

}  // namespace bw
