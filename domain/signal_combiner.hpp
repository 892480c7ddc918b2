#pragma once

#include <cstdint>
#include <span>

#include "messages/audit.hpp"

namespace bw {

/// A signal on its way to an order, with what has become of it so far.
struct signal_candidate {
  signal what;
  signal_fate fate = signal_fate::ordered;
  /// Its confidence counts so much against others.
  std::uint32_t weight_ppm = 1'000'000;
  /// The strategy's own reason, for the record.
  short_name note{};
};

/// Room for further positions. One symbol takes one slot, however many strategies hold it.
struct position_slots {
  std::uint32_t free = 0;
  /// Symbols that have a slot already.
  std::span<const symbol_id> taken;
};

/// Signals of one evaluation against each other: sorts them into the order in which they take slots
/// and budget (confidence times weight, symbol, strategy) and marks the entries that cannot
/// become orders. Entries that meet an opposite signal in their symbol are a conflict, entries
/// without a slot are not free. Exits are never held back. Candidates that have another fate than
/// `ordered` keep it, and take part in nothing.
void combine_signals(std::span<signal_candidate> candidates, const position_slots& slots);

}  // namespace bw
