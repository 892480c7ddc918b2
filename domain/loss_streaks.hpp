#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "core/decimal.hpp"
#include "messages/market_data.hpp"

namespace bw {

struct streak_limits {
  /// Losing exits of the whole account within the time lock the symbols they were in.
  std::uint32_t exits = 4;
  nanoseconds within = std::chrono::minutes{60};
  nanoseconds lock = std::chrono::minutes{60};
};

/// Losing trades (R23). A trade ends when its strategy holds nothing of the symbol any more; what
/// was realised since it began decides. Strategies in a row; symbols by the account's losing exits
/// within an hour. Strategies and symbols are dense; no_strategy has its own place.
/// Single-threaded.
class loss_streaks {
 public:
  loss_streaks(std::size_t symbols, std::size_t strategies, streak_limits limits = {});

  struct fill {
    strategy_id strategy = no_strategy;
    symbol_id symbol = no_symbol;
    money realized;
    /// What the strategy holds of the symbol afterwards.
    quantity held_after;
  };
  /// An execution; zero `realized` for one that opens. Answers whether it locked symbols.
  bool on_fill(const fill& x, mono_ns now);
  /// Losing trades of an earlier run of this session.
  void restore(strategy_id strategy, std::uint32_t losses);
  /// A new session: strategies begin anew; locks of symbols run on.
  void start_session();

  bool has(strategy_id strategy) const { return place_of(strategy) < strategies_.size(); }
  /// Losing trades up to the last one; UINT32_MAX for a strategy nobody knows.
  std::uint32_t losses_in_row(strategy_id strategy) const;
  /// How long the symbol stays locked; zero when it is not.
  nanoseconds locked_for(symbol_id symbol, mono_ns now) const;

 private:
  struct losing_exit {
    symbol_id symbol;
    mono_ns at;
  };
  std::size_t place_of(strategy_id strategy) const;

  streak_limits limits_;
  struct strategy_lane {
    std::uint32_t losses = 0;
    /// Realised since the trade in the symbol began.
    std::vector<money> open_trades;
  };
  std::vector<strategy_lane> strategies_;
  std::vector<std::optional<mono_ns>> locked_until_;
  /// The last ones, at most as many as the limit.
  std::deque<losing_exit> exits_;
};

}  // namespace bw
