#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.hpp"
#include "net/http.hpp"
#include "net/http_server.hpp"

namespace bw {

/// A request whose target has been taken apart.
struct ops_request {
  net::http_request http;
  net::parsed_target target;
};

/// Answers now or later, once, on the loop's thread.
using route_handler = std::function<void(const ops_request& request, net::responder answer)>;

/// The body every error has: {"error":{"code","message","details","timestamp"}}.
net::http_response error_response(std::uint16_t status, std::string_view code,
                                  std::string_view message, utc_ns now);
net::http_response json_response(std::uint16_t status, std::string body);

/// Which function answers which path. Paths are compared as a whole. Filled at start, then only
/// read, on the loop's thread.
class route_table {
 public:
  void add(std::string_view method, std::string_view path, route_handler handler);
  /// A GET that is answered at once.
  void add_get(std::string_view path,
               std::function<net::http_response(const ops_request& request)> handler);

  /// Unknown paths get 404, known ones with another method 405 and the methods they take. HEAD is
  /// a GET whose body the server leaves out.
  void answer(const ops_request& request, net::responder answer, utc_ns now) const;

 private:
  struct route {
    std::string method;
    std::string path;
    route_handler handler;
  };
  std::vector<route> routes_;
};

}  // namespace bw
