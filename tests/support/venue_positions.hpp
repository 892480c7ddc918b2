#pragma once

#include <cstdint>
#include <map>
#include <string>

namespace bw::tests {

/// Positions of a venue on this port, by REST: quantities by symbol. Fails the test on no answer.
std::map<std::string, std::string> venue_positions(std::uint16_t port);

}  // namespace bw::tests
