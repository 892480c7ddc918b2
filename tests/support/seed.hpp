#pragma once

#include <cstdint>
#include <cstdlib>
#include <string>

namespace bw::tests {

/// Seed of a property test: BELLWETHER_TEST_SEED when set, else the test's own. Print it with
/// `repeat_with` in every failure.
inline std::uint64_t test_seed(std::uint64_t usual) {
  const char* given = std::getenv("BELLWETHER_TEST_SEED");
  return given ? std::strtoull(given, nullptr, 10) : usual;
}

/// How to see the same failure again.
inline std::string repeat_with(std::uint64_t seed) {
  return "repeat with BELLWETHER_TEST_SEED=" + std::to_string(seed);
}

/// Cases of a property test: BELLWETHER_TEST_SIZE times the usual number.
inline std::uint64_t test_size(std::uint64_t usual) {
  const char* given = std::getenv("BELLWETHER_TEST_SIZE");
  return given ? usual * std::strtoull(given, nullptr, 10) : usual;
}

/// How often a test that can go on for hours does its round: BELLWETHER_CYCLES, else `usual`.
inline std::uint64_t test_cycles(std::uint64_t usual) {
  const char* given = std::getenv("BELLWETHER_CYCLES");
  return given ? std::strtoull(given, nullptr, 10) : usual;
}

}  // namespace bw::tests
