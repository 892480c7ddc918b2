#include "app/output.hpp"

#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <iostream>

#include "core/json_writer.hpp"

namespace bw {

exit_code code_for(ec code) {
  switch (code) {
    case ec::invalid_argument:
    case ec::parse_failed:
    case ec::out_of_range:
    case ec::not_found:
    case ec::unknown_key:
    case ec::unsupported:
    case ec::address_in_use: return exit_code::usage;
    case ec::auth_refused: return exit_code::auth_refused;
    case ec::connection_failed:
    case ec::connection_closed:
    case ec::timed_out:
    case ec::tls_failed: return exit_code::unreachable;
    case ec::integrity_broken:
    case ec::storage_failed: return exit_code::integrity;
    case ec::already_exists:
    case ec::halted:
    case ec::storage_locked: return exit_code::refused_for_safety;
    default: return exit_code::unexpected;
  }
}

int fail(const common_flags& flags, const command_failure& why) {
  if (flags.json) {
    json_writer out;
    out.begin_object();
    out.member("error", why.message);
    out.member("code", static_cast<int>(why.code));
    out.member("hint", why.hint);
    out.end_object();
    std::cerr << out.take() << '\n';
  } else {
    std::cerr << "bellwether: " << why.message << '\n';
    if (!why.hint.empty()) std::cerr << "  " << why.hint << '\n';
  }
  return static_cast<int>(why.code);
}

int fail(const common_flags& flags, const error& why) {
  return fail(flags, {code_for(why.code), why.context, ""});
}

bool is_rich_terminal(int descriptor, const common_flags& flags) {
  const char* no_color = std::getenv("NO_COLOR");  // tidy-ok: a convention about terminals
  const char* terminal = std::getenv("TERM");      // tidy-ok: a convention about terminals
  return !flags.no_color && no_color == nullptr && terminal != nullptr &&
         std::string_view{terminal} != "dumb" && ::isatty(descriptor) == 1;
}

std::string format_table(const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t k = 0; k < row.size(); ++k) widths[k] = std::max(widths[k], row[k].size());
  }
  std::string out;
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t k = 0; k < row.size(); ++k) {
      line += row[k];
      line.append(widths[k] - row[k].size() + 2, ' ');
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + "\n";
  }
  return out;
}

result<nanoseconds> parse_duration(std::string_view text) {
  constexpr nanoseconds longest = std::chrono::hours{24 * 7};
  std::int64_t number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  const std::string_view unit{read.ptr,
                              static_cast<std::size_t>(text.data() + text.size() - read.ptr)};
  struct {
    std::string_view name;
    nanoseconds length;
  } const units[] = {{"ms", std::chrono::milliseconds{1}},
                     {"s", std::chrono::seconds{1}},
                     {"m", std::chrono::minutes{1}},
                     {"h", std::chrono::hours{1}}};
  if (read.ec == std::errc{} && number > 0)
    for (const auto& known : units)
      if (unit == known.name && number <= longest / known.length) return number * known.length;
  return {ec::parse_failed,
          "'" + std::string{text} + "' is no duration; write 500ms, 30s, 2m or 1h (at most 168h)"};
}

}  // namespace bw
