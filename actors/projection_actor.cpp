#include "actors/projection_actor.hpp"

#include "actors/harden.hpp"

namespace bw {

projection_actor::behavior_type projection(
    projection_actor::stateful_pointer<projection_state> self, projection_args args) {
  harden(self, projection_state::name);
  state_of(self).init(std::move(args));
  return {
      [self](atom::beat) { state_of(self).beat(); },
      [](const directory&) {},
      [self](atom::status) { return state_of(self).status(); },
      [](atom::ready) { return std::uint32_t{0}; },
  };
}

void projection_state::init(projection_args given) {
  args = std::move(given);
  behind = &args.metrics->add_gauge("bellwether_projection_records_behind",
                                    "Audit records that trades.db does not have yet.");
  batch_time = &args.metrics->add_histogram("bellwether_projection_batch_seconds",
                                            "One batch of audit records into trades.db.");
  tell_after(self, look_every, projection_actor{self}, atom::beat_v);
}

result<std::uint64_t> projection_state::follow() {
  if (!log) {
    auto opened = open_audit_reader(args.audit_folder);
    if (!opened) return opened.failure();
    log = *std::move(opened);
  }
  if (!trades) {
    auto opened = trade_database::open(args.database, sqlite_access::read_write);
    if (!opened) return opened.failure();
    trades = *std::move(opened);
  }
  if (auto fresh = log->catch_up(); !fresh) return fresh.failure();
  const auto began = real.mono_now();
  auto done = trades->follow(*log);
  if (done && *done > 0) batch_time->record(real.mono_now() - began);
  return done;
}

void projection_state::beat() {
  const auto done = follow();
  if (!done) {
    // The next try begins with fresh eyes.
    log.reset();
    trades.reset();
    if (trouble != done.failure().context)
      log_line(log_level::warning, name, "exception",
               "trades.db is not being kept up: " + done.failure().text());
    trouble = done.failure().context;
    return tell_after(self, retry_every, projection_actor{self}, atom::beat_v);
  }
  trouble.clear();
  records += *done;
  const auto last = trades->last();
  const auto head = log->head().sequence.value;
  behind->set(last && last->value <= head ? static_cast<std::int64_t>(head - last->value) : 0);
  const bool more = *done >= trade_database::batch_max;
  tell_after(self, more ? nanoseconds{0} : look_every, projection_actor{self}, atom::beat_v);
}

component_status projection_state::status() const {
  component_status out;
  out.name = name;
  out.state = trouble.empty() ? health::ok : health::degraded;
  out.text = trouble;
  out.counts["records"] = records;
  return out;
}

}  // namespace bw
