#include <iostream>
#include <set>

#include "app/commands/audit_command.hpp"
#include "config/state_folder.hpp"
#include "core/clock.hpp"
#include "storage/audit_copy.hpp"
#include "storage/event_json.hpp"
#include "storage/instance_lock.hpp"

namespace bw {
namespace {

result<void> copy_beside(const std::filesystem::path& from, const std::filesystem::path& folder) {
  std::error_code code;
  if (!std::filesystem::exists(from, code)) return {};
  std::filesystem::copy_file(from, folder / from.filename(), code);
  if (code) return {ec::io_failed, from.string() + " cannot be copied: " + code.message()};
  return {};
}

/// "2026-11-20T10:31:04.5Z" without what a file name should not have.
std::string suffix_of(utc_ns at) {
  auto text = format_rfc3339(utc_ns{at.value / 1'000'000'000 * 1'000'000'000});
  std::erase(text, ':');
  return ".aside-" + text;
}

}  // namespace

namespace {

/// Log and anchors into a new folder; `copy` makes the log's copy. Says `done` of it.
template <class Copy>
int copy_proved_log(const common_flags& flags, const audit_arguments& asked, Copy copy,
                    std::string_view done_words) {
  const auto places = find_audit_places(asked);
  if (!places) return fail(flags, places.failure());
  const std::filesystem::path target{asked.folder};
  std::error_code code;
  if (std::filesystem::exists(target, code))
    return fail(flags, {exit_code::usage, asked.folder + " is there already", "name a new folder"});
  if (!std::filesystem::create_directories(target, code) || code)
    return fail(flags, {exit_code::usage, asked.folder + " cannot be made: " + code.message(), ""});
  const auto copied = copy(places->log, audit_folder(target));
  if (!copied) return fail(flags, copied.failure());
  // After the log, and up to its end: a record that tells of an anchor was written behind that
  // anchor's line. The private key stays where it is.
  if (const auto done =
          copy_anchors(places->anchors, target / places->anchors.filename(), copied->sequence);
      !done)
    return fail(flags, done.failure());
  if (const auto done = copy_beside(places->public_key, target); !done)
    return fail(flags, done.failure());
  if (flags.json)
    std::cout << "{\"schema_version\":1,\"ok\":true,\"records\":" << copied->sequence.value
              << ",\"chain\":\"" << hex_text(copied->chain) << "\"}\n";
  else
    std::cout << asked.folder << ": " << copied->sequence.value << ' ' << done_words << " ("
              << hex_text(copied->chain) << ")\n";
  return static_cast<int>(exit_code::ok);
}

}  // namespace

int backup_audit(const common_flags& flags, const audit_arguments& asked) {
  return copy_proved_log(flags, asked, copy_audit_log, "records copied and verified");
}

int redact_audit(const common_flags& flags, const audit_arguments& asked) {
  std::set<std::uint16_t> types;
  for (const auto& name : asked.hidden_types) {
    const auto type = parse_audit_type(name);
    if (!type) return fail(flags, type.failure());
    types.insert(static_cast<std::uint16_t>(*type + 1));
  }
  const std::set<std::uint64_t> records{asked.hidden_records.begin(), asked.hidden_records.end()};
  if (types.empty() && records.empty())
    return fail(flags, {exit_code::usage, "nothing to redact",
                        "name it with --record NUMBER or --type TYPE; `audit backup` copies all"});
  // Snapshots repeat what other records say.
  if (const auto books = parse_audit_type("books"))
    types.insert(static_cast<std::uint16_t>(*books + 1));
  const auto hides = [&](const record_view& view) {
    return types.contains(view.type) || records.contains(view.sequence.value);
  };
  return copy_proved_log(
      flags, asked,
      [&](const auto& from, const auto& to) { return copy_redacted(from, to, hides); },
      "records, of which those named show their hash alone");
}

int adopt_audit(const common_flags& flags, const audit_arguments& asked) {
  auto chosen = asked;
  if (chosen.where.config.empty()) chosen.where.state = asked.folder;
  const auto places = find_audit_places(chosen);
  if (!places) return fail(flags, places.failure());
  std::error_code code;
  if (!std::filesystem::exists(places->log, code) &&
      !std::filesystem::exists(places->anchors, code))
    return fail(flags, {exit_code::usage, asked.folder + " holds no audit log and no anchors", ""});
  const auto lock = lock_state_folder(places->state);
  if (!lock)
    return fail(flags, {exit_code::refused_for_safety, lock.failure().context,
                        "a new log begins only while no node runs"});
  const auto old = examine_for_adoption(places->log);
  const auto what = std::to_string(old.sequence.value) + " records of the old log are right" +
                    (old.reason.empty() ? "" : "; then: " + old.reason) + "; " +
                    std::to_string(old.past.open_orders().size()) + " open orders and " +
                    std::to_string(old.past.latches().size()) + " latches are taken over";
  if (!asked.confirmed)
    return fail(flags, {exit_code::refused_for_safety, what,
                        "say --confirm to put the old log aside and begin a new one"});
  const system_clock time;
  const auto now = time.utc_now();
  proved_log_options how;
  how.log.folder = places->log;
  how.anchors.file = places->anchors;
  how.anchors.key = places->key;
  how.emergency = emergency_file_path(places->state);
  const auto done = adopt_new_log(how, old, suffix_of(now), static_cast<std::uint64_t>(now.value),
                                  {now, time.mono_now(), {}, short_name{"operator"}});
  if (!done) return fail(flags, done.failure());
  std::cout << what << ".\nThe old log is " << places->log.string() << suffix_of(now)
            << "; the node reconciles with the broker before it trades.\n";
  return static_cast<int>(exit_code::ok);
}

}  // namespace bw
