#include "actors/session_actor.hpp"

#include <algorithm>

#include "actors/harden.hpp"
#include "actors/session_answers.hpp"

namespace bw {

session_actor::behavior_type session(session_actor::stateful_pointer<session_actor_state> self,
                                     session_args args) {
  harden(self, session_actor_state::name);
  state_of(self).init(std::move(args));
  return {
      [self](const clock_report& x) { state_of(self).on_clock(x); },
      [self](const calendar_report& x) { state_of(self).on_calendar(x); },
      [self](const asset_report& x) { state_of(self).on_asset(x); },
      [self](const past_days_report& x) { state_of(self).on_past_days(x); },
      [self](const broker_failure& x) { state_of(self).on_failure(x); },
      [self](atom::beat) { state_of(self).beat(); },
      [self](atom::view) { return state_of(self).current; },
      [self](const directory& x) {
        state_of(self).members = x;
        state_of(self).take_new_symbols();
        state_of(self).announce(state_of(self).current);
        state_of(self).tell_trends();
      },
      [self](atom::status) { return state_of(self).status(); },
      [](atom::ready) { return std::uint32_t{0}; },
  };
}

void session_actor_state::init(session_args given) {
  args.emplace(std::move(given));
  assets_missing = args->symbols.list();
  symbols_asked = assets_missing.size();
  waits.emplace(backoff_options{}, prng{args->seed});
  offset_gauge = &args->metrics->add_gauge("bellwether_clock_offset_seconds",
                                           "The broker's clock minus ours.");
  open_gauge = &args->metrics->add_gauge("bellwether_market_open", "1 while the session runs.",
                                         {{"session", "regular"}});
  time.emplace(args->time->utc_now(), args->time->mono_now());
  take_up_kept();
  regimes.emplace(*args->metrics);
  kernel_clock.emplace(*args->metrics, args->clock_sync);
  for (auto& each : args->trends) trends[each.symbol] = each;
  day = trend_day();
  tell_after(self, beat_every, session_actor{self}, atom::beat_v);
}

void session_actor_state::ask_clock() {
  kernel_clock->look();
  args->gateway->market_clock(
      to_session<clock_report>(session_actor{self}, [](clock_report x) { return x; }));
}

void session_actor_state::ask_calendar() {
  const auto today =
      days_from_civil(args->calendar.new_york_date(time->at(args->time->mono_now())));
  args->gateway->calendar(
      civil_from_days(today - days_back), civil_from_days(today + days_ahead),
      to_session<std::vector<session_day>>(session_actor{self}, [](std::vector<session_day> days) {
        return calendar_report{std::move(days)};
      }));
}

void session_actor_state::begin_asset_round(mono_ns now) {
  assets_at = now;
  assets_due = args->symbols.list();
}

void session_actor_state::ask_assets_again(mono_ns now) {
  if (assets_due.empty() && now - assets_at >= assets_every) begin_asset_round(now);
  if (assets_due.empty()) return;
  ask_asset(assets_due.back());
  assets_due.pop_back();
}

void session_actor_state::take_new_symbols() {
  for (const auto all = args->symbols.size(); symbols_asked < all; ++symbols_asked) {
    assets_missing.push_back(args->symbols[symbols_asked]);
    asked = false;
  }
}

void session_actor_state::on_clock(const clock_report& x) {
  const auto now = args->time->utc_now();
  offset_gauge->set_units((x.at - now).count());
  clock_known = true;
  clock_at = args->time->mono_now();
  // On a clock that runs faster a real answer takes longer, and so does what is seen of it.
  const auto speed = std::max<std::int64_t>(args->time->speed(), 1);
  judge_clock((x.at - now) / speed);
  if (time->correct(x.at, clock_at, carried_time::tolerance * speed))
    log_line(log_level::warning, name, "schedule",
             "the broker's clock differs from ours: sessions go by " + format_rfc3339(x.at));
  check_started();
}

void session_actor_state::judge_clock(nanoseconds offset) {
  tell(self, members.gate, input_measured{measured_input::clock, offset.count()});
  const bool was_off = offsets.is_off();
  const auto text =
      "our clock and the broker's are " + std::to_string(offset.count() / 1'000'000) + " ms apart";
  switch (offsets.on_offset(offset, clock_at)) {
    case clock_verdict::fine: break;
    case clock_verdict::warn: log_line(log_level::warning, name, "exception", text); break;
    case clock_verdict::off:
      return tell(self, members.gate, halt_command{halt_reason::clock, cut<short_text>(text)});
  }
  if (was_off) tell(self, members.gate, clear_command{halt_reason::clock, cut<short_text>(text)});
}

void session_actor_state::on_calendar(const calendar_report& x) {
  if (x.days.empty()) return on_failure({0, {ec::protocol_violation, "the calendar is empty"}});
  const auto used = args->calendar.use_broker_days(x.days.front().date, x.days.back().date, x.days);
  if (!used) return on_failure({0, used.failure()});
  check_calendar();
  keep_calendar(x);
  calendar_known = true;
  check_started();
}

void session_actor_state::on_asset(const asset_report& x) {
  std::erase(assets_missing, x.symbol.str());
  assets[x.symbol] = x;
  tell(self, members.gate, x);
  check_started();
}

void session_actor_state::on_failure(const broker_failure& x) {
  log_line(log_level::warning, name, "exception", "broker: " + x.why.text());
  if (x.why.code == ec::auth_refused && !started)
    return args->on_fatal(exit_code::auth_refused,
                          "the broker refused the credentials: " + x.why.context);
  if (x.why.code == ec::auth_refused)
    tell(self, members.gate, halt_command{halt_reason::auth, cut<short_text>(x.why.context)});
  ask_again_at = args->time->mono_now() + waits->next();
  asked = false;
}

void session_actor_state::check_started() {
  if (started || !clock_known || !(calendar_known || calendar_kept) || !assets_missing.empty())
    return;
  started = true;
  waits->reset();
  log_line(log_level::info, name, "account_connected", "clock, calendar and assets are known");
  tell(self, members.gate,
       clear_command{halt_reason::boot, cut<short_text>("clock, calendar and assets are known")});
}

void session_actor_state::announce(const session_state& next) {
  current = next;
  tell(self, members.gate, current);
  tell(self, members.router, current);
  tell(self, members.performance, current);
  tell(self, members.reconciliation, current);
  for (const auto& each : members.strategies) tell(self, each, current);
}

void session_actor_state::beat() {
  tell_after(self, beat_every, session_actor{self}, atom::beat_v);
  const auto mono = args->time->mono_now();
  const bool lacking = !started || !assets_missing.empty();
  if (lacking && !asked && mono >= ask_again_at && members.gate) {
    asked = true;
    if (!clock_known) ask_clock();
    if (!calendar_known) ask_calendar();
    assets_at = mono;
    for (const auto& symbol : assets_missing) ask_asset(symbol);
  } else if (started && mono - clock_at > (offsets.is_off() ? clock_again : clock_every)) {
    clock_at = mono;
    ask_clock();
    if (!calendar_known) ask_calendar();
  } else if (started) {
    ask_assets_again(mono);
    ask_days_again(mono);
  }
  if (!calendar_known && !calendar_kept) return;
  const auto now = time->at(mono);
  if (started) run_jobs(now);
  if (minute.take_due(mono)) {
    keep_schedule();
    look_at_day(mono);
  }
  look_at_phase(now);
}

void session_actor_state::look_at_phase(utc_ns now) {
  const auto next = args->calendar.phase(now, args->options);
  if (next == current) return;
  const auto before = current.phase;
  announce(next);
  if (next.phase == before) return;
  const auto is_open = [](session_phase x) {
    return x != session_phase::closed && x != session_phase::unknown;
  };
  const bool open = is_open(next.phase);
  open_gauge->set(open ? 1 : 0);
  const bool turned = open != is_open(before) || before == session_phase::unknown;
  log_line(log_level::info, name,
           !turned ? "session_phase"
           : open  ? "market_open"
                   : "market_close",
           "the session is " + std::string{to_string(next.phase)});
  note(session_record{next});
}

void session_actor_state::note(audit_event what) {
  audit_append out;
  out.events.push_back(std::move(what));
  out.from = short_name{name};
  tell(self, members.audit, std::move(out));
}

component_status session_actor_state::status() const {
  component_status out;
  out.name = name;
  out.state = started ? health::ok : health::degraded;
  out.text = std::string{to_string(current.phase)};
  out.counts["assets_missing"] = assets_missing.size();
  return out;
}

}  // namespace bw
