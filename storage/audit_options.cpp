#include "storage/audit_options.hpp"

#include <algorithm>

namespace bw {

std::string_view to_string(audit_sync x) noexcept {
  switch (x) {
    case audit_sync::gate: return "gate";
    case audit_sync::process: return "process";
  }
  return "invalid";
}

result<audit_sync> parse_audit_sync(std::string_view text) {
  if (text == "gate") return audit_sync::gate;
  if (text == "process") return audit_sync::process;
  return {ec::parse_failed,
          "audit.sync is '" + std::string{text.substr(0, 40)} + "'; it may be gate or process"};
}

sync_mode sync_needed(audit_sync policy, durability needs, const audit_event& event) noexcept {
  const auto* stop = std::get_if<symbol_stop_record>(&event);
  const bool latch = std::holds_alternative<state_record>(event) ||
                     std::holds_alternative<boot_record>(event) ||
                     (stop != nullptr && is_latched(stop->reason));
  const bool gated = policy == audit_sync::gate && needs == durability::before_answer;
  return latch || gated ? sync_mode::yes : sync_mode::no;
}

sync_mode sync_needed(audit_sync policy, const audit_append& group) noexcept {
  const bool any = std::any_of(group.events.begin(), group.events.end(), [&](const auto& event) {
    return sync_needed(policy, group.needs, event) == sync_mode::yes;
  });
  return any ? sync_mode::yes : sync_mode::no;
}

}  // namespace bw
