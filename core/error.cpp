#include "core/error.hpp"

namespace bw {

std::string_view to_string(ec code) noexcept {
  switch (code) {
    case ec::invalid_argument: return "invalid_argument";
    case ec::parse_failed: return "parse_failed";
    case ec::out_of_range: return "out_of_range";
    case ec::not_found: return "not_found";
    case ec::already_exists: return "already_exists";
    case ec::unknown_key: return "unknown_key";
    case ec::unsupported: return "unsupported";
    case ec::io_failed: return "io_failed";
    case ec::address_in_use: return "address_in_use";
    case ec::connection_failed: return "connection_failed";
    case ec::connection_closed: return "connection_closed";
    case ec::timed_out: return "timed_out";
    case ec::tls_failed: return "tls_failed";
    case ec::http_status: return "http_status";
    case ec::auth_refused: return "auth_refused";
    case ec::rate_limited: return "rate_limited";
    case ec::breaker_open: return "breaker_open";
    case ec::queue_full: return "queue_full";
    case ec::protocol_violation: return "protocol_violation";
    case ec::storage_failed: return "storage_failed";
    case ec::storage_locked: return "storage_locked";
    case ec::integrity_broken: return "integrity_broken";
    case ec::illegal_transition: return "illegal_transition";
    case ec::insufficient_funds: return "insufficient_funds";
    case ec::halted: return "halted";
    case ec::cancelled: return "cancelled";
  }
  return "unknown_error_code";
}

std::string error::text() const {
  std::string out{to_string(code)};
  if (!context.empty()) out.append(": ").append(context);
  return out;
}

error error::within(std::string_view where) && {
  std::string joined{where};
  if (!context.empty()) joined.append(": ").append(context);
  return {code, std::move(joined)};
}

}  // namespace bw
