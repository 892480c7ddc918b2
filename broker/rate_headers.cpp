#include "broker/rate_headers.hpp"

#include <charconv>
#include <optional>

namespace bw {
namespace {

std::optional<std::int64_t> whole(std::string_view text) {
  std::int64_t out = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (failed != std::errc{} || end != text.data() + text.size() || out < 0) return std::nullopt;
  return out;
}

/// Seconds that fit into nanoseconds.
constexpr std::int64_t second_max = INT64_MAX / 1'000'000'000;

}  // namespace

rate_window window_of(const net::http_response& answer) {
  rate_window out;
  const auto left = whole(net::find_header(answer.headers, "X-RateLimit-Remaining"));
  if (left) out.remaining = *left;
  const auto reset = whole(net::find_header(answer.headers, "X-RateLimit-Reset"));
  if (reset && *reset <= second_max) out.reset = utc_ns{*reset * 1'000'000'000};
  return out;
}

call_facts facts_of(const net::http_outcome& outcome, utc_ns now) {
  call_facts out;
  out.sent = outcome.was_sent();
  if (!outcome.response) return out;
  out.status = outcome.response->status;
  out.window = window_of(*outcome.response);
  if (out.window.reset <= now) out.window.reset = {};
  return out;
}

}  // namespace bw
