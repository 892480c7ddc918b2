#include "broker/broker_meter.hpp"

#include <algorithm>
#include <utility>

#include "core/decimal.hpp"
#include "core/log.hpp"

namespace bw {

std::string_view to_string(broker_call call) noexcept {
  switch (call) {
    case broker_call::submit: return "submit";
    case broker_call::cancel: return "cancel";
    case broker_call::cancel_all: return "cancel_all";
    case broker_call::account: return "account";
    case broker_call::positions: return "positions";
    case broker_call::orders: return "orders";
    case broker_call::order: return "order";
    case broker_call::clock: return "clock";
    case broker_call::calendar: return "calendar";
    case broker_call::asset: return "asset";
    case broker_call::activities: return "activities";
  }
  return "invalid";
}

std::string_view code_label(const net::http_outcome& outcome) {
  if (!outcome.was_sent()) return "not_sent";
  if (!outcome.response) return outcome.response.code() == ec::timed_out ? "timeout" : "failed";
  switch (const auto status = outcome.response->status) {
    case 401: return "401";
    case 403: return "403";
    case 404: return "404";
    case 422: return "422";
    case 429: return "429";
    default:
      if (status >= 200 && status < 300) return "2xx";
      if (status >= 400 && status < 500) return "4xx";
      return status >= 500 ? "5xx" : "other";
  }
}

namespace {

counter& unknown_counter(metrics_registry& metrics, std::string_view source, const char* what) {
  return metrics.add_counter("bellwether_broker_unknown_total",
                             "Parts of the broker's answers that this version does not know.",
                             {{"source", std::string{source}}, {"what", what}});
}

}  // namespace

unknown_meter::unknown_meter(metrics_registry& metrics, std::string_view source)
    : fields_(unknown_counter(metrics, source, "field")),
      words_(unknown_counter(metrics, source, "word")),
      values_(unknown_counter(metrics, source, "value")) {}

void unknown_meter::note(const unknown_parts& all) {
  // Nearly every answer ends here: an order's way pays three comparisons, no counter.
  if (all.fields() == fields_seen_ && all.words() == words_seen_ && all.values() == values_seen_)
    return;
  fields_.add(all.fields() - std::exchange(fields_seen_, all.fields()));
  words_.add(all.words() - std::exchange(words_seen_, all.words()));
  values_.add(all.values() - std::exchange(values_seen_, all.values()));
  for (; names_seen_ < all.names().size(); ++names_seen_)
    log_line(log_level::warning, "broker", "unknown_part", all.names()[names_seen_]);
}

broker_meter::broker_meter(metrics_registry& metrics)
    : ack_(metrics.add_histogram("bellwether_order_ack_seconds",
                                 "From sending an order to the broker's acknowledgement.")),
      remaining_(metrics.add_gauge("bellwether_broker_rate_limit_remaining",
                                   "Requests left in the broker's current window.",
                                   {{"budget", "trading"}})),
      unknown_(metrics, "rest") {
  for (std::size_t k = 0; k < broker_call_count; ++k) {
    const std::string name{to_string(static_cast<broker_call>(k + 1))};
    for (std::size_t code = 0; code < code_count; ++code)
      calls_[k].by_code[code] = &metrics.add_counter(
          "bellwether_broker_requests_total", "Requests to the broker, by their outcome.",
          {{"endpoint", name}, {"code", std::string{codes[code]}}});
    calls_[k].duration = &metrics.add_histogram("bellwether_broker_request_duration_seconds",
                                                "From the first byte sent to the last byte read.",
                                                {{"endpoint", name}});
  }
}

void broker_meter::count(broker_call call, const net::http_outcome& outcome) {
  auto& mine = calls_[static_cast<std::size_t>(call) - 1];
  const auto code = std::find(codes.begin(), codes.end(), code_label(outcome));
  mine.by_code[static_cast<std::size_t>(code - codes.begin())]->add();
  if (!outcome.response) return;
  mine.duration->record(outcome.answered - outcome.sent);
  const auto left =
      parse_decimal(net::find_header(outcome.response->headers, "X-RateLimit-Remaining"));
  if (left) remaining_.set_units(*left);
}

}  // namespace bw
