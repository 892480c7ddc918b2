#pragma once

#include <string>

#include "core/result.hpp"
#include "net/http.hpp"

namespace bw::net {

// HTTP/1.1 messages as bytes, for the clients and servers of this folder. A message is one string,
// so that it goes out in one write and, over TLS, in one record.

/// True when the text may stand as the value of a header: no line break, no other control byte.
bool is_header_value(std::string_view text);

/// Request line, Host, `extra`, the request's own headers, Content-Length and body. Hop-by-hop
/// headers and Content-Length of the lists are left out: they belong to this function.
/// ec::invalid_argument when a method, target or header would break out of its place.
result<std::string> format_request(const http_request& request, std::string_view host,
                                   const header_list& extra);

struct response_format {
  bool keep_alive = true;
  /// The answer to HEAD: Content-Length of the body, and no body.
  bool head = false;
};
/// A header that would break out of its place turns the answer into a bare 500.
std::string format_response(const http_response& response, response_format format);

}  // namespace bw::net
