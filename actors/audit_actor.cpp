#include "actors/audit_actor.hpp"

#include <algorithm>

#include "actors/harden.hpp"
#include "core/json_writer.hpp"

namespace bw {

audit_actor::behavior_type audit(audit_actor::stateful_pointer<audit_state> self, audit_args args) {
  harden(self, audit_state::name);
  state_of(self).init(std::move(args));
  return {
      [self](audit_append& x) { state_of(self).append(std::move(x)); },
      [self](atom::commit) { state_of(self).commit(); },
      [self](atom::beat) { state_of(self).beat(); },
      [self](atom::flush) { return state_of(self).flush(); },
      [self](const directory& x) { state_of(self).gate = x.gate; },
      [self](atom::status) { return state_of(self).status(); },
      [](atom::ready) { return std::uint32_t{0}; },
  };
}

void audit_state::init(audit_args given) {
  args = std::move(given);
  records = &args.metrics->add_counter("bellwether_audit_records_total", "Audit records written.");
  errors = &args.metrics->add_counter("bellwether_audit_errors_total", "Audit writes that failed.");
  write_time = &args.metrics->add_histogram("bellwether_audit_write_seconds",
                                            "One group of audit records, sync included.");
  sync_time = &args.metrics->add_histogram("bellwether_audit_sync_seconds",
                                           "Groups that were synced to disk.");
  tell_after(self, beat_every, audit_actor{self}, atom::beat_v);
}

void audit_state::append(audit_append group) {
  const audit_stamp stamp{args.time->utc_now(), args.time->mono_now(), group.trace, group.from};
  const auto count = group.events.size();
  waiting_group next{std::move(group), stamp, sender_as<audit_receiver_actor>(self),
                     real.mono_now()};
  if (failed) return keep_aside(next);
  records_waiting += count;
  if (waiting.empty()) args.mark->waiting_since(next.arrived);
  waiting.push_back(std::move(next));
  if (records_waiting > waiting_max) halt("more records wait for the audit log than may");
  if (std::exchange(commit_pending, true)) return;
  // Queued behind what has arrived already: that is the group.
  self->send(self, atom::commit_v);
}

void audit_state::commit() {
  commit_pending = false;
  if (write_some() && !waiting.empty()) {
    commit_pending = true;
    self->send(self, atom::commit_v);
  }
}

bool audit_state::write_some() {
  if (failed || waiting.empty()) return !failed;
  std::vector<audit_log::entry> entries;
  auto sync = sync_mode::no;
  std::size_t groups = 0;
  for (const auto& next : waiting) {
    if (groups > 0 && entries.size() + next.group.events.size() > group_max) break;
    for (const auto& event : next.group.events) entries.push_back({next.stamp, &event});
    if (sync_needed(args.policy, next.group) == sync_mode::yes) sync = sync_mode::yes;
    ++groups;
  }
  const auto began = real.mono_now();
  const auto written = write(entries, sync);
  const auto took = real.mono_now() - began;
  if (!written) {
    fail(written.failure());
    return false;
  }
  records->add(entries.size());
  write_time->record(took);
  if (sync == sync_mode::yes) {
    sync_time->record(took);
    unsynced_since = {};
  } else if (unsynced_since == mono_ns{}) {
    unsynced_since = args.time->mono_now();
  }
  // The mark first: whoever hears of the acknowledgement may send at once.
  args.mark->acknowledge(written->value);
  for (const auto& next : entries)
    if (const auto* sent = std::get_if<sending_record>(next.event))
      args.mark->acknowledge_order(sent->order.value);
  for (std::size_t k = 0; k < groups; ++k) {
    const auto& done = waiting[k];
    if (done.group.ticket != 0) tell(self, done.from, audit_synced{done.group.ticket, *written});
  }
  records_waiting -= entries.size();
  waiting.erase(waiting.begin(), waiting.begin() + static_cast<std::ptrdiff_t>(groups));
  args.mark->waiting_since(waiting.empty() ? mono_ns{} : waiting.front().arrived);
  if (took > write_max) halt("the audit log took more than a second for a write");
  return true;
}

result<sequence_number> audit_state::write(const std::vector<audit_log::entry>& entries,
                                           sync_mode sync) {
  return args.keeper ? args.keeper->append(entries, sync) : args.log->append(entries, sync);
}

void audit_state::halt(const char* why) {
  if (std::exchange(halted, true)) return;
  tell(self, gate, halt_command{halt_reason::audit, cut<short_text>(why)});
}

void audit_state::keep_aside(const waiting_group& group) {
  if (!args.emergency) return;
  for (const auto& event : group.group.events) {
    if (!is_for_emergency(event)) continue;
    if (const auto kept = args.emergency->keep(group.stamp, event); !kept)
      log_line(log_level::critical, name, "exception", kept.failure().text());
  }
}

void audit_state::tell_anchors(const result<std::vector<std::string>>& lines) {
  if (!lines) return fail(lines.failure());
  for (const auto& line : *lines) log_line(log_level::info, name, "audit_anchor", line);
}

void audit_state::tell_snapshot() {
  if (!args.keeper || args.keeper->snapshot() == snapshot_told) return;
  snapshot_told = args.keeper->snapshot();
  if (args.keeper->snapshot_cause().empty()) return;
  const auto cause = std::string{args.keeper->snapshot_cause()};
  const auto& books = args.keeper->books();
  json_writer data;
  data.begin_object().member("cause", cause);
  data.member("positions", std::uint64_t{books.by_symbol().size()});
  data.member("open_orders", std::uint64_t{books.open_orders().size()});
  data.member("trades_today", books.day().trades);
  data.member("realized_today", books.day().realized).end_object();
  log_fields fields;
  fields.cause = snapshot_told.value;
  fields.data = data.text();
  log_line(log_level::info, name, "state_snapshot", "the books as they stand: " + cause, fields);
}

void audit_state::beat() {
  if (args.life != nullptr) args.life->beat(real.mono_now());
  tell_after(self, beat_every, audit_actor{self}, atom::beat_v);
  if (failed) return;
  const audit_stamp now{args.time->utc_now(), args.time->mono_now(), {}, short_name{name}};
  if (args.keeper) tell_anchors(args.keeper->beat(now));
  tell_snapshot();
  if (failed || unsynced_since == mono_ns{} || now.mono - unsynced_since < unsynced_max) return;
  if (const auto synced = args.log->sync(); !synced) return fail(synced.failure());
  unsynced_since = {};
}

audit_synced audit_state::flush() {
  while (!waiting.empty() && write_some()) {
  }
  if (!failed) {
    if (const auto synced = args.log->sync(); !synced) fail(synced.failure());
  }
  const audit_stamp now{args.time->utc_now(), args.time->mono_now(), {}, short_name{name}};
  if (!failed && args.keeper) tell_anchors(args.keeper->finish(now));
  tell_snapshot();
  return {0, args.log->head()};
}

void audit_state::fail(const error& why) {
  if (std::exchange(failed, true)) return;
  errors->add();
  args.mark->block_sends();
  log_line(log_level::critical, name, "trading_halted", "audit log: " + why.text());
  tell(self, gate, halt_command{halt_reason::audit, cut<short_text>(why.context)});
  for (const auto& group : waiting) keep_aside(group);
  args.on_fatal(exit_code::integrity, "audit log cannot be written: " + why.text());
}

component_status audit_state::status() const {
  component_status out;
  out.name = name;
  out.state = failed ? health::failed : halted ? health::degraded : health::ok;
  out.counts["records"] = args.log->head().value;
  out.counts["waiting"] = records_waiting;
  return out;
}

}  // namespace bw
