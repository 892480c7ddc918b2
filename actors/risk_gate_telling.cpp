// What the risk gate tells others: log, audit, metrics and status.

#include "actors/risk_gate_actor.hpp"
#include "core/json_writer.hpp"
#include "core/log.hpp"
#include "domain/external_guard.hpp"
#include "domain/limit_use.hpp"

namespace bw {

void risk_gate_state::add_metrics() {
  for (std::size_t k = 1; k <= risk_rule_count; ++k) {
    const std::string rule{to_string(static_cast<risk_rule>(k))};
    const auto series = [&](const char* result) {
      return &args.metrics->add_counter("bellwether_risk_decisions_total",
                                        "Rules evaluated by the risk gate.",
                                        {{"result", result}, {"rule", rule}});
    };
    rule_counts[k] = {series("pass"), series("deny"),
                      &args.metrics->add_gauge("bellwether_risk_limit_use_ratio",
                                               "The last order's figure divided by its limit.",
                                               {{"rule", rule}})};
  }
  tick_to_decision = &args.metrics->add_histogram(
      "bellwether_tick_to_decision_seconds", "From the tick's bytes to the verdict on its order.");
  stalled = &args.metrics->add_histogram(
      "bellwether_worker_stall_seconds",
      "How late the hot actors' thread was, where it was more than 50 milliseconds.");
  way_out_seconds = &args.metrics->add_gauge("bellwether_time_to_flat_seconds",
                                             "Estimate of how long closing everything would take.");
  way_out_requests = &args.metrics->add_gauge(
      "bellwether_requests_to_flat", "Requests that cancelling and closing everything would need.");
}

void risk_gate_state::show_way_out() {
  const auto way = desk->way_to_flat(now().mono);
  way_out_seconds->set_units(way.takes.count());
  way_out_requests->set(way.requests_needed);
}

void risk_gate_state::tell_stall(nanoseconds delay) {
  stalled->record(delay);
  ++stall_count;
  log_line(log_level::warning, name, "worker_slow",
           "the hot actors' thread stood still for " +
               std::to_string(delay / std::chrono::milliseconds{1}) +
               " ms: a strategy's callback, or a machine with too much other work");
}

void risk_gate_state::share_account() {
  account_due = false;
  shared = desk->view(now());
  for (const auto& each : members.strategies) tell(self, each, shared);
}

void risk_gate_state::count(const risk_verdict& verdict) {
  for (const auto& check : verdict.checks) {
    const auto& to = rule_counts[static_cast<std::size_t>(check.rule)];
    if (check.outcome == check_outcome::passed) to.passed->add();
    if (check.outcome == check_outcome::denied) to.denied->add();
    if (const auto use = limit_use_ppm(check)) to.use->set_units(*use * 1'000);
  }
}

namespace {

/// One line for the denial, and one for each limit that the order would have gone beyond.
void log_denial(const order_request& x, const risk_verdict& verdict, log_fields fields) {
  const auto say = [&](log_level level, const char* event, const risk_check& check,
                       const std::string& text) {
    json_writer data;
    data.begin_object().member("rule", to_string(check.rule));
    data.member("value", check.value).member("limit", check.limit);
    data.member("side", to_string(x.side)).member("qty", x.qty);
    data.member("purpose", to_string(x.purpose)).member("reason", to_string(x.reason));
    data.member("trace", x.header.trace.value).end_object();
    fields.data = data.text();
    log_line(level, risk_gate_state::name, event, text, fields);
  };
  risk_check why;
  why.rule = verdict.reason;
  for (const auto& check : verdict.checks) {
    if (check.outcome != check_outcome::denied) continue;
    if (check.rule == verdict.reason) why = check;
    if (limit_use_ppm(check))
      say(log_level::warning, "risk_limit_breach", check,
          "an order would go beyond " + std::string{to_string(check.rule)});
  }
  say(log_level::info, "signal_rejected", why, "denied: " + std::string{to_string(verdict.reason)});
}

}  // namespace

void risk_gate_state::deny(const order_request& x, const risk_verdict& verdict) {
  ++figures.denied;
  log_fields fields;
  fields.symbol = args.symbols[x.symbol.value];
  fields.strategy = owner_name(args.strategies, x.strategy);
  log_denial(x, verdict, fields);
  audit_append note;
  note.events.emplace_back(verdict_record{{},
                                          cut<symbol_name>(args.symbols[x.symbol.value]),
                                          cut<short_name>(owner_name(args.strategies, x.strategy)),
                                          x,
                                          verdict});
  note.trace = x.header.trace;
  note.from = short_name{name};
  tell(self, members.audit, std::move(note));
  if (!is_guard(x) && x.symbol.value < members.strategies.size())
    tell(self, members.strategies[x.symbol.value], order_denied{x, verdict});
}

void risk_gate_state::announce_changes() {
  auto changes = desk->take_changes();
  for (auto& change : changes) {
    tell(self, members.router, change.after);
    log_line(change.added ? log_level::warning : log_level::info, name,
             change.added ? "trading_halted" : "trading_resumed",
             std::string{to_string(change.after.mode)} + ": " +
                 std::string{to_string(change.reason)} + (change.added ? " set, " : " cleared, ") +
                 change.why);
    audit_append note;
    note.events.emplace_back(
        state_record{change.after, change.reason, change.added, std::move(change.why)});
    note.needs = durability::before_answer;
    note.from = short_name{name};
    tell(self, members.audit, std::move(note));
  }
  // Whoever was denied for the state may try again.
  if (!changes.empty()) share_account();
  announce_strategies();
  announce_alerts();
}

void risk_gate_state::announce_strategies() {
  for (auto& out : desk->take_taken_out()) {
    const auto strategy = out.strategy.value < args.strategies.size()
                              ? args.strategies[out.strategy.value]
                              : std::string{"script"};
    log_fields fields;
    fields.strategy = strategy;
    log_line(log_level::warning, name, "strategy_disabled",
             strategy + " enters nothing more until a person puts it back: " + out.why, fields);
    if (args.on_taken_out) args.on_taken_out(out.strategy, out.why);
    audit_append note;
    note.events.emplace_back(
        strategy_switch_record{bw::cut<short_name>(strategy), {}, false, true, std::move(out.why)});
    note.needs = durability::before_answer;
    note.from = short_name{name};
    tell(self, members.audit, std::move(note));
  }
}

void risk_gate_state::announce_alerts() {
  for (auto& raised : desk->take_alerts()) {
    log_line(raised.level == alert_level::notice ? log_level::info : log_level::warning, name,
             raised.code, raised.text);
    audit_append note;
    note.events.emplace_back(std::move(raised));
    note.from = short_name{name};
    tell(self, members.audit, std::move(note));
  }
}

risk_view risk_gate_state::view() const {
  auto out = figures;
  out.trading = desk->trading();
  out.stream = last_stream;
  if (desk->account()) out.account = *desk->account();
  out.day_start_equity = desk->day().start_equity;
  const auto way = desk->way_to_flat(now().mono);
  out.time_to_flat = way.takes;
  out.requests_to_flat = way.requests_needed;
  out.requests_left = way.requests_left;
  out.planned_loss = desk->planned_loss();
  out.flatten = flatten_text();
  return out;
}

component_status risk_gate_state::status() const {
  component_status out;
  out.name = name;
  out.state = desk->trading().mode == trading_mode::active ? health::ok : health::degraded;
  out.text = std::string{to_string(desk->trading().mode)};
  out.counts["approved"] = figures.approved;
  out.counts["denied"] = figures.denied;
  out.counts["stalls"] = stall_count;
  out.counts["entries_today"] = desk->entries_today();
  const auto way = desk->way_to_flat(now().mono);
  out.counts["time_to_flat_ms"] = static_cast<std::uint64_t>(way.takes.count() / 1'000'000);
  out.counts["requests_to_flat"] = static_cast<std::uint64_t>(way.requests_needed);
  out.counts["requests_left"] = static_cast<std::uint64_t>(way.requests_left);
  return out;
}

}  // namespace bw
