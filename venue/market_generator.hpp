#pragma once

#include <memory>
#include <vector>

#include "venue/market_source.hpp"

namespace bw::venue {

/// What is made up about one symbol.
struct generated_symbol {
  listed_symbol listed;
  /// Where the first session opens; the price wanders around it.
  price start;
  std::int64_t daily_volume = 0;
  /// Spreads lie between one cent and this.
  std::uint32_t spread_cents_max = 2;
};

/// Ten large symbols, all below 500 dollars.
std::vector<generated_symbol> default_symbols();

enum class generator_start : std::uint8_t { before_open = 1, mid_session };

struct generator_options {
  std::uint64_t seed = 1;
  std::vector<generated_symbol> symbols = default_symbols();
  /// Trading days in ascending order.
  std::vector<market_session> sessions;
  /// Where the market starts; the sessions before it are its history. When there are fewer than
  /// five of them, earlier weekdays at the same hours are made up.
  std::size_t first_session = 0;
  generator_start start = generator_start::before_open;
  /// Of each symbol, 1 to 20.
  std::uint32_t quotes_per_second = 4;
  /// Sessions of a symbol, in a thousand, with a halt of five to ten minutes.
  std::uint32_t halts_per_thousand_sessions = 5;
};

/// A market that is made from its seed alone. Every minute of every symbol follows from seed,
/// symbol and day, so that history needs no replay, a bar of the past is the bar a reader would
/// have aggregated from the trades, and memory does not grow. Each day strings together ranges,
/// trends, breakouts with volume, and sell-offs that turn. Regular sessions only.
std::unique_ptr<market_source> make_generator(generator_options options);

}  // namespace bw::venue
