#include "tests/support/venue_positions.hpp"

#include <gtest/gtest.h>

#include <future>
#include <nlohmann/json.hpp>
#include <thread>

#include "net/http_client.hpp"

namespace bw::tests {

namespace {

/// Asks and waits; fails the test on no answer or another status than 200.
nlohmann::json ask_venue(std::uint16_t port, net::http_request request) {
  const auto target = request.target;
  const system_clock time;
  net::io_loop loop;
  net::http_client_options options;
  options.headers = {{"APCA-API-KEY-ID", "SIMULATION"}, {"APCA-API-SECRET-KEY", "simulation"}};
  net::http_client client{loop, {"127.0.0.1", port, net::security::plain_loopback}, options, time};
  std::promise<net::http_outcome> answer;
  client.send(std::move(request), [&](net::http_outcome x) { answer.set_value(std::move(x)); });
  std::thread carrier{[&] { loop.run(); }};
  const auto outcome = answer.get_future().get();
  loop.stop();
  carrier.join();
  if (!outcome.response.ok() || outcome.response->status != 200) {
    ADD_FAILURE() << target << ": "
                  << (outcome.response.ok() ? outcome.response->body
                                            : outcome.response.failure().text());
    return nlohmann::json::array();
  }
  return nlohmann::json::parse(outcome.response->body);
}

}  // namespace

nlohmann::json venue_answer(std::uint16_t port, const std::string& target) {
  return ask_venue(port, {"GET", target, {}, {}});
}

void place_at_venue(std::uint16_t port, const std::string& body) {
  ask_venue(port, {"POST", "/v2/orders", {{"Content-Type", "application/json"}}, body});
}

std::map<std::string, std::string> venue_positions(std::uint16_t port) {
  std::map<std::string, std::string> out;
  for (const auto& row : venue_answer(port, "/v2/positions"))
    out[row.at("symbol").get<std::string>()] = row.at("qty").get<std::string>();
  return out;
}

}  // namespace bw::tests
