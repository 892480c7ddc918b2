#pragma once

#include <string_view>

#include "messages/market_data.hpp"

namespace bw {

/// Whether a trade with this condition code may set last, open, high, low and close. Follows the
/// consolidated tape's tables: odd lots, averages, delayed, out-of-sequence and extended-hours
/// reports count in volume only. `tape` is A or B (CTA), C or O (UTP); B means an average price on
/// the first two and an ordinary bunched trade on the others.
constexpr price_eligible condition_eligible(char code, char tape) {
  switch (code) {
    case 'B': return tape == 'C' || tape == 'O' ? price_eligible::yes : price_eligible::no;
    case 'C':  // Cash settlement.
    case 'G':  // Bunched and sold late.
    case 'H':  // Price variation.
    case 'I':  // Odd lot.
    case 'M':  // Official close of one venue: repeats trades that were reported.
    case 'N':  // Next-day settlement.
    case 'P':  // Prior reference price.
    case 'Q':  // Official open of one venue.
    case 'R':  // Seller's option.
    case 'T':  // Extended hours.
    case 'U':  // Extended hours, out of sequence.
    case 'V':  // Contingent.
    case 'W':  // Average price.
    case 'Z':  // Out of sequence.
    case '4':  // Derivatively priced.
    case '7':  // Qualified contingent.
      return price_eligible::no;
    default: return price_eligible::yes;
  }
}

}  // namespace bw
