#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>

namespace bw::tests {

/// Folder of recorded market data: BELLWETHER_DATA, else ../shared/data beside the sources.
std::filesystem::path recorded_data_folder();
bool recorded_data_is_there();
/// Why a test was skipped, and what would run it.
std::string recorded_data_hint();

/// Positions of a venue on this port, by REST: quantities by symbol. Fails the test on no answer.
std::map<std::string, std::string> venue_positions(std::uint16_t port);

}  // namespace bw::tests
