#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/error.hpp"
#include "core/exit_code.hpp"
#include "core/result.hpp"
#include "core/time.hpp"

namespace bw {

/// Flags that every command takes.
struct common_flags {
  bool json = false;
  bool quiet = false;
  bool no_color = false;
};

/// What a command tells its caller when it fails: one line for a person, or one JSON object.
struct command_failure {
  exit_code code = exit_code::unexpected;
  std::string message;
  std::string hint;
};

/// The exit code that goes with an error where nothing else is known.
exit_code code_for(ec code);

/// On stderr: "bellwether: message" and "  hint", or {"error":…,"code":…,"hint":…}. Answers the
/// code, so that a command can end with `return fail(…)`.
int fail(const common_flags& flags, const command_failure& why);
int fail(const common_flags& flags, const error& why);

/// Whether colours and live tables are wanted on this stream (a terminal, NO_COLOR unset).
bool is_rich_terminal(int descriptor, const common_flags& flags);

/// Rows with aligned columns, two blanks between them; the first row is the head.
std::string format_table(const std::vector<std::vector<std::string>>& rows);

/// "30s", "500ms", "2m", "1h" to nanoseconds. ec::parse_failed otherwise; at most 7 days.
result<nanoseconds> parse_duration(std::string_view text);

}  // namespace bw
