#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace bw::net {

using header_list = std::vector<std::pair<std::string, std::string>>;

/// Compares ASCII letters without case, everything else byte by byte.
bool equal_without_case(std::string_view a, std::string_view b);
/// Value of the first header of that name, compared without case; empty when absent.
std::string_view find_header(const header_list& headers, std::string_view name);

struct http_request {
  std::string method = "GET";
  /// Path and query, as they stand on the request line.
  std::string target = "/";
  header_list headers;
  std::string body;
};

struct http_response {
  /// From a server's handler, 0 cuts the connection without an answer: for fault scripts.
  std::uint16_t status = 200;
  header_list headers;
  std::string body;
};

/// Target split into path (as it stands) and decoded query parameters ("a=1&b=x%20y"; '+' is a
/// blank). A fragment is dropped.
struct parsed_target {
  std::string path;
  std::vector<std::pair<std::string, std::string>> query;

  /// First value of that name; empty when absent.
  std::string_view parameter(std::string_view name) const;
  bool has(std::string_view name) const;
};
parsed_target parse_target(std::string_view target);
/// Percent-encodes everything outside RFC 3986's unreserved set.
std::string percent_encode(std::string_view text);
std::string_view reason_phrase(std::uint16_t status);

}  // namespace bw::net
