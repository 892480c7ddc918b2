#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "net/http.hpp"
#include "venue/exchange.hpp"

namespace bw::venue {

/// A request taken apart once, for the routes.
struct api_request {
  std::string_view method;
  /// The path between its slashes: {"v2", "orders", "4c0a…"}.
  std::vector<std::string> path;
  net::parsed_target target;
  std::string_view body;

  std::string_view parameter(std::string_view name) const { return target.parameter(name); }
  bool has(std::string_view name) const { return target.has(name); }
};

api_request take_apart(const net::http_request& request);
/// "AAPL,MSFT" -> {"AAPL", "MSFT"}; empty elements are left out.
std::vector<std::string> split_list(std::string_view text);

net::http_response json_answer(std::uint16_t status, std::string body);
/// A refusal in the trading API's form, with its own HTTP status.
net::http_response refused(const refusal& why);
/// An error in the market-data API's form: a message without a code.
net::http_response data_error(std::uint16_t status, std::string_view message);
net::http_response no_such_endpoint();
net::http_response method_not_allowed();

}  // namespace bw::venue
