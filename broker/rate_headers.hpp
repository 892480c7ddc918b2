#pragma once

#include "domain/call_guard.hpp"
#include "net/http_client.hpp"

namespace bw {

/// X-RateLimit-Remaining and -Reset (seconds since the epoch) of an answer; what is missing or no
/// number stays unknown.
rate_window window_of(const net::http_response& answer);

/// What a request came to, for its breaker. `now` tells whether a reset time lies ahead.
call_facts facts_of(const net::http_outcome& outcome, utc_ns now);

}  // namespace bw
