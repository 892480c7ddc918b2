#include "config/option_binders.hpp"
#include "config/option_groups.hpp"
#include "domain/day_schedule.hpp"

namespace bw {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using namespace detail;

namespace {

constexpr std::size_t path_length_max = 255;
/// Sixty hashes.
constexpr std::size_t allow_length_max = 3'900;

/// One SHA-256 or more, in hexadecimal, with blanks between them.
bool are_hashes(std::string_view text) {
  constexpr std::size_t digits = 64;
  std::size_t run = 0;
  for (const char c : text) {
    const bool is_digit =
        (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    if (is_digit && ++run <= digits) continue;
    if (c != ' ' || (run != digits && run != 0)) return false;
    run = 0;
  }
  return !text.empty() && (run == digits || run == 0);
}

void add_top_options(std::vector<option>& out) {
  out.push_back(choice(
      "mode", {"sim", "paper", "live"},
      "Whom the node trades with: the embedded venue, or the broker's paper or live account.",
      [](auto& c) -> auto& { return c.mode; }));
  out.push_back(words(
      "state_folder", "path", path_length_max,
      "Folder of audit log, status and logs; relative to this file.",
      [](auto& c) -> auto& { return c.state_folder; }));
  out.push_back(words(
      "strategies_file", "path", path_length_max,
      "The file with the strategies; relative to this file.",
      [](auto& c) -> auto& { return c.strategies_file; }));
  out.push_back(choice(
      "on_shutdown", {"keep", "cancel", "flatten"},
      "What happens at the end: orders stay, entries are cancelled, or every position is closed.",
      [](auto& c) -> auto& { return c.on_shutdown; }));
  out.push_back(duration<milliseconds>(
      "entry_timeout_ms", "ms", 1'000, 3'600'000,
      "An entry that is not filled by then is taken back.",
      [](auto& c) -> auto& { return c.holding.entry_timeout; }));
}

void add_connection_options(std::vector<option>& out) {
  out.push_back(whole(
      "sim.port", "port", 1, 65'535, "Port of `bellwether venue` on this machine, for mode sim.",
      [](auto& c) -> auto& { return c.sim.port; }));
  out.push_back(choice(
      "feed.name", {"iex", "sip"}, "Market data feed; sip needs a subscription.",
      [](auto& c) -> auto& { return c.feed.name; }));
  out.push_back(choice(
      "feed.codec", {"json", "msgpack"},
      "Form of the market data stream; msgpack carries prices as floats, rounded to 1e-9.",
      [](auto& c) -> auto& { return c.feed.codec; }));
  out.push_back(whole(
      "feed.history_days", "days", 1, 30,
      "Calendar days of minute bars that warm the strategies up.",
      [](auto& c) -> auto& { return c.feed.history_days; }));
  out.push_back(duration<std::chrono::seconds>(
      "feed.poll_after_s", "s", 1, 3'600,
      "When the stream has been away for so long, prices are polled by REST.",
      [](auto& c) -> auto& { return c.feed.poll_after; }));
  out.push_back(duration<std::chrono::seconds>(
      "feed.poll_every_s", "s", 0, 60,
      "So often are they polled then, for positions and stops alone; 0 never.",
      [](auto& c) -> auto& { return c.feed.poll_every; }));
  out.push_back(duration<std::chrono::milliseconds>(
      "feed.lag_ms", "ms", 0, 60'000,
      "When one message of a hundred comes later than this after the venue's stamp, nothing is "
      "entered until ten seconds were better; 0 any may.",
      [](auto& c) -> auto& { return c.feed.lag_max; }));
  out.push_back(whole(
      "feed.cache_mb", "MiB", 0, 65'536,
      "Size of the past bars that are kept in the state folder; 0 keeps none.",
      [](auto& c) -> auto& { return c.feed.cache_mb; }));
}

void add_process_options(std::vector<option>& out) {
  out.push_back(choice(
      "hot.wait", {"spin", "adaptive", "block"},
      "How the trading thread waits: spin is fastest and takes a whole core.",
      [](auto& c) -> auto& { return c.hot.wait; }));
  out.push_back(duration<microseconds>(
      "hot.spin_us", "us", 0, 100'000, "How long adaptive waiting spins before it sleeps.",
      [](auto& c) -> auto& { return c.hot.spin; }));
  out.push_back(choice(
      "log.level", {"debug", "info", "warning", "error", "critical"},
      "Least level of a line that is written.", [](auto& c) -> auto& { return c.log.level; }));
  out.push_back(whole(
      "log.days_kept", "days", 1, 3'650, "Log files older than this are deleted.",
      [](auto& c) -> auto& { return c.log.days_kept; }));
  out.push_back(truth(
      "log.to_stderr", "Write the log to stderr too.",
      [](auto& c) -> auto& { return c.log.to_stderr; }));
  out.push_back(words(
      "ops.address", "loopback address", 64, "Address of health, metrics, API and dashboard.",
      [](auto& c) -> auto& { return c.ops.address; }));
  out.push_back(whole(
      "ops.port", "port", 0, 65'535,
      "Port of health, metrics, API and dashboard; 0 takes a free one.",
      [](auto& c) -> auto& { return c.ops.port; }));
  out.push_back(choice(
      "audit.sync", {"gate", "process"},
      "gate: an order leaves when its record is on disk; process: when it is written, which a "
      "power loss may undo.",
      [](auto& c) -> auto& { return c.audit.sync; }));
  out.push_back(words(
      "audit.anchors", "path", path_length_max,
      "File of the signed anchors of the audit log; relative to the state folder. Best where "
      "another user keeps it.",
      [](auto& c) -> auto& { return c.audit.anchors; }));
  out.push_back(words(
      "audit.anchor_key", "path", path_length_max,
      "Private key of the anchors, made at the first start; relative to the state folder.",
      [](auto& c) -> auto& { return c.audit.anchor_key; }));
}

void add_recording_options(std::vector<option>& out) {
  out.push_back(truth(
      "recording.enabled", "Record what decisions are made on, for `bellwether replay`.",
      [](auto& c) -> auto& { return c.recording.enabled; }));
  out.push_back(whole(
      "recording.days_kept", "days", 1, 3'650, "Recordings older than this are deleted.",
      [](auto& c) -> auto& { return c.recording.days_kept; }));
  out.push_back(whole(
      "recording.max_mb", "MiB", 100, 10'000'000,
      "The oldest days are deleted when all recordings are larger than this.",
      [](auto& c) -> auto& { return c.recording.max_mb; }));
}

/// "08:30 America/Chicago".
template <class Access>
option time_of_day(std::string_view key, std::string_view help, Access access) {
  constexpr std::size_t length_max = 40;
  auto out = words(key, "time and zone", length_max, help, access);
  out.set = [set = out.set](node_config& config, const option_value& given) -> result<void> {
    if (!parse_local_time(given.text))
      return expected("a time of day and its zone like 08:30 America/Chicago", given);
    return set(config, given);
  };
  return out;
}

void add_schedule_options(std::vector<option>& out) {
  out.push_back(duration<std::chrono::minutes>(
      "schedule.pre_open_min", "min", 1, 120,
      "Clock and calendar are asked for so long before the open.",
      [](auto& c) -> auto& { return c.schedule.pre_open; }));
  out.push_back(time_of_day(
      "schedule.checkin_morning", "When the morning brief of a trading day is written.",
      [](auto& c) -> auto& { return c.schedule.checkin_morning; }));
  out.push_back(time_of_day(
      "schedule.checkin_midday", "When the midday brief is written.",
      [](auto& c) -> auto& { return c.schedule.checkin_midday; }));
  out.push_back(time_of_day(
      "schedule.checkin_eod", "When the brief at the end of a whole day is written.",
      [](auto& c) -> auto& { return c.schedule.checkin_eod; }));
  out.push_back(duration<std::chrono::minutes>(
      "schedule.half_day_eod_min", "min", 0, 240,
      "On half days that brief is written so long after the close.",
      [](auto& c) -> auto& { return c.schedule.half_day_eod; }));
}

}  // namespace

void add_node_options(std::vector<option>& out) {
  add_top_options(out);
  add_connection_options(out);
  add_process_options(out);
  add_recording_options(out);
}

void add_plugin_options(std::vector<option>& out) {
  out.push_back(words(
      "plugins.folder", "path", path_length_max,
      "Folder with strategy plugins, looked at when the node starts; relative to this file.",
      [](auto& c) -> auto& { return c.plugins.folder; }));
  auto allow = words(
      "plugins.allow", "any | SHA-256, blanks between", allow_length_max,
      "Which plugin files may be loaded, by their SHA-256; live trading needs such a "
      "list.",
      [](auto& c) -> auto& { return c.plugins.allow; });
  allow.set = [inner = allow.set](node_config& config, const option_value& given) -> result<void> {
    if (given.how == option_value::form::text && given.text != "any" && !are_hashes(given.text))
      return expected("any, or SHA-256 hashes of 64 hexadecimal digits, blanks between", given);
    return inner(config, given);
  };
  out.push_back(std::move(allow));
  out.push_back(duration<milliseconds>(
      "plugins.call_budget_ms", "ms", 1, 2'000,
      "How long a call into a plugin may take; three longer ones in a row switch it off.",
      [](auto& c) -> auto& { return c.plugins.call_budget; }));
}

void add_session_options(std::vector<option>& out) {
  out.push_back(duration<milliseconds>(
      "risk.entry_gather_ms", "ms", 0, 500,
      "Entries on bars that end together are gathered so long, then ranked; 0: not at all.",
      [](auto& c) -> auto& { return c.entry_gather; }));
  out.push_back(whole(
      "risk.volatile_size_percent", "%", 1, 100,
      "Sizes are multiplied by it while the regime of their symbol is volatile; 100: they stay.",
      [](auto& c) -> auto& { return c.volatile_size_percent; }));
  out.push_back(duration<milliseconds>(
      "risk.session.open_guard_ms", "ms", 0, 3'600'000, "No entries for so long after the open.",
      [](auto& c) -> auto& { return c.session.open_guard; }));
  out.push_back(duration<milliseconds>(
      "risk.session.close_guard_ms", "ms", 60'000, 7'200'000,
      "No entries from so long before the close.",
      [](auto& c) -> auto& { return c.session.entries_end_before; }));
  out.push_back(duration<milliseconds>(
      "risk.session.flatten_ms", "ms", 60'000, 3'600'000,
      "Positions are closed from so long before the close.",
      [](auto& c) -> auto& { return c.session.flatten_before; }));
  out.push_back(duration<milliseconds>(
      "risk.session.overnight_guard_ms", "ms", 10'000, 7'200'000,
      "Entries of strategies that keep positions over night end so long before the close.",
      [](auto& c) -> auto& { return c.session.overnight_end_before; }));
  add_schedule_options(out);
}

}  // namespace bw
