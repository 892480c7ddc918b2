#pragma once

#include <string_view>

namespace bw {

/// What one trade may change of a bar.
struct trade_effect {
  /// Open, close and the last price.
  bool last = true;
  bool high_low = true;
  bool volume = true;

  friend constexpr bool operator==(const trade_effect&, const trade_effect&) = default;
};

/// What a trade with one sale condition may change, by the processing guides of the two
/// consolidated tapes, which Alpaca's bars follow. `tape` is A or B (CTA), C or O (UTP); only B
/// differs: an average price on the first two, an ordinary bunched trade on the others. Conditions
/// that update the last price only when no other trade has yet are taken as not updating it.
constexpr trade_effect effect_of_condition(char code, char tape) {
  constexpr trade_effect nothing_but_volume{.last = false, .high_low = false, .volume = true};
  constexpr trade_effect not_last{.last = false, .high_low = true, .volume = true};
  switch (code) {
    case 'B': return tape == 'C' || tape == 'O' ? trade_effect{} : nothing_but_volume;
    case 'C':  // Cash settlement.
    case 'H':  // Price variation.
    case 'I':  // Odd lot.
    case 'N':  // Next-day settlement.
    case 'R':  // Seller's option.
    case 'T':  // Extended hours.
    case 'U':  // Extended hours, out of sequence.
    case 'V':  // Contingent.
    case 'W':  // Average price.
    case '7':  // Qualified contingent.
      return nothing_but_volume;
    case 'G':  // Bunched and sold late.
    case 'P':  // Prior reference price.
    case 'Z':  // Out of sequence.
    case '4':  // Derivatively priced.
      return not_last;
    case 'M':  // Official close of one venue, and
    case 'Q':  // its official open: they repeat trades that were reported.
      return {.last = false, .high_low = false, .volume = false};
    case '9':  // Corrected close of the consolidated tape.
      return {.last = true, .high_low = true, .volume = false};
    default: return {};
  }
}

/// Of a trade with all of these conditions: each one can only take away.
constexpr trade_effect effect_of_conditions(std::string_view codes, char tape) {
  trade_effect out;
  for (const char code : codes) {
    const auto one = effect_of_condition(code, tape);
    out.last = out.last && one.last;
    out.high_low = out.high_low && one.high_low;
    out.volume = out.volume && one.volume;
  }
  return out;
}

}  // namespace bw
