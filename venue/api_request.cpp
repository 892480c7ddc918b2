#include "venue/api_request.hpp"

#include "core/json_writer.hpp"
#include "venue/alpaca_wire.hpp"

namespace bw::venue {
namespace {

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const auto end = text.find(separator);
    if (end != 0) out.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return out;
}

}  // namespace

api_request take_apart(const net::http_request& request) {
  api_request out;
  out.method = request.method;
  out.target = net::parse_target(request.target);
  out.path = split(out.target.path, '/');
  out.body = request.body;
  return out;
}

std::vector<std::string> split_list(std::string_view text) { return split(text, ','); }

net::http_response json_answer(std::uint16_t status, std::string body) {
  net::http_response out;
  out.status = status;
  out.headers.emplace_back("Content-Type", "application/json; charset=UTF-8");
  out.body = std::move(body);
  return out;
}

net::http_response refused(const refusal& why) {
  return json_answer(why.http_status, refusal_json(why));
}

net::http_response data_error(std::uint16_t status, std::string_view message) {
  json_writer out;
  out.begin_object().member("message", message).end_object();
  return json_answer(status, out.take());
}

net::http_response no_such_endpoint() { return refused({404, 40410000, "endpoint not found", {}}); }

net::http_response method_not_allowed() {
  return refused({405, 40510000, "method not allowed", {}});
}

}  // namespace bw::venue
