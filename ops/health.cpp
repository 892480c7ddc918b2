#include "ops/health.hpp"

#include <algorithm>

#include "core/json_writer.hpp"

namespace bw {
namespace {

std::string names_of(const trading_state& state) {
  std::string out;
  for (std::size_t k = 1; k <= halt_reason_count; ++k) {
    const auto reason = static_cast<halt_reason>(k);
    if (!has_reason(state, reason)) continue;
    if (!out.empty()) out += ", ";
    out += to_string(reason);
  }
  return out;
}

health_check check(std::string name, bool good, std::string text) {
  return {std::move(name), good ? check_result::pass : check_result::fail, std::move(text)};
}

health_check judge_status(const health_facts& facts, const health_limits& limits) {
  const auto limit = facts.status ? limits.status_age_max : limits.first_status_max;
  const auto age = std::to_string(facts.status_age.count()) + " ms";
  return check("status", facts.status_age < limit,
               facts.status ? "published " + age + " ago" : "none published yet, " + age);
}

health_check judge_state(const trading_state& state) {
  std::string text{to_string(state.mode)};
  if (const auto reasons = names_of(state); !reasons.empty()) text += ": " + reasons;
  return check("state", state.mode == trading_mode::active, std::move(text));
}

/// Outside the session a feed may rest.
health_check judge_feed(const node_status& status) {
  std::string text{to_string(status.feed.state)};
  if (!status.feed.reason.empty()) text.append(": ").append(status.feed.reason.view());
  if (status.feed.state == feed_state::synced) return check("feed", true, std::move(text));
  if (!status.market_open) return {"feed", check_result::not_judged, text + ", market closed"};
  return check("feed", false, std::move(text));
}

health_check judge_market_data(const node_status& status, const health_limits& limits) {
  if (!status.market_open) return {"market_data", check_result::not_judged, "market closed"};
  const auto& ages = status.data_age_ms;
  if (ages.empty()) return check("market_data", false, "no quote yet");
  const auto freshest = std::min_element(
      ages.begin(), ages.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
  return check("market_data", freshest->second <= limits.data_age_max.count(),
               "freshest quote " + std::to_string(freshest->second) + " ms old");
}

health_check judge_order_stream(const order_stream_status& stream) {
  std::string text{to_string(stream.state)};
  if (!stream.reason.empty()) text.append(": ").append(stream.reason.view());
  return check("order_stream", stream.state == feed_state::synced, std::move(text));
}

/// An open breaker for orders is no reason to narrow trading at first, and yet no order leaves.
health_check judge_broker(const node_status& status) {
  if (has_reason(status.trading, halt_reason::auth))
    return check("broker", false, "credentials refused");
  bool good = !has_reason(status.trading, halt_reason::breaker);
  std::string text = good ? "ok" : "breaker open";
  for (const auto& component : status.components) {
    if (component.name != "broker") continue;
    const auto wait = component.counts.find("orders_wait");
    good = good && (wait == component.counts.end() || wait->second == 0);
    if (component.state != health::ok) text = component.text;
  }
  return check("broker", good, std::move(text));
}

health_check judge_audit(const trading_state& state) {
  const bool good = !has_reason(state, halt_reason::audit);
  return check("audit", good, good ? "ok" : "cannot be written");
}

health_check judge_reconciled(const node_status& status) {
  if (status.last_reconcile.value == 0)
    return check("reconciled", false,
                 status.reconcile_texts.empty() ? "not yet" : status.reconcile_texts.front());
  if (has_reason(status.trading, halt_reason::difference) && !status.reconcile_texts.empty())
    return check("reconciled", false,
                 status.reconcile_texts.front() + ", for " +
                     std::to_string(status.reconcile_oldest.count() / 1'000'000'000) + " s");
  if (has_reason(status.trading, halt_reason::day_unmatched))
    return check("reconciled", false, "the last day's books differ from the broker's");
  if (has_reason(status.trading, halt_reason::position_mismatch))
    return check("reconciled", false, "positions differ from the broker's");
  return check("reconciled", true, "last " + format_rfc3339(status.last_reconcile));
}

health_check judge_calendar(const session_state& session) {
  return check("calendar", session.phase != session_phase::unknown,
               std::string{to_string(session.phase)});
}

std::vector<health_check> checks_of_ready(const node_status& status, const health_limits& limits) {
  return {judge_state(status.trading),
          judge_feed(status),
          judge_market_data(status, limits),
          judge_order_stream(status.order_stream),
          judge_broker(status),
          judge_audit(status.trading),
          judge_reconciled(status),
          judge_calendar(status.session)};
}

std::string_view name_of(check_result x) { return x == check_result::fail ? "fail" : "pass"; }

}  // namespace

std::string_view to_string(probe x) noexcept {
  switch (x) {
    case probe::live: return "live";
    case probe::ready: return "ready";
    case probe::started: return "started";
  }
  return "invalid";
}

health_report judge_health(probe asked, const health_facts& facts, const health_limits& limits,
                           const std::vector<std::string>& excluded) {
  health_report report{.asked = asked};
  if (facts.status) report.state = facts.status->trading;
  auto& checks = report.checks;
  const auto published = judge_status(facts, limits);
  switch (asked) {
    case probe::live:
      checks = {check("threads", facts.alive, facts.alive ? "ok" : "a thread stands still"),
                published};
      break;
    case probe::ready:
      // Old news says nothing about now.
      if (facts.status) checks = checks_of_ready(*facts.status, limits);
      checks.push_back(
          check("status", facts.status && published.result == check_result::pass, published.text));
      break;
    case probe::started:
      checks = {facts.status ? check("reconciled", facts.status->last_reconcile.value != 0,
                                     facts.status->lifecycle)
                             : published};
      if (!facts.status) checks[0].result = check_result::fail;
      break;
  }
  for (auto& one : checks)
    if (std::find(excluded.begin(), excluded.end(), one.name) != excluded.end()) {
      one.result = check_result::not_judged;
      one.text += ", excluded";
    }
  report.passed = std::none_of(checks.begin(), checks.end(), [](const health_check& x) {
    return x.result == check_result::fail;
  });
  return report;
}

std::string to_json(const health_report& report, utc_ns now) {
  json_writer json;
  json.begin_object()
      .member("schema_version", 1)
      .member("status", report.passed ? "pass" : "fail")
      .member("probe", to_string(report.asked))
      .member("state", to_string(report.state.mode));
  json.key("reasons").begin_array();
  for (std::size_t k = 1; k <= halt_reason_count; ++k) {
    const auto reason = static_cast<halt_reason>(k);
    if (has_reason(report.state, reason)) json.value(to_string(reason));
  }
  json.end_array();
  json.key("checks").begin_object();
  for (const auto& one : report.checks) {
    json.key(one.name).begin_array().begin_object();
    json.member("componentType", "component").member("status", name_of(one.result));
    json.member("output", one.text).member("time", now).end_object().end_array();
  }
  json.end_object().end_object();
  return json.take();
}

std::string to_lines(const health_report& report) {
  std::string out;
  for (const auto& one : report.checks) {
    out += one.result == check_result::fail ? "[-]" : "[+]";
    out.append(one.name).append(" ").append(one.text).append("\n");
  }
  out.append(to_string(report.asked)).append(report.passed ? " check passed\n" : " check failed\n");
  return out;
}

}  // namespace bw
