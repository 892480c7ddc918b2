#pragma once

#include <cstdint>
#include <string_view>

#include "messages/risk.hpp"

namespace bw {

/// Where the trading day stands (docs/sessions.md). Each phase ends where the next begins.
enum class session_phase : std::uint8_t {
  unknown = 1,  // No calendar yet: nothing may be entered.
  closed,
  open_guard,  // First seconds after the open: no entries.
  entries,     // Entries and exits.
  exits_only,  // Too close to the end for a new position.
  flatten,     // Positions are closed.
};

std::string_view to_string(session_phase x) noexcept;

struct session_state {
  session_phase phase = session_phase::unknown;
  /// Of the session that is open or comes next; zero when unknown.
  utc_ns open;
  utc_ns close;
  /// Strategies that keep positions over night may enter until then; zero: they may not.
  utc_ns overnight_entries_end{};
  /// With `flatten`: their positions are closed as well.
  bool closes_overnight = false;

  BW_FIELDS(phase, open, close, overnight_entries_end, closes_overnight)
  friend bool operator==(const session_state& a, const session_state& b) {
    return a.fields() == b.fields();
  }
};

/// Add a reason to halt or reduce; only its own rule or a person removes it.
struct halt_command {
  halt_reason reason = halt_reason::operator_halt;
  short_text text;
  /// How far it narrows, within what the reason allows: at least by the reason's first floor.
  trading_mode floor = trading_mode::active;

  BW_FIELDS(reason, text, floor)
};
struct clear_command {
  halt_reason reason = halt_reason::operator_halt;
  short_text text;

  BW_FIELDS(reason, text)
};

/// Why new entries of one symbol are stopped while its exits and every other symbol go on.
enum class symbol_stop_reason : std::uint8_t {
  unknown_order = 1,  // Nobody knows whether an order of it exists; ends with the evidence.
  unknown_status,     // The broker said something of an order that is not understood.
  late_appearance,    // An order that was proven absent exists after all.
};
inline constexpr std::size_t symbol_stop_reason_count = 3;

std::string_view to_string(symbol_stop_reason x) noexcept;

/// Whether the stop stands, over restarts too, until a person clears it.
constexpr bool is_latched(symbol_stop_reason x) { return x != symbol_stop_reason::unknown_order; }

/// Stops the entries of a symbol, or takes that reason away again.
struct symbol_stop {
  symbol_id symbol = no_symbol;
  symbol_stop_reason reason = symbol_stop_reason::unknown_order;
  bool stopped = true;
  short_text text;

  BW_FIELDS(symbol, reason, stopped, text)
};

/// What an order's figures rest on besides quotes and the account.
enum class measured_input : std::uint8_t {
  clock = 1,  // Our clock was compared with the broker's.
  books,      // Both books were compared and are the same.
};

/// Something was measured just now. `apart_ns`: how far it was off.
struct input_measured {
  measured_input what = measured_input::clock;
  std::int64_t apart_ns = 0;

  BW_FIELDS(what, apart_ns)
};

/// Briefs of a trading day, in their order.
enum class brief_slot : std::uint8_t { morning = 1, midday, end_of_day };

/// A brief of the day is due: where it was written, a person can read it.
struct brief_due {
  brief_slot slot = brief_slot::morning;

  BW_FIELDS(slot)
};

/// Life of the broker's order stream: its synced is called ready.
struct order_stream_status {
  feed_state state = feed_state::down;
  std::uint8_t reason_code = 0;
  short_text reason;
  utc_ns at;

  BW_FIELDS(state, reason_code, reason, at)
};

}  // namespace bw
