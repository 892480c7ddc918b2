#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "messages/control.hpp"
#include "messages/market_trend.hpp"

namespace bw {

using digest = std::array<std::uint8_t, 32>;

// Records of what surrounds trading: people, limits, plugins, drills. They follow the rules of
// messages/audit.hpp, which collects them.

/// Where a person's command came in by.
enum class command_channel : std::uint8_t { terminal = 1, api, file, signal, watchdog };
std::string_view to_string(command_channel x) noexcept;

/// What a person, or a process on their behalf, told the node to do.
struct operator_record {
  /// "halt", "resume", "flatten", "override", "acknowledge", …
  std::string command;
  std::string who;
  std::string why;
  command_channel channel = command_channel::terminal;
  bool accepted = false;
  /// What came of it, or why it was refused.
  std::string answer;
  BW_FIELDS(command, who, why, channel, accepted, answer)
};

enum class alert_level : std::uint8_t { notice = 1, warning, critical };
std::string_view to_string(alert_level x) noexcept;

struct alert_record {
  alert_level level = alert_level::notice;
  /// Stable name of what happened: "uncovered_position".
  std::string code;
  symbol_name symbol;
  std::string text;
  BW_FIELDS(level, code, symbol, text)
};

/// The limits that hold from here on.
struct limits_record {
  /// SHA-256 of `text`.
  digest hash{};
  /// Canonical JSON: every risk option's key and value.
  std::string text;
  /// Why they changed: "start", "reload", "ramp", "lowered".
  std::string cause;
  BW_FIELDS(hash, text, cause)
};

enum class plugin_step : std::uint8_t { loaded = 1, refused, unloaded, disabled, enabled };
std::string_view to_string(plugin_step x) noexcept;

/// Life of a strategy plugin, or of one strategy of it.
struct plugin_record {
  std::string file;
  /// SHA-256 of the file.
  digest content{};
  std::string name;
  std::string version;
  std::string build_id;
  plugin_step step = plugin_step::loaded;
  std::string reason;
  /// Whether only a person enables it again.
  bool latched = false;
  BW_FIELDS(file, content, name, version, build_id, step, reason, latched)
};

/// A watched configuration file changed.
struct reload_record {
  std::string file;
  std::string old_hash;
  std::string new_hash;
  bool applied = false;
  /// Everything that is wrong with it; the old one is kept then.
  std::vector<std::string> errors;
  BW_FIELDS(file, old_hash, new_hash, applied, errors)
};

/// A circuit breaker of one class of requests changed.
struct breaker_record {
  short_name request_class;
  std::string before;
  std::string after;
  std::string cause;
  BW_FIELDS(request_class, before, after, cause)
};

/// A rehearsal of the emergency stop, or a real one, with what it took.
struct drill_record {
  std::string kind;
  bool passed = false;
  std::int64_t acknowledged_ns = 0;
  std::int64_t cancelled_ns = 0;
  std::int64_t flat_ns = 0;
  std::uint32_t open_orders_after = 0;
  std::string text;
  BW_FIELDS(kind, passed, acknowledged_ns, cancelled_ns, flat_ns, open_orders_after, text)
};

/// A person armed live trading for one session.
struct arming_record {
  std::string account;
  digest limits{};
  std::string who;
  utc_ns expires;
  std::uint32_t stage = 0;
  BW_FIELDS(account, limits, who, expires, stage)
};

/// A position became covered by its resting stop, or ceased to be.
struct coverage_record {
  symbol_name symbol;
  quantity position;
  quantity covered;
  /// How long it had not been, when it is again.
  std::int64_t uncovered_ns = 0;
  std::string text;
  BW_FIELDS(symbol, position, covered, uncovered_ns, text)
};

/// A strategy was taken out, as a whole or for one symbol, or put back.
struct strategy_switch_record {
  short_name strategy;
  /// Empty for all of them.
  symbol_name symbol;
  bool enabled = false;
  bool latched = false;
  std::string cause;
  BW_FIELDS(strategy, symbol, enabled, latched, cause)
};

/// Cash that came into the account or left it without a trade: no profit and no loss.
struct cash_flow_record {
  /// The broker's id of it: each counts once.
  std::string id;
  /// CSD, CSW, JNLC, …
  short_name type;
  /// Positive: it came in.
  money amount;
  utc_ns at;
  /// Equity at the close that it came after, as the broker told it when this was learned; zero: it
  /// came before, and the figure of the close has it.
  money after_close;
  BW_FIELDS(id, type, amount, at, after_close)
  friend bool operator==(const cash_flow_record&, const cash_flow_record&) = default;
};

/// What the broker charged the account, as its book of activities tells it. It may stand in the log
/// more than once, after a restart: each id counts once.
struct fee_record {
  /// The broker's id of it.
  std::string id;
  /// FEE, CFEE, …
  short_name type;
  /// Empty where the broker names none.
  symbol_name symbol;
  /// Positive: it was charged.
  money amount;
  utc_ns at;
  std::string text;
  BW_FIELDS(id, type, symbol, amount, at, text)
  friend bool operator==(const fee_record&, const fee_record&) = default;
};

/// A change of parameters that somebody suggests, as it stands from here on. The last record of an
/// id holds.
struct proposal_record {
  std::string id;
  std::string author;
  utc_ns created_at;
  /// Hash of the configuration that it was made for.
  std::string base_version;
  std::string reason;
  /// JSON: a list of key, before and after; and what speaks for it.
  std::string changes;
  std::string evidence;
  /// "open", "rejected", and of one that was accepted the stage of its rollout.
  std::string state;
  std::string decided_by;
  utc_ns decided_at;
  std::string note;
  BW_FIELDS(id, author, created_at, base_version, reason, changes, evidence, state, decided_by,
            decided_at, note)
};

/// What runs, at the start of a run: who rolls out must be able to see that it is the same
/// everywhere.
struct deploy_record {
  /// SHA-256 of the program's file; zeros when it could not be read.
  digest binary{};
  std::string version;
  std::string revision;
  std::string config_hash;
  digest limits{};
  /// "NAME=SHA-256" of every plugin that was loaded.
  std::vector<std::string> plugins;
  BW_FIELDS(binary, version, revision, config_hash, limits, plugins)
};

/// Where closing everything stands.
enum class flatten_stage : std::uint8_t {
  none = 1,  // Nobody wants it, or it is done.
  queued,    // Waits for the market to open.
  closing,   // Under way.
  late,      // Under way for longer than it may take.
};
std::string_view to_string(flatten_stage x) noexcept;

/// Closing everything went on to another stage, and why.
struct flatten_record {
  flatten_stage stage = flatten_stage::none;
  std::string text;
  BW_FIELDS(stage, text)
};

/// What was shown of a node beside its trading, for the way to real money.
enum class proof_kind : std::uint8_t {
  parity = 1,  // A recorded session was decided again.
  backtest,    // A strategy over the past.
};
std::string_view to_string(proof_kind x) noexcept;

struct proof_record {
  proof_kind kind = proof_kind::parity;
  /// The day, or the strategy.
  std::string subject;
  bool passed = false;
  /// Decisions that were compared, or closed trades.
  std::uint64_t count = 0;
  std::string text;
  /// SHA-256 of the file that says it in full.
  digest content{};
  /// Of a backtest: the regimes in which its trades were entered.
  regime_set regimes = 0;
  BW_FIELDS(kind, subject, passed, count, text, content, regimes)
};

/// One look at everything that trading needs.
struct preflight_record {
  /// "start", "open" or "request".
  std::string cause;
  bool passed = false;
  std::uint32_t warnings = 0;
  std::uint32_t failures = 0;
  /// A line an item that did not pass: "fail disk_space: 100 MiB free".
  std::vector<std::string> lines;
  BW_FIELDS(cause, passed, warnings, failures, lines)
};

}  // namespace bw
