#pragma once

#include <optional>
#include <string>

#include "app/output.hpp"
#include "venue/fault_stage.hpp"

namespace bw {

/// The script that --faults names; nothing without one. A failure's context holds every line.
result<std::optional<venue::fault_script>> choose_faults(const std::string& file_or_name);

/// Which rules have acted, for a person.
std::string fault_summary(const venue::fault_script& script, const venue::fault_progress& went);

/// The built-in scripts with their titles, on stdout. Answers the exit code.
int list_faults(const common_flags& flags);

}  // namespace bw
