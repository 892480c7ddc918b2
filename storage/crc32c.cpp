#include "storage/crc32c.hpp"

#include <array>
#include <cstring>

namespace bw {
namespace {

constexpr std::uint32_t polynomial_reflected = 0x82f63b78;
constexpr std::size_t slices = 8;
using slice_table = std::array<std::array<std::uint32_t, 256>, slices>;

/// tables[k][b]: what byte b does to the remainder with k more bytes behind it.
constexpr slice_table make_tables() {
  slice_table out{};
  for (std::uint32_t byte = 0; byte < 256; ++byte) {
    auto rest = byte;
    for (int bit = 0; bit < 8; ++bit)
      rest = rest >> 1 ^ ((rest & 1) != 0 ? polynomial_reflected : 0);
    out[0][byte] = rest;
  }
  for (std::size_t k = 1; k < slices; ++k)
    for (std::size_t byte = 0; byte < 256; ++byte)
      out[k][byte] = out[k - 1][byte] >> 8 ^ out[0][out[k - 1][byte] & 0xff];
  return out;
}

constexpr slice_table tables = make_tables();

#if defined(__x86_64__)

/// The processor's own instruction (SSE 4.2): eight bytes at a time.
__attribute__((target("sse4.2"))) std::uint32_t by_instruction(std::string_view bytes) noexcept {
  std::uint64_t rest = 0xffffffff;
  std::size_t at = 0;
  for (; at + sizeof rest <= bytes.size(); at += sizeof rest) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data() + at, sizeof word);
    rest = __builtin_ia32_crc32di(rest, word);
  }
  auto low = static_cast<std::uint32_t>(rest);
  for (; at < bytes.size(); ++at)
    low = __builtin_ia32_crc32qi(low, static_cast<unsigned char>(bytes[at]));
  return ~low;
}

#endif

}  // namespace

std::uint32_t crc32c(std::string_view bytes) noexcept {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("sse4.2")) return by_instruction(bytes);
#endif
  return crc32c_by_table(bytes);
}

std::uint32_t crc32c_by_table(std::string_view bytes) noexcept {
  std::uint32_t rest = 0xffffffff;
  std::size_t at = 0;
  const auto byte = [&](std::size_t k) -> std::uint32_t {
    return static_cast<unsigned char>(bytes[at + k]);
  };
  // Eight bytes a step: the tables fold them in without waiting for each other.
  for (; at + slices <= bytes.size(); at += slices) {
    const auto low = rest ^ (byte(0) | byte(1) << 8 | byte(2) << 16 | byte(3) << 24);
    rest = tables[7][low & 0xff] ^ tables[6][low >> 8 & 0xff] ^ tables[5][low >> 16 & 0xff] ^
           tables[4][low >> 24] ^ tables[3][byte(4)] ^ tables[2][byte(5)] ^ tables[1][byte(6)] ^
           tables[0][byte(7)];
  }
  for (; at < bytes.size(); ++at) rest = rest >> 8 ^ tables[0][(rest ^ byte(0)) & 0xff];
  return ~rest;
}

}  // namespace bw
