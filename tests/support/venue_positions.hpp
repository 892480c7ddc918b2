#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>

namespace bw::tests {

/// What a venue on this port answers to GET `target`. Fails the test on no answer or another status
/// than 200.
nlohmann::json venue_answer(std::uint16_t port, const std::string& target);

/// Sends an order of somebody else's to a venue: the body of POST /v2/orders. Fails the test when
/// it is not taken.
void place_at_venue(std::uint16_t port, const std::string& body);

/// Positions of a venue on this port, by REST: quantities by symbol. Fails the test on no answer.
std::map<std::string, std::string> venue_positions(std::uint16_t port);

}  // namespace bw::tests
