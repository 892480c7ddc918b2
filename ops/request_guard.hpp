#pragma once

#include <cstdint>
#include <optional>

#include "core/time.hpp"
#include "net/http.hpp"

namespace bw {

/// Keeps other people's web pages away from a server on loopback. `Host` must name this server, or
/// a name that resolves to loopback could be used (421); a request that a browser sends for another
/// site is refused (403). Nothing for a request that may be answered.
std::optional<net::http_response> refuse_foreign(const net::http_request& request,
                                                 std::uint16_t port, utc_ns now);

/// The headers that every answer carries: nothing is stored, guessed, framed or loaded elsewhere.
void add_safety_headers(net::http_response& response);

}  // namespace bw
