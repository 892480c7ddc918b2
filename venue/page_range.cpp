#include "venue/page_range.hpp"

#include <algorithm>
#include <charconv>

#include "venue/base64.hpp"

namespace bw::venue {
namespace {

/// The venue serves no history older than this.
constexpr nanoseconds history_max = std::chrono::hours{24} * 400;

using complaint = std::optional<std::string>;

std::optional<page_start> read_token(std::string_view token, char mark) {
  const auto text = decode_base64(token);
  const auto separator = text ? text->find(std::string{"|"} + mark + "|") : std::string::npos;
  if (separator == std::string::npos) return std::nullopt;
  return page_start{text->substr(0, separator), text->substr(separator + 3)};
}

/// An instant, or a day of New York: its beginning for a start, its end for an end.
complaint read_bound(const api_request& request, std::string_view name, const new_york_time& zone,
                     utc_ns& out) {
  const auto text = request.parameter(name);
  if (text.empty()) return std::nullopt;
  if (const auto instant = parse_rfc3339(text)) {
    out = *instant;
    return std::nullopt;
  }
  const auto date = parse_date(text);
  if (!date) {
    return "Invalid format for parameter " + std::string{name} + ": error parsing '" +
           std::string{text.substr(0, 40)} + "' as RFC3339 or 2006-01-02 time";
  }
  if (name == "start") {
    out = zone.midnight(*date);
  } else {
    const auto tomorrow = civil_from_days(days_from_civil(*date) + 1);
    out = zone.midnight(tomorrow) - nanoseconds{1};
  }
  return std::nullopt;
}

}  // namespace

std::string page_token(const page_start& start, char mark) {
  return encode_base64(start.symbol + "|" + mark + "|" + start.at);
}

std::optional<std::string> read_page_range(const api_request& request, const new_york_time& zone,
                                           utc_ns now, char mark, page_range& out) {
  out.start = zone.midnight(now);
  out.end = now;
  if (auto bad = read_bound(request, "start", zone, out.start)) return bad;
  if (auto bad = read_bound(request, "end", zone, out.end)) return bad;
  if (out.end < out.start) return "end should not be before start";
  if (const auto text = request.parameter("limit"); !text.empty()) {
    const auto read = std::from_chars(text.data(), text.data() + text.size(), out.limit);
    if (read.ec != std::errc{} || read.ptr != text.data() + text.size() || out.limit == 0 ||
        out.limit > page_range::limit_max)
      return "invalid limit, limit must be between 1 and 10000";
  }
  const auto sort = request.parameter("sort");
  if (!sort.empty() && sort != "asc" && sort != "desc") return "invalid sort";
  out.descending = sort == "desc";
  if (const auto token = request.parameter("page_token"); !token.empty()) {
    out.from = read_token(token, mark);
    if (!out.from) return "invalid page token";
  }
  out.start = std::max(out.start, now - history_max);
  out.end = std::min(out.end, now);
  return std::nullopt;
}

}  // namespace bw::venue
