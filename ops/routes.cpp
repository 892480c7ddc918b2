#include "ops/routes.hpp"

#include "core/json_writer.hpp"

namespace bw {

net::http_response json_response(std::uint16_t status, std::string body) {
  body += '\n';
  return {
      .status = status, .headers = {{"Content-Type", "application/json"}}, .body = std::move(body)};
}

net::http_response error_response(std::uint16_t status, std::string_view code,
                                  std::string_view message, utc_ns now) {
  json_writer json;
  json.begin_object().key("error").begin_object();
  json.member("code", code).member("message", message);
  json.key("details").null().member("timestamp", now);
  json.end_object().end_object();
  return json_response(status, json.take());
}

void route_table::add(std::string_view method, std::string_view path, route_handler handler) {
  routes_.push_back({std::string{method}, std::string{path}, std::move(handler)});
}

void route_table::add_get(std::string_view path,
                          std::function<net::http_response(const ops_request&)> handler) {
  add("GET", path,
      [handler = std::move(handler)](const ops_request& request, const net::responder& answer) {
        answer(handler(request));
      });
}

void route_table::answer(const ops_request& request, net::responder answer, utc_ns now) const {
  const auto method = request.http.method == "HEAD" ? std::string{"GET"} : request.http.method;
  std::string allowed;
  for (const auto& known : routes_) {
    if (known.path != request.target.path) continue;
    if (known.method == method) return known.handler(request, std::move(answer));
    allowed += (allowed.empty() ? "" : ", ") + known.method;
  }
  if (allowed.empty())
    return answer(error_response(404, "not_found", "there is nothing at this path", now));
  auto refusal = error_response(405, "method_not_allowed", "this path takes " + allowed, now);
  refusal.headers.emplace_back("Allow", std::move(allowed));
  answer(std::move(refusal));
}

}  // namespace bw
