#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/time.hpp"

namespace bw::venue {

/// Where in the venue a rule listens.
enum class fault_point : std::uint8_t {
  request = 1,    // A REST request has come.
  connect,        // A client asks for a stream.
  trade_message,  // A message of the order stream is about to leave.
  data_message,   // A frame of the market data stream is about to leave.
  tick,           // A market event is about to be told.
  time,           // Nothing but time has passed.
};

/// What a rule does. Each belongs to some of the points only; `fault_fits` says to which.
enum class fault_action : std::uint8_t {
  drop = 1,       // Lost before it had an effect; a request's connection is cut.
  delay,          // Takes effect now, is told later.
  delay_request,  // Takes effect later as well.
  duplicate,      // Told twice.
  reorder,        // Told after the messages that follow it.
  close,          // The connection ends.
  hang,           // Nothing ever comes; a request has had its effect when `applied` says so.
  status,         // Another answer than the venue's own.
  lose_answer,    // Takes effect, and the connection is cut instead of an answer.
  rate_limit,     // 429 with the time at which the budget is full again.
  garbage,        // Bytes that nobody can read.
  huge,           // A frame that is far too long.
  rewrite,        // The same with other words.
  refuse,         // The port is closed.
  stand_still,    // The venue does nothing at all, as a stopped process.
  clock_step,     // The clock that is told is wrong from here on.
  act,            // Somebody else uses the account.
  flip,           // Leaves in a text frame instead of a binary one, or the other way round.
  correct,        // A trade is told, and later that its price was another one.
  cancel,         // A trade is told, and later that it did not happen.
};

/// Which streams `close` ends.
enum class fault_streams : std::uint8_t { all = 1, trade, data };

/// The form of unreadable bytes.
enum class garbage_kind : std::uint8_t {
  bytes = 1,  // Any bytes.
  truncated,  // The message, cut somewhere.
  deep,       // Brackets within brackets.
  types,      // JSON whose values have the wrong types, with keys that stand twice.
  html,       // A gateway's page.
  not_utf8,   // The message with bytes that are no text.
};

/// What the times of a script count.
enum class fault_clock : std::uint8_t { machine = 1, market };
/// The instant from which a script counts, and before which none of its rules is awake.
enum class fault_begin : std::uint8_t { first_client = 1, first_order };

/// One rule. The filters say what it meets, the numbers when, the rest what happens then. Empty
/// filters and zero numbers mean "any".
struct fault_rule {
  static constexpr std::uint64_t huge_bytes_max = 64 * 1024 * 1024;
  static constexpr std::uint32_t times_max = 100'000;
  static constexpr std::uint32_t reorder_max = 1'000;
  static constexpr std::int32_t shift_bp_max = 5'000;

  std::string name;
  fault_point on = fault_point::request;
  fault_action what = fault_action::drop;

  // What it meets.
  std::string method;
  /// Of a request or a stream; '*' stands for any run of characters.
  std::string path;
  /// Text that stands in a message, or in a request's body.
  std::string match;
  std::string symbol;

  // When.
  nanoseconds from{};
  std::optional<nanoseconds> until;
  /// The first so many that it meets pass.
  std::uint32_t skip = 0;
  /// Of the following it takes so many; 0: all. A rule of time acts once, or `count` times.
  std::uint32_t count = 0;
  nanoseconds every{};
  std::uint32_t percent = 100;

  // What happens.
  nanoseconds delay{};
  /// Spread of the delay on both sides.
  nanoseconds jitter{};
  nanoseconds lasting{};
  nanoseconds by{};
  std::uint16_t code = 0;
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;
  /// The request has its effect although the answer is another one.
  bool applied = false;
  garbage_kind kind = garbage_kind::bytes;
  std::uint64_t bytes = 2 * 1024 * 1024;
  /// How many later messages overtake one that is reordered, or stand between a trade and the word
  /// that mends it.
  std::uint32_t behind = 1;
  /// Correcting: how far the true price lies from the one that was told, in basis points.
  std::int32_t shift_bp = 0;
  /// Rewriting: every `find` becomes `replace`; without `find` the whole becomes `replace`.
  std::string find;
  std::string replace;
  fault_streams streams = fault_streams::all;
  std::uint32_t times = 1;
};

/// What a node is expected to make of it; for whoever rehearses, and for the test that does.
struct fault_expectation {
  /// In words.
  std::string text;
  /// The reason for which the node stays halted until a person looks; empty: it trades again.
  std::string halted;
  /// Orders may stay unknown: what was sent while the order stream was away has no proof of
  /// absence, and waits for the next session or a person.
  bool unresolved = false;
  /// One of the node's series that must have counted something; empty: none.
  std::string counts;
  /// After the last rule has acted, by the machine's clock.
  nanoseconds within = std::chrono::seconds{30};
};

struct fault_script {
  static constexpr std::size_t rules_max = 64;

  std::string title;
  std::uint64_t seed = 1;
  fault_clock clock = fault_clock::machine;
  fault_begin begin = fault_begin::first_client;
  fault_expectation expect;
  std::vector<fault_rule> rules;
};

std::string_view to_string(fault_point x) noexcept;
std::string_view to_string(fault_action x) noexcept;

/// The enumerator of a word, if it is one.
std::optional<fault_point> parse_fault_point(std::string_view word);
std::optional<fault_action> parse_fault_action(std::string_view word);
std::optional<fault_streams> parse_fault_streams(std::string_view word);
std::optional<garbage_kind> parse_garbage_kind(std::string_view word);
std::optional<fault_clock> parse_fault_clock(std::string_view word);
std::optional<fault_begin> parse_fault_begin(std::string_view word);

/// Whether an action has a meaning at a point.
bool fault_fits(fault_point where, fault_action what);
/// The actions of a point, for an error text: "drop, delay or close".
std::string fault_actions_of(fault_point where);

}  // namespace bw::venue
