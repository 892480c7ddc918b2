#include "net/http_wire.hpp"

#include <algorithm>
#include <array>

namespace bw::net {
namespace {

/// RFC 9110, 5.6.2: what a method or a header's name consists of.
bool is_token(std::string_view text) {
  constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           marks.find(c) != std::string_view::npos;
  });
}

bool is_target(std::string_view text) {
  return !text.empty() && text.front() == '/' &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7f'; });
}

bool written_by_us(std::string_view name) {
  static constexpr std::array<std::string_view, 5> names{"host", "connection", "content-length",
                                                         "transfer-encoding", "upgrade"};
  return std::any_of(names.begin(), names.end(),
                     [&](std::string_view x) { return equal_without_case(x, name); });
}

/// False when a header is not fit to be written. Its value is not named: it may be a secret.
bool append_headers(std::string& out, const header_list& headers) {
  for (const auto& [name, value] : headers) {
    if (!is_token(name) || !is_header_value(value)) return false;
    if (!written_by_us(name)) out.append(name).append(": ").append(value).append("\r\n");
  }
  return true;
}

bool status_has_body(std::uint16_t status) {
  return status >= 200 && status != 204 && status != 304;
}

bool method_has_body(std::string_view method) {
  return method == "POST" || method == "PUT" || method == "PATCH";
}

}  // namespace

bool is_header_value(std::string_view text) {
  return std::none_of(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == '\x7f';
  });
}

result<std::string> format_request(const http_request& request, std::string_view host,
                                   const header_list& extra) {
  if (!is_token(request.method)) return {ec::invalid_argument, "the HTTP method is not a token"};
  if (!is_target(request.target))
    return {ec::invalid_argument,
            "the HTTP target must begin with '/' and hold neither blanks nor control bytes; "
            "percent-encode them"};
  if (!is_header_value(host) || host.empty())
    return {ec::invalid_argument, "the HTTP host is empty or holds control bytes"};
  std::string out;
  out.reserve(512 + request.body.size());
  out.append(request.method).append(" ").append(request.target).append(" HTTP/1.1\r\nHost: ");
  out.append(host).append("\r\n");
  if (!append_headers(out, extra) || !append_headers(out, request.headers))
    return {ec::invalid_argument, "an HTTP header of the request to " + request.target +
                                      " has a bad name or a control byte in its value"};
  if (!request.body.empty() || method_has_body(request.method))
    out.append("Content-Length: ").append(std::to_string(request.body.size())).append("\r\n");
  out.append("\r\n").append(request.body);
  return out;
}

std::string format_response(const http_response& response, response_format format) {
  std::string out;
  out.reserve(256 + response.body.size());
  out.append("HTTP/1.1 ").append(std::to_string(response.status)).append(" ");
  out.append(reason_phrase(response.status)).append("\r\n");
  const bool standing = response.status >= 200 && response.status <= 599;
  if (!standing || !append_headers(out, response.headers))
    return "HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
  if (!format.keep_alive) out.append("Connection: close\r\n");
  const bool body = status_has_body(response.status);
  if (body)
    out.append("Content-Length: ").append(std::to_string(response.body.size())).append("\r\n");
  out.append("\r\n");
  if (body && !format.head) out.append(response.body);
  return out;
}

}  // namespace bw::net
