#pragma once

#include <cstdint>
#include <string_view>

namespace bw {

/// CRC-32C (Castagnoli, RFC 3720 appendix B.4): finds bytes that a disk or memory changed. It is no
/// protection against a person; the hash chain is.
std::uint32_t crc32c(std::string_view bytes) noexcept;
/// The same on any processor.
std::uint32_t crc32c_by_table(std::string_view bytes) noexcept;

}  // namespace bw
