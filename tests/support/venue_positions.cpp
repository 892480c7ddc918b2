#include "tests/support/venue_positions.hpp"

#include <gtest/gtest.h>

#include <future>
#include <nlohmann/json.hpp>
#include <thread>

#include "net/http_client.hpp"

namespace bw::tests {

std::map<std::string, std::string> venue_positions(std::uint16_t port) {
  const system_clock time;
  net::io_loop loop;
  net::http_client_options options;
  options.headers = {{"APCA-API-KEY-ID", "SIMULATION"}, {"APCA-API-SECRET-KEY", "simulation"}};
  net::http_client client{loop, {"127.0.0.1", port, net::security::plain_loopback}, options, time};
  std::promise<net::http_outcome> answer;
  client.send({"GET", "/v2/positions", {}, {}},
              [&](net::http_outcome x) { answer.set_value(std::move(x)); });
  std::thread carrier{[&] { loop.run(); }};
  const auto outcome = answer.get_future().get();
  loop.stop();
  carrier.join();
  std::map<std::string, std::string> out;
  EXPECT_TRUE(outcome.response.ok() && outcome.response->status == 200);
  if (!outcome.response.ok()) return out;
  for (const auto& row : nlohmann::json::parse(outcome.response->body))
    out[row.at("symbol").get<std::string>()] = row.at("qty").get<std::string>();
  return out;
}

}  // namespace bw::tests
