// The libFuzzer program of one target: built with the preset `fuzz`, which needs clang.

#include <cstddef>
#include <cstdint>

#include "tests/fuzz/targets.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  bw::fuzz::packed_market_frame({reinterpret_cast<const char*>(data), size});
  return 0;
}
