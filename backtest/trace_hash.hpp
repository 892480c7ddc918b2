#pragma once

#include <cstdint>
#include <string_view>

namespace bw {

/// FNV-1a of 64 bits over everything that was added, in order: whether two runs made the same
/// records. It tells a difference from chance and proves nothing against intent. A plain value.
class trace_hash {
 public:
  void add(std::string_view bytes) {
    for (const char byte : bytes) add_byte(static_cast<std::uint8_t>(byte));
  }
  void add(std::uint64_t number) {
    for (int shift = 0; shift < 64; shift += 8)
      add_byte(static_cast<std::uint8_t>(number >> shift));
  }
  std::uint64_t value() const { return value_; }

 private:
  static constexpr std::uint64_t offset_basis = 0xcbf29ce484222325ULL;
  static constexpr std::uint64_t prime = 0x100000001b3ULL;

  void add_byte(std::uint8_t byte) { value_ = (value_ ^ byte) * prime; }

  std::uint64_t value_ = offset_basis;
};

}  // namespace bw
