#include "actors/audit_actor.hpp"

#include <algorithm>

#include "actors/harden.hpp"

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
  if (failed) return;
  records_waiting += group.events.size();
  const audit_stamp stamp{args.time->utc_now(), args.time->mono_now(), group.trace, group.from};
  waiting.push_back({std::move(group), stamp, sender_as<audit_receiver_actor>(self)});
  if (records_waiting > waiting_max && !halted) {
    halted = true;
    tell(self, gate, halt_command{halt_reason::audit, cut<short_text>("audit log too slow")});
  }
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
  const auto written = args.log->append(entries, sync);
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
  return true;
}

void audit_state::beat() {
  if (args.life != nullptr) args.life->beat(real.mono_now());
  tell_after(self, beat_every, audit_actor{self}, atom::beat_v);
  if (failed || unsynced_since == mono_ns{}) return;
  if (args.time->mono_now() - unsynced_since < unsynced_max) return;
  if (const auto synced = args.log->sync(); !synced) return fail(synced.failure());
  unsynced_since = {};
}

audit_synced audit_state::flush() {
  while (!waiting.empty() && write_some()) {
  }
  if (!failed) {
    if (const auto synced = args.log->sync(); !synced) fail(synced.failure());
  }
  return {0, args.log->head()};
}

void audit_state::fail(const error& why) {
  if (std::exchange(failed, true)) return;
  errors->add();
  args.mark->block_sends();
  log_line(log_level::critical, name, "trading_halted", "audit log: " + why.text());
  tell(self, gate, halt_command{halt_reason::audit, cut<short_text>(why.context)});
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
