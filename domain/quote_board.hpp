#pragma once

#include <cstdint>
#include <vector>

#include "core/decimal.hpp"
#include "messages/market_data.hpp"

namespace bw {

/// What a quote must be to decide on (keys risk.quote.*).
struct quote_limits {
  nanoseconds receive_age_max = std::chrono::milliseconds{1'000};  // risk.quote.max_age_ms
  nanoseconds event_age_max = std::chrono::milliseconds{2'000};    // risk.quote.max_event_age_ms
  std::int64_t spread_max_bp = 100;                                // risk.quote.max_spread_bp
  /// After a halt ends, and a quote has to come after that end.
  nanoseconds halt_cooldown = std::chrono::seconds{5};  // risk.halt_cooldown_ms
};

/// Both readings of the clock at one instant.
struct instant {
  utc_ns utc;
  mono_ns mono;
};

enum class quote_verdict : std::uint8_t { ok = 1, missing, stale, crossed, wide };

std::string_view to_string(quote_verdict x) noexcept;

/// Latest quote, trade and status of each symbol. Symbols are dense and known at the start; what
/// names another one is ignored. Older facts never replace newer ones. Single-threaded.
class quote_board {
 public:
  explicit quote_board(std::size_t symbols) : slots_(symbols) {}

  /// Each answers false for what is older than the board's own, or of no known symbol.
  bool on_quote(const quote& q);
  bool on_trade(const trade& t);
  bool on_status(const trading_status& s);

  bool has(symbol_id symbol) const { return symbol.value < slots_.size(); }
  /// Null until one came.
  const quote* latest_quote(symbol_id symbol) const;
  /// The latest trade that may set a price; null until one came.
  const trade* latest_trade(symbol_id symbol) const;

  /// The first fault in the order missing, stale, crossed, wide.
  quote_verdict usable(symbol_id symbol, const instant& now, const quote_limits& limits) const;

  /// Age since receipt; nanoseconds::max() without a quote.
  nanoseconds receive_age(symbol_id symbol, mono_ns now) const;
  /// Age by the venue's stamp; nanoseconds::max() without a quote.
  nanoseconds event_age(symbol_id symbol, utc_ns now) const;
  /// Both sides there, and bid below ask.
  bool is_two_sided(symbol_id symbol) const;
  /// Spread over mid in basis points, rounded up; INT64_MAX unless two-sided.
  std::int64_t spread_bp(symbol_id symbol) const;

  /// The venue says so. No word of the venue: not halted.
  bool is_halted(symbol_id symbol) const;
  /// Halted, or so recently resumed that no entry may follow: the cool-down runs, or no quote has
  /// come since.
  bool is_halted_or_cooling(symbol_id symbol, mono_ns now, nanoseconds cooldown) const;

 private:
  struct slot {
    quote last_quote;
    trade last_trade;
    trading_status last_status;
    bool has_quote = false;
    bool has_trade = false;
    bool has_status = false;
    /// A resumption after a halt was seen.
    bool resumed = false;
  };

  std::vector<slot> slots_;
};

}  // namespace bw
