#include "ops/request_guard.hpp"

#include <algorithm>
#include <array>

#include "ops/routes.hpp"

namespace bw {
namespace {

bool is_own_host(std::string_view host, std::uint16_t port) {
  static constexpr std::array<std::string_view, 3> names{"localhost", "127.0.0.1", "[::1]"};
  const auto ending = ":" + std::to_string(port);
  return std::any_of(names.begin(), names.end(), [&](std::string_view name) {
    return net::equal_without_case(host, std::string{name} + ending);
  });
}

}  // namespace

std::optional<net::http_response> refuse_foreign(const net::http_request& request,
                                                 std::uint16_t port, utc_ns now) {
  const auto hosts = std::count_if(request.headers.begin(), request.headers.end(), [](auto& x) {
    return net::equal_without_case(x.first, "Host");
  });
  const auto host = net::find_header(request.headers, "Host");
  if (hosts != 1 || !is_own_host(host, port))
    return error_response(421, "misdirected", "the Host header does not name this server", now);
  for (const auto& [name, value] : request.headers) {
    const bool foreign_origin = net::equal_without_case(name, "Origin") &&
                                !net::equal_without_case(value, "http://" + std::string{host});
    const bool foreign_site = net::equal_without_case(name, "Sec-Fetch-Site") && value != "none" &&
                              value != "same-origin";
    if (foreign_origin || foreign_site)
      return error_response(403, "foreign_origin", "requests of other sites are refused", now);
  }
  return std::nullopt;
}

void add_safety_headers(net::http_response& response) {
  response.headers.emplace_back("X-Content-Type-Options", "nosniff");
  response.headers.emplace_back("Cache-Control", "no-store");
  response.headers.emplace_back("Content-Security-Policy",
                                "default-src 'self'; frame-ancestors 'none'; base-uri 'none'");
}

}  // namespace bw
