#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/arming.hpp"
#include "app/cli.hpp"
#include "app/live_gate.hpp"
#include "config/config_loader.hpp"
#include "messages/audit.hpp"

namespace bw {

struct live_arguments {
  std::string config;
  std::string why;
  std::string day;
  std::string strategy;
  std::string report;
};

/// Everything that the commands of `bellwether live` look at.
struct live_view {
  loaded_config loaded;
  session_calendar calendar;
  live_books books;
  interlock_verdict verdict;
};

result<live_view> look_at_live(const std::string& file);

/// What is decided about the live node stands in its log, written while no node runs.
int record_in_live_log(const common_flags& flags, const live_view& view, operator_record what,
                       std::vector<audit_event> also = {});

/// Why nothing is asked where nobody sits at a terminal.
std::optional<command_failure> needs_person(const person& who);

/// `live compare`, `live review` and `live prove`.
void add_live_proofs(CLI::App& live, common_flags& flags, chosen_command& chosen);

}  // namespace bw
