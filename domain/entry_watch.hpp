#pragma once

#include <cstdint>
#include <vector>

#include "domain/exposure_book.hpp"
#include "domain/price_motion.hpp"
#include "domain/quote_board.hpp"
#include "domain/risk_options.hpp"
#include "domain/volume_pace.hpp"

namespace bw {

/// An entry under way whose symbol could not be entered any more.
struct doomed_entry {
  order_id order;
  /// A literal.
  const char* why = "";
};

/// Looks after the entries that are open: one that would be denied now because its symbol is halted
/// (R05), moves too fast or is traded too fast (R25) is to be cancelled. What is not known dooms
/// none. Single-threaded, pure.
class entry_watch {
 public:
  /// Those that were not named before, in the order in which they were reserved.
  std::vector<doomed_entry> look(const exposure_book& exposure, const quote_board& quotes,
                                 const price_motion& motion, const volume_pace& volumes,
                                 const risk_options& limits, utc_ns now);

 private:
  /// Named already, and still open.
  std::vector<order_id> named_;
};

}  // namespace bw
