#include "app/trial.hpp"

#include <algorithm>

#include "actors/status_actor.hpp"
#include "config/state_folder.hpp"
#include "storage/durable_file.hpp"

namespace bw {
namespace {

using grade = preflight_result;

preflight_item taken_from(const preflight_report& report, const std::string& name,
                          const std::string& as) {
  const auto at = std::find_if(report.items.begin(), report.items.end(),
                               [&](const auto& each) { return each.name == name; });
  if (at == report.items.end()) return {as, grade::fail, "not looked at", "see `bellwether check`"};
  return {as, at->result, at->value, at->hint};
}

preflight_item of_drill(const drill_outcome& drill, const std::string& name, bool good,
                        std::string value) {
  if (!drill.done) return {name, grade::fail, "not made: " + drill.why, "see emergency_stop"};
  return {name, good ? grade::pass : grade::fail, good ? std::move(value) : drill.record.text,
          good ? "" : "see emergency_stop"};
}

}  // namespace

preflight_report quick_trial(const preflight_outcome& preflight) {
  const auto& report = preflight.report;
  const auto& drill = preflight.drill;
  const auto& record = drill.record;
  preflight_report out;
  out.items = {taken_from(report, "configuration", "configuration"),
               taken_from(report, "api_connected", "connection"),
               taken_from(report, "data_entitlement", "market_data"),
               of_drill(drill, "place_order", drill.placed, "one share was ordered"),
               of_drill(drill, "cancel_order", record.cancelled_ns > 0, "it was cancelled")};
  if (preflight.positions)
    out.items.push_back(
        {"positions", grade::pass, std::to_string(*preflight.positions) + " held", ""});
  else
    out.items.push_back({"positions", grade::fail, "not known", "see `bellwether check`"});
  auto limits = taken_from(report, "risk_limits_set", "risk_limits");
  const auto sizes = taken_from(report, "position_limits_set", "risk_limits");
  limits.value += "; " + sizes.value;
  limits.result = std::max(limits.result, sizes.result);
  if (limits.hint.empty()) limits.hint = sizes.hint;
  out.items.push_back(std::move(limits));
  auto stop = taken_from(report, "emergency_stop_working", "emergency_stop");
  if (!drill.done) stop.result = grade::fail;
  out.items.push_back(std::move(stop));
  return out;
}

result<std::filesystem::path> keep_trial(const preflight_report& trial,
                                         const preflight_outcome& preflight) {
  if (preflight.state_folder.empty()) return std::filesystem::path{};
  auto name = format_rfc3339(preflight.at);
  std::replace(name.begin(), name.end(), ':', '-');
  const auto file = trials_folder(preflight.state_folder) / ("quick-" + name + ".json");
  const auto text = to_json(trial, preflight.mode, preflight.at) + "\n";
  if (const auto kept = write_new_file(file, text, file_access::everybody); !kept)
    return kept.failure();
  return file;
}

void extended_trial::add(const preflight_report& look, calendar_date day) {
  if (days_.empty() || days_.back() != day) {
    days_.push_back(day);
    all_.push_back({day, 0, {}});
  }
  auto& today = all_.back();
  ++today.looks;
  for (const auto& each : look.items) {
    auto at = std::find_if(today.items.begin(), today.items.end(),
                           [&](const seen& x) { return x.name == each.name; });
    if (at == today.items.end()) at = today.items.insert(at, {each.name, 0, 0, 0, each});
    auto& count = each.result == grade::pass   ? at->passed
                  : each.result == grade::warn ? at->warned
                                               : at->failed;
    ++count;
    if (each.result > at->worst.result) at->worst = each;
  }
}

preflight_item extended_trial::item_of(const seen& x) {
  auto out = x.worst;
  const auto looks = x.passed + x.warned + x.failed;
  const auto bad = x.failed > 0 ? x.failed : x.warned;
  out.value = (bad == 0 ? "all of " + std::to_string(looks) + " looks: "
                        : std::to_string(bad) + " of " + std::to_string(looks) + " looks: ") +
              out.value;
  return out;
}

preflight_report extended_trial::report(std::optional<calendar_date> day) const {
  std::vector<seen> sums;
  std::size_t looks = 0;
  for (const auto& each : all_) {
    if (day && each.day != *day) continue;
    looks += each.looks;
    for (const auto& x : each.items) {
      auto at = std::find_if(sums.begin(), sums.end(),
                             [&](const seen& sum) { return sum.name == x.name; });
      if (at == sums.end()) {
        sums.push_back(x);
        continue;
      }
      at->passed += x.passed;
      at->warned += x.warned;
      at->failed += x.failed;
      if (x.worst.result > at->worst.result) at->worst = x.worst;
    }
  }
  preflight_report out;
  out.items.push_back({"looks", looks > 0 ? grade::pass : grade::fail, std::to_string(looks),
                       looks > 0 ? "" : "nothing was looked at"});
  for (const auto& each : sums) out.items.push_back(item_of(each));
  return out;
}

result<std::filesystem::path> keep_trial_day(const std::filesystem::path& state,
                                             const preflight_report& report, calendar_date day,
                                             const preflight_outcome& last, utc_ns began) {
  const auto folder = trials_folder(state);
  std::error_code failed;
  std::filesystem::create_directories(folder, failed);
  if (failed) return {ec::io_failed, folder.string() + ": " + failed.message()};
  auto name = format_rfc3339(began);
  std::replace(name.begin(), name.end(), ':', '-');
  const auto file = folder / ("extended-" + name + "-" + format_date(day) + ".json");
  if (auto kept = replace_file(file, to_json(report, last.mode, last.at) + "\n"); !kept)
    return std::move(kept).failure();
  return file;
}

}  // namespace bw
