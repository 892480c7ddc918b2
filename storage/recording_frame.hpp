#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

#include "core/result.hpp"
#include "domain/kept_strategy.hpp"
#include "domain/quote_board.hpp"
#include "messages/audit.hpp"
#include "messages/person_requests.hpp"
#include "messages/strategy_change.hpp"
#include "messages/views.hpp"

namespace bw {

// What a decision maker was given, message by message, so that the same binary can decide again.
// Each struct lists its fields once, as records of the audit log do.

struct recorded_override {
  std::string key;
  std::string value;
  BW_FIELDS(key, value)
};

/// What the whole run was made with: the first input of its first lane.
struct recorded_parameters {
  std::uint64_t log_id = 0;
  std::uint64_t boot_no = 0;
  std::string version;
  std::string revision;
  std::string config_hash;
  std::string node_toml;
  std::string strategies_toml;
  std::vector<recorded_override> overrides;
  /// Clock seconds per real second: limits about real time are widened by it.
  std::int64_t clock_speed = 1;
  std::uint32_t symbols = 0;
  std::uint32_t strategies = 0;
  BW_FIELDS(log_id, boot_no, version, revision, config_hash, node_toml, strategies_toml, overrides,
            clock_speed, symbols, strategies)
};

struct recorded_session {
  utc_ns open;
  utc_ns close;
  BW_FIELDS(open, close)
  friend bool operator==(const recorded_session&, const recorded_session&) = default;
};

/// A STRATEGY actor began: all that its engine was made of beside the configuration.
struct engine_birth {
  symbol_id symbol = no_symbol;
  symbol_name symbol_text;
  std::vector<held_position> positions;
  /// Of the calendar, which reads the machine's time zone data.
  std::vector<recorded_session> sessions;
  /// What the strategies have been told since the node began.
  std::vector<strategy_change> changes;
  /// What strategies had saved before the start, and took up.
  std::vector<kept_strategy> kept;
  BW_FIELDS(symbol, symbol_text, positions, sessions, changes, kept)
};

/// Symbols and strategies that the node has taken on, behind those that it had.
struct new_members {
  std::vector<std::string> symbols;
  std::vector<std::string> strategies;
  BW_FIELDS(symbols, strategies)
};

struct recorded_streak {
  strategy_id strategy = no_strategy;
  std::uint32_t losses = 0;
  BW_FIELDS(strategy, losses)
};

struct recorded_entry {
  symbol_id symbol = no_symbol;
  utc_ns at;
  BW_FIELDS(symbol, at)
};

/// The RISK GATE began: what the log knew.
struct gate_birth {
  trading_state latched;
  std::vector<held_position> positions;
  std::vector<order_report> open_orders;
  utc_ns day_open;
  money realized_today;
  std::uint32_t entries_today = 0;
  std::vector<recorded_entry> last_entries;
  money high_water;
  money sent_today;
  std::vector<strategy_id> strategies_out;
  std::vector<recorded_streak> streaks;
  std::vector<cash_flow_record> cash_flows;
  BW_FIELDS(latched, positions, open_orders, day_open, realized_today, entries_today, last_entries,
            high_water, sent_today, strategies_out, streaks, cash_flows)
};

struct recorded_asset {
  symbol_id symbol = no_symbol;
  asset_report asset;
  BW_FIELDS(symbol, asset)
};

/// Time passed.
struct timer_input {
  std::uint8_t unused = 0;
  BW_FIELDS(unused)
};

/// Everything is to be closed.
struct flatten_input {
  std::uint8_t unused = 0;
  BW_FIELDS(unused)
};

/// A person took a reason away.
struct person_clear_input {
  halt_reason reason = halt_reason::operator_halt;
  short_text text;
  BW_FIELDS(reason, text)
};

/// No input but what followed from those before it, for the comparison: an order or a cancel that
/// the engine wanted. Signals and verdicts stand in the audit log.
struct wanted_order {
  order_request request;
  BW_FIELDS(request)
};
struct wanted_cancel {
  cancel_request request;
  BW_FIELDS(request)
};

/// The lane was closed in order: nothing is missing behind it.
struct lane_end {
  std::uint64_t lost = 0;
  BW_FIELDS(lost)
};

/// The index is the frame's kind in the file: append only.
using recorded_input =
    std::variant<recorded_parameters, engine_birth, gate_birth, quote, trade, bar, trading_status,
                 feed_status, order_stream_status, order_request, order_report, order_denied,
                 session_state, account_view, account_report, recorded_asset, halt_command,
                 clear_command, timer_input, flatten_input, wanted_order, wanted_cancel, lane_end,
                 symbol_stop, external_report, person_clear_input, strategy_change, new_members,
                 override_request, limits_change, strategy_return, cash_flow_record, input_measured,
                 brief_due, symbol_trend>;
inline constexpr std::size_t recorded_kind_count = std::variant_size_v<recorded_input>;

namespace detail {
template <class T, std::size_t Index = 0>
constexpr std::uint8_t recorded_kind() {
  static_assert(Index < recorded_kind_count, "the type is one that is recorded");
  if constexpr (std::is_same_v<T, std::variant_alternative_t<Index, recorded_input>>)
    return static_cast<std::uint8_t>(Index);
  else
    return recorded_kind<T, Index + 1>();
}
}  // namespace detail

template <class T>
inline constexpr std::uint8_t recorded_kind_of = detail::recorded_kind<T>();

// Lanes: each decision maker has its own, numbered from 0.

inline constexpr std::uint32_t node_lane = 0;
inline constexpr std::uint32_t gate_lane = 1;
constexpr std::uint32_t strategy_lane(symbol_id symbol) { return symbol.value + 2; }

/// One input as it stands in the recording.
struct recorded_frame {
  std::uint32_t lane = 0;
  /// Counts the frames of the lane from 0, those that were lost included.
  std::uint64_t number = 0;
  instant at;
  recorded_input input;
};

// A block carries frames of one lane:
//
//   magic u32 | size u32 | crc32c u32 | lane u32 | first u64 | count u32 | frames
//
// `size` and `crc32c` are those of everything behind them. A frame is
//
//   kind u8 | size u32 | utc i64 | mono i64 | canonical bytes of the input
//
// where `size` counts what follows it. All integers are little-endian.

inline constexpr std::uint32_t block_magic = 0x4b4c4242;  // "BBLK"
inline constexpr std::size_t block_prefix_bytes = 12;
inline constexpr std::size_t block_header_bytes = block_prefix_bytes + 16;
inline constexpr std::size_t frame_header_bytes = 5;
/// A longer block is damage: chunks are smaller, and so is the longest single frame.
inline constexpr std::size_t block_bytes_max = 32u << 20;

/// Writes magic, size and checksum in front of a block whose header and frames are there.
void seal_block(std::string& block);

struct block_view {
  std::uint32_t lane = 0;
  std::uint64_t first = 0;
  std::uint32_t count = 0;
  std::string_view frames;
};

/// Size of the block that `bytes` begin with; 0 when there is not a whole prefix yet.
/// ec::integrity_broken when they begin with something else.
result<std::size_t> block_size(std::string_view bytes);
/// A whole block. ec::integrity_broken when its checksum is wrong.
result<block_view> open_block(std::string_view block);

/// Takes the first frame off the block's frames. ec::unsupported for a kind of a newer version,
/// ec::parse_failed for other bytes than a frame's.
result<recorded_frame> take_frame(block_view& block);

}  // namespace bw
