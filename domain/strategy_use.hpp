#pragma once

#include <vector>

#include "domain/exposure_book.hpp"
#include "domain/position_book.hpp"

namespace bw {

/// What a strategy holds over all symbols, at the last prices (where none is known at what was
/// paid), with its open entries at their worst: what counts against its budget. Rounded up;
/// money::max() when it cannot be told.
///
/// `marks`: the last price of each symbol; zero where none is known.
money use_of_strategy(strategy_id strategy, const position_book& positions,
                      const exposure_book& exposure, const std::vector<price>& marks);

}  // namespace bw
