#include "venue/alpaca_server.hpp"

#include "venue/market_routes.hpp"
#include "venue/news_routes.hpp"
#include "venue/reference_routes.hpp"
#include "venue/trading_routes.hpp"

namespace bw::venue {
namespace {

bool is_news(const api_request& request) {
  return request.path.size() == 2 && request.path[0] == "v1beta1" && request.path[1] == "news";
}

bool is_corporate_actions(const api_request& request) {
  return request.path.size() == 2 && request.path[0] == "v1" &&
         request.path[1] == "corporate-actions";
}

bool is_market_data(const api_request& request) {
  return is_news(request) || is_corporate_actions(request) ||
         (request.path.size() >= 2 && request.path[0] == "v2" && request.path[1] == "stocks");
}

net::http_response answer_data(const api_request& request, const venue_world& world, utc_ns now) {
  if (is_news(request)) return answer_news(request, world, now);
  if (is_corporate_actions(request)) return answer_corporate_actions(request, world, now);
  return answer_market_data(request, world, now);
}

/// Alpaca's gateway, not its API, answers some paths; then the body is a page for people.
bool is_answered_by_gateway(const api_request& request) {
  if (request.path.size() < 2) return false;
  const auto& what = request.path[1];
  return is_market_data(request) || what == "clock" || what == "calendar";
}

net::http_response unauthorized(const api_request& request) {
  if (is_answered_by_gateway(request)) {
    net::http_response out;
    out.status = 401;
    out.headers.emplace_back("Content-Type", "text/html");
    out.body =
        "<html>\r\n<head><title>401 Authorization Required</title></head>\r\n<body>\r\n"
        "<center><h1>401 Authorization Required</h1></center>\r\n"
        "<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n";
    return out;
  }
  auto out = data_error(401, "unauthorized.");
  out.headers.emplace_back("WWW-Authenticate", "Bearer, Basic realm=\"alpaca.markets\"");
  return out;
}

void add_budget_headers(const request_budget& budget, net::http_response& out) {
  if (!budget.is_limited()) return;
  out.headers.emplace_back("X-RateLimit-Limit", std::to_string(budget.limit()));
  out.headers.emplace_back("X-RateLimit-Remaining", std::to_string(budget.remaining()));
  out.headers.emplace_back("X-RateLimit-Reset", std::to_string(budget.reset_seconds()));
}

}  // namespace

alpaca_server::alpaca_server(alpaca_server_options options, const alpaca_auth& auth,
                             venue_world& world)
    : auth_(auth),
      world_(world),
      trading_budget_(options.requests_per_minute),
      data_budget_(options.requests_per_minute),
      request_ids_(options.seed) {}

net::http_response alpaca_server::answer(const net::http_request& request, utc_ns now,
                                         std::vector<venue_event>& out) {
  auto answered = route(request, now, out);
  answered.headers.emplace_back("X-Request-ID", next_request_id());
  return answered;
}

net::http_response alpaca_server::answer_by_hand(const net::http_request& request, utc_ns now,
                                                 std::vector<venue_event>& out) {
  const auto call = take_apart(request);
  if (call.path.empty() || call.path[0] != "v2" || is_market_data(call)) return no_such_endpoint();
  return answer_trading(call, world_, now, out);
}

net::http_response alpaca_server::route(const net::http_request& request, utc_ns now,
                                        std::vector<venue_event>& out) {
  const auto call = take_apart(request);
  if (call.path.empty() || (call.path[0] != "v2" && !is_market_data(call)))
    return no_such_endpoint();
  if (!auth_.admits(request.headers)) return unauthorized(call);
  if (is_market_data(call)) {
    // Alpaca's market-data API counts on its own and says so on no refusal.
    if (!data_budget_.take(now)) return data_error(429, "too many requests.");
    auto answered = answer_data(call, world_, now);
    add_budget_headers(data_budget_, answered);
    return answered;
  }
  auto answered = trading_budget_.take(now) ? answer_trading(call, world_, now, out)
                                            : refused({429, 42910000, "rate limit exceeded", {}});
  add_budget_headers(trading_budget_, answered);
  return answered;
}

std::string alpaca_server::next_request_id() {
  static constexpr char digits[] = "0123456789abcdef";
  std::string out;
  for (int word = 0; word < 2; ++word) {
    auto bits = request_ids_.next();
    for (int k = 0; k < 16; ++k, bits >>= 4) out += digits[bits & 15];
  }
  return out;
}

}  // namespace bw::venue
