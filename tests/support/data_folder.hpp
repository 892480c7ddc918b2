#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>

namespace bw::tests {

/// Folder of recorded market data and traffic: BELLWETHER_DATA, else ../shared/data (tests run in
/// the source root). It need not exist: tests that use it skip, and say so.
inline std::filesystem::path data_folder() {
  const char* given = std::getenv("BELLWETHER_DATA");
  return given != nullptr ? given : "../shared/data";
}

/// Why a test was skipped, and what would run it.
inline std::string data_hint() {
  return "SKIPPED: no recorded data in " + data_folder().string() +
         "; set BELLWETHER_DATA to its folder to run this test";
}

}  // namespace bw::tests
