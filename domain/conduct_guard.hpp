#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "messages/risk.hpp"

namespace bw {

struct conduct_limits {
  /// Denials by the rate rule, and by the duplicate rule, within their times.
  std::uint32_t rate_denials_max = 3;
  nanoseconds rate_denials_within = std::chrono::seconds{10};
  std::uint32_t duplicate_denials_max = 3;
  nanoseconds duplicate_denials_within = std::chrono::seconds{60};
  /// Entries of one strategy in one symbol and session.
  std::uint32_t repeat_max = 20;
};

/// A strategy was taken out.
struct strategy_taken_out {
  strategy_id strategy = no_strategy;
  std::string why;
};

/// Takes out a strategy that keeps running into the gate: too fast, the same again, or without end
/// in one symbol (R15, R17, R18). Out it stays until a person puts it back, over sessions too.
/// Strategies and symbols are dense and known at the start; no_strategy has its own place.
/// Single-threaded.
class conduct_guard {
 public:
  conduct_guard(std::size_t symbols, std::size_t strategies, conduct_limits limits = {});

  /// The verdict on an order of the strategy. Tells of a strategy that is taken out by it, once.
  std::optional<strategy_taken_out> on_verdict(const order_request& request,
                                               const risk_verdict& verdict, mono_ns now);
  /// An approved entry leaves.
  void on_entry(const order_request& request);
  void start_session();

  bool has(strategy_id strategy) const { return place_of(strategy) < lanes_.size(); }
  bool is_out(strategy_id strategy) const;
  /// Entries of this session.
  std::uint32_t entries(strategy_id strategy, symbol_id symbol) const;
  const conduct_limits& limits() const { return limits_; }

  /// Out already when the run begins.
  void take_out(strategy_id strategy);
  /// A person puts it back, with its counts at zero. False when it was not out.
  bool put_back(strategy_id strategy);

 private:
  struct lane {
    bool out = false;
    /// Times of the last denials, at most as many as the limit.
    std::deque<mono_ns> by_rate;
    std::deque<mono_ns> by_duplicate;
    /// By symbol.
    std::vector<std::uint32_t> entries;
  };
  std::size_t place_of(strategy_id strategy) const;

  conduct_limits limits_;
  /// One a strategy; the last is that of no_strategy.
  std::vector<lane> lanes_;
};

}  // namespace bw
