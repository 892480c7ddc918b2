#include "app/trial.hpp"

#include <algorithm>

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

}  // namespace bw
