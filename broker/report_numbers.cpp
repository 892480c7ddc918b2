#include "broker/report_numbers.hpp"

#include <algorithm>

namespace bw {

result<std::int64_t> parse_decimal_half_even(std::string_view text) {
  const auto point = text.find('.');
  if (point == std::string_view::npos || text.size() - point - 1 <= decimal_places ||
      text.find_first_of("eE") != std::string_view::npos)
    return parse_decimal(text);
  const auto kept_end = point + 1 + decimal_places;
  const auto rest = text.substr(kept_end);
  if (!std::all_of(rest.begin(), rest.end(), [](char c) { return c >= '0' && c <= '9'; }))
    return parse_decimal(text);  // It says what is wrong.
  const auto kept = parse_decimal(text.substr(0, kept_end));
  if (!kept) return kept;

  const bool more = rest.find_first_not_of('0', 1) != std::string_view::npos;
  const bool odd = *kept % 2 != 0;
  const bool away = rest[0] > '5' || (rest[0] == '5' && (more || odd));
  if (!away) return kept;
  std::int64_t rounded = 0;
  if (__builtin_add_overflow(*kept, text.front() == '-' ? -1 : 1, &rounded))
    return {ec::out_of_range, "'" + std::string{text.substr(0, 40)} + "' is beyond ±9.2e9"};
  return rounded;
}

}  // namespace bw
