// The gate's other half: the trading state and what narrows it.

#include "actors/risk_gate_actor.hpp"
#include "core/log.hpp"

namespace bw {

void risk_gate_state::narrow(halt_reason reason, trading_mode floor, std::string_view why) {
  if (machine.add(reason, floor)) announce(reason, true, why);
}

void risk_gate_state::widen(halt_reason reason, std::string_view why) {
  const auto cleared = machine.clear_by_rule(reason);
  if (cleared && *cleared) announce(reason, false, why);
}

void risk_gate_state::announce(halt_reason changed, bool added, std::string_view why) {
  const auto& state = machine.state();
  audit_append note;
  note.events.emplace_back(state_record{state, changed, added, std::string{why}});
  note.needs = durability::before_answer;
  note.from = short_name{name};
  tell(self, members.audit, std::move(note));
  tell(self, members.router, state);
  log_line(added ? log_level::warning : log_level::info, name,
           added ? "trading_halted" : "trading_resumed",
           std::string{to_string(state.mode)} + ": " + std::string{to_string(changed)} +
               (added ? " set, " : " cleared, ") + std::string{why});
}

trading_state risk_gate_state::halt(const halt_command& x) {
  narrow(x.reason, first_floor(x.reason), x.text.view());
  return machine.state();
}

void risk_gate_state::clear(const clear_command& x) { widen(x.reason, x.text.view()); }

void risk_gate_state::on_feed(const feed_status& x) {
  const bool up = x.state == feed_state::synced;
  if (up == feed.up) return;
  feed.up = up;
  feed.since = args.time->mono_now();
}

void risk_gate_state::on_stream(const order_stream_status& x) {
  last_stream = x;
  const bool up = x.state == feed_state::synced;
  if (up == stream.up) return;
  stream.up = up;
  stream.since = args.time->mono_now();
}

void risk_gate_state::watch(link& which, halt_reason reason, mono_ns now) {
  const auto unchanged_for = now - which.since;
  const bool set = has_reason(machine.state(), reason);
  if (!which.up && !set && unchanged_for > args.options.down_grace)
    narrow(reason, trading_mode::reducing, "the connection is gone");
  const auto clean = which.was_up ? args.options.clean_later : args.options.clean_at_start;
  if (which.up && set && unchanged_for >= clean) {
    which.was_up = true;
    widen(reason, "the connection is up and stays up");
  }
}

/// The worse of two views: the broker's figure at the last snapshot, and our own books at the
/// latest bid. An overnight gap shows in the first, the last minute in the second.
day_result risk_gate_state::day() const {
  money own = realized_today;
  for (std::uint32_t k = 0; k < marks.size(); ++k) {
    const auto& held = positions->of(symbol_id{k});
    if (!held.qty().is_zero() && marks[k].is_positive()) own += held.unrealized(marks[k]);
  }
  const auto start = account.last_equity.is_positive() ? account.last_equity : account.equity;
  const auto brokers = account.equity - start;
  return {start, std::min(own, brokers)};
}

void risk_gate_state::watch_loss() {
  if (!account_known) return;
  const auto level = level_of_loss(day(), rules->options());
  if (level <= loss_seen) return;
  loss_seen = level;
  const auto text = "loss of the day: " + day().pnl.text();
  log_line(log_level::warning, name, "risk_limit_breach", text);
  if (level == loss_level::reduce) narrow(halt_reason::loss, trading_mode::reducing, text);
  if (level == loss_level::halt) {
    narrow(halt_reason::loss, trading_mode::halted, text);
    if (args.options.loss_flatten) flatten("the loss of the day");
  }
}

void risk_gate_state::flatten(const char* why) {
  if (flatten_allowed == flatten_permission::recorded) return;
  flatten_allowed = flatten_permission::recorded;
  log_line(log_level::warning, name, "all_positions_closed",
           std::string{"every position is being closed: "} + why);
  auto closing = session;
  closing.phase = session_phase::flatten;
  for (const auto& each : members.strategies) tell(self, each, closing);
}

void risk_gate_state::beat() {
  tell_after(self, beat_every, risk_gate_actor{self}, atom::beat_v);
  if (args.life != nullptr) args.life->beat(real.mono_now());
  const auto now = args.time->mono_now();
  watch(feed, halt_reason::feed, now);
  watch(stream, halt_reason::stream, now);
  watch_loss();
  while (!rejects.empty() && now - rejects.front() > args.options.rejects_period)
    rejects.pop_front();
  if (rejects.empty()) widen(halt_reason::rejects, "no reject for a while");
}

}  // namespace bw
