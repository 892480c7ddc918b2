#include "domain/calendar_text.hpp"

#include <array>

namespace bw {

namespace {

constexpr std::string_view heading = "bellwether calendar 1";

/// The next line without its end; empty at the end of the text.
std::string_view take_line(std::string_view& text) {
  const auto end = text.find('\n');
  const auto line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return line;
}

/// Three words with one blank between them; empty words where there are fewer.
std::array<std::string_view, 3> words_of(std::string_view line) {
  std::array<std::string_view, 3> out;
  for (auto& word : out) {
    const auto end = line.find(' ');
    word = line.substr(0, end);
    line.remove_prefix(end == std::string_view::npos ? line.size() : end + 1);
  }
  return out;
}

error unreadable(std::string_view line) {
  return {ec::parse_failed, "the kept calendar has an unreadable line: " + std::string{line}};
}

}  // namespace

std::string to_text(const kept_calendar& calendar) {
  std::string out{heading};
  out += "\nfetched " + format_rfc3339(calendar.fetched);
  out += "\nrange " + format_date(calendar.first) + " " + format_date(calendar.last);
  for (const auto& day : calendar.days)
    out += "\n" + format_date(day.date) + " " + format_rfc3339(day.open) + " " +
           format_rfc3339(day.close);
  return out + "\nend\n";
}

result<kept_calendar> parse_calendar(std::string_view text) {
  if (take_line(text) != heading)
    return {ec::parse_failed, "this is no kept calendar of this version"};
  kept_calendar out;
  const auto fetched_line = take_line(text);
  const auto fetched = parse_rfc3339(words_of(fetched_line)[1]);
  if (!fetched_line.starts_with("fetched ") || !fetched) return unreadable(fetched_line);
  out.fetched = *fetched;
  const auto range_line = take_line(text);
  const auto range = words_of(range_line);
  const auto first = parse_date(range[1]);
  const auto last = parse_date(range[2]);
  if (range[0] != "range" || !first || !last) return unreadable(range_line);
  out.first = *first;
  out.last = *last;
  while (!text.empty()) {
    const auto line = take_line(text);
    if (line == "end") return out;
    const auto words = words_of(line);
    const auto date = parse_date(words[0]);
    const auto open = parse_rfc3339(words[1]);
    const auto close = parse_rfc3339(words[2]);
    if (!date || !open || !close || out.days.size() == kept_calendar_days_max)
      return unreadable(line);
    out.days.push_back({*date, *open, *close});
  }
  return {ec::parse_failed, "the kept calendar has no end: it was cut off"};
}

}  // namespace bw
