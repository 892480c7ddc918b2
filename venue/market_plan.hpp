#pragma once

#include <vector>

#include "venue/market_generator.hpp"

namespace bw::venue {

/// Sessions before the first one for which there is always history.
inline constexpr std::size_t history_sessions_min = 5;
/// Sessions before the first one that are kept; older ones are as if they had not been.
inline constexpr std::size_t history_sessions_max = 30;

/// One minute of one symbol in outline.
struct minute_plan {
  price open;
  price close;
  std::int64_t volume = 0;
  bool halted = false;
};

/// The outline of a generated market: what each symbol does in each minute of each session. Days
/// are made when asked for, from seed, symbol and the close of the day before. Single-threaded.
class market_plan {
 public:
  explicit market_plan(const generator_options& options);

  /// Sessions with the made-up ones in front; the market starts at `first_session`.
  const std::vector<market_session>& sessions() const { return sessions_; }
  std::size_t first_session() const { return first_session_; }

  std::vector<minute_plan> day(symbol_id symbol, std::size_t session) const;

 private:
  std::vector<minute_plan> day_from(symbol_id symbol, std::size_t session, price open) const;

  std::uint64_t seed_;
  std::uint32_t halts_per_thousand_sessions_;
  std::vector<generated_symbol> symbols_;
  std::vector<market_session> sessions_;
  std::size_t first_session_ = 0;
  /// Opening prices by symbol and session, as far as they were needed.
  mutable std::vector<std::vector<price>> opens_;
};

/// Bits that depend on every argument: seeds of the parts of a market.
std::uint64_t mixed_seed(std::uint64_t seed, std::uint64_t part, std::uint64_t place);

}  // namespace bw::venue
