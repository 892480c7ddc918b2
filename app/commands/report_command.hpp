#pragma once

#include "app/cli.hpp"

namespace bw {

/// Adds `report days` and `report execution`.
void add_report_of_days(CLI::App& report, common_flags& flags, chosen_command& chosen);

}  // namespace bw
